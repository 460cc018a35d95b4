"""Relations to variables outside a ranking, and forecasts of them: by scipy, by hand, and where there is little."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.plugin import UsageError, languages
from hubrank.results.rank import rank
from hubrank_audit.links import foretold, links, relation
from rich.cells import cell_len
from scipy import stats

SCENARIO = """
title = "Lands"
editions = {editions}
normalisation = "min-max"
missing = {{ rule = "renormalise" }}
aggregation = "arithmetic"

[units]
file = "units.csv"

[inputs.values]
source = "files"
options = {{ file = "values.csv" }}

[inputs.others]
source = "files"
options = {{ file = "others.csv" }}
max_age = {max_age}

[dimensions.ways]

[indicators]
roads = {{ indicator = "value", dimension = "ways", title = "Roads" }}
rails = {{ indicator = "value", dimension = "ways", title = "Rails" }}
{outside}
"""
OUTSIDE = """
wealth = { indicator = "value", outside = true, title = "Wealth", inputs = { values = "others" } }
smoke = { indicator = "value", outside = true, direction = -1, inputs = { values = "others" } }
people = { indicator = "value", outside = true, inputs = { values = "others" } }
"""


def lands(folder, others=None, *, outside=OUTSIDE, editions=(2020, 2024), units=20, max_age=0):
    """A scenario of some lands; wealth goes with roads, smoke against them, people with neither."""
    rng = np.random.default_rng(7)
    frames = []
    roads = rng.normal(10, 2, units)
    for year in (2020, 2024):
        made = {
            "unit": [f"L{at:02}" for at in range(units)],
            "year": year,
            "roads": roads,
            "rails": rng.normal(size=units),
        }
        made |= {"wealth": roads + rng.normal(0, 1, units), "smoke": roads + rng.normal(0, 2, units)}
        frames.append(pd.DataFrame(made | {"people": rng.normal(5, 1, units)}))
    frame = pd.concat(frames)
    frame[["unit", "year", "roads", "rails"]].to_csv(folder / "values.csv", index=False)
    own = frame[["unit", "year", "wealth", "smoke", "people"]] if others is None else others(frame)
    own.to_csv(folder / "others.csv", index=False)
    frames[0][["unit"]].assign(name=frames[0]["unit"]).to_csv(folder / "units.csv", index=False)
    text = SCENARIO.format(outside=outside, editions=list(editions), max_age=max_age)
    (folder / "lands.toml").write_text(text, encoding="utf-8")
    return str(folder / "lands.toml")


def test_a_relation_is_spearmans_coefficient_with_bonett_and_wrights_interval(tmp_path):
    """Of the index, in the newest edition; scipy's coefficient, and the interval by its formula."""
    ranking = rank(lands(tmp_path))
    found = links(ranking).links.set_index(["variable", "element"])
    row = found.loc["wealth", "index"]
    others = pd.read_csv(tmp_path / "others.csv").query("year == 2024")
    r = stats.spearmanr(ranking.scores[1], others["wealth"]).statistic
    reach = stats.norm.ppf(0.95) * np.sqrt((1 + r**2 / 2) / 17)

    assert (row["edition"], row["units"], row["level"]) == (2024, 20, "dimension")
    assert row[["r", "low", "high"]].tolist() == pytest.approx([r, *np.tanh(np.arctanh(r) + np.array([-reach, reach]))])
    assert list(found.loc["wealth"].index) == ["index", "ways", "roads", "rails"]
    assert found.loc[("smoke", "roads"), "r"] == pytest.approx(
        -stats.spearmanr(ranking.normalised[1, :, 0], others["smoke"]).statistic
    )


def test_what_is_given_is_taken_out():
    """The partial coefficient is that of the residuals of ranks; its interval has one unit fewer."""
    rng = np.random.default_rng(3)
    size = rng.normal(size=40)
    first, second = size + rng.normal(size=40), size + rng.normal(size=40)
    ranked = [stats.rankdata(each) for each in (first, second, size)]
    line = np.column_stack([np.ones(40), ranked[2]])
    left = [each - line @ np.linalg.lstsq(line, each, rcond=None)[0] for each in ranked[:2]]
    r = np.corrcoef(left)[0, 1]
    found = relation(first, second, size)
    reach = stats.norm.ppf(0.95) * np.sqrt((1 + r**2 / 2) / 36)

    assert found["r"] == pytest.approx(r)
    assert (found["low"], found["high"]) == pytest.approx(
        (np.tanh(np.arctanh(r) - reach), np.tanh(np.arctanh(r) + reach))
    )
    assert np.isnan(relation(first, second, second)["r"])


def test_each_unit_is_foretold_from_the_others():
    """Shares of the variance are those of regressions that are fitted again without each unit."""
    rng = np.random.default_rng(5)
    own = rng.normal(size=30)
    index = own + rng.normal(size=30)
    outcome = own + 0.5 * index + rng.normal(size=30)
    y, before, score = (stats.rankdata(each) for each in (outcome, own, index))

    def error(*predictors):
        design, errors = np.column_stack([np.ones(30), *predictors]), []
        for at in range(30):
            rest = np.arange(30) != at
            errors.append(y[at] - design[at] @ np.linalg.lstsq(design[rest], y[rest], rcond=None)[0])
        return np.mean(np.square(errors))

    found, whole = foretold(outcome, own, index), error()

    assert [found[name] for name in ("own", "index", "both")] == pytest.approx(
        [1 - error(before) / whole, 1 - error(score) / whole, 1 - error(before, score) / whole]
    )
    assert found["beyond"] == relation(outcome, index, own)["r"]


def test_growth_and_the_index_itself_are_foretold(tmp_path):
    """One row of the index, and two of each variable that both editions have."""
    ranking = rank(lands(tmp_path))
    rows = links(ranking, given="people").forecasts.set_index(["variable", "outcome"])
    wealth = pd.read_csv(tmp_path / "others.csv").pivot(index="unit", columns="year", values="wealth")
    growth = stats.spearmanr(ranking.scores[0], wealth[2024] / wealth[2020]).statistic

    assert list(rows.index) == [
        ("index", "level"),
        *((name, what) for name in ("wealth", "smoke") for what in ("level", "growth")),
    ]
    assert rows.loc[("wealth", "growth"), "r"] == pytest.approx(growth)
    assert rows.loc[("index", "level"), "r"] == pytest.approx(stats.spearmanr(*ranking.scores).statistic)


def test_the_index_is_taken_without_what_a_variable_is_made_of(tmp_path):
    """Of the column of roads another input reads; the index beside it is rails alone, and roads have no row."""
    outside = """
later = { indicator = "value", outside = true, options = { column = "roads" }, inputs = { values = "again" } }

[inputs.again]
source = "files"
options = { file = "values.csv" }
"""
    ranking = rank(lands(tmp_path, outside=outside))
    result = links(ranking)
    rails = pd.read_csv(tmp_path / "values.csv").query("year == 2024")

    assert result.without == {"later": ("roads",)}
    assert list(result.links["element"]) == ["index", "ways", "rails"]
    assert result.links["r"].tolist() == pytest.approx([stats.spearmanr(rails["rails"], rails["roads"]).statistic] * 3)


def test_an_index_of_nothing_but_a_variables_column_is_not_related_to_it(tmp_path, capsys):
    """Nothing is left of it: no row, and the screen says so."""
    outside = (
        OUTSIDE
        + """
rails-later = { indicator = "value", outside = true, options = { column = "rails" } }
"""
    )
    path = lands(tmp_path, outside=outside)
    text = (tmp_path / "lands.toml").read_text(encoding="utf-8")
    roads = 'roads = { indicator = "value", dimension = "ways", title = "Roads" }\n'
    (tmp_path / "lands.toml").write_text(text.replace(roads, ""), encoding="utf-8")
    result = links(rank(path))

    assert "rails-later" not in set(result.links["variable"])
    assert run(["links", path]) == 0
    assert "rails-later (rails-later), -, 0 units: index -" in capsys.readouterr().out


def test_a_figure_that_was_known_before_is_not_foretold(tmp_path):
    """Half of the lands have wealth of 2020 alone, which is used for 2024."""

    def others(frame):
        late = (frame["year"] == 2024) & (frame["unit"] < "L10")
        return frame.assign(wealth=frame["wealth"].where(~late))[["unit", "year", "wealth", "smoke", "people"]]

    rows = links(rank(lands(tmp_path, others, max_age=4))).forecasts.set_index(["variable", "outcome"])

    assert rows.loc[("wealth", "level"), "units"] == 10
    assert rows.loc[("smoke", "level"), "units"] == 20


def test_without_a_variable_outside_it_says_what_to_add(tmp_path):
    """So it does where the only one is taken out; a name that is none is reported with one that may be meant."""
    path = lands(tmp_path, outside="")
    only = 'people = { indicator = "value", outside = true, inputs = { values = "others" } }'

    with pytest.raises(UsageError, match="outside = true"):
        links(rank(path))
    with pytest.raises(UsageError, match="outside = true"):
        links(rank(lands(tmp_path, outside=only)), given="people")
    with pytest.raises(UsageError, match="did you mean 'people'"):
        links(rank(lands(tmp_path)), given="peopel")


def test_a_constant_three_units_and_gaps_give_no_figure_that_is_not_known(tmp_path):
    """A constant has no coefficient, three units no interval and no forecast, a missing value is no unit."""

    def others(frame):
        few = frame["wealth"].where(frame["unit"] < "L03")
        return frame.assign(wealth=few, smoke=1.0)[["unit", "year", "wealth", "smoke", "people"]]

    result = links(rank(lands(tmp_path, others)))
    rows = result.links.set_index(["variable", "element"])
    forecasts = result.forecasts.set_index(["variable", "outcome"])

    assert rows.loc[("wealth", "index"), "units"] == 3
    assert -1 <= rows.loc[("wealth", "index"), "r"] <= 1
    assert np.isnan(rows.loc[("wealth", "index"), "low"])
    assert np.isnan(rows.loc[("smoke", "index"), "r"])
    assert forecasts.loc[("wealth", "level"), ["own", "both", "beyond"]].isna().all()
    assert forecasts.loc[("smoke", "level"), ["own", "both", "beyond"]].isna().all()


def test_one_edition_predicts_nothing(tmp_path, capsys):
    """The relations stand, and a sentence says why there is no second table."""
    path = lands(tmp_path, editions=(2024,))

    assert links(rank(path)).forecasts.empty
    assert run(["links", path]) == 0
    assert "no forecast is tested" in capsys.readouterr().out


@pytest.mark.parametrize("language", languages())
def test_the_screen_has_80_columns_in_every_language(tmp_path, capsys, monkeypatch, language):
    """Tables and sentences fit, and name the variables; programs read English."""
    monkeypatch.setenv("HUBRANK_WIDTH", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    path = lands(tmp_path)

    assert run(["--language", language, "links", path, "--given", "people"]) == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()
    assert any("wealth" in line for line in lines)
    assert [line for line in lines if cell_len(line) > 80] == []
    assert run(["--language", language, "links", path, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"links", "forecasts", "without"} <= set(told)


def test_both_tables_are_written_beside_the_run(tmp_path, capsys):
    """They have a row a variable and element, and a row a variable and outcome; the run can be named in their place."""
    path, folder = lands(tmp_path), tmp_path / "run"

    assert run(["links", path, "--output", str(folder), "--format", "csv"]) == 0
    printed = capsys.readouterr().out
    assert (folder / "links.csv").read_bytes().decode() == printed
    assert len(pd.read_csv(folder / "links-forecasts.csv")) == 7
    assert run(["links", str(folder), "--format", "csv"]) == 0
    assert capsys.readouterr().out == printed


@pytest.mark.long
def test_intervals_of_partial_coefficients_hold_what_they_promise():
    """Of 1,000 samples of 50 about nine in ten have the true coefficient inside."""
    rng = np.random.default_rng(1)

    def drawn(units):
        size = rng.normal(size=units)
        first = size + rng.normal(size=units)
        return first, size + 0.5 * first + rng.normal(size=units), size

    true = relation(*drawn(1_000_000))["r"]
    held = [found["low"] <= true <= found["high"] for found in (relation(*drawn(50)) for _ in range(1000))]

    assert 0.86 <= np.mean(held) <= 0.94
