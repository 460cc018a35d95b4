"""A vintage of the almanac: the one that is built in, or a folder that `python -m tools.vintage` has written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli
from attrs import evolve, field, frozen
from hubrank import Coverage, FileProblem, Origin, Table
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank.io.safe_input import check_size, is_folder, read_bytes, shorten
from hubrank.io.toml import parse_toml

if TYPE_CHECKING:
    import pandas as pd

#: What a folder says of itself; the vintage that is built in has none.
ABOUT = "vintage.toml"
_TEXTS = ("country", "origin", "vintage", "method", "category")


@frozen(kw_only=True)
class Made:
    """A table that was made anew.

    Attributes:
        source: The source that it was made from.
        covers: The years for which no row means 0; none where it never does.
    """

    source: str
    covers: Coverage | None = None


@frozen(kw_only=True)
class About:
    """What a folder says of itself.

    Attributes:
        made: The day on which it was made, in ISO form.
        hubrank: The version that made it.
        carried: The tables that are those of the vintage that is built in.
        tables: The others.
    """

    made: str
    hubrank: str = ""
    carried: tuple[str, ...] = ()
    tables: Mapping[str, Made] = field(factory=dict)


def about(folder: Path) -> About:
    """What a folder says of itself.

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
    """Who made the figures; each note ends with what of the list found no place.

    Raises:
        FileProblem: The folder's files are not as they should be.
    """
    lost, found = _lost(folder), []
    for name, item in _toml(folder / "origins.toml").items():
        origin, problems = parse_toml(Origin, (item if isinstance(item, dict) else {}) | {"name": name}, name)
        if origin is None:
            raise FileProblem(f"origins.toml: {problems[0].where}: {problems[0].what}")
        found.append(evolve(origin, note=" ".join(filter(None, [origin.note, lost.get(name, "")]))))
    return tuple(found)


def _lost(folder: Path) -> dict[str, str]:
    """What of each origin's newest input found no place, from the report."""
    columns = ("origin", "input", "rows", "rows_not_placed", "amount", "amount_not_placed", "unit_of_measure", "remark")
    newest = {line["origin"]: line for line in _lines(folder / "report.csv", columns)}
    lost = {}
    for name, line in newest.items():
        if line["rows_not_placed"] != "0":
            whole = _number(line["amount"])
            share = 100 * _number(line["amount_not_placed"]) / whole if whole else 0
            lost[name] = (
                f"Not placed in {line['input']}: {line['rows_not_placed']} of {line['rows']} rows, "
                f"{share:.1f} % of {line['unit_of_measure']} ({line['remark']})."
            )
    return lost


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise FileProblem(f"report.csv: '{shorten(text)}' is no number") from None


def outside(folder: Path) -> dict[str, str]:
    """Of each table, what lies in none of the hubs of the default unit set, and the hubs beside which most lies."""
    columns = ("table", "reason", "beside_hub", "per_cent")
    lines = [line for line in _lines(folder / "losses.csv", columns) if line["reason"] == "outside every hub"]
    message = {}
    for table in dict.fromkeys(line["table"] for line in lines):
        own = [line for line in lines if line["table"] == table]
        beside = sorted((line for line in own if line["beside_hub"]), key=lambda line: -_number(line["per_cent"]))[:3]
        most = ", ".join(f"{line['beside_hub']} {_number(line['per_cent']):.1f} %" for line in beside)
        share = sum(_number(line["per_cent"]) for line in own)
        message[table] = f"{share:.0f} % outside every hub; most beside {most}"
    return message


def frame(folder: Path, table: Table) -> pd.DataFrame:
    """A table's rows, whole.

    Raises:
        FileProblem: The file is not there, too large, or not as it should be.
    """
    import pandas as pd

    path = folder / f"{table.name}.csv"
    check_size(path)
    try:
        # A gap is empty and has no word, so that none of the words that other tables use for one is a gap.
        found = pd.read_csv(path, dtype=dict.fromkeys(_TEXTS, str), keep_default_na=False, na_values=[""])
    except ValueError as error:
        raise FileProblem(f"{path.name}: {library_message(error)}") from None
    if lacking := [item for item in table.columns if item not in found]:
        raise FileProblem(f"{path.name}: has no column {shorten_list(lacking)}")
    for name in table.columns:
        if name not in _TEXTS and not pd.api.types.is_numeric_dtype(found[name]):
            raise FileProblem(f"{path.name}: column '{name}' has what is no number")
    return found.drop(columns="place_name", errors="ignore")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomli.loads(read_bytes(path, "scenario_bytes").decode())
    except ValueError as error:  # of TOML, or of UTF-8
        raise FileProblem(f"{path.name}: {library_message(error)}") from None


def _lines(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(read_bytes(path).decode(), newline=""), restval="")
        if lacking := [item for item in columns if item not in (reader.fieldnames or ())]:
            raise FileProblem(f"{path.name}: has no column {shorten_list(lacking)}")
        yield from reader
    except (ValueError, csv.Error) as error:
        raise FileProblem(f"{path.name}: {library_message(error)}") from None
