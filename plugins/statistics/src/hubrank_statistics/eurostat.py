"""Eurostat's data sets by its statistics API, version 1.0."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import pandas as pd
from attrs import field, frozen
from hubrank.plugin import Origin, Request, Table, gettext_noop
from hubrank_fetching import FetchError, Needs, Refusal, Service, fetched, if_kept, misfit, must_match, other_form
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.session import Reply, Session

from hubrank_statistics import cells

NAME = "eurostat"
#: Requests, bytes and seconds of a data set of regions, with a series chosen in each dimension.
NEEDS = Needs(requests=1, bytes=300_000, seconds=10)
#: Seconds after which a reply that is made in the background is asked for again; the session does so a few times.
LATER = 30.0
_TOO_LARGE = 413
_NOTHING = (400, 404)
#: Codes that a filter must not contain.
_OURS = ("format", "lang", "geo", "geoLevel", "time", "sinceTimePeriod", "untilTimePeriod")
#: Eurostat's codes that differ from ISO 3166-1.
_OTHERWISE = {"EL": "GR", "UK": "GB"}
#: Sums of several countries that begin with a country's letters: EU27_2020, EA20, EEA30_2007, EFTA.
_SUM = re.compile(r"(EU|EA|EEA|EFTA)(\d.*)?")
#: For each level the column of its codes, the part of a code after the letters of the country, and a sample.
LEVELS: Mapping[str, tuple[str, str, str]] = {
    "country": ("country", "", "LUX"),
    "nuts1": ("nuts", "[0-9A-Z]", "LU0"),
    "nuts2": ("nuts", "[0-9A-Z]{2}", "LU00"),
    "nuts3": ("nuts", "[0-9A-Z]{3}", "LU000"),
    "city": ("unit", r"\d{3}[A-Z][0-9A-Z]*", "LU"),
}
_BY_LEVEL = {
    "country": gettext_noop("ISO 3166-1 alpha-3"),
    "nuts": gettext_noop("NUTS code, in the version that Eurostat uses now"),
    "unit": gettext_noop("Eurostat's code of the city"),
}


def refusal(found: Refusal) -> FetchError | None:
    """The text of Eurostat's refusal: the label of an error, or that the reply is made in the background."""
    if found.text_at("warning", "label"):
        return queued()
    fault = re.search(rb"<faultstring>([^<]{1,200})", found.content)
    text = found.text_at("error", 0, "label") or (fault[1].decode(errors="replace") if fault else str(found.status))
    if found.status == _TOO_LARGE:
        return FetchError(NAME, f"refuses so large a reply: {text}; ask for less by filters, since or level", "you")
    if found.status in _NOTHING:
        return FetchError(NAME, f"found nothing: {text}; check flow, filters, since and level", "you")
    return None


def queued() -> FetchError:
    """The error of a reply that is made in the background, and may be there when it is asked for again."""
    what = "prepares such a large reply in the background, for minutes; filters, since or level make it smaller"
    return FetchError(NAME, what, "service", again=True, wait=LATER)


SERVICE = Service(
    name=NAME,
    address="https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0",
    media=("application/json", "application/vnd.sdmx.genericdata+xml", *cells.XML),
    refusal=refusal,
)


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        flow: The code of a data set: `rd_e_gerdreg`.
        filters: The code to read in each dimension: `{ unit = "PC_GDP", sectperf = "TOTAL" }`.
        since: The first year to read; all by default.
        level: The level of places: `country`, `nuts1`, `nuts2`, `nuts3` or `city`.
        place: The dimension of places: `cities` in data sets of cities, `metroreg` in those of metropolitan regions.
        kind: Whether the values are levels at a time (`stock`) or amounts of a year that add up (`flow`).
    """

    flow: str = field(validator=must_match("[A-Za-z0-9_$]+", "must be a code of Eurostat, such as rd_e_gerdreg"))
    filters: Mapping[str, str] = field(factory=dict)
    since: int | None = None
    level: Literal["country", "nuts1", "nuts2", "nuts3", "city"] = "nuts2"
    place: str = "geo"
    kind: Literal["stock", "flow"] = "stock"

    @filters.validator
    def _filters(self, _: Any, value: Mapping[str, str]) -> None:
        if taken := [name for name in value if name in _OURS]:
            what = f"'{taken[0]}' is not a dimension to filter by; places are chosen by level, years by since"
            raise ValueError(f"filters: {what}")


def tables(options: Options) -> tuple[Table, ...]:
    """The one table, of the series that the options name."""
    place = LEVELS[options.level][0]
    return cells.tables(NAME, f"Eurostat {options.flow}", options.kind, {place: _BY_LEVEL[place]})


def origins(options: Options) -> tuple[Origin, ...]:
    """Eurostat, with the dates of the fetch, if there was one."""
    found = if_kept(SERVICE, lambda session: reply(options, session), None)
    kept = cells.cells_of_json(found.content) if found else None
    return (
        Origin(
            name=NAME,
            producer="Eurostat",
            title=f"{kept.title}: {options.flow}" if kept and kept.title else options.flow,
            licence="CC-BY-4.0",
            url=f"https://ec.europa.eu/eurostat/databrowser/product/view/{options.flow}",
            licence_url="https://ec.europa.eu/eurostat/help/copyright-notice",
            published=kept.updated if kept else "",
            accessed=found.date if found else "",
            citation=f"Eurostat, {options.flow}",
        ),
    )


@fetched(SERVICE, NEEDS)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """The values of the series, by place and year."""
    options: Options = request.options
    found = cells.cells_of_json(reply(options, session).content)
    about = {"source": NAME, "flow": options.flow, "place": options.place}
    yield cells.rows(found, **about, column=LEVELS[options.level][0], code=of_level(options.level))


def of_level(level: str) -> Callable[[str], str | None]:
    """A code of Eurostat at a level: countries as ISO 3166-1 alpha-3; None for codes of other levels, or sums."""
    countries, form = codes_of_countries(), re.compile(f"([A-Z]{{2}}){LEVELS[level][1]}")

    def code(text: str) -> str | None:
        found = form.fullmatch(text)
        country = countries.get(_OTHERWISE.get(found[1], found[1])) if found and not _SUM.fullmatch(text) else None
        return (country if level == "country" else text) if country else None

    return code


def reply(options: Options, session: Session) -> Reply:
    """A data set in JSON-stat, with the filters that the options name."""
    text = {"format": "JSON", "lang": "EN", **options.filters}
    if options.place == "geo":
        text["geoLevel"] = options.level
    if options.since is not None:
        text["sinceTimePeriod"] = str(options.since)
    return session.json(f"data/{options.flow}", text, shape=cells.SHAPE, check=check, broken=broken)


def check(value: Any) -> None:
    """Reject disguised failures: an error, a reply that is made in the background, one of another form."""
    if isinstance(value, dict) and ("warning" in value or "error" in value) and "value" not in value:
        text = refusal(Refusal(status=_TOO_LARGE, headers={}, content=json.dumps(value).encode()))
        assert text is not None  # noqa: S101  # of this status each refusal has words
        raise text
    if misfit(value, cells.SHAPE):
        return  # reported where the shape is checked
    try:
        cells.cells_of_json(value)
    except ValueError as error:
        raise other_form(NAME, error) from None


def broken(content: bytes) -> FetchError | None:
    """The meaning of an SDMX-ML message instead of data: its footer says that they are being prepared."""
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    footer = getattr(cells.message(content, NAME), "footer", None)
    text = " ".join(map(str, footer.text[:1])) if footer else ""
    return queued() if footer and int(footer.code or 0) == _TOO_LARGE else other_form(NAME, text or "SDMX-ML")


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one sample whatever the series
    """One real value for any series: people in Luxembourg, which at each level of NUTS is one region."""
    column, _, place = LEVELS[options.level]
    text = {"vintage": "2022-03-18", "method": "people on 1 January, as a sample of any series"}
    return pd.DataFrame({column: [place], "year": [2018], "value": [602005.0], **text})
