"""The OECD's data flows by its SDMX API."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pandas as pd
from attrs import field, frozen
from hubrank.errors import did_you_mean
from hubrank.plugin import Origin, Request, Table, gettext_noop
from hubrank_fetching import FetchError, Needs, Refusal, Service, fetched, if_kept, must_match, other_form
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.session import Reply, Session

from hubrank_statistics import cells

NAME = "oecd"
#: A request for the structure and one for the values.
NEEDS = Needs(requests=2, bytes=2_000_000, seconds=30)
_CODE = re.compile(r"[\w]+(\+\w+)*", re.ASCII)
_BY_SCHEME = {
    "country": gettext_noop("ISO 3166-1 alpha-3"),
    "nuts": gettext_noop("NUTS code, where the OECD's territorial code is one"),
    "unit": gettext_noop("the OECD's code of the place"),
}
_LIMITED = 429


def refusal(found: Refusal) -> FetchError | None:
    """The text of an OECD refusal: in words, in a plain body."""
    text = " ".join(found.content[:200].decode(errors="replace").split()).rstrip(".")
    if found.status == _LIMITED and "Retry-After" not in found.headers:
        what = "allows 60 downloads an hour from an address, and they are used up; run the same command in an hour"
        return FetchError(NAME, what, "service")
    if found.status == 404 and ("NoRecordsFound" in text or "NoResultsFound" in text):
        return FetchError(NAME, "has no records of this; check flow and its version, filters and since", "you")
    if found.status in (400, 404, 422):
        what = f"refuses this: {text or found.status}; check flow and its version, filters and since"
        return FetchError(NAME, what, "you")
    return None


SERVICE = Service(
    name=NAME,
    address="https://sdmx.oecd.org/public/rest",
    media=("application/vnd.sdmx.data+csv", "text/csv", "application/vnd.sdmx.structure+xml", *cells.XML),
    refusal=refusal,
)


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        flow: A data flow as `AGENCY,FLOW`: `OECD.CFE.EDS,DSD_FUA_ECO@DF_ECONOMY`; with `,VERSION` after it for that
            version, else the newest.
        filters: The code to read in each dimension: `{ MEASURE = "GDP", TERRITORIAL_LEVEL = "FUA" }`.
        since: The first year to read; all by default.
        place: The dimension of places.
        column: The kind of its codes: `unit` (any codes of units), `nuts`, or `country`.
        kind: Whether the values are levels at a time (`stock`) or amounts of a year that add up (`flow`).
    """

    flow: str = field(
        validator=must_match(
            r"[\w.]+,[\w@.]+(,\d[\d.]*)?",
            "must be a data flow of the OECD, such as OECD.CFE.EDS,DSD_FUA_ECO@DF_ECONOMY, perhaps with a version",
        )
    )
    filters: Mapping[str, str] = field(factory=dict)
    since: int | None = None
    place: str = "REF_AREA"
    column: Literal["unit", "nuts", "country"] = "unit"
    kind: Literal["stock", "flow"] = "stock"

    @filters.validator
    def _filters(self, _: Any, value: Mapping[str, str]) -> None:
        if wrong := [code for code in value.values() if not _CODE.fullmatch(code)]:
            raise ValueError(f"filters: '{wrong[0]}' is not a code; join several by +")

    @property
    def parts(self) -> tuple[str, str, str]:
        """The flow's agency, its name, and the requested version: `latest` if none is named."""
        agency, name, *version = self.flow.split(",")
        return agency, name, version[0] if version else "latest"

    @property
    def name(self) -> str:
        """The flow, without agency and version."""
        return self.parts[1]


def tables(options: Options) -> tuple[Table, ...]:
    """The one table, of the series that the options name."""
    column = options.column
    return cells.tables(NAME, f"OECD {options.name}", options.kind, {column: _BY_SCHEME[column]})


def origins(options: Options) -> tuple[Origin, ...]:
    """The OECD, with the version and the date of the fetch, if there was one."""
    found = if_kept(SERVICE, lambda session: structure(options, session), None)
    title = found.content.title if found else ""
    named = f"{options.name}, version {found.content.version}" if found else options.name
    return (
        Origin(
            name=NAME,
            producer="OECD",
            title=f"{title}: {named}" if title else named,
            licence="CC-BY-4.0",
            url="https://data-explorer.oecd.org",
            licence_url="https://www.oecd.org/en/about/terms-conditions.html",
            accessed=found.date if found else "",
            citation=f"OECD, {named}",
        ),
    )


@fetched(SERVICE, NEEDS)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """The values of the series, by place and year."""
    options: Options = request.options
    countries = frozenset(codes_of_countries().values())

    def code(text: str) -> str | None:
        return text if options.column != "country" or text in countries else None

    about = {"source": NAME, "flow": options.name, "place": options.place}
    yield cells.rows(figures(options, session).content, **about, column=options.column, code=code)


def structure(options: Options, session: Session) -> Reply:
    """The structure of the flow, in the version that is wanted."""
    path, more = "/".join(("dataflow", *options.parts)), {"references": "children"}
    return session.content(path, more, lambda content: cells.structure(content, options.name, NAME))


def figures(options: Options, session: Session) -> Reply:
    """The cells of the flow, with the filters that the options name."""
    found: cells.Structure = structure(options, session).content
    asked = {"dimensionAtObservation": "AllDimensions", "format": "csvfilewithlabels"}
    if options.since is not None:
        asked["startPeriod"] = str(options.since)
    path = f"data/{options.parts[0]},{options.name},{found.version}/{key(options, found)}"

    def cells_in(content: bytes) -> cells.Cells:
        try:
            return cells.cells_of_csv(content, found)
        except ValueError as error:
            raise other_form(NAME, error) from None

    return session.content(path, asked, cells_in)


def key(options: Options, found: cells.Structure) -> str:
    """The key that filters make: a code a dimension, or nothing, in the structure's order."""
    for name in (*options.filters, options.place):
        if name not in found.dimensions:
            what = (
                f"'{options.name}' has no dimension '{name}'{did_you_mean(name, found.dimensions)}; there are "
                f"{', '.join(found.dimensions)}"
            )
            raise FetchError(NAME, what, "you")
    return ".".join(options.filters.get(name, "") for name in found.dimensions)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one sample whatever the series
    """One real value for any series: trust in Iceland's government."""
    place = {"nuts": "IS", "country": "ISL", "unit": "ISL"}[options.column]
    text = {"vintage": "version 1.1", "method": "percentage of respondents, as a sample of any series"}
    return pd.DataFrame({options.column: [place], "year": [2021], "value": [50.4], **text})
