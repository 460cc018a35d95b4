"""Undo restores the scenario and its tables byte for byte, whatever was done."""

import pytest
from hubrank_studio.server import ACTIONS

INCOME, GREEN = "income-eur", "green-space"
LINE = {"do": "edit", "edits": [{"path": ["indicators", INCOME, "weight"], "value": 2}]}
OUT = {"do": "leave_out", "member": GREEN}
#: Each kind of action: what is done before it, and what is said.
STEPS = {
    "edit": ([], {"edits": LINE["edits"]}),
    "answer": ([], {"answers": {"direction.Green space": "-1"}}),
    "write": ([], {"toml": "title = ", "base": 1}),
    "go": ([LINE, {"do": "undo"}], {"step": 2}),
    "redo": ([LINE, {"do": "undo"}], {}),
    "move": ([{"do": "group", "member": GREEN, "title": "Nature"}], {"member": INCOME, "to": "nature"}),
    "group": ([], {"member": GREEN, "title": "Nature"}),
    "rename": ([], {"member": GREEN, "title": "Parks"}),
    "weigh": ([], {"dimension": "all", "weights": {INCOME: 3, GREEN: 1}}),
    "leave_out": ([], {"member": GREEN}),
    "take_back": ([OUT], {"member": GREEN}),
    "choose": ([], {"path": ["aggregation"], "value": "geometric"}),
    "option": ([], {"path": ["robustness"], "option": "draws", "value": 500}),
    "confirm": ([], {"key": "aggregation"}),
    "aside": ([], {"finding": "silent: green-space", "text": "It says little.", "reason": "It is the law."}),
    "people.apply": (
        [{"do": "people.file", "toml": f"[indicators.{INCOME}]\nweight = {n}", "file": f"{n}.toml"} for n in (2, 5)],
        {},
    ),
}
#: What changes neither the scenario nor its tables.
BESIDE = {"undo", "name", "people.link", "people.leave", "people.file"}


def kept(session):
    """The scenario and its tables, as bytes by name."""
    folder = session.folder.path
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".toml", ".csv")}


def test_every_kind_of_action_is_here():
    """A new action comes with its undo."""
    assert STEPS.keys() | BESIDE == ACTIONS.keys()


@pytest.mark.parametrize("action", STEPS)
def test_undo_restores_every_byte(studio, action):
    """Of the file and of each table beside it; redo does it again."""
    before, said = STEPS[action]
    for each in before:
        studio.do(each["do"], **{key: value for key, value in each.items() if key != "do"})
    old, was = kept(studio.session), studio.session.step.number
    done = studio.do(action, **said)
    assert done.get("step", was) != was, done
    new = kept(studio.session)
    assert new != old or action == "aside"
    studio.do("undo")
    assert kept(studio.session) == old
    assert studio.session.step.number == was
    studio.do("redo")
    assert kept(studio.session) == new


def test_another_table_is_undone_with_its_files(studio):
    """The table that was there, and its scenario, come back."""
    old = kept(studio.session)
    reply = studio.ask("table?name=other.csv", b"Place,Rain,Sun\nOslo,3,4\nRoma,1,9\nLima,2,5\n", "PUT")
    assert reply.status == 200
    assert kept(studio.session) != old
    studio.do("undo")
    assert kept(studio.session) == old
