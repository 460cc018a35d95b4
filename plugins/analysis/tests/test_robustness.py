"""`hubrank robustness`, and what it changes in `hubrank rank`."""

import contextlib
import json
import signal
import sys
import threading
import time
import traceback

import numpy as np
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.plugin import UsageError
from hubrank_analysis.robustness import _digest, _reached


@pytest.fixture
def scenario(make, monkeypatch, tmp_path):
    """The path of a scenario of two editions with several uncertainties."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    make(
        units=8,
        editions=(2023, 2024),
        robustness={"weight_uncertainty": 0.3, "normalisation": ["min-max", "rank"], "draws": 3000, "seed": 5},
    )
    return tmp_path / "scenario.toml"


def test_draws_that_have_to_be_composed_are_said(make, monkeypatch, tmp_path, capsys):
    """A median declares no form: the screen says of which dimension each draw is composed, and why."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    make(units=8, dimensions={"a": {"aggregation": {"method": "median"}}})
    assert run(["robustness", str(tmp_path / "scenario.toml"), "--draws", "50"]) == 0
    assert "draws use the full computation: in a, the method median has no closed form" in " ".join(
        capsys.readouterr().out.split()
    )


def table(folder, name):
    """One CSV of a folder."""
    return pd.read_csv(folder / name)


def test_folder(scenario, tmp_path, capsys):
    """The folder holds a run and all tables; probabilities add up and intervals hold the median."""
    assert run(["robustness", str(scenario), "--output", str(tmp_path / "out"), "--design", "--time-limit", "5"]) == 0
    found = table(tmp_path / "out", "robustness.csv")
    acceptability = table(tmp_path / "out", "acceptability.csv")
    design = table(tmp_path / "out", "design.csv")
    ranking = table(tmp_path / "out", "ranking.csv")

    assert {each.name for each in (tmp_path / "out").iterdir()} >= {
        *("ranking.csv", "unranked.csv", "values.csv", "weights.csv", "scenario.toml", "record.json"),
        *("robustness.csv", "acceptability.csv", "central_weights.csv", "pairwise.csv", "design.csv"),
        *("sensitivity.csv", "left_out.csv", "bounds.csv", "dominance.csv"),
    }
    assert list(found)[:9] == ["edition", "unit", "rank", "median", "low", "high", "joint_low", "joint_high", "outside"]
    assert ((found["low"] <= found["median"]) & (found["median"] <= found["high"])).all()
    assert ((found["best"] <= found["low"]) & (found["high"] <= found["worst"])).all()
    assert found.groupby("edition")["first"].sum().tolist() == pytest.approx([1, 1])
    assert acceptability.groupby(["edition", "unit"])["probability"].sum().to_numpy() == pytest.approx(1)
    same = ["low", "high", "joint_low", "joint_high", "ranked_share", "evidence_tier"]
    assert ranking[same].to_numpy().tolist() == found[same].to_numpy().tolist()
    assert len(design) == 3000
    assert set(design["normalisation"]) == {"min-max", "rank"}
    assert "surely" in capsys.readouterr().out


def test_nothing_is_said_before_it_is_written(scenario, tmp_path, monkeypatch, capsys):
    """A folder that cannot be written leaves an error and no answer."""

    def full(*_, **__):
        raise UsageError("no space left on device")

    monkeypatch.setattr("hubrank_analysis.robustness.write_run", full)
    code = run(["robustness", str(scenario), "--output", str(tmp_path / "out"), "--draws", "50", "--time-limit", "0"])

    assert (code, capsys.readouterr().out) == (2, "")


def test_more_values_than_a_sheet_has_rows(scenario, tmp_path, monkeypatch, capsys):
    """They are Parquet, and the screen says so."""
    monkeypatch.setattr("hubrank.ranking.values.SHEET_ROWS", 2)
    words = ["--output", str(tmp_path / "out"), "--draws", "50", "--time-limit", "0"]

    assert run(["robustness", str(scenario), *words]) == 0
    assert "; values.parquet, as there are many values" in " ".join(capsys.readouterr().out.split())
    assert (tmp_path / "out" / "values.parquet").is_file()


def test_units_that_are_left_out_of_some_draws(make, monkeypatch, tmp_path, capsys):
    """Five units never swap; each is left out of a sixth of the draws. All draws that rank both distinguish them."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    figures = [[[float(each)] * 2 for each in (100, 80, 60, 40, 20)]]
    doubts = {"exclude": {"units": True}, "draws": 3000}
    made = {"tree": {"a": ["x", "y"]}, "normalisation": {"method": "none"}, "robustness": doubts}
    make(units=5, figures=figures, **made)

    assert run(["robustness", str(tmp_path / "scenario.toml"), "--output", str(tmp_path / "out")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    pairs, found = table(tmp_path / "out", "pairwise.csv"), table(tmp_path / "out", "robustness.csv")

    assert pairs["ahead"].tolist() == [1.0] * 10
    assert (pairs["draws"] / 3000).to_numpy() == pytest.approx(4 / 6, abs=0.04)
    assert found["ranked_share"].to_numpy() == pytest.approx(5 / 6, abs=0.03)
    assert found["group_first"].tolist() == found["group_last"].tolist() == found["rank"].tolist()
    assert "5 units are not ranked in every draw; their ranges cover the draws that rank them" in said
    assert "order not clear" not in said


def test_a_unit_that_no_draw_ranks(make, monkeypatch, tmp_path, capsys):
    """It is in the table with its rank, without an interval or a note."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    figures = [[[9.0, 1, 1], [1.0, 9, 1], [2.0, 2, 2], [0.5, float("nan"), 0.5]]]
    doubts = {"missing": [{"rule": "unranked"}], "draws": 1, "seed": 0}
    make(units=4, tree={"a": ["x", "y", "z"]}, figures=figures, missing={"rule": "renormalise"}, robustness=doubts)

    code = run(["robustness", str(tmp_path / "scenario.toml")])
    row = next(line for line in capsys.readouterr().out.splitlines() if "U0003" in line)

    assert (code, row.split()) == (0, ["4", "U0003", "-"])


def test_a_draw_is_ranked_again(scenario, tmp_path, capsys):
    """`--replay N` ranks by the weights that design.csv gives draw N."""
    run(["robustness", str(scenario), "--output", str(tmp_path / "out"), "--design", "--time-limit", "0"])
    design = table(tmp_path / "out", "design.csv").set_index("draw").loc[2017]

    assert run(["rank", str(scenario), "--replay", "2017", "--output", str(tmp_path / "draw")]) == 0
    for row in table(tmp_path / "draw", "weights.csv").query("edition == 2024").itertuples():
        assert row.weight == pytest.approx(design[f"weight {row.dimension}: {row.member}"], rel=1e-9)


@pytest.mark.long
def test_parts_add_up_to_the_same_bytes(scenario, tmp_path):
    """Three parts, merged, leave the same tables as one run."""
    run(["robustness", str(scenario), "--draws", "9000", "--output", str(tmp_path / "whole"), "--time-limit", "0"])
    for part in (2, 3, 1):
        words = ["--draws", "9000", "--shards", f"{part}/3", "--output", str(tmp_path / "parts")]
        assert run(["robustness", str(scenario), *words]) == 0

    words = ["--merge", str(tmp_path / "parts"), "--output", str(tmp_path / "merged"), "--time-limit", "0"]
    assert run(["robustness", str(scenario), *words]) == 0
    for name in ("robustness.csv", "acceptability.csv", "central_weights.csv", "pairwise.csv"):
        assert (tmp_path / "merged" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.parametrize("words", [("--draws", "5"), ("--seconds", "1"), ("--precision", "0.01"), ("--seed", "3")])
def test_merged_parts_have_their_draws(scenario, tmp_path, capsys, words):
    """An option that would decide on draws is refused, not ignored."""
    assert run(["robustness", str(scenario), "--merge", str(tmp_path), *words]) == 2
    assert "--merge adds draws already made; leave out --draws" in capsys.readouterr().err


def test_missing_part_is_said(scenario, tmp_path, capsys):
    """Two of three parts are not merged."""
    for part in (1, 2):
        run(["robustness", str(scenario), "--shards", f"{part}/3", "--output", str(tmp_path / "parts")])

    assert run(["robustness", str(scenario), "--merge", str(tmp_path / "parts")]) == 2
    assert "contains 2 of 3 parts" in capsys.readouterr().err


def spoilt(*, sealed=False, **arrays):
    """What makes another part of one: arrays by name, of what they were; sealed as if it was written so."""

    def spoil(path):
        with np.load(path) as held:
            values = dict(held)
        values |= {name: change(values[name]) for name, change in arrays.items()}
        if sealed:
            about = json.loads(str(values.pop("about")))
            del about["digest"]
            values["about"] = np.array(json.dumps({**about, "digest": _digest(about, values)}))
        np.savez_compressed(path, **values)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "code", "message"),
    [
        (lambda path: path.write_bytes(b""), 4, "is not a part of a run: EOFError"),
        (lambda path: path.write_bytes(path.read_bytes()[:2000]), 4, "is not a part of a run: BadZipFile"),
        (lambda path: path.write_bytes(path.read_bytes()[:150] + b"\xff" * 40 + path.read_bytes()[190:]), 4, "is not"),
        (spoilt(sealed=True, ranks=lambda ranks: ranks[:, :1]), 4, "a part of a run: ranks has another shape"),
        (spoilt(scores=lambda scores: scores * 0.5), 4, "a part of a run: it was changed after it was written"),
        (spoilt(draws=lambda draws: draws * 0), 4, "a part of a run: it was changed after it was written"),
        (
            spoilt(about=lambda about: np.array(str(about).replace('"seed": 5', '"seed": "x"'))),
            4,
            "a part of a run: it was changed after it was written",
        ),
        (lambda path: path.write_bytes(path.with_name("counts-2-of-2.npz").read_bytes()), 2, "is a copy of part 2"),
    ],
)
def test_damaged_part(scenario, tmp_path, capsys, spoil, code, message):
    """A part that is damaged in whatever way is named, and nothing is added up."""
    for part in (1, 2):
        run(
            ["robustness", str(scenario), "--shards", f"{part}/2", "--draws", "50", "--output", str(tmp_path / "parts")]
        )
    capsys.readouterr()
    spoil(tmp_path / "parts" / "counts-1-of-2.npz")

    assert run(["robustness", str(scenario), "--merge", str(tmp_path / "parts")]) == code
    said = capsys.readouterr()
    assert "counts-" in said.err
    assert message in said.err
    assert said.out == ""


def interrupt_while_drawing(thread):
    """Press Ctrl-C half a second after the thread has begun to count draws."""
    counting = False
    while not counting:
        time.sleep(0.05)
        stack = traceback.extract_stack(sys._current_frames()[thread])
        counting = any(frame.name == "_count" for frame in stack)
    time.sleep(0.5)
    signal.pthread_kill(thread, signal.SIGINT)


@pytest.mark.long
def test_interrupted_run_keeps_what_was_counted(scenario, tmp_path, capsys):
    """Ctrl-C ends a long run with the draws made until then, and says how many they are."""
    main = threading.main_thread().ident
    words = ["--draws", "900000000", "--output", str(tmp_path / "out")]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # others may have set one
    threading.Thread(target=interrupt_while_drawing, args=[main], daemon=True).start()
    try:
        code = run(["robustness", str(scenario), *words])
    finally:
        signal.signal(signal.SIGINT, before)
    error = capsys.readouterr().err

    assert code == 130
    assert "results are based on the" in error
    counted = table(tmp_path / "out", "robustness.csv")
    assert counted.groupby("edition")["first"].sum().tolist() == pytest.approx([1, 1])


def test_winner(make, capsys, monkeypatch, tmp_path):
    """`--winner` prints weights under which a unit is first, or that there are none."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path))
    figures = [[[9.0, 1, 1], [1.0, 9, 1], [2.0, 2, 2], [0.5, 0.5, 0.5]]]
    make(units=4, tree={"a": ["x", "y", "z"]}, figures=figures, robustness={"weight_uncertainty": "any"})
    path = str(tmp_path / "scenario.toml")

    run(["robustness", path, "--winner", "U0001"])
    first = capsys.readouterr().out
    run(["robustness", path, "--winner", "U0003"])
    never = capsys.readouterr().out

    assert "first under these weights" in first
    assert "its rank is proven to be 4 or worse" in never


@pytest.mark.parametrize(
    ("robustness", "message"),
    [
        ({"weight_uncertanty": 0.25}, "robustness.weight_uncertanty: unknown key; did you mean 'weight_uncertainty'?"),
        ({"weight_uncertainty": 1.5}, "robustness.weight_uncertainty.within: must be above 0 and at most 1"),
        (
            {"weight_uncertainty": {"constraints": ["a >= c"]}},
            "robustness.weight_uncertainty.constraints: 'a >= c': there is no member 'c'",
        ),
        (
            {"weight_uncertainty": {"constraints": ["a >= 2 * b", "b >= a"]}},
            "leave no possible weights for dimension 'index'",
        ),
        ({"weight_uncertainty": {"c": 0.1}}, "robustness.weight_uncertainty.c: there is no dimension 'c'"),
        ({"normalisation": ["min-maks"]}, "did you mean 'min-max'?"),
        ({"n_imputations": 3}, "robustness.n_imputations: no imputation is random, so repeats are all equal"),
        ({"aggregation": {"z": ["arithmetic"]}}, "robustness.aggregation.z: there is no dimension 'z'"),
        ({"noise": {"q": 0.1}}, "robustness.noise.q: there is no indicator 'q' in the tree"),
        ({"noise": {"a1": -0.1}}, "robustness.noise.relative: must be a number above 0"),
        ({"exclude": {"units": ["X"]}}, "robustness.exclude.units: there is no 'X'"),
        ({"draws": 0}, "robustness.draws: must be at least 1; got 0"),
        ({}, "robustness: specifies no uncertainty"),
    ],
)
def test_mistakes_are_said(make, capsys, monkeypatch, tmp_path, robustness, message):
    """What cannot be drawn is an error that says where and what there is instead, and nothing is skipped."""
    from hubrank.plugin import ScenarioError

    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path))
    with contextlib.suppress(ScenarioError):
        make(robustness=robustness)

    assert run(["robustness", str(tmp_path / "scenario.toml")]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({3: 0.9951, 10: 1.0}, "surely in the top 3"),
        ({3: 0.995, 10: 1.0}, "very likely in the top 3"),
        ({3: 0.95, 10: 1.0}, "very likely in the top 3"),
        ({1: 0.4, 3: 0.94, 10: 0.996}, "surely in the top 10, likely in the top 3"),
        ({3: 0.01, 10: 0.05}, "very unlikely to be in the top 10"),
    ],
)
def test_words_by_the_draws(shares, said):
    """Surely in more than 99.5 % of the draws, very likely in at least 95 %."""
    assert _reached(shares) == said
