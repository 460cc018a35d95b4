"""Choices as chips: what there is instead, what each change writes, and what was assumed until it is decided."""

import json

import pytest
import tomli
from hubrank.plugin import Registry
from hubrank_studio.folder import Folder
from hubrank_studio.session import Session

from .conftest import served
from .test_tree import towns  # noqa: F401  # 14 towns

NORMALISATION = ["normalisation"]


def view(studio, *path):
    """What there is instead of a choice."""
    return studio.ask(f"view/choice?path={json.dumps(path).replace(' ', '')}").json


def chip(state, *path):
    """A choice as it is shown."""
    chips = [*state["choices"]["all"], *(item for chips in state["choices"]["of"].values() for item in chips)]
    return next(item for item in chips if item["path"] == list(path))


def scenario(studio):
    """The scenario as a table."""
    return tomli.loads(studio.session.step.toml)


@pytest.mark.parametrize(
    ("choice", "kind"),
    [
        ("normalisation", "normalisation"),
        ("aggregation", "aggregator"),
        ("weighting", "weighting"),
        ("treatment", "treatment"),
    ],
)
def test_all_installed_methods_are_there_with_what_they_do(studio, choice, kind):
    """Those of other distributions too, under their name."""
    alternatives = {item["value"]: item for item in view(studio, choice)["alternatives"]}
    parts = {part.name: part for part in Registry.installed() if part.kind == kind}
    assert {name: item["title"] for name, item in alternatives.items()} == {
        name: part.record.title for name, part in parts.items()
    }
    assert {item["from"] for item in alternatives.values()} == {
        "" if part.distribution == "hubrank" else part.distribution for part in parts.values()
    }


def test_a_method_its_options_and_the_way_back(studio):
    """Another method has its own options, with meaning and default; an empty one is the default again."""
    fields = {item["key"]: item for item in view(studio, "normalisation")["fields"]}
    assert fields["range"]["value"] == [0, 100]
    assert fields["range"]["help"] == "The scores of the worst and of the best unit."
    studio.do("option", path=NORMALISATION, option="range", value=[10, 20])
    assert scenario(studio)["normalisation"] == {"method": "min-max", "range": [10, 20]}
    state = studio.do("choose", path=NORMALISATION, value="z-score")
    assert (scenario(studio)["normalisation"], state["problems"]) == ("z-score", [])
    state = studio.do("option", path=NORMALISATION, option="mean", value=50)
    assert scenario(studio)["normalisation"] == {"method": "z-score", "mean": 50}
    studio.do("option", path=NORMALISATION, option="mean", value=None)
    assert scenario(studio)["normalisation"] == {"method": "z-score"}
    state = studio.do("choose", path=["indicators", "crime", "normalisation"], value="rank")
    assert chip(state, "indicators", "crime", "normalisation")["own"] is True
    assert view(studio, "indicators", "crime", "normalisation")["returns"] is True
    studio.do("choose", path=["indicators", "crime", "normalisation"])
    assert "normalisation" not in scenario(studio)["indicators"]["crime"]


@pytest.mark.parametrize(
    ("path", "said", "written"),
    [
        (["missing"], {"option": "rule", "value": "unranked"}, {"rule": "unranked"}),
        (["selection"], {"option": "at_least_share", "value": 0.75}, {"at_least_share": 0.75}),
        (
            ["robustness"],
            {"option": "normalisation", "value": ["rank"]},
            {"weight_uncertainty": 0.25, "normalisation": ["rank"]},
        ),
        (["robustness"], {"option": "weight_uncertainty", "value": None}, None),
        (["ranking"], {"option": "tiers", "value": [3, 10]}, {"tiers": [3, 10]}),
        (["ranking"], {"option": "post_processing", "value": ["best-100"]}, {"post_processing": ["best-100"]}),
        (["indicators", "crime", "treatment"], {"value": "square-root"}, "square-root"),
        (["indicators", "crime", "treatment"], {"value": "none"}, []),
        (["indicators", "crime", "direction"], {"value": 1}, 1),
        (["dimensions", "all", "aggregation"], {"value": "geometric"}, "geometric"),
        (["editions"], {"value": [2020]}, [2020]),
    ],
)
def test_what_is_chosen_is_written_and_ranks(studio, path, said, written):
    """The value is under its key, and the ranking is of it at once, with ranges if there is a doubt."""
    studio.do("option", path=["normalisation"], option="range", value=[1, 100])
    state = studio.do("option" if "option" in said else "choose", path=path, **said)
    assert (state["problems"], state["ranked"]) == ([], state["step"])
    table = scenario(studio)
    for name in path:
        table = table.get(name) if table else None
    assert table == written
    assert state["result"]["uncertain"] is ("robustness" in scenario(studio))


def test_a_mean_that_takes_no_0_is_mended_at_a_click(studio):
    """The problem names titles; its remedy is that of its own advice, and leaves scales that are above 0."""
    studio.do("choose", path=["indicators", "crime", "normalisation"], value="z-score")
    studio.do("choose", path=["indicators", "income", "normalisation"], value="min-max")
    studio.do("option", path=["indicators", "income", "normalisation"], option="range", value=[10, 20])
    state = studio.do("choose", path=["aggregation"], value="geometric")
    (problem,) = state["problems"]
    assert "'Crime' has " in problem["what"]
    assert "'crime'" not in problem["what"]
    (remedy,) = problem["remedies"]
    assert remedy["values"] == {"low": "1", "high": "100"}
    state = studio.do("edit", edits=remedy["edits"])
    assert (state["problems"], state["ranked"]) == ([], state["step"])
    table = scenario(studio)
    assert table["normalisation"] == {"method": "min-max", "range": [1, 100]}
    assert table["indicators"]["crime"]["normalisation"] == {"method": "min-max", "range": [1, 100]}
    assert table["indicators"]["income"]["normalisation"] == {"method": "min-max", "range": [10, 20]}


@pytest.mark.long
def test_every_setting_is_one_that_the_scenario_takes(studio):
    """A setting's own default, written out, changes no rank."""
    for choice in ("normalisation", "aggregation", "missing", "selection", "ranking", "robustness"):
        for field in view(studio, choice)["fields"]:
            if field["value"] is None and field["default"] not in (None, "", 0):
                state = studio.do("option", path=[choice], option=field["key"], value=field["default"])
                assert state["problems"] == [], field
                studio.do("undo")


def test_what_was_decided_is_no_longer_assumed(studio):
    """By a change or by a word; the others stay assumed, and undo brings the line back."""
    state = studio.ask("state").json
    first = chip(state, "indicators", "income", "direction")["assumed"]
    assert (first["key"], first["shown"]) == ("direction.income", "higher is better")
    lines = scenario(studio)["assumed"]
    state = studio.do("confirm", key="direction.income")
    gone = [line for line in lines if line not in scenario(studio)["assumed"]]
    assert len(gone) == 1
    assert gone[0].startswith("direction of Income: ")
    assert chip(state, "indicators", "income", "direction")["assumed"] == {}
    state = studio.do("choose", path=["indicators", "crime", "direction"], value=1)
    state = studio.do("weigh", dimension="all", weights={"income": 2})
    left = {line.partition(":")[0] for line in lines} - {line.partition(":")[0] for line in scenario(studio)["assumed"]}
    assert left == {"direction of Income", "direction of Crime", "weights"}
    studio.do("undo")
    assert "weights: equal (no weights were given)" in scenario(studio)["assumed"]


def test_a_line_that_no_table_explains_goes_when_it_is_checked(tmp_path):
    """Of a scenario that was opened there are lines alone."""
    session = Session(
        Folder(path=tmp_path), 'extends = "us-metros"\nassumed = ["one: two", "three"]\ncheck = ["three", "four"]\n'
    )
    with served(session) as studio:
        assert studio.ask("state").json["choices"]["lines"] == ["three", "four", "one: two"]
        assert studio.do("confirm", key="three")["choices"]["lines"] == ["four", "one: two"]
        assert scenario(studio) == {"extends": "us-metros", "check": ["four"], "assumed": ["one: two"]}


def test_what_is_to_be_checked_is_asked_for_the_rest(tmp_path):
    """The sentence on unknown directions names those that nobody has decided yet; questions and choices agree."""
    session = Session(Folder(path=tmp_path))
    rows = "\n".join(f"Town {unit},{unit * 7 % 13},{unit * 5 % 11},{unit},{unit % 5}" for unit in range(12))
    session.take("t.csv", f"Town,Alpha,Beta,Gamma,Delta\n{rows}".encode())

    def answers(state):
        return {item["key"].partition(".")[2]: item["answer"] for item in state["questions"]}

    def asked(names):
        return [f"direction of {names}: assumed that higher is better"]

    with served(session) as studio:
        assert scenario(studio)["check"] == asked("Alpha, Beta, Gamma, Delta")
        state = studio.do("confirm", key="direction.alpha")
        assert (scenario(studio)["check"], answers(state)["alpha"]) == (asked("Beta, Gamma, Delta"), "1")
        state = studio.do("choose", path=["indicators", "beta", "direction"], value=-1)
        assert (scenario(studio)["check"], answers(state)["beta"]) == (asked("Gamma, Delta"), "-1")
        state = studio.do("answer", answers={"direction.gamma": "-1"})
        assert scenario(studio)["check"] == asked("Delta")
        assert {"alpha": "1", "beta": "-1", "delta": None}.items() <= answers(state).items()
        studio.do("answer", answers={"direction.beta": "1", "direction.delta": "1"})
        directions = {key: item["direction"] for key, item in scenario(studio)["indicators"].items()}
        assert directions == {"alpha": 1, "beta": 1, "gamma": -1, "delta": 1}
        assert "check" not in scenario(studio)


@pytest.mark.long
def test_a_method_that_cannot_work_says_so_beside_its_choice(studio):
    """The last ranking stays, and another method ranks again."""
    before = studio.ask("state").json["result"]["scores"]
    state = studio.do("choose", path=["aggregation"], value="geometric")
    assert {item["where"] for item in state["problems"]} == {"aggregation"}
    assert (state["result"]["scores"], state["ranked"]) == (before, state["step"] - 1)
    for name in [item["value"] for item in view(studio, "aggregation")["alternatives"] if item["from"]]:
        state = studio.do("choose", path=["aggregation"], value=name)
        assert all(item["where"].startswith("aggregation") for item in state["problems"]), (name, state["problems"])
        assert "alternatives" in view(studio, "aggregation")
    assert studio.do("choose", path=["aggregation"], value="nonsense")["problems"][0]["where"] == "aggregation"
    assert "nonsense" in view(studio, "aggregation")["problem"]
    assert studio.do("choose", path=["aggregation"], value="arithmetic")["problems"] == []
