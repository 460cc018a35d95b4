"""Papers of universities by their places, from the Leiden Ranking Open Edition, which lies on Zenodo."""

import csv
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from attrs import frozen
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank.io.safe_input import shorten
from hubrank.plugin import DataError, Origin, Request, Table
from hubrank_fetching import FetchError, File, Needs, fetched, if_kept, other_form, zenodo
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.session import Session
from hubrank_fetching.zenodo import SERVICE

from hubrank_research import CC0, PLACE

NAME = "leiden"
#: The record, and three tables of the edition of 2025, unpacked: the others are smaller.
NEEDS = Needs(requests=4, bytes=600_000_000, seconds=300)
#: The record of each edition.
RECORDS = {2023: "10579113", 2024: "13868129", 2025: "17471989"}
#: The edition since which tables have short names and lie in a folder.
_SHORT = 2025
_UNIVERSITY, _PERIOD = "university_id", "period_begin_year"
_KEY = (_UNIVERSITY, "main_field_id", _PERIOD)
UNIVERSITY = (_UNIVERSITY, "university", "country_code", "latitude", "longitude")
IMPACT = (*_KEY, "fractional_counting", "p", "p_top_10", "p_top_1")
COLLABORATION = (*_KEY, "p_industry_collab", "p_int_collab")
#: The columns of a university's ROR id, of newer editions and of older ones.
RORS = ("university_ror_id", "ror_id")
_LONGEST = 100_000
_YEARS = 4
_CORE, _FRACTIONAL = "core_pubs_only", "fractional_counting"
#: Texts for true and false.
_TRUTHS = {"1": True, "0": False, "true": True, "false": False}
_AMOUNTS = {
    "p": "papers",
    "p_top_10": "top10_papers",
    "p_top_1": "top1_papers",
    "p_industry_collab": "industry_papers",
    "p_int_collab": "international_papers",
}
METHODS = {
    "fractional": "fractional counting; papers with firms and of several countries in full",
    "full": "full counting: a paper of two universities is 1 for each",
}
_BATCH = 200_000


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        edition: The edition of the ranking.
        field: 0 for all fields; 1 biomedical and health sciences; 2 life and earth sciences; 3 mathematics and computer
            science; 4 physical sciences and engineering; 5 social sciences and humanities.
        core: Whether only core publications count, as CWTS recommends.
        counting: `fractional`, a paper is divided among its universities, so that sums over universities are right; or
            `full`, it is 1 for each, so that it counts twice in a unit with two of them.
    """

    edition: Literal[2023, 2024, 2025] = 2025
    field: Literal[0, 1, 2, 3, 4, 5] = 0
    core: bool = True
    counting: Literal["fractional", "full"] = "fractional"


tables = (
    Table(
        name="works",
        title="Scientific papers of universities with 1,500 or more in a period",
        kind="flow",
        columns={
            "ror": "ROR id of the university, where there is one",
            "university": "its name",
            **{name: PLACE[name] for name in ("lat", "lon", "country")},
            "from_year": "the first year of the period of four years; periods overlap",
            "year": "its last year",
            "papers": "papers, as the option counting says",
            "top10_papers": "those among the most cited 10 % of their field and year, counted in the same way",
            "top1_papers": "those among the most cited 1 %, counted in the same way",
            "industry_papers": "those with an author of a firm, always counted in full for each university",
            "international_papers": "those with authors of several countries, always counted in full",
            "vintage": "the edition",
            "method": "how papers were counted",
        },
        origin=NAME,
    ),
)


def origins(options: Options) -> tuple[Origin, ...]:
    """CWTS, with the day on which the edition was published and that on which it was fetched."""
    doi = f"https://doi.org/10.5281/zenodo.{RECORDS[options.edition]}"
    _, published, accessed = if_kept(SERVICE, lambda session: files(options.edition, session), ({}, "", ""))
    title = f"CWTS Leiden Ranking Open Edition {options.edition}"
    return (
        Origin(
            name=NAME,
            producer="Centre for Science and Technology Studies (CWTS), Leiden University",
            title=title,
            url=doi,
            **CC0,
            published=published,
            accessed=accessed,
            citation=f"{title}, {doi}",
            note="Universities with 1,500 and more publications alone: no hospital of its own, no institute, no firm. "
            "Affiliated hospitals are counted with their universities. Made from OpenAlex.",
        ),
    )


@fetched(SERVICE, NEEDS, ask=lambda request, session: files(request.options.edition, session))
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """A row for each university and period."""
    yield frame(files(request.options.edition, session)[0], request.options)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # of whatever edition
    """Real values of an older ranking: the universities of Abu Dhabi in the Leiden Ranking 2020."""
    place = {"ror": None, "university": "Abu Dhabi", "lat": 24.45118, "lon": 54.39696, "country": "ARE"}
    papers = {"papers": 2886.0, "top10_papers": 329.0, "top1_papers": 35.0}
    shared = {"industry_papers": 136.0, "international_papers": 2174.0}
    about = {"vintage": "Leiden Ranking 2020", "method": "full counting; a sample of an older ranking"}
    return pd.DataFrame([{**place, "from_year": 2016, "year": 2019, **papers, **shared, **about}])


def files(edition: int, session: Session) -> tuple[dict[str, Path], str, str]:
    """The tables of an edition that are read, the day on which it was published, and that on which it was fetched."""
    record = zenodo.record(session, RECORDS[edition])
    packed = record.entry(".zip")
    folder = f"{packed.name.removesuffix('.zip')}/" if edition >= _SHORT else ""
    kind = "university_" if edition >= _SHORT else "university_main_field_period_"

    def table(name: str, columns: Iterable[str]) -> File:
        check = functools.partial(check_columns, columns=columns)
        return zenodo.member(session, record, packed, f"{folder}{name}.tsv", check=check)

    wanted = {
        "university": table("university", UNIVERSITY),
        "impact": table(f"{kind}impact_indicators", IMPACT),
        "collaboration": table(f"{kind}collab_indicators", COLLABORATION),
    }
    accessed = max(item.date for item in wanted.values())
    return {name: item.path for name, item in wanted.items()}, record.published, accessed


def header(path: Path) -> list[str]:
    """The columns of a table."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.readline(_LONGEST).rstrip("\r\n").split("\t")


def check_columns(path: Path, columns: Iterable[str]) -> None:
    """Reject a table that lacks a column."""
    there = header(path)
    if lacking := [item for item in columns if item not in there]:
        known = shorten_list(list(map(shorten, there)))
        raise FetchError(NAME, f"a table has no column {shorten_list(lacking)}; it has {known}", "us")


def frame(files: Mapping[str, Path], options: Options) -> pd.DataFrame:
    """A row for each university and period of a field."""
    impact = _of_field(files["impact"], IMPACT, options)
    shared = _of_field(files["collaboration"], COLLABORATION, options)
    if impact.empty:
        what = f"edition {options.edition} has no papers of field {options.field}, counted as '{options.counting}'"
        raise DataError(NAME, what)
    try:
        joined = impact.merge(shared, how="left", on=[_UNIVERSITY, _PERIOD], validate="one_to_one")
        result = joined.merge(_universities(files["university"]), how="left", on=_UNIVERSITY, validate="many_to_one")
        result = result.rename(columns=_AMOUNTS).assign(from_year=pd.to_numeric(result[_PERIOD]).astype("int64"))
        result = result.astype(dict.fromkeys(("lat", "lon", *_AMOUNTS.values()), "float64"))
    except (ValueError, pd.errors.MergeError) as error:
        raise other_form(NAME, library_message(error)) from None
    about = {"vintage": f"edition {options.edition}", "method": METHODS[options.counting]}
    return result.assign(year=result["from_year"] + _YEARS - 1, **about)[list(tables[0].columns)]


def _universities(path: Path) -> pd.DataFrame:
    ror = next((item for item in RORS if item in header(path)), None)
    found = pd.concat(_batches(path, (*UNIVERSITY, *([ror] if ror else []))))
    codes = codes_of_countries()
    country = found["country_code"].str.upper().map(lambda code: codes.get(code, code))
    ids = None if ror is None else found[ror].str.rpartition("/")[2]
    found = found.rename(columns={"latitude": "lat", "longitude": "lon"}).assign(country=country, ror=ids)
    return found[["university_id", "university", "lat", "lon", "country", "ror"]]


def _of_field(path: Path, columns: Sequence[str], options: Options) -> pd.DataFrame:
    """The rows of the options' field and counting, without the columns for these."""
    core = _CORE in header(path)
    if not (core or options.core):
        raise DataError(NAME, f"edition {options.edition} has core publications only; core = true takes them")
    wanted = {_CORE: options.core} if core else {}
    if _FRACTIONAL in columns:
        wanted[_FRACTIONAL] = options.counting == "fractional"
    kept = []
    for batch in _batches(path, (*columns, *([_CORE] if core else []))):
        keep = batch["main_field_id"] == str(options.field)
        for name, truth in wanted.items():
            truths = batch[name].str.lower().map(_TRUTHS)
            if truths.isna().any():
                raise other_form(NAME, f"{name}: {batch.loc[truths.isna(), name].iloc[0]}")
            keep &= truths.astype(bool) == truth
        kept.append(batch[keep])
    return pd.concat(kept).drop(columns=["main_field_id", *wanted]).reset_index(drop=True)


def _batches(path: Path, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """A table's columns as texts, some rows at a time, with missing values in any notation."""
    text: dict[str, Any] = {"usecols": list(columns), "dtype": str, "quoting": csv.QUOTE_NONE, "encoding": "utf-8-sig"}
    try:
        yield from pd.read_csv(path, sep="\t", keep_default_na=False, na_values=["", "NULL"], chunksize=_BATCH, **text)
    except ValueError as error:  # of pandas' parser, or of an encoding
        raise other_form(NAME, library_message(error)) from None
