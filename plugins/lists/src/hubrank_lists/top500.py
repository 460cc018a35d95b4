"""TOP500 lists of supercomputers that a user has downloaded: systems and their speed by country, or by site.

Lists are read in the forms that they have had: labels in any case, speeds in GFlop/s or TFlop/s.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import frozen
from hubrank.errors import fold_name, shorten_list
from hubrank.io.cells import LATITUDE, LONGITUDE, NUMBER, CellFormat
from hubrank.io.safe_input import files_named
from hubrank.io.tables import ReadSpec, first_rows, read_with_errors
from hubrank.plugin import Coverage, FileProblem, Origin, Request, Table
from hubrank_fetching.geonames import country_called

from hubrank_lists.files import Places, digest_of

_MONTH = re.compile(r"(19|20)\d\d-(06|11)")
#: The last list whose speeds are in GFlop/s where the label does not say it.
_LAST_GIGA = "2017-06"
#: TFlop/s in one of each unit, by the beginning of its name.
_TERA = {"k": 1e-9, "m": 1e-6, "g": 1e-3, "t": 1.0, "p": 1e3, "e": 1e6}
_LABEL = re.compile(r"(.*?)(?<!\s)\s*+[\[(]([^\[\]()]*+)[\])]\s*+")
_UNIT = re.compile(r"([kmgtpe])flops?(/s)?", re.IGNORECASE)
_IN_NAME = re.compile(r"((?:19|20)\d\d)(06|11)(?!\d)")
_NEEDED = ("Rank", "Country", "Rmax")
_READING = CellFormat(thousands=",")


@frozen(kw_only=True)
class Options:
    """Options for a list.

    Attributes:
        file: A list as XLSX or TSV, or a pattern for several (`lists/*.xlsx`); relative to the scenario.
        month: The month of the list, as 2025-06, unless the file's name ends in it as TOP500_202506.xlsx does.
        sites: The places of sites: `{ file = "sites.csv" }`, by `site_id` (the list's Site ID) or `site` (its Site);
            without it systems are counted in their country.
        covers: The years (and countries) for which a missing row means 0.
    """

    file: Path
    month: str = ""
    sites: Places | None = None
    covers: Coverage | None = None

    def __attrs_post_init__(self) -> None:
        if self.month and not _MONTH.fullmatch(self.month):
            what = f'must be that of a list, June or November, such as "2025-06"; got "{self.month}"'
            raise ValueError(f"month: {what}")


def tables(options: Options) -> tuple[Table, ...]:
    """The one table; with points where there is a table of sites."""
    points = {"lat": "degrees north, of sites that are known", "lon": "degrees east"} if options.sites else {}
    return (
        Table(
            name="supercomputers",
            title="Supercomputers among the 500 fastest of the world",
            kind="stock",
            columns={
                **points,
                "country": "ISO 3166-1 alpha-3",
                "year": "of the list; of two in a year the later one",
                "systems": "systems",
                "rmax": "speed by the benchmark (Rmax), in TFlop/s",
            },
            covers=options.covers,
            origin="top500",
        ),
    )


def origins(options: Options) -> tuple[Origin, ...]:
    """TOP500, with the newest list and the systems without a place."""
    try:
        lists = read_lists(options)
        newest, lost = max(lists), list_text(lists, options)
    except FileProblem:  # reported when it is read
        newest, lost = options.month, ""
    caveat = "China has sent no new systems since about 2021, and many sites are anonymous."
    return (
        Origin(
            name="top500",
            producer="TOP500.org",
            title="TOP500 list of supercomputers",
            licence="(c) TOP500.org, no open licence; counts and sums per place only",
            url="https://top500.org/lists/top500/",
            published=newest,
            note=f"{caveat} {lost}".strip(),
        ),
    )


def read(request: Request) -> Iterator[pd.DataFrame]:
    """All lists, whole."""
    yield rows_of(request.options)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # it has one table
    """The first rows."""
    return rows_of(options).head(200)


def fingerprint(request: Request) -> str:
    """A digest of the lists and of the table of sites."""
    return digest_of(files_named(request.options.file), request.options.sites)


def read_lists(options: Options) -> Mapping[str, pd.DataFrame]:
    """The lists by their months, such as `2025-06`.

    Returns:
        `country` (as the list writes it), `rmax` in TFlop/s, and `site` and `site_id` if a list has them.
    """
    paths = files_named(options.file)
    months = {path: options.month if len(paths) == 1 and options.month else _month_of(path) for path in paths}
    if twice := [path.name for path, month in months.items() if list(months.values()).count(month) > 1]:
        raise FileProblem(f"{options.file.name}: the same list twice: {shorten_list(twice)}")
    return {month: _frame(path, month) for path, month in sorted(months.items())}


def _month_of(path: Path) -> str:
    found = _IN_NAME.search(path.name)
    if not found:
        what = f'{path.name}: does not say which list it is; name it like TOP500_202506.xlsx, or set month = "2025-06"'
        raise FileProblem(what)
    return f"{found[1]}-{found[2]}"


def _frame(path: Path, month: str) -> pd.DataFrame:
    columns, units = _columns(path, ("country", "rmax", "site", "siteid"))
    if lacking := [item for item in _NEEDED if fold_name(item) not in units]:
        raise FileProblem(f"{path.name}: is not a list of TOP500; it lacks {shorten_list(lacking)}")
    unit = units["rmax"] or ("GFlop/s" if month <= _LAST_GIGA else "TFlop/s")
    if not (found := _UNIT.fullmatch(unit)):
        raise FileProblem(f'{path.name}: Rmax has the unit "{unit}"; known: GFlop/s, TFlop/s, PFlop/s')
    frame = _read(path, columns, {"rmax": NUMBER})
    return frame.assign(rmax=frame["rmax"].astype("float64") * _TERA[found[1].lower()])


def _columns(path: Path, wanted: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """The header of the columns that are wanted, by label, and the units of all: `TFlop/s` of `RMax [TFlop/s]`."""
    rows = first_rows(path, _READING, 1)
    labels, units = {}, {}
    for item in reversed([str(item) for item in (rows[0][1] if rows else ()) if item is not None]):
        found = _LABEL.fullmatch(item)
        if label := fold_name(found[1] if found else item):
            labels[label], units[label] = item, found[2].strip() if found else ""
    return {label: labels[label] for label in wanted if label in labels}, units


def _read(path: Path, columns: Mapping[str, str], kinds: Mapping[str, Any]) -> pd.DataFrame:
    """Some columns, those that are no numbers as texts."""
    wanted = ReadSpec(columns=columns, texts=set(columns) - set(kinds), kinds=kinds, only=set(columns))
    frame, problems = read_with_errors(path, _READING, wanted)
    if frame is None or problems:
        raise FileProblem(*problems)
    return frame[list(columns)]


def rows_of(options: Options) -> pd.DataFrame:
    """The table: the later list of each year, by country, or by site where it is known."""
    lists = read_lists(options)
    frames = []
    for year, month in {month[:4]: month for month in sorted(lists)}.items():
        placed = _placed(lists[month], options).assign(year=int(year))
        rows = placed.assign(systems=1.0, rmax=lists[month]["rmax"]).groupby([*placed.columns], dropna=False)
        frames.append(rows[["systems", "rmax"]].sum(min_count=1).reset_index())
    return pd.concat(frames)


def _placed(frame: pd.DataFrame, options: Options) -> pd.DataFrame:
    known = {text: country_called(text) for text in frame["country"].dropna().unique()}
    country = frame["country"].map(known).astype(object)
    country = country.where(country.notna(), None)
    if options.sites is None:
        return pd.DataFrame({"country": country})
    return _spots(options.sites.file, frame).assign(country=country)


def _spots(path: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """`lat` and `lon` of each system's site, where the user's table has it."""
    columns, _ = _columns(path, ("siteid", "site", "lat", "lon"))
    if lacking := [item for item in ("lat", "lon") if item not in columns]:
        raise FileProblem(f"{path.name}: lacks {shorten_list(lacking)}")
    key = next((item for item in ("siteid", "site") if item in columns and item in frame.columns), None)
    if key is None:
        raise FileProblem(f"{path.name}: needs a column 'site_id' or 'site' that the list has too")
    sites = _read(path, {item: columns[item] for item in (key, "lat", "lon")}, {"lat": LATITUDE, "lon": LONGITUDE})
    sites = sites[sites[key].notna()].assign(key=lambda item: item[key].map(_site_key))
    if twice := sorted(set(sites.loc[sites["key"].duplicated(), key])):
        raise FileProblem(f"{path.name}: has sites twice: {shorten_list(twice)}")
    keys = frame[key].map(_site_key, na_action="ignore")
    return sites.set_index("key")[["lat", "lon"]].astype("float64").reindex(keys).set_axis(frame.index)


def _site_key(text: str) -> str:
    """A site as both tables mean it; an id that a spreadsheet made a number has no point."""
    return fold_name(text.removesuffix(".0"))


def list_text(lists: Mapping[str, pd.DataFrame], options: Options) -> str:
    """The systems of the newest list without a place, in sentences for the origin."""
    found = lists[max(lists)]
    placed = _placed(found, options)
    nowhere = sorted(set(found.loc[placed["country"].isna(), "country"].dropna()))
    text = []
    if count := int(placed["country"].isna().sum()):
        named = ", ".join(nowhere) or "none named"
        text.append(f"No country that is known: {count} of {len(placed)} systems ({named}).")
    if "lat" in placed.columns and (count := int(placed["lat"].isna().sum())):
        text.append(f"No site that the table of sites has, so in the country alone: {count} of {len(placed)} systems.")
    return " ".join(text)
