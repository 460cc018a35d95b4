"""The unit set, filtered and placed."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.errors import FileProblem, Problem, ScenarioError, did_you_mean, number_of, shorten_list
from hubrank.i18n import joined
from hubrank.io.cells import DISTANCE, LATITUDE, LONGITUDE, NUMBER, CellFormat, among, read_numbers
from hubrank.io.limits import refuse
from hubrank.io.safe_input import parse_json, read_bytes
from hubrank.io.table_layout import meant_by, renamed
from hubrank.io.tables import ReadSpec, at_lines, read_with_errors
from hubrank.io.toml import describe_value
from hubrank.numeric import Mask
from hubrank.plugin.registry import Part
from hubrank.plugin.sources import PLACE_COLUMNS, Origin
from hubrank.plugin.units import SCHEMES, Units
from hubrank.scenario.indicators import Binder
from hubrank.scenario.places import Located, Match, Places, places
from hubrank.scenario.schema import Scenario, UnitsSettings

if TYPE_CHECKING:
    import pandas as pd

_Blank = Mapping[str, tuple[str, ...]]
#: Columns of places other than codes and points.
_REACH = ("radius_km", "polygon", "also_countries")
_TEXTS = (*SCHEMES, "name", "aliases", "also_countries")
_REACH_KINDS = {"lat": LATITUDE, "lon": LONGITUDE, "radius_km": DISTANCE}
#: The columns of units that their fingerprint covers, beside their codes.
IN_FINGERPRINT = ("name", "aliases", "country")
#: The most sets of units with shared rows that an error lists.
_NAMED = 5
_PLACES = ReadSpec(texts=_TEXTS, kinds=_REACH_KINDS, whole=True, key="")


@frozen(kw_only=True, eq=False)
class BoundUnits:
    """The units to rank.

    Attributes:
        name: The unit set's name or the file's.
        units: Codes, names and columns, in the order of the codes.
        spots: The rows of places that the choice is made of.
        blank: For each column of `units.where` the codes of units that only its empty cell leaves out.
    """

    name: str
    units: Units
    places: Places
    origins: tuple[Origin, ...]
    spots: pd.DataFrame
    part: Part | None
    choice: UnitsSettings
    blank: _Blank

    @functools.cached_property
    def fingerprint(self) -> str:
        """A text that changes when the units or their places do."""
        spots = self.spots.sort_values("unit", kind="stable")
        columns = sorted(column for column in spots.columns if column in ("unit", *PLACE_COLUMNS, *_REACH))
        about = [name for name in IN_FINGERPRINT if name in self.units]
        text = repr(
            [
                (self.units.codes, self.choice.within_km, self.choice.overlap, about, columns),
                *(self.units[name].tolist() for name in about),
                *(spots[name].tolist() for name in columns),
            ]
        )
        return hashlib.sha256(text.encode()).hexdigest()


def bind_units(scenario: Scenario, binder: Binder) -> BoundUnits | None:
    """The units of a scenario; None if there are problems."""
    choice = scenario.units
    where = "units.file" if choice.file else "units.set"
    if bool(choice.set) == bool(choice.file):
        binder.problem("units", "needs either set (an installed unit set) or file")
        return None
    part = binder.part("unit set", choice.set, where) if choice.set else None
    if choice.set and part is None:
        return None
    try:
        frame, spots = frames_of(choice) if part is None else _frames_of_set(part)
        frame, blank = _chosen(frame, choice, binder)
        if not len(frame):
            return None
        countries = frame["country"].tolist() if "country" in frame.columns else [None] * len(frame)
        units = Units(frame=frame.set_index("unit"))
        names = units.by_folded_name
        return BoundUnits(
            name=part.name if part else (choice.file.name if choice.file else ""),
            units=units,
            spots=spots,
            places=places(spots, units.codes, countries, choice.within_km, choice.overlap, names),
            origins=part.record.origins if part else (),
            part=part,
            blank=blank,
            choice=choice,
        )
    except FileProblem as error:
        for what in error.problems:
            binder.problem(where, what)
        return None


def frames_of(choice: UnitsSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The units and places of a file; `FileProblem` with every error in it and in the file of places."""
    problems: list[str] = []
    frame = spots = None
    # codes and names are texts; points, and columns with bounds, are numbers
    bounded = [name for name, wanted in choice.where.items() if isinstance(wanted, dict)]
    kinds = {**dict.fromkeys(bounded, NUMBER), **_REACH_KINDS}
    spec = ReadSpec(columns=choice.columns, texts=_TEXTS, kinds=kinds, key="units.columns", whole=True)
    try:
        if choice.file is not None:
            frame = _checked(_read(choice.file, choice.reading, spec, choice.allow_duplicates), choice.file)
    except FileProblem as error:
        problems += error.problems
    try:
        spots = _read(choice.places, choice.places_reading, _PLACES) if choice.places else None
    except FileProblem as error:
        problems += error.problems
    if frame is None or problems:
        raise FileProblem(*problems)
    if spots is not None:
        spots = _known_units(spots, frame, choice.places)
    elif "country" in frame.columns and frame["country"].dropna().duplicated().any():
        spots = frame.drop(columns="country")  # a country that several units share identifies none of them
    else:
        spots = frame
    return frame.drop(columns="polygon", errors="ignore"), spots


def _frames_of_set(part: Part) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The units and places of a unit set, as copies, for it may keep its own; `PluginError` if they are invalid."""
    import pandas as pd

    frames = []
    for name in ("units", "places"):
        frame = part.call(name)
        if not isinstance(frame, pd.DataFrame):
            raise part.broke(f"{name} returned {type(frame).__name__}; expected a pandas DataFrame")
        if frame.columns.has_duplicates:
            twice = shorten_list([str(item) for item in frame.columns[frame.columns.duplicated()].unique()])
            raise part.broke(f"{name} returned two columns {twice}")
        frames.append(pd.DataFrame(frame.reset_index(drop=True), copy=True))
    try:
        return _checked(frames[0]), _known_units(frames[1], frames[0])
    except FileProblem as error:
        raise part.broke(str(error)) from error


def _known_units(spots: pd.DataFrame, frame: pd.DataFrame, file: Path | None = None) -> pd.DataFrame:
    spots = _with_codes(spots, file, "places has")
    unknown = sorted(set(spots["unit"]) - set(frame["unit"]))
    if unknown:
        raise FileProblem(f"places contains unknown units: {shorten_list(unknown)}")
    return spots.reset_index(drop=True)


def _read(path: Path, reading: CellFormat, wanted: ReadSpec, allow_duplicates: bool = False) -> pd.DataFrame:
    """The rows of a file of units or places, its columns renamed."""
    if path.suffix.lower() in (".geojson", ".json"):
        features, problems = renamed(_features(path), wanted.columns, wanted.key)
        frame: pd.DataFrame | None = features
        problems += [] if reading == CellFormat() else ["is GeoJSON, to which reading does not apply; leave it out"]
        problems = [f"{path.name}: {what}" for what in problems]
    else:
        frame, problems = read_with_errors(path, reading, wanted)
    questions = [] if frame is None else _column_questions(frame, path.name, wanted)
    if frame is None or problems or questions:
        raise FileProblem(*problems, *questions)
    if allow_duplicates:
        frame = (frame[list(wanted.columns)] if wanted.columns else frame).drop_duplicates()
    return frame


def _column_questions(frame: pd.DataFrame, file: str, wanted: ReadSpec) -> list[str]:
    """Questions about columns that may be meant by a missing one."""
    free = [column for column in frame.columns if column not in {*wanted.columns, *_TEXTS, *_REACH_KINDS}]
    names = (*SCHEMES, *(("name",) if wanted.key else ()), *_REACH_KINDS, "polygon")
    remedy = "rename it in the file"
    if wanted.key:
        remedy = 'set units.columns = {{ {name} = "{column}" }}, or {{ other = "{column}" }} to leave it out'
    return [
        f"{file}: is '{column}' the {name}? {remedy.format(name=name, column=column)}"
        for name in names
        if name not in {*frame.columns, *wanted.columns}
        for column in meant_by(name, free, alike_only=name != "unit")
    ]


def _features(path: Path) -> pd.DataFrame:
    """The features of a GeoJSON file by their numbers: their properties, and their geometry as `polygon`."""
    import pandas as pd

    content = read_bytes(path)
    refuse("polygon_points", max(content.count(b"[") - 2, 0), path.name)
    try:
        features = parse_json(content.decode("utf-8-sig"))["features"]
        rows = [dict(item["properties"], polygon=item["geometry"] or {}) for item in features]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileProblem(f"{path.name} is not a GeoJSON feature collection with properties") from error
    texts = [
        {key: json.dumps(item) if isinstance(item, dict | list) else item for key, item in row.items()} for row in rows
    ]
    return pd.DataFrame(texts, index=range(1, len(rows) + 1))


def _checked(frame: pd.DataFrame, file: Path | None = None) -> pd.DataFrame:
    """Units in the order of their codes, each there once, with codes and names as texts.

    Args:
        frame: The units, labelled with the lines of a file if they are of one.
    """
    where = file.name if file else "the unit set"
    frame = _with_codes(frame, file, "the units have")
    if not len(frame):
        raise FileProblem("contains no units")
    refuse("units", len(frame), where)
    frame = frame.assign(name=_plain(frame["name"], frame["unit"]) if "name" in frame.columns else frame["unit"])
    texts = frame["unit"].to_numpy()
    refuse("name_letters", max(map(len, itertools.chain(texts, frame["name"].to_numpy()))), where)
    if not (texts[:-1] < texts[1:]).all():
        if (twice := frame["unit"].duplicated(keep=False)).any():
            codes = shorten_list([repr(item) for item in sorted(set(frame["unit"][twice]))])
            what = f"two units have the code {codes}"
            raise FileProblem(f"{at_lines(file, frame.index[twice])}: {what}" if file else what)
        frame = frame.sort_values("unit")
    return frame.reset_index(drop=True)


def _with_codes(frame: pd.DataFrame, file: Path | None, what: str) -> pd.DataFrame:
    """Rows of units or places with their codes as texts; each must have one."""
    if "unit" not in frame.columns:
        raise FileProblem(f"{what} no column 'unit'; available: {shorten_list(list(frame.columns))}")
    codes = _plain(given := frame["unit"])
    if codes is not given and (nameless := given.isna()).any():
        lines = frame.index[nameless]
        where = at_lines(file, lines) if file else f"row {int(np.flatnonzero(nameless)[0]) + 1}"
        raise FileProblem(f"{where}: no code in the column unit")
    return frame.assign(unit=codes)


def _plain(cells: pd.Series, instead: pd.Series | None = None) -> pd.Series:
    """Cells as Python's own texts, which are read one by one much faster than those of Arrow; missing ones replaced."""
    import pandas as pd

    if cells.dtype == object and pd.api.types.infer_dtype(cells, skipna=False) == "string":
        return cells
    cells = cells if instead is None else cells.astype(object).fillna(instead)
    return pd.Series(list(map(str, cells)), index=cells.index, dtype=object)


def _chosen(frame: pd.DataFrame, choice: UnitsSettings, binder: Binder) -> tuple[pd.DataFrame, _Blank]:
    """The units to rank, and those that only an empty cell leaves out."""
    met = {}
    for column, wanted in choice.where.items():
        if column in frame.columns:
            matches = _within if isinstance(wanted, dict) else _among
            met[column] = matches(f"units.where.{column}", frame[column], wanted, binder)
        else:
            hint = did_you_mean(column, frame.columns)
            binder.problem(f"units.where.{column}", f"the units have no column '{column}'{hint}")
    for code in choice.exclude:
        if code not in set(frame["unit"]):
            binder.problem("units.exclude", f"there is no unit '{code}'" + did_you_mean(code, frame["unit"]))
    stays = ~frame["unit"].isin(choice.exclude).to_numpy() if choice.exclude else np.ones(len(frame), dtype=bool)
    keep = np.logical_and.reduce([stays, *met.values()])
    if not keep.any():
        binder.problem("units", f"all {number_of(len(frame), 'unit')} are left out")
    blank = {}
    for column in met:
        others = np.logical_and.reduce([stays, *(mask for other, mask in met.items() if other != column)])
        if (empty := others & frame[column].isna().to_numpy()).any():
            blank[column] = tuple(frame["unit"][empty])
    return frame if keep.all() else frame[keep], blank


def _within(where: str, values: pd.Series, bounds: dict[str, Any], binder: Binder) -> Mask:
    """Which values are within bounds; all if these are invalid."""
    if set(bounds) - {"at_least", "at_most"} or not bounds:
        binder.problem(where, "must be a value, a list of values, or a table with at_least or at_most")
        return np.ones(len(values), dtype=bool)
    wrong = {
        name: bound
        for name, bound in bounds.items()
        if not isinstance(bound, int | float) or isinstance(bound, bool) or not abs(bound) <= sys.float_info.max
    }
    for name, bound in wrong.items():
        binder.problem(f"{where}.{name}", f"must be a number; got {describe_value(bound)}")
    if wrong:
        return np.ones(len(values), dtype=bool)
    numbers = read_numbers(values)
    texts = values[numbers.isna() & values.notna()]
    if len(texts):
        binder.problem(where, f"compares numbers, but a unit has {describe_value(texts.iloc[0])}")
    least, most = float(bounds.get("at_least", -np.inf)), float(bounds.get("at_most", np.inf))
    return np.asarray(numbers.between(least, most), dtype=bool)


def _among(where: str, values: pd.Series, wanted: Any, binder: Binder) -> Mask:
    """Which values are among those wanted; all if these are invalid."""
    listed = wanted if isinstance(wanted, list) else [wanted]
    texts = sorted({value for value in values if isinstance(value, str)})
    for at, value in enumerate(listed):
        text, given = isinstance(value, str), describe_value(value)
        if isinstance(value, dict | list):
            binder.problem(f"{where}[{at}]", f"must be a text, a number, or true or false; got {given}")
            return np.ones(len(values), dtype=bool)
        if not among(values, [value]).any():
            binder.problem(where, f"no unit has {given}" + (did_you_mean(value, texts) if text else ""))
        elif text and (spaced := [item for item in texts if item.strip() == value.strip() and item not in listed]):
            binder.problem(
                where,
                f"some units have {' and '.join(map(describe_value, spaced))} in place of {given}, with other spaces "
                "around it; correct the table, or list each text that is meant",
            )
    return among(values, listed)


def units_of_rows(name: str, match: Match, units: BoundUnits, rows: pd.DataFrame) -> pd.DataFrame:
    """The units that rows of an input lie in: `row`, a position, and `unit`, a code; repeated for several units.

    Raises:
        ScenarioError: A row lies in several units, and the scenario calls this an error.
    """
    import pandas as pd

    located = units.places.locate(rows, match)
    if units.places.overlap == "error":
        refuse_overlap(name, units, rows.assign(rows=1).reset_index(drop=True), located)
    codes = np.array(units.units.codes, dtype=object)
    return pd.DataFrame({"row": located.row, "unit": codes[located.unit]})


def refuse_overlap(name: str, units: BoundUnits, tally: pd.DataFrame, located: Located) -> None:
    """Reject distinct places of an input, with their `rows`, in several units.

    Raises:
        ScenarioError: There are such rows; it names the units and for each set of them one row.
    """
    import pandas as pd

    codes = np.array(units.units.codes, dtype=object)
    pairs = pd.DataFrame({"place": located.row, "unit": codes[located.unit]})
    pairs = pairs[pairs["place"].duplicated(keep=False)]
    if not len(pairs):
        return
    rows = tally["rows"]
    sets = pairs.groupby("place")["unit"].agg(lambda units: joined([f"'{code}'" for code in sorted(units)]))
    held = sets.groupby(sets).groups
    texts = []
    for names, at in list(held.items())[:_NAMED]:
        lat, lon = tally[["lat", "lon"]].iloc[int(at[0])]
        count = number_of(int(rows.iloc[at].sum()), "row")
        texts.append(f"{names} hold {count}, such as lat {lat:.6g}, lon {lon:.6g}")
    more = f" and {len(held) - _NAMED} more" if len(held) > _NAMED else ""
    what = (
        f"{number_of(int(rows.iloc[sets.index].sum()), 'row')} of inputs.{name} lie in several units: "
        f"{'; '.join(texts)}{more}; correct the units' places, or set overlap to 'nearest' or 'all'"
    )
    raise ScenarioError("", [Problem("units.overlap", what)])
