"""What the page says of choices, problems and units is what the command line says, and what mends it can be undone."""

import io
import json
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank_studio import problems, unit
from hubrank_studio.document import Edit
from hubrank_studio.folder import Folder
from hubrank_studio.session import Session
from hubrank_studio.studio_command import begun

from .conftest import served

PEOPLE = Path(__file__).parents[2] / "start" / "tests" / "people"


@pytest.fixture(params=["towns", pytest.param("hospitals", marks=pytest.mark.long)])
def either(request, towns):
    """A studio of README's towns, or of a table in Chinese as a person made it, with one of its units."""
    path, code = (towns, "Celle") if request.param == "towns" else (next((PEOPLE / HOSPITALS).glob("*.csv")), None)
    with served(begun(str(path), towns.parent / "work")) as running:
        yield running, code or running.settled()["result"]["codes"][-1]


HOSPITALS = "directions-hospitals-zh"


def asked(capsys, *words):
    """The answer of a command as JSON."""
    assert run([*map(str, words), "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_unit_is_what_explain_says(either, capsys):
    """Score, lead, dimensions and each value's stages, weight, rank and contribution."""
    studio, code = either
    file = studio.session.folder.file
    found = studio.ask(f"view/unit?unit={quote(code)}").json
    told = asked(capsys, "explain", file, code)
    assert (found["rank"], found["lead"], found["remainder"]) == (told["rank"], told["lead"], told["remainder"])
    for name, own in (("dimensions", "name"), ("figures", "key")):
        theirs = {item[own]: item for item in told["indicators" if name == "figures" else name]}
        assert [item[own] for item in found[name]] == list(theirs)
        for item in found[name]:
            same = theirs[item[own]].keys() - {"title", "dimension"}
            assert {key: item[key] for key in same} == {key: theirs[item[own]][key] for key in same}


def test_a_value_leads_to_its_row_in_the_table_as_it_was_given(studio):
    """Line 5 of the messy file, with the sign for a missing value that was read as none."""
    found = studio.ask("view/rows?unit=Celle&indicator=income-eur").json
    assert found["original"] == [
        {"file": "towns.csv", "sheet": "towns", "row": 5, "cells": ["Celle", "19.900,0", "k.A.", "38"]}
    ]
    (values,) = found["inputs"]
    assert dict(zip(values["heads"], values["rows"][0], strict=True))["income-eur"] == 19900


def test_an_improvement_is_what_whatif_finds(either, capsys):
    """Each value alone, and all together."""
    studio, code = either
    found = studio.ask(f"view/whatif?rank=1&unit={quote(code)}").json
    told = asked(capsys, "whatif", studio.session.folder.file, code, "--rank", 1)

    def plain(item):
        return item | {"changes": [{k: v for k, v in each.items() if k != "title"} for each in item["changes"]]}

    key = lambda item: item["changes"][0]["indicator"]  # noqa: E731
    assert sorted(map(plain, found["alone"]), key=key) == sorted(told["alone"], key=key)
    assert plain(found["together"]) == told["together"]


def test_findings_are_those_of_the_audit(either, capsys):
    """Their sentences, in the same order; the first of each rule stands above its remedies."""
    studio, _ = either
    studio.settled()
    told = asked(capsys, "audit", studio.session.folder.file, "--top", 99)
    found = studio.ask("view/problems").json["findings"]
    assert {item["text"] for item in found} == {item["finding"] for item in told["findings"]}
    assert len(found) == len(told["findings"]) > 1


def test_a_choice_is_told_with_its_changes_beyond_the_doubt(studio, capsys):
    """By the ranges that README prints: Celle was 2 in all draws, Aachen 3 to 4, Dessau 3 to 4."""
    studio.settled()
    studio.edit("indicators", "income-eur", "weight", value=4)
    file = studio.session.folder.file
    assert run(["rank", str(file), "--format", "csv"]) == 0
    ranks = pd.read_csv(io.StringIO(capsys.readouterr().out)).set_index("name")["rank"].to_dict()
    assert ranks == {"Bonn": 1, "Aachen": 2, "Celle": 3, "Dessau": 4}
    found = studio.ask("view/effect?steps=1,2&draw=1").json
    (column,) = found["columns"]
    assert (column["units"], column["changed"], column["beyond"]) == (4, 3, 2)
    cells = {
        row["name"]: (row["rank"], row["range"], row["cells"][0]["rank"], row["cells"][0]["moved"])
        for row in found["rows"]
    }
    assert cells == {
        "Aachen": (4, "3 to 4", 2, "▲ 2"),
        "Celle": (2, "2", 3, "▼ 1"),
        "Dessau": (3, "3 to 4", 4, "(▼ 1)"),
    }
    why = studio.ask("view/why?steps=1,2&unit=Celle").json
    assert why["steps"] == [{"names": ["weights"], "score": pytest.approx(35.846 - 41.154, abs=1e-3), "places": -1}]


def test_steps_of_other_tables_and_of_an_earlier_run_are_compared_too(towns, studio):
    """After a restart nothing is remembered; the table is read as it was at each step, and no file is left over."""
    studio.do("answer", answers={"direction.green-space": "lower"})
    studio.edit("indicators", "income-eur", "weight", value=4)
    before = studio.ask("view/effect?steps=1,2,3").json
    with served(Session(Folder(path=studio.session.folder.path))) as again:
        after = again.ask("view/effect?steps=1,2,3&draw=1").json
        assert [row["cells"] for row in after["rows"]] and after["columns"][0]["changed"] > 0
        ranks = [
            [(row["code"], [cell["rank"] for cell in row["cells"]]) for row in each["rows"]] for each in (before, after)
        ]
        assert ranks[0] == ranks[1]
    left = {path.name for path in studio.session.folder.path.iterdir()}
    assert left == {"scenario.toml", "data.csv", "units.csv", "history.sqlite", "original"}


def test_a_variant_that_cannot_be_ranked_says_why_beside_the_others(studio):
    """The other columns stay."""
    studio.edit("indicators", "income-eur", "weight", value=4)
    studio.edit("indicators", "income-eur", "direction", value=7)
    first, second = studio.ask("view/effect?steps=1,2,3").json["columns"]
    assert first["changed"] == 3
    assert "direction" in second["why"] or "1" in second["why"]
    studio.edit("indicators", "income-eur", "direction", value=1)
    studio.edit("aggregation", value="geometric")
    (third,) = studio.ask("view/effect?steps=4,5").json["columns"]
    assert "'Income (EUR)' has 1 value that is not above 0" in third["why"]


def table(seed=3, units=24):
    """A table with what an audit finds: a code, an outlier, a copy, an opponent, noise, a total, gaps."""
    rng = np.random.default_rng(seed)
    main = np.round(rng.normal(50, 10, units), 1)
    frame = pd.DataFrame(
        {
            "Town": [f"Town {at:02}" for at in range(units)],
            "Income": main,
            "Wages": np.round(main + rng.normal(0, 1, units), 1),
            "Jobs": np.round(main + rng.normal(0, 8, units), 1),
            "Noise": np.round(rng.normal(100, 9, units), 1),
            "Quiet": np.round(120 - main + rng.normal(0, 3, units), 1),
            "Trade": np.round(np.exp(rng.normal(2, 0.4, units)), 1),
        }
    )
    frame.loc[3, "Trade"] = 900.0
    frame.loc[7, ["Income", "Wages", "Jobs"]] = np.nan
    return frame


@pytest.fixture
def faulty(tmp_path):
    """A studio of such a table."""
    path = tmp_path / "faulty.csv"
    table().to_csv(path, index=False)
    with served(begun(str(path), tmp_path / "work")) as running:
        yield running


@pytest.mark.long
def test_each_remedy_is_one_step_that_ranks_mends_and_is_undone(faulty):
    """All kinds of rules have one; what it promises is gone afterwards, and undo gives the same file back."""
    faulty.edit("indicators", "trade", "treatment", value="none")
    faulty.settled()
    found = faulty.ask("view/problems").json["findings"]
    remedies = [(item, each) for item in found for each in item["remedies"]]
    assert {item["rule"] for item, _ in remedies} >= {"coverage", "outliers", "redundant", "trade-off", "silent"}
    before = faulty.ask("state").json["toml"]
    for item, remedy in remedies:
        what = {"key": f"remedy.{remedy['key']}", "values": remedy["values"]}
        state = faulty.do("edit", edits=remedy["edits"], what=what)
        assert (state.get("problems"), state["ranked"]) == ([], state["step"]), (item["text"], remedy)
        if remedy["key"] in ("drop", "lower", "higher", "separate", "skew-kurtosis", "leave", "screen"):
            rule = item["key"].partition(":")[0]
            if rule in ("redundant", "trade-off", "outliers", "coverage"):
                again = faulty.ask("view/problems").json["findings"]
                assert item["key"] not in {each["key"] for each in again}, remedy
        assert faulty.do("undo")["toml"] == before


OWN = """title = "Own files"
editions = [2024]
units = { file = "units.csv" }
inputs.values = { source = "files", options = { file = "data.csv", year = false } }
dimensions.all = {}
indicators.one = { indicator = "value", dimension = "all", direction = 1 }
indicators.two = { indicator = "value", dimension = "all", direction = 1, normalisation = "none" }
normalisation = "min-max"
aggregation = "arithmetic"
"""


def test_values_that_look_like_mistakes_are_mended_at_a_click(tmp_path):
    """A code for a missing value, a total among its parts, and a scale of its own: each check is silent afterwards."""
    rows = [f"u{at},{at + 3},{10_000 + 991 * at % 700}" for at in range(10)]
    tmp_path.joinpath("data.csv").write_text("\n".join(["unit,one,two", *rows, "u10,-999,9000", "world,9,9100"]))
    names = [*(f"u{at},Town {at}" for at in range(11)), "world,World"]
    tmp_path.joinpath("units.csv").write_text("\n".join(["unit,name", *names]))
    tmp_path.joinpath("scenario.toml").write_text(OWN)
    with served(Session(Folder(path=tmp_path))) as studio:
        kinds = {"missing-code: one", "total-among-parts: world", "unnormalised: two"}
        found = {item["key"]: item for item in studio.ask("view/problems").json["findings"] if item.get("acknowledged")}
        assert found.keys() == kinds
        for key, item in found.items():
            (remedy,) = item["remedies"]
            assert studio.do("edit", edits=remedy["edits"])["problems"] == []
            left = {each["key"] for each in studio.ask("view/problems").json["findings"]}
            assert key not in left
            studio.do("undo")


def test_separated_indicators_keep_their_shares_of_the_whole(faulty):
    """The dimension that they go to takes their part of the weight with it."""
    faulty.settled()
    found = faulty.ask("view/problems").json["findings"]
    remedy = next(each for item in found for each in item["remedies"] if each["key"] == "separate")

    def shares(part):
        if part["kind"] == "indicator":
            return {part["key"]: pytest.approx(part["share"])}
        return {key: share for member in part["members"] for key, share in shares(member).items()}

    before = shares(faulty.ask("state").json["tree"])
    after = faulty.do("edit", edits=remedy["edits"])["tree"]
    assert shares(after) == before
    assert len(after["members"]) == 2


def test_a_finding_is_set_aside_with_a_reason_that_is_never_lost(faulty):
    """It is a step of the history: undone like any other, and still there in another session."""
    faulty.settled()
    first = faulty.ask("view/problems").json["findings"][-1]
    toml = faulty.ask("state").json["toml"]
    refused = faulty.do("aside", finding=first["key"], text=first["text"], reason=" ")
    assert "reason" in refused["problems"][0]["what"]
    state = faulty.do("aside", finding=first["key"], text=first["text"], reason="the ministry wants it")
    assert state["toml"] == toml
    assert state["history"][-1]["what"]["values"]["reason"] == "the ministry wants it"
    faulty.edit("indicators", "jobs", "weight", value=2)
    again = Session(Folder(path=faulty.session.folder.path))
    assert problems.set_aside(again) == {first["key"]: "the ministry wants it"}
    assert problems.problems(again, {})["findings"][-1]["aside"] == "the ministry wants it"
    faulty.do("aside", finding=first["key"], text=first["text"], reason=None)
    assert problems.set_aside(faulty.session) == {}
    faulty.do("go", step=1)
    assert problems.set_aside(faulty.session) == {}


def test_a_data_check_is_acknowledged_in_the_scenario(faulty):
    """By its own table, so that every program that reads the file knows the reason."""
    faulty.settled()
    check = next(item for item in faulty.ask("view/problems").json["findings"] if item.get("acknowledged"))
    faulty.edit("acknowledged", check["key"], value="the harbour")
    found = faulty.ask("view/problems").json["findings"]
    assert {item["key"]: item["aside"] for item in found if item.get("acknowledged")} == {check["key"]: "the harbour"}
    assert not any("data" in text and check["text"] in text for text in faulty.ask("state").json["result"]["caveats"])


def test_an_audit_gives_way_to_the_next_step(faulty, monkeypatch):
    """Nobody waits for findings of a scenario that is no more."""
    whole = problems.audit

    def slow(ranking, progress, edition):
        faulty.session.edit([Edit(("indicators", "jobs", "weight"), 3)])
        return whole(ranking, progress, edition)

    monkeypatch.setattr(problems, "audit", slow)
    assert faulty.ask("view/problems").json["superseded"] is True
    monkeypatch.undo()
    assert faulty.ask("view/problems").json["step"] == 2


def test_a_search_for_an_improvement_gives_way_too(studio, monkeypatch):
    """It ranks hundreds of times, and none of these after the scenario changed."""
    whole = unit.improvements

    def slow(*given):
        studio.session.edit([Edit(("indicators", "income-eur", "weight"), 3)])
        return whole(*given)

    monkeypatch.setattr(unit, "improvements", slow)
    assert studio.ask("view/whatif?unit=Celle&rank=1").json == {"step": 1, "superseded": True}


def test_a_search_for_an_improvement_tells_how_far_it_is(studio):
    """Each value alone, by number, then all together."""
    studio.settled()
    heard = []
    with studio.session.listening(heard.append):
        studio.ask("view/whatif?unit=Aachen&rank=1")
    assert heard == ["trying 0/3", "trying 1/3", "trying 2/3", "trying None/None"]


def test_values_before_and_after_treatment_have_the_shape_that_the_audit_tells(faulty):
    """The outlier sets the scale before, and does no more after a logarithm."""
    faulty.edit("indicators", "trade", "treatment", value="log")
    found = faulty.ask("view/distribution?indicator=trade").json
    assert found["treatment"] == ["log"]
    measured, treated, _ = found["stages"]
    figures = table()["Trade"].to_numpy()
    ranked = np.sort(np.delete(figures, 7)) if len(measured["values"]) == 23 else np.sort(figures)
    assert measured["values"] == ranked.tolist()
    assert treated["values"] == pytest.approx(np.log(ranked))
    assert measured["skewness"] == pytest.approx(pd.Series(ranked).skew())
    assert measured["kurtosis"] == pytest.approx(pd.Series(ranked).kurt())


@pytest.mark.parametrize(
    "address",
    [
        *("view/unit", "view/unit?unit=../x", "view/unit?unit=Celle&against=x", "view/rows?unit=Celle&indicator=x"),
        *("view/whatif?unit=Celle&rank=0", "view/whatif?unit=Celle&rank=1e9", "view/distribution?indicator=x"),
        *(
            "view/effect",
            "view/effect?steps=1",
            "view/effect?steps=1,99",
            "view/effect?steps=a,b",
            "view/why?steps=1,1",
        ),
    ],
)
def test_a_wrong_question_is_refused_in_words(studio, address):
    """No address brings the studio down."""
    reply = studio.ask(address)
    assert reply.status in (200, 422)
    assert reply.json.get("problems") or all("why" in each for each in reply.json["columns"])


def test_a_table_of_ones_own_does_not_say_what_nobody_stated(studio):
    """A value has its file, and no "not stated" beside it."""
    figure = studio.ask("view/unit?unit=Bonn").json["figures"][0]
    assert figure["measure"] == ""
    assert figure["origins"] == [{"producer": "", "title": "data.csv", "licence": "", "url": "", "accessed": ""}]


def test_a_unit_without_a_rank_is_listed_with_its_code_and_opens(studio):
    """Its values are shown with the reason."""
    table = b"Town,Income,Green,Jobs,Air\nAyr,1,2,3,4\nBath,2,,,\nCork,3,1,5,2\nDeal,4,5,6,1\n"
    unranked = studio.ask("table?name=gaps.csv", table, "PUT").json["result"]["unranked"]
    assert [item["name"] for item in unranked] == ["Bath"]
    found = studio.ask(f"view/unit?unit={unranked[0]['code']}").json
    assert (found["rank"], found["figures"][0]["measured"], found["why"]) == (None, 2.0, unranked[0]["why"])


def test_a_name_that_a_spreadsheet_would_run_is_shown_as_it_was_written(studio):
    """In all that the page says of it; only files of cells have it with an apostrophe."""
    table = b"Town,Income,Green\n=CMD(),1,2\nBath,2,1\nCork,3,4\n"
    result = studio.ask("table?name=signs.csv", table, "PUT").json["result"]
    assert sorted(result["names"]) == ["=CMD()", "Bath", "Cork"]
    code = quote(result["codes"][result["names"].index("=CMD()")])
    found = studio.ask(f"view/unit?unit={code}").json
    assert found["name"] == "=CMD()"
    assert found["summary"].startswith("=CMD(), ")
    rows = studio.ask(f"view/rows?unit={code}&indicator=income").json
    assert [row["cells"] for row in rows["original"]] == [["=CMD()", "1", "2"]]
    assert rows["inputs"][0]["rows"][0][0] == "=CMD()"
    assert "'=CMD()" in (studio.session.folder.path / "data.csv").read_text()
