"""A scenario made of a table: what its columns are, what is assumed, and the folder that ranks it."""

import numpy as np
import pandas as pd
import pytest
import tomli
from hubrank.infer.draft import draft
from hubrank.results.rank import rank

TOWNS = pd.DataFrame(
    {
        "code": ["A", "B", "C"],
        "Town": ["Aberg", "Bedorf", "Ceville"],
        "Region": ["north", "north", "south"],
        "Unemployment (%)": [4.0, 8.0, 6.0],
        "Income": [10.0, 30.0, 20.0],
        "Green": [0.0, 5.0, 10.0],
    }
)


def assumed(made):
    """What was assumed, by key."""
    return {each.key: each for each in made.assumed}


def scores(made, folder):
    """The scores of a draft's folder, ranked as the command line does, by unit; of its last edition."""
    ranking = rank(str(made.write(folder)))
    return dict(zip(ranking.codes, ranking.scores[-1].tolist(), strict=True))


def test_ranks_as_by_hand(tmp_path):
    """Unemployment 100, 0, 50 (turned); income 0, 100, 50; green 0, 50, 100: means 33 1/3, 50, 66 2/3."""
    made = scores(draft(TOWNS, title="Towns", year=2024), tmp_path)

    assert made == pytest.approx({"A": 100 / 3, "B": 50, "C": 200 / 3}, abs=1e-9)


def test_answers_count(tmp_path):
    """Weights 2, 1, 1 and less green is better: (200 + 0 + 100)/4, (0 + 100 + 50)/4, (100 + 50 + 0)/4."""
    made = draft(TOWNS, year=2024).with_(weights={"unemployment": 2}, direction={"Green": -1})

    assert scores(made, tmp_path) == pytest.approx({"A": 75, "B": 37.5, "C": 37.5}, abs=1e-9)
    assert "direction.green" not in assumed(made)
    assert "weighting" not in assumed(made)


def test_what_is_asked():
    """One indicator's name shows no direction; two columns of texts identify the units, but one heading says code."""
    made = draft(TOWNS, year=2024)

    assert [each.key for each in made.asked] == ["direction.green"]
    assert assumed(made)["direction.unemployment"].why == 'its name contains "Unemployment"'
    assert (made.unit, made.name, dict(made.groups)) == ("code", "Town", {"region": "Region"})


def test_toml_says_what_the_table_says():
    """The text with its comments is the table, whatever the names; each assumption is in it."""
    frame = TOWNS.rename(columns={"Green": 'Gr"een\n# ] = [x]', "Income": "国民所得"})
    made = draft(frame, title='A "title"\nin two lines', dimensions={"Life, all": ["国民所得"]}, weight_uncertainty=0.1)

    assert tomli.loads(made.toml()) == made.table()
    assert made.table()["assumed"] == [str(each) for each in made.assumed]
    assert made.table()["robustness"] == {"weight_uncertainty": 0.1}


def test_columns_that_cannot_rank_are_left_out():
    """Constant, empty, a running number, an earlier rank, texts of every unit."""
    odd = {"flat": 1, "empty": np.nan, "Nr": [1, 2, 3], "Rank": [2, 1, 3], "note": ["x", "y z", None]}
    made = draft(TOWNS.assign(**odd), year=2024)
    told = list(map(str, made.assumed))

    assert [each.column for each in made.indicators] == ["Unemployment (%)", "Income", "Green"]
    for said in (
        'column "flat": left out (all its values are 1, so it does not distinguish units)',
        "columns not used: empty (empty)",
        "columns not used: Nr (it numbers the rows)",
        "columns not used: Rank (a rank is an earlier result)",
        "columns not used: note (text without repeated values)",
    ):
        assert said in told


def test_dimensions_are_means_of_their_own(tmp_path):
    """Money is (100 + 0)/2, (0 + 100)/2, 50; green alone 0, 50, 100 with weight 3: (50 + 3 x green)/4."""
    dimensions = {"Money": ["Unemployment (%)", "Income"], "Nature": ["Green"]}
    made = draft(TOWNS, year=2024, dimensions=dimensions, weights={"Nature": 3})

    assert scores(made, tmp_path) == pytest.approx({"A": 12.5, "B": 50, "C": 87.5}, abs=1e-9)


def test_gaps_share_out_their_weight(tmp_path):
    """A has 100, 0, 0; B 0, 100 and no green; D 0, 100, 100; C has one of three, fewer than half, and no rank."""
    frame = pd.DataFrame(
        {
            "unit": list("ABCD"),
            "Unemployment": [4, 8, None, 8],
            "Income": [10, 30, None, 30],
            "Green": [0, None, 10, 10],
        }
    )
    made = draft(frame, year=2024)
    found = scores(made, tmp_path)

    assert [found[each] for each in "ABD"] == pytest.approx([100 / 3, 50, 200 / 3], abs=1e-9)
    assert np.isnan(found["C"])
    assert "3 of 12;" in assumed(made)["missing"].why


def test_years_become_editions(tmp_path):
    """2021 has no income and is left out; in 2023 A leads in both, on scales of 1 to 4 and of 1 to 9 of both years."""
    frame = pd.DataFrame(
        {
            "unit": ["A", "B"] * 3,
            "Jahr": [2021, 2021, 2022, 2022, 2023, 2023],
            "Income": [None, None, 1, 2, 4, 3],
            "Safety": [1, 2, 1, 2, 9, 3],
        }
    )
    made = draft(frame)

    assert (made.year, made.editions, made.max_age) == ("Jahr", (2022, 2023), 0)
    assert "2021 left out" in assumed(made)["year"].why
    assert made.table()["normalisation"]["fitted_on"] == "pooled"
    assert "fitted_on" not in draft(frame, year=2022).table()["normalisation"]
    assert scores(made, tmp_path / "all") == pytest.approx({"A": 100, "B": (200 / 3 + 25) / 2}, abs=1e-9)
    assert scores(draft(frame, year=2022), tmp_path / "one") == {"A": 0, "B": 100}


def test_dates_under_any_head():
    """The newest date of each unit counts, in its year; when units were founded says nothing."""
    rows = {
        "Town": ["A", "A", "B", "C"],
        "Founded": ["1.1.1950", "1.1.1950", "1.1.1960", "1.1.1970"],
        "measured": ["Dec 2020", "Dec 2021", "Nov 2022", "Nov 2022"],
        "Income": [9, 1, 2, 3],
    }
    drafted = draft(pd.DataFrame(rows))
    said = "; ".join(map(str, drafted.assumed))

    assert drafted.editions == (2022,)
    assert drafted.figures.set_index("unit")["income"].to_dict() == {"A": 1, "B": 2, "C": 3}
    assert "1 older row left out" in said
    assert "all rows count for 2022" in said
    assert draft(pd.DataFrame(rows | {"measured": pd.to_datetime(["2021-01-31"] * 4)})[1:]).editions == (2021,)


def test_shapes_and_lists_are_no_names():
    """A column of lists, such as geometries, is left out and reported; the towns keep their names."""
    made = draft({"Town": ["Aberg", "Bedorf", "Ceville"], "Income": [1, 2, 3], "Places": [[1, 2], [3, 4], [5, 6]]})

    assert (made.unit, made.name) == ("Town", None)
    assert any("neither numbers nor text" in str(item) for item in made.assumed)


def test_a_row_a_figure():
    """Two columns of texts that only together identify rows, and one of numbers: the heads say what each is."""
    long = {"Town": ["Aberg", "Aberg", "Bedorf", "Bedorf"], "Indicator": ["Income", "Green"] * 2, "Value": [1, 2, 3, 5]}
    made = draft(long)

    assert made.figures.to_dict("list") == {"unit": ["Aberg", "Bedorf"], "income": [1, 3], "green": [2, 5]}
