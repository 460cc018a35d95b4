"""The tree and its weights: what each action writes into the scenario, and what the page then shows."""

import numpy as np
import pytest
import tomli
from hubrank.results.rank import rank
from hubrank_audit.auditing import audit
from hubrank_studio.folder import Folder
from hubrank_studio.session import Session
from hubrank_studio.studio_command import begun

from .conftest import served

TABLE = "Town,Income,Unemployment,Green space,Crime\n" + "\n".join(
    f"Town {unit},{20000 + 137 * (unit * 7 % 13)},{4 + unit * 5 % 11 / 2},{30 + unit * 3 % 17},{unit * 11 % 19 * 4}"
    for unit in range(14)
)
KEYS = ["income", "unemployment", "green-space", "crime"]


@pytest.fixture
def towns(tmp_path):
    """A table of 14 towns and 4 indicators."""
    path = tmp_path / "towns.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def table_of(studio):
    """The scenario's file, and that what is shown is what it ranks."""
    path = studio.session.folder.file
    return tomli.loads(path.read_text(encoding="utf-8"))


def places(part, above=None):
    """Where each member lies, and its share in the whole."""
    found = {part["key"]: (above, round(part["share"], 4))}
    for member in part.get("members", ()):
        found |= places(member, part["key"])
    return found


def test_members_are_grouped_moved_and_taken_back_and_each_is_one_step(studio):
    """An emptied dimension goes; undo of every action gives the file as it was before it."""
    texts = [studio.session.step.toml]
    actions = [
        ("group", {"member": "income", "title": "Economy"}),
        ("move", {"member": "unemployment", "to": "economy"}),
        ("group", {"member": "economy", "title": "Prosperity"}),
        ("move", {"member": "economy", "to": "index"}),
        ("rename", {"member": "economy", "title": "Work & pay"}),
        ("leave_out", {"member": "crime"}),
        ("leave_out", {"member": "green-space"}),
        ("take_back", {"member": "all"}),
        ("move", {"member": "income", "to": "all"}),
        ("move", {"member": "unemployment", "to": "all"}),
        ("take_back", {"member": "crime"}),
    ]
    trees = []
    for action, said in actions:
        state = studio.do(action, **said)
        assert state.get("problems") == [], (action, said, state["problems"])
        trees.append(places(state["tree"]))
        texts.append(studio.session.step.toml)
    assert trees[1]["income"] == ("economy", 0.25)
    assert trees[2]["economy"] == ("prosperity", 0.5)
    assert "prosperity" not in trees[3]
    assert trees[3]["economy"] == ("index", 0.5)
    assert set(trees[5]) == {"index", "all", "economy", "income", "unemployment", "green-space"}
    assert set(trees[6]) == {"index", "economy", "income", "unemployment"}
    assert trees[7]["green-space"] == ("all", 0.5)
    assert trees[10] == {"index": (None, 1.0), "all": ("index", 1.0)} | dict.fromkeys(KEYS, ("all", 0.25))
    for text in reversed(texts[:-1]):
        studio.do("undo")
        assert studio.session.step.toml == text
        assert studio.session.folder.file.read_text(encoding="utf-8") == text


@pytest.mark.long
def test_an_inherited_tree_changes_without_its_file(tmp_path):
    """Of an installed scenario only what differs is written; it ranks as a scenario written by hand does."""
    session = Session(Folder(path=tmp_path), 'extends = "global"\n')
    with served(session) as studio:
        clustering = [
            key for key, (above, _) in places(studio.ask("state").json["tree"]).items() if above == "clustering"
        ]
        for key in clustering:
            studio.do("move", member=key, to="research")
        state = studio.do("weigh", dimension="index", weights={"research": 2})
    assert (state["problems"], state["tree"]["left_out"][0]["key"]) == ([], "clustering")
    moved = {key: {"dimension": "research"} for key in clustering}
    own = {
        "extends": "global",
        "exclude": ["clustering"],
        "indicators": moved,
        "dimensions": {"research": {"weight": 2}},
    }
    assert tomli.loads(session.step.toml) == own
    np.testing.assert_array_equal(rank(str(session.folder.file)).ranks, session.ranking.ranks)


@pytest.mark.parametrize(
    ("action", "said", "words"),
    [
        ("move", {"member": "income", "to": "index"}, "an indicator needs a dimension"),
        ("move", {"member": "all", "to": "all"}, "cannot lie in itself"),
        ("move", {"member": "income", "to": "nowhere"}, "no indicator or dimension 'nowhere'"),
        ("group", {"member": "income", "title": " "}, "needs a name"),
        ("rename", {"member": "income", "title": ""}, "must not be empty"),
        ("rename", {"member": "income", "title": "\ud800"}, "TOML has no such value"),
        ("weigh", {"dimension": "all", "weights": {"income": "much"}}, "must be numbers"),
        ("take_back", {"member": "income"}, "was not left out"),
        ("leave_out", {"member": "all"}, "a ranking needs one"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(studio, action, said, words):
    """Each refusal names what is wrong."""
    before = studio.session.step
    reply = studio.ask("do", {"do": action, **said})
    assert reply.status == 422
    assert words in reply.json["problems"][0]["what"]
    assert studio.session.step == before


def test_a_movement_is_one_step_and_the_ranking_follows_each_of_its_edits(studio):
    """The second hand is another step; undo goes back over the whole movement."""
    begin, scores = studio.session.step, []
    for weight in (2, 3, 4):
        state = studio.do("weigh", dimension="all", weights={"income": weight}, hand="one")
        scores.append(state["result"]["scores"])
    assert len({tuple(item) for item in scores}) == 3
    assert places(state["tree"])["income"] == ("all", round(4 / 7, 4))
    studio.do("weigh", dimension="all", weights={"income": 5}, hand="two")
    assert [item["before"] for item in studio.session.folder.steps()][:1] == [0]
    assert len(studio.session.folder.steps()) == 3
    studio.do("undo")
    assert table_of(studio)["indicators"]["income"]["weight"] == 4
    studio.do("undo")
    assert studio.session.step == begin
    studio.do("redo")
    assert len(studio.session.folder.steps()) == 3


def test_weights_that_a_method_made_become_the_scenarios_own(studio):
    """The method is then `fixed` for this dimension alone."""
    studio.do("group", member="income", title="Economy")
    studio.do("choose", path=["weighting"], value="entropy")
    state = studio.do("weigh", dimension="index", weights={"economy": 3, "all": 1})
    assert state["problems"] == []
    table = table_of(studio)
    assert table["weighting"] == "fixed"
    assert {table["dimensions"][name]["weighting"] for name in ("economy", "all")} == {"entropy"}
    assert places(state["tree"])["economy"] == ("index", 0.75)
    assert state["tree"]["members"][0]["fixed"] is False


def test_influence_is_that_of_the_audit_and_few_units_have_no_interval(studio, tmp_path):
    """The shares and their ends are the audit's to the last digit."""
    view = studio.ask("view/importance").json
    table = audit(studio.session.ranking).frames["importance"].set_index("element")
    columns = ["main_effect_share", "share_low", "share_high"]
    for key in KEYS:
        assert view["members"][key] == table.loc[key, columns].tolist()
    few = tmp_path / "few.csv"
    few.write_text("\n".join(TABLE.split("\n")[:7]), encoding="utf-8")
    with served(begun(str(few), tmp_path / "few")) as other:
        small = other.ask("view/importance").json
    assert (small["units"], small["fewest"]) == (6, 10)
    assert all(
        share is not None and (low, high) == (None, None) for share, low, high in map(small["members"].get, KEYS)
    )
