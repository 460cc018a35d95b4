"""The audit of a ranking: its tables, its findings, and the command."""

import numpy as np
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.results.rank import rank
from hubrank_audit.auditing import audit
from hubrank_audit.influence import ranking_without

SCENARIO = """
title = "Lands"
editions = [2023, 2024]
normalisation = "min-max"
missing = { rule = "renormalise" }
aggregation = "arithmetic"

[units]
file = "units.csv"

[inputs.values]
source = "files"
options = { file = "values.csv" }

[dimensions]
ways = { title = "Ways", weight = 2 }
ends = { title = "Ends" }
only = { title = "Only one" }

[indicators]
roads = { indicator = "value", dimension = "ways", title = "Roads" }
rails = { indicator = "value", dimension = "ways", title = "Rails" }
smoke = { indicator = "value", dimension = "ends", title = "Smoke", direction = -1 }
woods = { indicator = "value", dimension = "ends", title = "Woods" }
gems = { indicator = "value", dimension = "only", title = "Gems" }
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    """Twenty lands: rails go with roads, woods with smoke, gems have one far value, and few know their woods."""
    folder = tmp_path_factory.mktemp("lands")
    rng = np.random.default_rng(4)
    roads = rng.normal(10, 2, 20)
    smoke = rng.normal(5, 1, 20)
    frame = pd.DataFrame(
        {
            "unit": [f"L{at:02}" for at in range(20)],
            "year": 2023,
            "roads": roads,
            "rails": roads + rng.normal(0, 0.1, 20),
            "smoke": smoke,
            "woods": np.where(np.arange(20) < 12, smoke + rng.normal(0, 0.2, 20), np.nan),
            "gems": [*rng.normal(1, 0.1, 19), 50.0],
        }
    )
    pd.concat([frame, frame.assign(year=2024)]).to_csv(folder / "values.csv", index=False)
    frame[["unit"]].assign(name=[f"Land {at}" for at in range(20)]).to_csv(folder / "units.csv", index=False)
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    return folder / "scenario.toml"


@pytest.fixture(scope="module")
def ranking(scenario):
    """The ranking."""
    return rank(str(scenario))


@pytest.fixture(scope="module")
def made(ranking):
    """Its audit."""
    return audit(ranking)


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ("redundant", "roads x rails"),
        ("trade-off", "smoke x woods"),
        ("coverage", "woods"),
        ("outliers", "gems"),
        ("consistency", "ends"),
    ],
)
def test_what_was_put_in_is_found(made, rule, where):
    """Each flaw in both editions, in a sentence that names it."""
    found = [each for each in made.findings if each.rule.name == rule and each.where == where]

    assert [each.edition for each in found] == [2023, 2024]
    assert all(name.capitalize() in found[0].sentence for name in where.split(" x "))


def test_what_is_well_is_not_found(made):
    """Roads and smoke are in full, without outliers, and loud enough."""
    rules = {each.rule.name for each in made.findings if each.where in ("roads", "smoke")}

    assert not rules & {"coverage", "outliers", "zeros", "few-values"}


def test_relations_of_pairs(made):
    """Within a dimension, across them, with what lies above, and an indicator with a dimension not its own."""
    table = made.of(2024)["correlations"]
    pairs = table[table["method"] == "pearson"].set_index(["first", "second"])

    assert tuple(pairs.loc[("roads", "rails"), ["relation", "dimension"]]) == ("within", "ways")
    assert tuple(pairs.loc[("roads", "smoke"), ["relation", "dimension"]]) == ("across", "")
    assert tuple(pairs.loc[("roads", "index"), ["relation", "dimension"]]) == ("above", "index")
    assert pairs.loc[("ways", "ends"), "relation"] == "within"
    assert pairs.loc[("roads", "ends"), "relation"] == "mixed"
    assert len(pairs) == 9 * 8 / 2


def test_correlations_are_turned_by_direction(made):
    """Less smoke is better, so more woods go with worse smoke."""
    table = made.of(2024)["correlations"].set_index(["method", "first", "second"])

    assert table.loc[("pearson", "smoke", "woods"), "r"] < -0.9
    assert table.loc[("pearson", "smoke", "woods"), "units"] == 12


def test_importance_has_weights_and_shares_of_one(made):
    """Shares of weight and influence in each dimension sum to 1."""
    table = made.of(2024)["importance"]
    sums = table.groupby("dimension")[["weight", "main_effect_share", "r_squared_share"]].sum()

    np.testing.assert_allclose(sums, 1)
    effective = table.set_index("element")["effective"]
    assert effective["ways"] == pytest.approx(0.5)
    assert effective["roads"] == pytest.approx(0.25)


def test_dimensions_of_one_member_have_no_alpha(made):
    """Nor components."""
    frames = made.of(2024)

    assert "only" not in set(frames["consistency"]["dimension"])
    assert "only" not in set(frames["components"]["dimension"])


def test_what_is_left_out_goes_with_all_in_it(ranking):
    """With its only member a dimension goes, with a dimension its members; the others have their weights 2 and 1."""
    alone, without = ranking_without(ranking, "gems"), ranking_without(ranking, "ways")
    ways, ends, only = (ranking.nodes[name].scores for name in ("ways", "ends", "only"))

    assert [node.name for node in alone.plan.tree] == ["ways", "ends", "index"]
    np.testing.assert_allclose(alone.scores, (2 * ways + ends) / 3)
    np.testing.assert_allclose(without.scores, (ends + only) / 2)


def test_screening_is_repeated_without_an_indicator(scenario):
    """8 of 20 lands lack woods and are screened out with it; without it all are ranked, as if it were not there."""
    strict = scenario.with_name("strict.toml")
    strict.write_text('extends = "scenario.toml"\nselection = { at_least_share = 1 }', encoding="utf-8")
    made = rank(str(strict))
    without = ranking_without(made, "woods")

    assert np.isnan(made.ranks[0]).sum() == 8
    assert not np.isnan(without.ranks).any()


@pytest.mark.long
def test_the_command_leaves_a_run_folder_with_the_tables(scenario, tmp_path, capsys):
    """Which can be audited again without measuring, to the same tables."""
    first, second = tmp_path / "one", tmp_path / "two"
    assert run(["audit", str(scenario), "--output", str(first)]) == 0
    assert run(["audit", str(first), "--output", str(second)]) == 0

    assert "Roads and Rails carry almost the same information" in capsys.readouterr().out
    tables = sorted(path.name for path in first.glob("audit-*.csv"))
    assert tables == [
        f"audit-{name}.csv"
        for name in (
            *("components", "consistency", "correlations", "coverage", "findings"),
            *("importance", "loadings", "removals", "statistics"),
        )
    ]
    for name in tables:
        assert (first / name).read_bytes() == (second / name).read_bytes()
