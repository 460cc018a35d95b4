"""The almanac: real values by place, each with its origin, vintage and licence."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, field, frozen
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank.io.safe_input import check_size, is_folder, read_bytes, shorten
from hubrank.io.toml import parse_toml, read_toml
from hubrank.plugin import Coverage, DataSource, FileProblem, Origin, Request, ScenarioError, Table, declare

if TYPE_CHECKING:
    import pandas as pd

DATA = Path(__file__).parent / "data"
#: A folder's description of itself; the built-in vintage has none.
ABOUT = "vintage.toml"
_TEXTS = ("country", "origin", "vintage", "method", "category")


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        file: A folder with another vintage, as `tools.vintage` writes it; relative to the scenario.
    """

    file: Path | None = None


_PLACE = {
    "geonames": "GeoNames id, where it is known",
    "lat": "degrees north",
    "lon": "degrees east",
    "country": "ISO 3166-1 alpha-3",
}
_PROVENANCE = {
    "origin": "who made the figure; see the origins",
    "vintage": "the state or period of the list",
    "method": "how the figure was derived; empty where it was counted",
}


#: The countries whose own stock exchange the list of companies has; of others it knows those alone that trade abroad.
EXCHANGES = (
    *("ARG", "AUS", "AUT", "BEL", "BRA", "CAN", "CHE", "CHL", "CHN", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA"),
    *("GBR", "GRC", "HKG", "HUN", "IDN", "IND", "IRL", "ISL", "ISR", "ITA", "JPN", "KOR", "LTU", "LVA", "MEX", "NLD"),
    *("NOR", "NZL", "PRT", "RUS", "SAU", "SGP", "SWE", "THA", "TUR", "TWN", "USA", "ZAF"),
)
#: The countries that a table covers; the whole world where it says nothing.
_COUNTRIES = {"listed-companies": EXCHANGES}
#: The kind, title, amounts and covered years of each table.
_TABLES: dict[str, tuple[Literal["flow", "stock"], str, dict[str, str], tuple[int, int] | None]] = {
    "universities": (
        "stock",
        "Universities among the best of the world, by band",
        {
            "top100": "universities ranked 1 to 100",
            "top200": "universities ranked 1 to 200",
            "top500": "universities ranked 1 to 500",
            "top1000": "universities ranked 1 to 1000; from 2018",
        },
        (2003, 2025),
    ),
    "university-papers": (
        "stock",
        "Papers of the world's thousand leading universities",
        {"papers": "papers of a year, in per mille of those of all thousand universities"},
        (2017, 2024),
    ),
    "leading-universities": (
        "stock",
        "Universities that lead the world in research, and in fields of it",
        {
            "first1000": "universities ranked 1 to 1000",
            "first2000": "universities ranked 1 to 2000",
            "science100": "places of universities among the first 100 of ten fields of science, a field each",
            "technology100": "places among the first 100 of computer science, of energy and of engineering",
        },
        (2021, 2024),
    ),
    "students": (
        "stock",
        "Students of universities that take part in a world ranking each year",
        {"students": "students, in full-time equivalents", "international": "those from abroad"},
        None,
    ),
    "works": (
        "flow",
        "Scientific papers of universities",
        {
            "from_year": "the first year of the period",
            "papers": "papers, counted in full for each university",
            "top10_papers": "those among the tenth of their field and year that is cited most",
            "top1_papers": "those among the hundredth that is cited most",
            "industry_papers": "those with an author of a firm",
            "international_papers": "those with authors of several countries",
        },
        None,
    ),
    "robotics-papers": (
        "flow",
        "Papers at conferences of robotics and machine learning",
        {"papers": "papers, divided among institutions"},
        (2018, 2023),
    ),
    "conferences": (
        "flow",
        "Ranked computer-science conferences held there",
        {"conferences": "conferences", "top_conferences": "those ranked A by CCF or A* by CORE"},
        (2022, 2025),
    ),
    "facilities": (
        "stock",
        "Synchrotrons and free-electron lasers",
        {"facilities": "facilities in use"},
        (2018, 2018),
    ),
    "patents": (
        "stock",
        "International patent applications a year",
        {"pct": "PCT applications a year", "error": "PCT applications a year: the standard error of that"},
        None,
    ),
    "unicorns": (
        "stock",
        "Private companies valued at a billion US dollars or more",
        {"unicorns": "companies", "valuation": "billion US dollars, in bands that do not reveal a single company's"},
        (2021, 2025),
    ),
    "laureates": (
        "flow",
        "Nobel laureates by their organisation's place at the time of the award",
        {"category": "the prize's category", "laureates": "laureates"},
        (1901, 2024),
    ),
    "highly-cited": (
        "stock",
        "Highly cited researchers of universities",
        {"highly_cited": "researchers who name a university first, counted in each of their fields"},
        (2015, 2024),
    ),
    "listed-companies": (
        "stock",
        "Seats of listed companies worth two billion US dollars or more",
        {
            "companies": "companies",
            "research_intensive": "those whose industry, or who themselves, spend much of sales on research",
            "technology": "those of software, electronics and semiconductors",
            "health": "those of medicines, medical technology and care",
        },
        (2022, 2022),
    ),
    "research-spending": (
        "stock",
        "Research spending of the world's 2,500 largest spenders, where they are led",
        {"spending": "million euro a year", "firms": "firms"},
        (2013, 2022),
    ),
    "connectivity": (
        "stock",
        "Cities reached by air without a stop from airports within 100 km",
        {
            "inhabitants": "people in the city",
            "reach_inhabitants": "people times cities reached",
            "abroad_inhabitants": "people times cities reached in other countries",
        },
        None,
    ),
    "economy": (
        "stock",
        "Output of functional urban areas of OECD members",
        {"gdp": "million US dollars at constant prices and purchasing power parity", "population": "people"},
        None,
    ),
    "nature-index": (
        "stock",
        "Articles of the Nature Index, of the 500 first universities of 2020",
        {"share": "articles, divided among their authors' institutions"},
        None,
    ),
    "cloud-regions": (
        "stock",
        "Large cloud firms with a region in service",
        {"firms": "firms, of eight"},
        (2025, 2025),
    ),
    "inhabitants": ("stock", "People in towns and agglomerations", {"population": "people"}, None),
}
#: The years between two vintages. The United Nations give every fifth year of inhabitants; people do not move so fast
#: that a value of four years before misleads.
_EVERY = {"connectivity": 2, "inhabitants": 5}
TABLES = tuple(
    Table(
        name=name,
        title=title,
        kind=kind,
        columns={**_PLACE, "year": "the year of the value", **amounts, **_PROVENANCE},
        covers=years and Coverage(first=years[0], last=years[1], countries=_COUNTRIES.get(name)),
        every=_EVERY.get(name, 1),
    )
    for name, (kind, title, amounts, years) in _TABLES.items()
)


def tables(options: Options) -> tuple[Table, ...]:
    """The tables, each title with the share that lies in no hub; tables new in a folder have its coverage."""
    root = options.file or DATA
    anew = {} if options.file is None else about(root).tables
    lost = _once(outside) if root == DATA else outside(root)
    return tuple(
        evolve(
            item,
            title=item.title + (f" ({lost[item.name]})" if item.name in lost else ""),
            covers=anew[item.name].covers if item.name in anew else item.covers,
        )
        for item in TABLES
    )


def origins(options: Options) -> tuple[Origin, ...]:
    """The producers of the values; each note ends with the entries of the list that could not be located."""
    root = options.file or DATA
    result: tuple[Origin, ...] = _once(origins_in) if root == DATA else origins_in(root)
    return result


def read(request: Request) -> Iterator[pd.DataFrame]:
    """A table, whole.

    Raises:
        FileProblem: The file is not there, too large, or not as it should be.
    """
    import pandas as pd

    (table,) = (item for item in TABLES if item.name == request.table)
    path = (request.options.file or DATA) / f"{table.name}.csv"
    check_size(path)
    try:
        # A missing value is empty, so none of the words that other tables use for one means it.
        found = pd.read_csv(path, dtype=dict.fromkeys(_TEXTS, str), keep_default_na=False, na_values=[""])
    except ValueError as error:
        raise FileProblem(f"{path.name}: {library_message(error)}") from None
    if lacking := [item for item in table.columns if item not in found]:
        raise FileProblem(f"{path.name}: has no column {shorten_list(lacking)}")
    for name in table.columns:
        if name not in _TEXTS and not pd.api.types.is_numeric_dtype(found[name]):
            raise FileProblem(f"{path.name}: column '{name}' has a value that is not a number")
    yield found.drop(columns="place_name", errors="ignore")


#: Results from the files of the built-in vintage, which never change.
_once = functools.cache(lambda read_folder: read_folder(DATA))


@frozen(kw_only=True)
class Made:
    """A table that was made again.

    Attributes:
        source: The source from which it was made.
        covers: The years for which a missing row means 0; None if it never does.
    """

    source: str
    covers: Coverage | None = None


@frozen(kw_only=True)
class About:
    """A folder's description of itself.

    Attributes:
        made: The day on which it was made, in ISO form.
        hubrank: The version that made it.
        carried: The tables that are those of the built-in vintage.
        tables: The others.
    """

    made: str
    hubrank: str = ""
    carried: tuple[str, ...] = ()
    tables: Mapping[str, Made] = field(factory=dict)


def about(folder: Path) -> About:
    """Read a folder's description of itself.

    Raises:
        FileProblem: It is no folder of a vintage.
    """
    if not is_folder(folder):
        raise FileProblem(f"{shorten(folder.name)}: folder not found")
    result, problems = parse_toml(About, _toml(folder / ABOUT))
    if result is None:
        raise FileProblem(f"{ABOUT}: {problems[0].where}: {problems[0].what}")
    return result


def origins_in(folder: Path) -> tuple[Origin, ...]:
    """The producers of the values, with notes on unlocated entries from the report of its newest input.

    Raises:
        FileProblem: The folder's files are invalid.
    """
    columns = ("origin", "input", "rows", "rows_not_placed", "amount", "amount_not_placed", "unit_of_measure", "remark")
    newest = {line["origin"]: line for line in _lines(folder / "report.csv", columns)}
    lost, found = {}, []
    for name, line in newest.items():
        if line["rows_not_placed"] != "0":
            whole = _number(line["amount"])
            share = 100 * _number(line["amount_not_placed"]) / whole if whole else 0
            lost[name] = (
                f"Not placed in {line['input']}: {line['rows_not_placed']} of {line['rows']} rows, "
                f"{share:.1f} % of {line['unit_of_measure']} ({line['remark']})."
            )
    for name, item in _toml(folder / "origins.toml").items():
        origin, problems = parse_toml(Origin, (item if isinstance(item, dict) else {}) | {"name": name}, name)
        if origin is None:
            raise FileProblem(f"origins.toml: {problems[0].where}: {problems[0].what}")
        found.append(evolve(origin, note=" ".join(filter(None, [origin.note, lost.get(name, "")]))))
    return tuple(found)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise FileProblem(f"report.csv: '{shorten(text)}' is not a number") from None


def outside(folder: Path) -> dict[str, str]:
    """Of each table, what lies in none of the hubs of the default unit set, and the hubs beside which most lies.

    A table of several amounts is spoken for by the first of them.
    """
    columns = ("table", "input", "reason", "beside_hub", "per_cent")
    lines = [line for line in _lines(folder / "losses.csv", columns) if line["reason"] == "outside every hub"]
    message = {}
    for table in dict.fromkeys(line["table"] for line in lines):
        own = [line for line in lines if line["table"] == table]
        own = [line for line in own if line["input"] == own[0]["input"]]
        beside = sorted((line for line in own if line["beside_hub"]), key=lambda line: -_number(line["per_cent"]))[:3]
        most = ", ".join(f"{line['beside_hub']} {_number(line['per_cent']):.1f} %" for line in beside)
        share = sum(_number(line["per_cent"]) for line in own)
        message[table] = f"{share:.0f} % outside every hub; most near {most}"
    return message


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return read_toml(path).table
    except ScenarioError as error:
        lines = (f", line {item.line}" if item.line else "" for item in error.problems)
        texts = (f"{path.name}{line}: {item}" for line, item in zip(lines, error.problems, strict=True))
        raise FileProblem(*texts) from error


def _lines(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(read_bytes(path).decode(), newline=""), restval="")
        if lacking := [item for item in columns if item not in (reader.fieldnames or ())]:
            raise FileProblem(f"{path.name}: has no column {shorten_list(lacking)}")
        yield from reader
    except (ValueError, csv.Error) as error:
        raise FileProblem(f"{path.name}: {library_message(error)}") from None


def sample(table: str, options: Options) -> Any:
    """Of 200 places the fullest row, the newest up to 2022 or the first, and the newest up to 2018 and 2019.

    The largest of each country in turn; where there are more than a hundred countries, after the hundred largest.
    """
    frame = next(read(Request(table=table, columns=(), first_year=None, last_year=None, options=options)))
    amounts = set(frame.columns) - {*_PLACE, *_PROVENANCE, "year", "from_year", "category"}
    newness = frame["year"].where(frame["year"] <= 2022, -frame["year"])
    known = frame[sorted(amounts)]
    ordered = frame.assign(filled=known.notna().sum(axis=1), newness=newness, size=known.sum(axis=1))
    ordered = ordered.sort_values(["filled", "newness"], kind="stable")
    at = ["lat", "lon"]
    before = [ordered[ordered["year"] <= last].drop_duplicates(at, keep="last") for last in (2018, 2019)]
    places = ordered.drop_duplicates(at, keep="last").sort_values("size", ascending=False, kind="stable")
    turn = places.groupby("country").cumcount()
    if places["country"].nunique() > 100:
        turn.iloc[:100] = -1
    turn = turn.sort_values(kind="stable")
    chosen = turn.index[:200]
    there = frame.loc[chosen].set_index(at).index
    for earlier in before:
        chosen = chosen.union(earlier.index[earlier.set_index(at).index.isin(there)])
    return frame.loc[chosen].reset_index(drop=True)


def fingerprint(request: Request) -> str:
    """The SHA-256 of the table's file."""
    path = (request.options.file or DATA) / f"{request.table}.csv"
    check_size(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


hubrank_data_sources = declare(
    DataSource(
        name="almanac",
        title="Real values by place, built in",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=fingerprint,
    )
)
