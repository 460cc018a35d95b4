"""An index described by another tool, and the folder made from it: a scenario, its units, its values."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w
from attrs import field, frozen
from hubrank import __version__
from hubrank.i18n import enumerated
from hubrank.io.escaping import csv_bytes, escape_formula
from hubrank.io.toml import parse_toml
from hubrank.io.write import check_above, is_there, replace_folder
from hubrank.plugin import (
    PLACE_COLUMNS,
    PROVENANCE_COLUMNS,
    ROOT,
    TIME_COLUMNS,
    FileProblem,
    Problem,
    Scenario,
    ScenarioError,
    UsageError,
    gettext,
)
from hubrank.scenario.load import merge

#: Settings that a scenario needs and the files of other tools lack.
CHOICES: Mapping[str, Any] = {
    "normalisation": {"method": "min-max", "range": [0, 100]},
    "weighting": {"method": "fixed"},
    "missing": {"rule": "renormalise"},
    "aggregation": "arithmetic",
}
#: The dimension of all indicators, where an index has none.
FLAT = "all"


@frozen(kw_only=True)
class Element:
    """An indicator or a dimension: `code` is its key, `parent` the dimension above, none below the root.

    `weight` is relative to its siblings, `direction` 1 or -1, `denominator` the column that an indicator is divided by,
    and `choices` are further keys of its table, such as its own `normalisation`.
    """

    code: str
    name: str
    weight: float = 1.0
    parent: str | None = None
    direction: int = 1
    denominator: str | None = None
    choices: Mapping[str, Any] = field(factory=dict)


@frozen(kw_only=True, eq=False)
class Framework:
    """An index, made from the files that the scenario's first line names.

    `units` has one row per unit (`unit`, `name` and groups), `figures` one per unit and year: `unit`, `year` and a
    column per code, named by `column_of`. The root is no dimension; `methods` are tables on top of `CHOICES`.
    """

    title: str
    made_from: str
    units: pd.DataFrame
    figures: pd.DataFrame
    indicators: Sequence[Element]
    dimensions: Sequence[Element]
    methods: Mapping[str, Any] = field(factory=dict)
    notes: Sequence[str] = ()


def scenario_of(framework: Framework) -> dict[str, Any]:
    """The scenario's table; a `ScenarioError` if the given methods are invalid."""
    dimensions = {}
    for item in framework.dimensions:
        parent = {} if item.parent is None else {"parent": item.parent}
        dimensions[item.code] = {"title": item.name, **parent, "weight": item.weight, **item.choices}
    table: dict[str, Any] = {
        "title": framework.title,
        "editions": sorted({int(year) for year in framework.figures["year"]}),
        "hubrank": f">={__version__}",
        "units": {"file": "units.csv"},
        "inputs": {"values": {"source": "files", "options": {"file": "figures.csv"}}},
        **{key: choice for key, choice in CHOICES.items() if key not in framework.methods},
        "dimensions": dimensions or {FLAT: {}},
        "indicators": _indicators(framework),
    }
    merged = merge(table, framework.methods)
    _, problems = parse_toml(Scenario, merged)
    if problems:
        raise ScenarioError(framework.made_from, problems)
    return merged


def _indicators(framework: Framework) -> dict[str, Any]:
    """The leaves; an indicator that is divided reads its own value and the denominator's by keys of their own."""

    def value(key: str, code: str) -> dict[str, Any]:
        column = column_of(code)
        return {"indicator": "value"} if key == column else {"indicator": "value", "options": {"column": column}}

    tables: dict[str, dict[str, Any]] = {}
    for item in framework.indicators:
        table = value(item.code, item.code)
        if item.denominator is not None:
            figure, denominator = f"{item.code}_numerator", f"{item.denominator}_denominator"
            tables |= {figure: value(figure, item.code), denominator: value(denominator, item.denominator)}
            table = {"indicator": "ratio", "from": [figure, denominator]}
        table["title"] = item.name
        if (parent := item.parent if framework.dimensions else FLAT) is not None:
            table["dimension"] = parent
        tables[item.code] = {**table, "weight": item.weight, "direction": item.direction, **item.choices}
    return tables


def write_framework(framework: Framework, folder: Path) -> None:
    """Write `scenario.toml`, `units.csv` and `figures.csv`, atomically; with the errors of its calls."""
    check_empty(folder)
    head = gettext(
        "Imported from {files}. Defaults were chosen for what it does not specify: {choices}.",
        files=framework.made_from,
        choices=enumerated(list(CHOICES)),
    )
    content = {
        "scenario.toml": (f"# {head}\n\n" + tomli_w.dumps(scenario_of(framework))).encode(),
        "units.csv": csv_bytes(framework.units),
        "figures.csv": csv_bytes(framework.figures),
    }
    replace_folder(folder, content)


def check_empty(folder: Path) -> None:
    """Reject a file, and a folder that anyone may write to, by a `UsageError`."""
    check_above(folder)
    if is_there(folder) and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; give a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(
            f"{folder}: is not empty, and its files may have been edited; choose another folder or empty it"
        )


def column_of(code: str) -> str:
    """The column that holds a code's figures: another name where tables give the code a meaning of its own."""
    reserved = {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS}
    return f"{code}_figure" if code in reserved or escape_formula(code) != code else code


def problems_of(error: FileProblem, path: Path, file: str | None = None) -> list[Problem]:
    """The problems of a file that cannot be read, without its name; `file` where several files are read."""
    return [Problem("", text.removeprefix(f"{path.name}: "), file=file) for text in error.problems]


def check_names(elements: Sequence[Element]) -> list[Problem]:
    """Codes that a scenario cannot have."""
    what = f"'{ROOT}' is reserved for the root of a scenario; rename it"
    return [Problem(item.code, what) for item in elements if item.code == ROOT]
