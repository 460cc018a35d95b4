"""A draft as the TOML that ranks it, with a comment in plain words at every choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hubrank.basis.harmless import inert
from hubrank.basis.language import marked, worded
from hubrank.basis.words import counted
from hubrank.drafting.records import DATA, LEAST, UNITS, Drafted

_INPUT = "values"

#: How far from a centre a row of figures lies in a unit, in km; those of a draft are found by the unit's code.
REACH = 10


def table_of(draft: Drafted) -> dict[str, Any]:
    """The scenario's table, its files named beside it."""
    options: dict[str, Any] = {"file": DATA} if draft.year else {"file": DATA, "year": False}
    old = {"max_age": draft.max_age} if draft.max_age else {}
    table: dict[str, Any] = {
        "title": draft.title,
        "editions": list(draft.editions),
        "assumed": [str(each) for each in draft.assumed],
        "units": {"file": UNITS} | ({"within_km": REACH} if "lat" in draft.units else {}),
        "inputs": {_INPUT: {"source": "files", "options": options, **old}},
        "dimensions": {each.key: {"title": each.title, "weight": each.weight} for each in draft.dimensions},
        "indicators": {
            each.key: {
                "indicator": "value",
                "title": each.title,
                "dimension": each.dimension,
                "direction": each.direction,
                "weight": each.weight,
                **({} if each.treatment == "none" else {"treatment": each.treatment}),
            }
            for each in draft.indicators
        },
        "selection": {"at_least_share": LEAST},
        "normalisation": dict(draft.normalisation),
        "weighting": {"method": draft.weighting},
        "missing": {"rule": "renormalise"},
        "aggregation": {"method": draft.aggregation},
    }
    return table | ({"robustness": {"weights": draft.doubt}} if draft.doubt else {})


def toml_of(draft: Drafted) -> str:
    """The same as text, with comments."""
    table = table_of(draft)
    head = worded(
        "Made from a table of {units}. Every choice is yours to change;\n"
        "`hubrank rank scenario.toml` ranks, `hubrank check scenario.toml` finds mistakes.",
        units=counted(len(draft.units), "unit"),
    )
    assumed = worded("What was assumed, for readers of the report. Delete a line once you have decided it yourself.")
    lines = [
        *_commented(head),
        "",
        *_pairs(table, "title", "editions"),
        "",
        *_commented(assumed),
        *_pairs(table, "assumed"),
        *_section("units", table["units"], worded("Which units are ranked.")),
        *_section(f"inputs.{_INPUT}", table["inputs"][_INPUT], worded("The figures.")),
    ]
    parts = worded("The parts of the score; weights are relative to each other.")
    for each in draft.dimensions:
        note = parts * (each is draft.dimensions[0])
        lines += _section(f"dimensions.{_key(each.key)}", table["dimensions"][each.key], note)
    for indicator in draft.indicators:
        keys = (f"{part}.{indicator.key}" for part in ("direction", "treatment", "coverage"))
        note = "\n".join(_reasons(draft, *keys))
        lines += _section(f"indicators.{_key(indicator.key)}", table["indicators"][indicator.key], note)
    for key, note in _NOTES.items():
        if key in table:
            lines += _section(
                key, table[key], "\n".join([worded(note), *_reasons(draft, "doubt" if key == "robustness" else key)])
            )
    return "\n".join(lines) + "\n"


_NOTES = {
    "selection": marked("A unit is ranked if it has at least this share of the indicators."),
    "normalisation": marked("How figures of different units of measure come to one scale."),
    "weighting": marked("Weights: those that stand at the indicators and dimensions, or a method's."),
    "missing": marked("Where a unit lacks an indicator, the weight goes to the others."),
    "aggregation": marked("How scores become one: arithmetic lets good make up for bad, geometric does so less."),
    "robustness": marked("What could have been chosen otherwise: each rank gets the range that such choices give it."),
}


def _reasons(draft: Drafted, *keys: str) -> Iterator[str]:
    return (str(each) for each in draft.assumed if each.key in keys)


def _section(head: str, table: Mapping[str, Any], note: str) -> Iterator[str]:
    yield ""
    yield from _commented(note)
    yield f"[{head}]"
    yield from _pairs(table, *table)


def _commented(note: str) -> Iterable[str]:
    """A note's lines as comments; a name's control characters end none."""
    return (f"# {inert(line)}" for line in note.split("\n") if line)


def _pairs(table: Mapping[str, Any], *keys: str) -> Iterator[str]:
    return (f"{_key(key)} = {_value(table[key])}" for key in keys)


def _key(key: str) -> str:
    import tomli_w

    return tomli_w.dumps({key: 0}).partition(" = ")[0]


def _value(value: Any) -> str:
    import tomli_w

    if isinstance(value, Mapping):
        return "{ " + ", ".join(_pairs(value, *value)) + " }"
    if isinstance(value, list) and any(isinstance(each, str) for each in value):
        return "[\n" + "".join(f"    {_value(each)},\n" for each in value) + "]"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n")
