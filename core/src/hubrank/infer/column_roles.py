"""What each column of a table is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from hubrank.errors import Problem, UsageError, did_you_mean, fold_name, shorten_list
from hubrank.i18n import gettext
from hubrank.io.cells import YEAR, is_gap, read_numbers, shown
from hubrank.io.table_layout import MEANT
from hubrank.plugin.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS
from hubrank.scenario.tree import LAST_COLUMNS, RANKING_COLUMNS, ROOT

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.numeric import Array


#: Heads of columns of names, and of earlier results, as `folded_key` writes them.
_NAMES = ("name", "names", "unitname", "title", "label", "city", "ville", "stadt", "ciudad")
_RESULTS = ("rank", "ranking", "position", "rang", "platz", "puesto", "classement")
_NUMBERS = ("", "no", "nr", "n", "num", "number", "index", "id", "row", "unnamed0", "lfdnr")
#: Heads whose columns tell units apart, most telling first; those before `country` hold codes.
_CODES = ("unit", *MEANT["unit"][:-1], "nuts", *MEANT["nuts"], "ror", "geonames", *MEANT["country"][1:])
#: The share of a column's cells that are numbers from which on the others are mistakes.
_MOSTLY = 0.5


@frozen(kw_only=True)
class Roles:
    """What the columns are.

    Attributes:
        unit: The column that tells the units apart.
        guessed: Whether nobody said so.
        grouped: Whether somebody said which columns are groups.
        rivals: Other columns that tell them apart as well.
        name: The column of names; none where there is none beside `unit`.
        year: The column of years.
        places: The columns of latitude and longitude, by `lat` and `lon`.
        groups: Columns of texts that several units share.
        figures: Columns of numbers, with the numbers read.
        left: Columns that are left out, and why.
    """

    unit: str
    guessed: bool
    grouped: bool
    rivals: tuple[str, ...]
    name: str | None
    year: str | None
    places: Mapping[str, str]
    groups: tuple[str, ...]
    figures: Mapping[str, pd.Series] = field(repr=False)
    left: Mapping[str, str]


@frozen(kw_only=True)
class ColumnHints:
    """What the user says of columns; what is none is found out.

    Attributes:
        unit: The column of units.
        name: The column of names.
        year: The column of years.
        groups: The columns of groups.
        indicators: The columns of figures.
        leave_out: Columns that are left out.
    """

    unit: str | None = None
    name: str | None = None
    year: str | None = None
    groups: Sequence[str] | None = None
    indicators: Sequence[str] | None = None
    leave_out: Sequence[str] = ()

    def unknown(self, columns: Sequence[str]) -> Iterator[Problem]:
        """Names of columns that are none."""
        for where, names in (
            *((key, (getattr(self, key),)) for key in ("unit", "name", "year")),
            *((key, getattr(self, key) or ()) for key in ("groups", "indicators", "leave_out")),
        ):
            for name in names:
                if name is not None and name not in columns:
                    hint = did_you_mean(name, columns)
                    yield Problem(where, f"there is no column '{name}'{hint}")


def roles_of(frame: pd.DataFrame, told: ColumnHints) -> tuple[Roles | None, list[Problem]]:
    """Find out what the columns of a table are.

    Args:
        frame: One row a unit, or a unit and year.
        told: What is known already.

    Returns:
        The roles, or none where the units cannot be told apart; and every problem.
    """
    problems = list(told.unknown(list(frame.columns)))
    if problems:
        return None, problems
    year = told.year or _year_column(frame, told)
    figures, texts = _numbers_and_texts(frame, told, year, problems)
    unit, rivals = _unit_column(frame, told, year, texts, figures)
    if unit is None:
        return None, [*problems, _nothing_tells(year, texts)]
    problems += _unit_problems(frame, unit, year)
    texts = [each for each in texts if each != unit]
    name = told.name or next((each for each in texts if fold_name(each) in _NAMES), rivals[0] if rivals else None)
    name = None if name == unit else name
    groups = (
        told.groups
        if told.groups is not None
        else [each for each in texts if each != name and _shared(frame, each, unit)]
    )
    places = {key: each for key in ("lat", "lon") for each in figures if fold_name(each) in (key, *MEANT[key])}
    used = {unit, name, *groups, *places.values()}
    kept, left = _kept(figures, told, used)
    no_group = gettext("its texts are no group: each unit has another")
    left |= {each: no_group for each in texts if each not in (*used, *left)}
    left |= dict.fromkeys(told.leave_out, gettext("left out as you said"))
    return Roles(
        unit=unit,
        guessed=told.unit is None,
        grouped=told.groups is not None,
        rivals=tuple(rivals),
        name=name,
        year=year,
        places=places if len(places) == 2 else {},  # a point has two
        groups=tuple(groups),
        figures=kept,
        left=left,
    ), problems


def _nothing_tells(year: str | None, texts: Sequence[str]) -> Problem:
    columns = shorten_list(texts) or "none"
    if year is None:
        what = f"no column tells the units apart: each holds a value twice, or a gap; columns of text: {columns}"
    else:
        what = (
            f"no column tells the units apart: each holds a value twice in each {year}, or a gap; columns of "
            f"text: {columns}"
        )
    return Problem("unit", what)


def codes_say(column: str) -> bool:
    """Whether a column's head says that it holds codes of units."""
    return fold_name(column) in _CODES


def names_say(column: str) -> bool:
    """Whether a column's head says that it holds names of units."""
    return fold_name(column) in _NAMES


def known(cells: pd.Series) -> pd.Series:
    """A column with its gaps as none, its texts without outer blanks."""
    if cells.dtype.kind in "iufb":
        return cells
    bare = cells.astype(object).map(lambda each: each.strip() if isinstance(each, str) else each)
    return bare.mask(bare.map(is_gap).astype(bool), None)


def years_of(cells: pd.Series) -> pd.Series:
    """A column of years or of dates as numbers; NaN where a cell is no year."""
    import pandas as pd

    if cells.dtype.kind == "M":
        return pd.DatetimeIndex(cells).year.to_series(index=cells.index).astype(float)
    return read_numbers(known(cells))


def _year_column(frame: pd.DataFrame, told: ColumnHints) -> str | None:
    """The column whose head says year, and whose cells are years."""
    taken = {told.unit, told.name, *(told.indicators or ()), *(told.groups or ()), *told.leave_out}
    for column in frame.columns:
        if column not in taken and fold_name(column) in ("year", *MEANT["year"]):
            years = years_of(frame[column]).to_numpy(dtype=float)
            if len(years) and YEAR.fits(years).all() and years.min() >= 1000:  # earlier ones are none
                return str(column)
    return None


def _numbers_and_texts(
    frame: pd.DataFrame, told: ColumnHints, year: str | None, problems: list[Problem]
) -> tuple[dict[str, pd.Series], list[str]]:
    """The columns of numbers, read, and those of texts; a column of numbers with a few texts is a problem."""
    figures: dict[str, pd.Series] = {}
    texts = []
    for column in frame.columns:
        if column == year or column in told.leave_out:
            continue
        cells = known(frame[column])
        numbers = cells.astype(float) if cells.dtype.kind == "b" else read_numbers(cells)
        wrong = cells.notna().to_numpy() & numbers.isna().to_numpy()
        there = int(cells.notna().sum())
        says = column in (told.unit, told.name, *(told.groups or ()))
        says = says or (frame[column].dtype.kind in "OU" and (codes_say(column) or names_say(column)))
        if says or (wrong.sum() > (1 - _MOSTLY) * there and column not in (told.indicators or ())):
            texts.append(str(column))
            continue
        figures[str(column)] = numbers
        if wrong.any():
            problems.append(Problem(str(column), _no_numbers(cells[wrong])))
    return figures, texts


def _no_numbers(wrong: pd.Series) -> str:
    """What is said of a column's cells that are no numbers."""
    cell = shown(wrong.iloc[0])
    if len(wrong) == 1:
        return f"must hold numbers; got {cell}"
    return f"must hold numbers; got {cell}; {len(wrong) - 1:,} more of its cells are none either"


def _unit_column(
    frame: pd.DataFrame, told: ColumnHints, year: str | None, texts: Sequence[str], figures: Mapping[str, pd.Series]
) -> tuple[str | None, list[str]]:
    """The column that tells the units apart, and the others that do."""
    if told.unit is not None:
        return told.unit, [each for each in texts if each != told.unit and _tells(frame, each, year)]
    found = [each for each in texts if each not in (told.groups or ()) and _tells(frame, each, year)]
    found = [each for each in found if each != told.name] or found
    found.sort(key=lambda each: _CODES.index(fold_name(each)) if fold_name(each) in _CODES else len(_CODES))
    if not found:
        numbered = [each for each in figures if fold_name(each) in _CODES and _tells(frame, each, year)]
        return next(iter(numbered), None), []
    return found[0], found[1:]


def _tells(frame: pd.DataFrame, column: str, year: str | None) -> bool:
    """Whether a column tells all rows of a year apart."""
    cells = known(frame[column])
    there = cells.notna()
    keys = [cells[there]] if year is None else [cells[there], frame[year][there]]
    return bool(there.mean() > 1 - _MOSTLY) and not _pairs(keys).duplicated().any()


def _pairs(keys: Sequence[pd.Series]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(keys, axis=1)


def _unit_problems(frame: pd.DataFrame, unit: str, year: str | None) -> Iterator[Problem]:
    """Units that stand in several rows of a year."""
    cells = known(frame[unit])
    there = cells.notna()
    pairs = _pairs([cells[there]] if year is None else [cells[there], frame[year][there]])
    twice = pairs[pairs.duplicated()]
    if len(twice):
        rows = dict.fromkeys(twice.itertuples(index=False, name=None))
        names = [str(row[0]) if year is None else f"{row[0]} in {row[1]}" for row in rows]
        what = (
            f"in two or more rows: {shorten_list(names)}; keep one row of each, or name the column of years with year"
        )
        yield Problem(unit, what)


def _shared(frame: pd.DataFrame, column: str, unit: str) -> bool:
    """Whether several units have a text in common, and not all of them."""
    cells = known(frame[column]).groupby(known(frame[unit])).last().dropna()
    return 1 < cells.nunique() < len(cells)


def _kept(
    figures: Mapping[str, pd.Series], told: ColumnHints, used: set[str | None]
) -> tuple[dict[str, pd.Series], dict[str, str]]:
    """The columns of figures that can rank, and why the others cannot."""
    kept, left = {}, {}
    for column, numbers in figures.items():
        if column in used or (told.indicators is not None and column not in told.indicators):
            continue
        if why := _useless(column, numbers, told.indicators is not None):
            left[column] = why
        else:
            kept[column] = numbers
    return kept, left


def _useless(column: str, numbers: pd.Series, wanted: bool) -> str:
    """Why a column of numbers cannot rank units; empty where it can."""
    there = numbers.dropna()
    if there.empty:
        return gettext("it is empty")
    if there.nunique() == 1:
        return gettext("all its values are {value}, so that it cannot tell units apart", value=f"{there.iloc[0]:g}")
    if wanted:
        return ""
    head = fold_name(column)
    if head in _RESULTS:
        return gettext("a rank is an earlier result, not a figure")
    if head in _NUMBERS and there.is_unique and (there % 1 == 0).all():
        return gettext("it numbers the rows")
    return ""


#: Names that have a meaning in a scenario or in one of its files.
_TAKEN = {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS, *RANKING_COLUMNS, *LAST_COLUMNS, ROOT}
_TAKEN |= {"aliases", "polygon", "radius_km"}


def keys_of(names: Iterable[str], suffix: str, taken: Collection[str] = ()) -> dict[str, str]:
    """A key for each name: the name itself where it is one word, else its words joined by hyphens.

    Args:
        names: The names, all different.
        suffix: What a key gets that has another meaning in a scenario: `figure`.
        taken: Keys that are not free.
    """
    made: dict[str, str] = {}
    for at, name in enumerate(names, start=1):
        key = name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name) else _words(name) or f"{suffix}-{at}"
        key = f"{key}-{suffix}" if key in _TAKEN or key in taken else key
        number = next(n for n in range(1, len(made) + 2) if _numbered(key, n) not in made.values())
        made[name] = _numbered(key, number)
    return made


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}-{number}"


def _words(name: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return "-".join(re.findall(r"[^\W_]+", plain.casefold()))


def codes_of(cells: pd.Series) -> pd.Series:
    """Codes of units as texts, whole numbers without a point; none where a cell is empty."""
    return known(cells).map(
        lambda each: None if each is None or each != each else f"{each:.15g}" if isinstance(each, float) else str(each)
    )


def figures_of(frame: pd.DataFrame, roles: Roles, keys: Mapping[str, str]) -> pd.DataFrame:
    """One row a unit (and year): `unit`, `year` and a column a key, in the table's order."""
    import pandas as pd

    columns = {"unit": codes_of(frame[roles.unit])}
    if roles.year is not None:
        columns["year"] = years_of(frame[roles.year])
    columns |= {keys[each]: numbers for each, numbers in roles.figures.items()}
    made = pd.DataFrame(columns).dropna(subset=list(columns)[: 2 if roles.year else 1])
    return made.astype({"year": int}) if roles.year else made


def units_of(frame: pd.DataFrame, roles: Roles) -> tuple[pd.DataFrame, dict[str, str]]:
    """One row a unit, from its newest row: its code, name, place and groups; and the groups by their column here."""
    import pandas as pd

    columns = {"unit": codes_of(frame[roles.unit])}
    names = columns["unit"] if roles.name is None else known(frame[roles.name]).astype(object)
    columns["name"] = names.where(names.notna(), columns["unit"]).astype(str)
    columns |= {key: read_numbers(known(frame[column])) for key, column in roles.places.items()}
    groups = _group_columns(roles)
    columns |= {key: known(frame[column]).astype(object) for column, key in groups.items()}
    made = pd.DataFrame(columns)
    if roles.year is not None:
        made = made.iloc[np.argsort(years_of(frame[roles.year]).to_numpy(dtype=float), kind="stable")]
    newest = made.dropna(subset="unit").drop_duplicates("unit", keep="last").sort_index(ignore_index=True)
    return newest, {key: column for column, key in groups.items()}


def _group_columns(roles: Roles) -> dict[str, str]:
    """The column of each group in the file of units; the first that says country is `country`."""
    countries = ("country", *MEANT["country"], "pays", "land", "pais", "staat", "nation")
    first = next((each for each in roles.groups if fold_name(each) in countries), None)
    keys = keys_of([each for each in roles.groups if each != first], "group")
    return {each: "country" if each == first else keys[each] for each in roles.groups}


def panel_of(
    figures: pd.DataFrame, keys: Iterable[str], editions: Iterable[int], max_age: int, units: pd.Series
) -> Array:
    """Figures as `(editions, units, indicators)`: the newest that is not too old; NaN where there is none."""
    keys = list(keys)
    if "year" not in figures:
        return figures.set_index("unit")[keys].reindex(units).to_numpy(dtype=float)[None]
    by_year = figures.set_index("year").sort_index(kind="stable")
    return np.stack(
        [
            by_year[(by_year.index <= year) & (by_year.index >= year - max_age)]
            .groupby("unit")[keys]
            .last()
            .reindex(units)
            .to_numpy(dtype=float)
            for year in editions
        ]
    )


def pandas_of(given: Any) -> pd.DataFrame:
    """A table as a frame of pandas with its rows numbered; an index that says something becomes a column.

    Raises:
        UsageError: It is no table, or two columns have one name.
    """
    import narwhals as nw
    import pandas as pd

    frame = given if isinstance(given, pd.DataFrame) else None
    if frame is None:
        try:
            frame = pd.DataFrame(nw.from_native(given, eager_only=True).to_pandas())
        except TypeError as error:
            what = f"must be a table of pandas, polars or pyarrow; got {type(given).__name__}"
            raise UsageError(f"frame: {what}") from error
    if not isinstance(frame.index, pd.RangeIndex) and (has_named_index(frame) or frame.index.dtype.kind not in "iu"):
        frame = (
            frame.reset_index(names=frame.index.names[0] or "unit")
            if frame.index.nlevels == 1
            else (frame.reset_index())
        )
    frame = frame.reset_index(drop=True)
    frame.columns = [str(each) for each in frame.columns]
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        names = shorten_list(list(dict.fromkeys(twice)))
        raise UsageError(f"frame: two columns are named {names}; rename one of them")
    return frame


def has_named_index(frame: pd.DataFrame) -> bool:
    """Whether the index of a frame has names."""
    return any(each is not None for each in frame.index.names)
