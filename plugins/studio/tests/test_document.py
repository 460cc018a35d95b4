"""Edits of a scenario's text: they do what edits of its table would, and leave all other lines as they are."""

from __future__ import annotations

import copy
import json
import re
from difflib import ndiff
from typing import Any

import pytest
import tomli
from hubrank.plugin import UsageError
from hubrank_studio.document import GONE, Edit, edited
from hypothesis import given
from hypothesis import strategies as st

#: Each comment that ends a line names its key, each in a line of its own the table that it lies in.
TEXT = '''# c:

title = "Towns"  # t:title
editions = [
    2019,  # in a list
    2020,
]
missing.rule = "renormalise"  # t:missing.rule
normalisation = "min-max"  # t:normalisation
exclude = ["#1 ]", 'x"y']
# c:

# c:
[dimensions.environment]  # t:dimensions.environment
title = { en = "Environment", "de" = "Umwelt" }  # t:dimensions.environment.title
# c:dimensions.environment
weight = 1  # t:dimensions.environment.weight

# c:
[indicators."clean air"]
dimension = "environment" # t:indicators.clean air.dimension
treatment = { steps = [ { step = "winsorise", most = 3 } ], fitted_on = "pooled" }
# c:
[[ranking.classes]]
name = "high"  # t:ranking.classes
at_least = 60

[[ranking.classes]]
name = """low
[not.a.table]"""
at_least = 0
[indicators."clean air".options]
scale = 2.0  # t:indicators.clean air.options.scale
weight.within = 0.1  # t:indicators.clean air.options.weight.within

[dimensions.society]
[ranking]
# c:ranking
decimals = 1  # t:ranking.decimals
best = 'highest'
  [robustness]
  draws = 500  # t:robustness.draws
# c:'''

NAMES = [
    "title",
    "missing",
    "rule",
    "method",
    "range",
    "normalisation",
    "exclude",
    "dimensions",
    "environment",
    "society",
]
NAMES += [
    "weight",
    "within",
    "indicators",
    "clean air",
    "options",
    "treatment",
    "steps",
    "ranking",
    "classes",
    "de",
    "robustness",
]
VALUES: Any = st.one_of(
    st.integers(-5, 5),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["z-score", "min-max"]),
    st.lists(st.one_of(st.text(max_size=4), st.integers(0, 9)), max_size=3),
    st.dictionaries(
        st.sampled_from([*NAMES, "ä b", 'q"']), st.one_of(st.integers(0, 9), st.text(max_size=4)), max_size=3
    ),
)
EDITS = st.builds(
    Edit,
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(tuple)
    | st.sampled_from(
        [
            ("dimensions", "environment", "title", "de"),
            ("dimensions", "environment", "weight"),
            ("dimensions", "new"),
            ("dimensions", "environment"),
            ("dimensions", "society"),
            ("indicators", "clean air", "options", "weight", "within"),
            ("indicators", "clean air", "options"),
            ("indicators", "clean air", "treatment", "fitted_on"),
            ("normalisation", "range"),
            ("missing", "rule"),
            ("missing", "at_least_share"),
            ("ranking", "classes"),
        ]
    ),
    st.one_of(VALUES, st.just(GONE)),
)


def as_of_a_table(table: dict[str, Any], edit: Edit) -> None:
    """The same on a plain table, in place; a KeyError if that is impossible."""
    place: Any = table
    *above, key = edit.path
    for name in above:
        if name not in place and edit.value is GONE:
            return
        place.setdefault(name, {})
        if isinstance(place[name], str):
            if edit.value is GONE and key != "method":
                return
            place[name] = {"method": place[name]}
        if not isinstance(place[name], dict):
            raise KeyError(name)
        place = place[name]
    if edit.value is GONE:
        place.pop(key, None)
        return
    if above and key == "method" and place.get(key) != edit.value:
        for other in place.keys() - {"fitted_on"}:
            del place[other]
    place[key] = edit.value


@given(edits=st.lists(EDITS, min_size=1, max_size=5))
def test_any_edits_do_what_they_do_to_the_table_and_leave_other_lines(edits: list[Edit]) -> None:
    """Parsed again, the text is the table with the same edits; comments outside of what was edited stay in it."""
    text, table = TEXT, tomli.loads(TEXT)
    touched: list[tuple[str, ...]] = []
    possible: list[Edit] = []
    for edit in edits:
        wanted = copy.deepcopy(table)
        try:
            as_of_a_table(wanted, edit)
        except KeyError:
            with pytest.raises(UsageError, match="has no keys"):
                edited(text, [edit])
            continue
        text, table = edited(text, [edit]), wanted
        assert json.dumps(tomli.loads(text), sort_keys=True) == json.dumps(table, sort_keys=True)
        touched.append(edit.path[:-1] if edit.path[-1] == "method" else edit.path)
        possible.append(edit)
    assert json.dumps(tomli.loads(edited(TEXT, possible)), sort_keys=True) == json.dumps(table, sort_keys=True)

    def stays(label: str, path: tuple[str, ...]) -> bool:
        inside = any(path[: len(item)] == item for item in touched)
        return not inside and (label == "c" or not any(item[: len(path)] == path for item in touched))

    for line in TEXT.splitlines():
        if found := re.search(r"# ([ct]):(.*)$", line):
            path = tuple(part for part in found[2].split(".") if part)
            if stays(found[1], path):
                assert line in text.splitlines(), line


@pytest.mark.parametrize("value", [[None], {"a": None}, "\ud800", {"\ud800": 1}])
def test_what_toml_cannot_hold_is_refused_before_anything_is_written(value: Any) -> None:
    """JSON has more values than TOML."""
    with pytest.raises(UsageError, match="TOML has no such value"):
        Edit.of({"path": ["title"], "value": value})


@pytest.mark.parametrize(
    ("edit", "removed", "added"),
    [
        (
            Edit(("dimensions", "environment", "weight"), 2.5),
            ["weight = 1  # t:dimensions.environment.weight"],
            ["weight = 2.5  # t:dimensions.environment.weight"],
        ),
        (
            Edit(("normalisation", "method"), "z-score"),
            ['normalisation = "min-max"  # t:normalisation'],
            ['normalisation = { method = "z-score" }  # t:normalisation'],
        ),
        (Edit(("missing", "at_least_share"), 0.5), [], ["missing.at_least_share = 0.5"]),
        (Edit(("ranking", "ties"), "mean"), [], ['ties = "mean"']),
        (Edit(("dimensions", "health"), {"title": "Health"}), [], ["", "[dimensions.health]", 'title = "Health"']),
        (Edit(("indicators", "clean air", "weight"), 3), [], ["weight = 3"]),
        (Edit(("dimensions", "society")), ["[dimensions.society]"], []),
        (Edit(("robustness",)), ["  [robustness]", "  draws = 500  # t:robustness.draws"], []),
    ],
)
def test_only_the_lines_of_the_key_change(edit: Edit, removed: list[str], added: list[str]) -> None:
    """A new key is beside its siblings, in the way in which they are written."""
    difference = [line for line in ndiff(TEXT.splitlines(), edited(TEXT, [edit]).splitlines()) if line[0] in "+-"]
    assert sorted(difference) == sorted([*(f"- {line}" for line in removed), *(f"+ {line}" for line in added)])


@given(
    items=st.lists(st.sampled_from([1, 2, "a, #b", "c]", [3, "#"]]), max_size=4),
    between=st.lists(st.sampled_from([",", ", ", ",\n ", ", # x, ]\n", " # y\n,", ",\n# z\n"]), min_size=5, max_size=5),
    end=st.sampled_from(["", " ", "\n", " # end\n", ",", ",\n", ", # last\n"]),
    new=st.lists(st.sampled_from([1, 2, "a, #b", "c]", [3, "#"], 4]), max_size=4),
)
def test_a_list_with_comments_becomes_any_other(items: list[Any], between: list[str], end: str, new: list[Any]) -> None:
    """However it is written, the text then has the new items."""
    inner = "".join(f"{json.dumps(item)}{sign}" for item, sign in zip(items[:-1], between, strict=False))
    last = f"{json.dumps(items[-1])}{end}" if items else end.strip(",")
    text = f"x = [{inner}{last}]\n"
    assert tomli.loads(edited(text, [Edit(("x",), new)])) == {"x": new}


def test_items_of_a_list_that_stay_keep_their_comments() -> None:
    """Such as the reasons for what is left out."""
    text = 'exclude = [\n    "crime",  # of 2009\n    # why not\n    "rent",\n    "age",  # double\n]  # for now\n'
    wanted = 'exclude = [\n    "crime",  # of 2009\n    "age",  # double\n    "noise",\n]  # for now\n'
    assert edited(text, [Edit(("exclude",), ["crime", "age", "noise"])]) == wanted
