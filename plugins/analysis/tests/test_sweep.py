"""Sweeps: each set's ranks and scores are those of the scenario with its weights; an example is worked out by hand."""

import io
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tomli_w
from hubrank.errors import UsageError
from hubrank.plugin import compose
from hubrank.scenario.load import merge
from hubrank_analysis.sweep import sweep_weights
from hypothesis import given, settings
from hypothesis import strategies as st

METHODS = [
    "",
    'missing = { rule = "renormalise" }\nnormalisation = "z-score"',
    'missing = { rule = "renormalise" }\nnormalisation = { method = "min-max", range = [1, 100] }\n'
    'aggregation = "geometric"',
    '[dimensions]\nideas = { aggregation = "median" }',
    "[ranking]\ndecimals = 1",
    'missing = { rule = "renormalise" }\nindicators.d.editions = { first = 2024 }',
    "[indicators]\nb = { weight = 0 }",
]
MEMBERS = ["a", "b", "c", "d", "e", "money", "ideas"]
quick = settings(max_examples=15)


def weighted(changes, weights):
    """A scenario's changes with weights, as text."""
    table = {"dimensions": {}, "indicators": {}}
    for name, weight in weights.items():
        table["dimensions" if name in ("money", "ideas") else "indicators"][name] = {"weight": weight}
    return tomli_w.dumps(merge(tomllib.loads(changes), table))


@pytest.mark.long
@quick
@given(
    st.sampled_from(METHODS),
    st.lists(st.lists(st.sampled_from([None, 0.0, 0.25, 1.0, 3.7]), min_size=7, max_size=7), min_size=1, max_size=4),
)
def test_each_set_as_a_scenario(workshop, figures, changes, rows):
    """Ranks are the same, scores to 12 digits."""
    rows = [row for row in rows if any(row[:2]) and any(row[2:5]) and any(row[5:])] or [[1.0] * 7]
    frame = pd.DataFrame(rows, columns=MEMBERS, dtype=float)
    ranking = workshop.rank(workshop.plan(changes), figures)
    table = sweep_weights(ranking, sets=frame).table()

    assert list(dict.fromkeys(table["set"])) == [str(at + 1) for at in range(len(rows))]
    for at, row in enumerate(rows):
        given = {name: weight for name, weight in zip(MEMBERS, row, strict=True) if weight is not None}
        anew = compose(workshop.plan(weighted(changes, given)), ranking.measurement)
        expected = anew.table()[["edition", "unit", "rank", "score"]]
        found = table[table["set"] == str(at + 1)].drop(columns="set")
        pd.testing.assert_frame_equal(found.reset_index(drop=True), expected, check_dtype=False, rtol=1e-12, atol=1e-12)


def test_a_table_of_weights(towns, run, tmp_path):
    """2024: a is 0, 1/8 and 1, b is 1, 0 and 1/4; the second set has b three times, so x gets 3/4 and z 7/16."""
    (tmp_path / "weights.csv").write_text("set,a,B\nonly a,1,0\n07,,3\n")
    code, out, _ = run("sweep", towns, str(tmp_path / "weights.csv"), "--edition", "2024", "--format", "csv")
    table = pd.read_csv(io.StringIO(out), dtype={"set": str})

    assert code == 0
    assert list(table["set"]) == ["only a"] * 3 + ["07"] * 3
    assert list(table["unit"]) == ["z", "y", "x", "x", "z", "y"]
    assert list(table["rank"]) == [1, 2, 3, 1, 2, 3]
    assert list(table["score"]) == [1, 0.125, 0, 0.75, 0.4375, 0.03125]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_several_scenarios(towns, run, tmp_path, suffix):
    """Each a set, with all of its editions; the table is written."""
    (tmp_path / "only-b.toml").write_text('extends = "towns.toml"\nexclude = ["a"]\neditions = [2024]')
    target = tmp_path / f"ranks.{suffix}"
    code, out, _ = run("sweep", towns, str(tmp_path / "only-b.toml"), "--output", str(target))
    table = (pd.read_csv if suffix == "csv" else pd.read_parquet)(target)

    assert (code, "".join(out.split())) == (0, f"writtento{target}")
    assert list(table["set"]) == [towns] * 6 + [str(tmp_path / "only-b.toml")] * 3
    assert list(table["unit"][6:]) == ["x", "z", "y"]
    assert list(table["score"][6:]) == [1, 0.25, 0]


def test_the_last_digit_of_a_tie(workshop):
    """Scores that differ by about as much as ties may, 2^-44 of the largest: the methods' own sums decide."""
    rng, values = np.random.default_rng(0), np.ones((2, 6, 5))
    values[:, 1:] = rng.random((2, 5, 5))
    values[:, 2::2] = values[:, 1:5:2] + 2.0**-44
    changes = 'normalisation = "none"'
    ranking = workshop.rank(workshop.plan(changes), values)
    frame = pd.DataFrame(rng.uniform(0.5, 2, (20, 7)), columns=MEMBERS)
    table = sweep_weights(ranking, sets=frame).table()
    for at, weights in frame.iterrows():
        anew = compose(workshop.plan(weighted(changes, dict(weights))), ranking.measurement).table()
        found = table[table["set"] == str(at + 1)]

        assert list(found["rank"]) == list(anew["rank"])


ALL_0 = "all its members have weight 0; at least one must be above 0"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"set": ["x"], "A": [1], "a": [2]}, "weights: two columns are of 'a'; remove one of them"),
        ({"set": ["x"], "q": [1]}, "there is no indicator or dimension 'q'"),
        ({"set": ["x"], "index": [1]}, "weights: 'index' is the whole ranking, which has no weight"),
        ({"set": ["x", "x"], "a": [1, 2]}, "weights: the set x is there twice; give each a name of its own"),
        ({"set": ["x", ""], "a": [1, 2]}, "weights: the set in row 2 has no name in the first column"),
        ({"set": ["x"], "a": [-1]}, "weights: set 'x': a: must be 0 or more and finite; got -1"),
        ({"set": ["x", "y"], "a": [0, 0], "b": [0, 0]}, f"weights: set 'x': ideas: {ALL_0}, set 'y': ideas: {ALL_0}"),
        ({"set": ["x"], "a": ["much"]}, "weights: a: has texts among its numbers"),
        ({"set": []}, "weights: needs a row for each set, and a column for each member whose weight varies"),
    ],
)
def test_wrong_weights(workshop, figures, frame, message):
    """One sentence says where."""
    ranking = workshop.rank(workshop.plan(), figures)
    with pytest.raises(UsageError) as error:
        sweep_weights(ranking, sets=pd.DataFrame(frame))

    assert str(error.value).startswith(message)


def test_weights_that_are_computed(workshop, figures):
    """They are not to be swept; those of other dimensions are, set by set."""
    ranking = workshop.rank(workshop.plan('dimensions.ideas.weighting = "standard-deviation"'), figures)
    with pytest.raises(UsageError, match="'standard-deviation' computes the weights of dimension 'ideas'"):
        sweep_weights(ranking, sets=pd.DataFrame({"set": ["x"], "a": [1]}))
    table = sweep_weights(ranking, sets={"x": {"c": 3, "money": 1}}).table()
    changes = 'dimensions.ideas.weighting = "standard-deviation"\ndimensions.money.weight = 1\nindicators.c.weight = 3'
    anew = compose(workshop.plan(changes), ranking.measurement).table()

    assert list(table["score"]) == list(anew["score"])


def test_two_scenarios_and_weights(towns, run, tmp_path):
    """Which of them would be weighted is not clear."""
    (tmp_path / "weights.csv").write_text("set,a\nx,1\n")
    code, _, said = run("sweep", towns, towns, str(tmp_path / "weights.csv"))

    assert code == 2
    assert f"a table of weights is for one scenario: hubrank sweep {towns}" in said


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (None, (), "weights.csv: file not found"),
        ("", (), "weights.csv: is empty"),
        ("set,a\n", (), "weights.csv: has a header line but no rows"),
        ("set,a\nx,much\n", (), 'weights.csv, line 2: a must be a number; got "much"'),
        (
            "set,a\nx,1\n",
            ("--output", "weights.csv"),
            "weights.csv: would be replaced; --output must name another file",
        ),
        ("set,a\nx,1\n", ("--output", "ranks.txt"), "ranks.txt: must end in .csv or .parquet"),
    ],
)
def test_files_that_do_not_fit(towns, run, tmp_path, monkeypatch, text, words, said):
    """One sentence names the file, which stays as it is."""
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("weights.csv").write_text(text)
    code, _, error = run("sweep", towns, "weights.csv", *words)

    assert (code, error.startswith(f"hubrank: {said}")) == (2, True), error
    assert text is None or Path("weights.csv").read_text() == text
