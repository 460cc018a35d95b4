"""A ranking in Python: what it says is what the command line says, and what it shows is short and inert."""

import hubrank
import pandas as pd
import polars as pl
import pytest
from hubrank.cli.app import run


@pytest.fixture(scope="module")
def ranked(towns):
    """The towns with unemployment counted twice: A (200 + 0 + 0)/4, B (0 + 100 + 50)/4, C (100 + 50 + 100)/4."""
    return hubrank.rank(towns, title="Towns", year=2024, weights={"Unemployment": 2})


def scores(ranked):
    """The scores of the last edition by unit."""
    table = ranked.table()
    return dict(zip(table["unit"], table["score"], strict=True))


def test_a_table_is_ranked_as_by_hand(ranked):
    """Best first, with the columns that the issue of a ranking has."""
    table = ranked.table()

    assert scores(ranked) == pytest.approx({"C": 62.5, "A": 50, "B": 37.5}, abs=1e-9)
    assert list(table["unit"]) == ["C", "A", "B"]
    assert list(table["rank"]) == [1, 2, 3]
    assert {"rank", "low", "high", "score", "tier"} <= set(table)
    assert (table["low"] <= table["rank"]).all()


def test_ranges_are_those_of_the_command_line(ranked, tmp_path, monkeypatch, capsys):
    """The scenario that is written gives the same table, ranges included."""
    path = ranked.scenario.write(tmp_path / "towns")
    capsys.readouterr()
    assert run(["rank", str(path), "--format", "csv"]) == 0
    (tmp_path / "out.csv").write_text(capsys.readouterr().out, encoding="utf-8")
    said = pd.read_csv(tmp_path / "out.csv")

    pd.testing.assert_frame_equal(
        said[["rank", "low", "high"]], ranked.table()[["rank", "low", "high"]], check_dtype=False
    )
    assert list(said["score"]) == pytest.approx(list(ranked.table()["score"]), abs=1e-9)


@pytest.mark.parametrize("kind", ["polars", "pyarrow", "csv", "draft", "rows"])
def test_what_can_be_ranked(towns, ranked, tmp_path, kind):
    """A table of another library, a file of one, a draft."""
    path = tmp_path / "towns.csv"
    towns.assign(Town=["Aberg", "Bedorf", "Ceville"]).to_csv(path, index=False)
    given = {
        "polars": lambda: pl.from_pandas(towns),
        "pyarrow": lambda: pl.from_pandas(towns).to_arrow(),
        "csv": lambda: path,
        "draft": lambda: hubrank.draft(towns),
        "rows": lambda: iter(towns.to_dict("records")),
    }[kind]()

    assert scores(hubrank.rank(given, year=2024, weights={"Unemployment": 2})) == scores(ranked)


def test_a_run_is_saved_and_opened(ranked, tmp_path):
    """The folder holds the table, so that it can be moved; nothing is measured again, and it can be ranked again."""
    ranked.save(tmp_path / "run")
    (tmp_path / "run").rename(tmp_path / "moved")
    opened = hubrank.read(tmp_path / "moved")

    pd.testing.assert_frame_equal(opened.table(), ranked.table())
    pd.testing.assert_frame_equal(hubrank.rank(tmp_path / "moved" / "scenario.toml").table(), ranked.table())
    assert opened.ranking.caveats() == ranked.ranking.caveats()


def test_units_are_found_as_on_the_command_line(ranked):
    """By code or name; in order of rank; what they say is what the table says."""
    unit = ranked["aberg"]

    assert (unit.code, unit.rank, unit.score) == ("A", 2, pytest.approx(50))
    assert unit.range == tuple(ranked.table().loc[1, ["low", "high"]])
    assert [each.code for each in ranked] == ["C", "A", "B"]
    assert len(ranked) == 3
    assert list(unit.values()["indicator"]) == ["unemployment", "income", "green"]


def test_a_unit_is_explained(ranked):
    """A less the mean of all, 50: unemployment 2/4 (100 - 50), income and green 1/4 (0 - 50) each."""
    made = ranked["A"].explain()
    parts = dict(zip(made.table()["key"], made.table()["contribution"], strict=True))

    assert parts == pytest.approx({"unemployment": 25, "income": -12.5, "green": -12.5}, abs=1e-9)
    assert made.table("dimensions")["score"].tolist() == pytest.approx([50])
    assert made.record.lead == pytest.approx(0, abs=1e-9)


def test_explained_against_another(ranked):
    """A less C: 12.5 below; unemployment 1/2 (100 - 50), income 1/4 (0 - 50), green 1/4 (0 - 100)."""
    made = ranked["A"].explain(against="Ceville\x1b[31m").table()

    assert dict(zip(made["key"], made["contribution"], strict=True)) == pytest.approx(
        {"unemployment": 25, "income": -12.5, "green": -25}, abs=1e-9
    )


def test_editions(years):
    """The latest by default; another by its year; all."""
    ranked = hubrank.rank(years)

    assert ranked.editions == (2022, 2023)
    assert ranked["A"].rank == 1
    assert ranked.unit("A", 2022).rank == 2
    assert ranked.table(2022)["unit"].tolist() == ["B", "A"]
    assert len(ranked.table("all")) == 4


@pytest.mark.parametrize("shown", ["ranked", "unit", "explained", "draft"])
def test_notebooks_show_names_as_text(ranked, shown):
    """Plain HTML without scripts, names escaped."""
    html = _shown(ranked, shown)._repr_html_()

    assert "<b>" not in html
    assert "<script" not in html
    assert "<table>" in html


def _shown(ranked, what):
    return {
        "ranked": ranked,
        "unit": ranked["B"],
        "explained": ranked["B"].explain(),
        "scenario": ranked.scenario,
        "draft": ranked.source.draft,
    }[what]


def mistakes(ranked, folder):
    """What a user does wrong, and what the command line says of it."""
    return {
        "there is no unit 'D'; available: ": lambda: ranked["D"],
        "file not found": lambda: hubrank.rank(folder / "absent.csv"),
        "weight_uncertainty: must be above 0": lambda: hubrank.rank("global", weight_uncertainty=0),
        "there is no edition 2023": lambda: ranked.table(2023),
        "no installed plugin has a scenario 'globl'; did you mean 'global'?": lambda: hubrank.rank("globl"),
        "is a folder without a scenario.toml": lambda: hubrank.read(folder),
        "is not a run folder": lambda: hubrank.read(folder / "absent"),
        "groups: only for tables": lambda: hubrank.rank("global", groups=["x"]),
        "there is no indicator 'x'": lambda: hubrank.rank("global", weights={"x": 1}),
        "there is no table 'x'; available: dimensions, indicators": lambda: ranked["A"].explain().table("x"),
        "a run is read as it is": lambda: hubrank.rank(ranked.save(folder / "run"), weight_uncertainty=0.1),
        "weights: 2 values for 3 indicators, in this order: Unemployment": lambda: ranked.with_(weights=[1, 2]),
        "direction: 1 value for ": lambda: hubrank.rank("global", direction=[1]),
        "titles: must be a table by name; got [1]": lambda: ranked.with_(titles=[1]),
        "year: must be a year or the name of a column; got 5.5": lambda: ranked.with_(year=5.5),
        "weight_uncertainty: must be a share between 0 and 1; got any": lambda: ranked.with_(weight_uncertainty="any"),
        "a unit is found by its code, name or alias, a text; got 0.5": lambda: ranked[0.5],
        "exists, and may have been edited": lambda: [ranked.scenario.write(folder / "twice") for _ in range(2)],
    }


@pytest.mark.parametrize("at", range(18))
def test_errors_list_their_problems(ranked, tmp_path, at):
    """Exceptions of hubrank with the sentence, and each problem by itself."""
    said, wrong = list(mistakes(ranked, tmp_path).items())[at]
    with pytest.raises(hubrank.HubrankError) as raised:
        wrong()

    assert said in str(raised.value)
    assert said in str(raised.value.problems[0])
