"""Compind's benefit of the doubt, taxonomic measure and factor scores, written as a scenario."""

import numpy as np
import pandas as pd
import pytest
import tomli_w
from hubrank.plugin.registry import Registry
from hubrank.results.rank import rank

LIFE = "140_compind/BLI_indices"
#: The column, the aggregation, and what the reference's score is of ours.
COLUMNS = {
    "bod_unconstrained_ownLP": ("benefit-of-the-doubt", None),
    "bod_constr_low0_up1": ({"method": "benefit-of-the-doubt", "low": 0, "high": 1}, None),
    "bod_constr_low0.05_up1": ({"method": "benefit-of-the-doubt", "low": 0.05}, None),
    "wroclaw": ("wroclaw", lambda ours: 1 - ours),
    "factor_ONE": ({"method": "factor", "components": 1}, None),
    "factor_CH3": ({"method": "factor", "components": 3}, None),
    "factor_ALL": ("factor", None),
}


@pytest.fixture
def ranked(tmp_path):
    """Rank a table of units, by one dimension of a scenario."""
    registry = Registry.installed()

    def make(table, aggregation, weighting=None):
        table = table.assign(year=2017)
        table.to_csv(tmp_path / "values.csv", index_label="unit")
        pd.DataFrame({"unit": table.index, "name": table.index}).to_csv(tmp_path / "units.csv", index=False)
        aspects = [name for name in table if name != "year"]
        dimension = {"aggregation": {"method": aggregation} if isinstance(aggregation, str) else aggregation}
        scenario = {
            "title": "Life",
            "editions": [2017],
            "units": {"file": "units.csv"},
            "inputs": {"values": {"source": "files", "options": {"file": "values.csv"}}},
            "dimensions": {"all": dimension if weighting is None else {**dimension, "weighting": weighting}},
            "indicators": {name: {"indicator": "value", "dimension": "all"} for name in aspects},
            "normalisation": {"method": "none"},
            "aggregation": {"method": "arithmetic"},
        }
        (tmp_path / "life.toml").write_bytes(tomli_w.dumps(scenario).encode())
        return rank(str(tmp_path / "life.toml"), registry)

    return make


@pytest.fixture(scope="module")
def life(coinr):
    """Eleven aspects of life in 38 countries."""
    return coinr("140_compind/data_BLI_2017", index="country")


@pytest.mark.parametrize("column", COLUMNS)
def test_scores(coinr, ranked, life, column):
    """A column of Compind's indices comes out."""
    aggregation, turn = COLUMNS[column]
    made = ranked(life, aggregation)
    ours, theirs = made.scores[0], coinr(LIFE, index="country").loc[list(made.codes), column]

    assert len(theirs) == len(life)
    np.testing.assert_allclose(ours if turn is None else turn(ours), theirs, rtol=1e-9, atol=1e-9)


def test_shares_where_they_are_the_only_best(coinr, ranked, life):
    """The shares of the bounded weights come out for the units whose best weights are the only ones.

    Countries that reach 1 do so under many weights: the reference has some of them, ours those nearest to equal.
    """
    bounded = {"method": "benefit-of-the-doubt", "low": 0.05}
    made = ranked(life, "sum", bounded)
    codes = list(made.codes)
    theirs = coinr("140_compind/BLI_bod_constr_weightshares", index="country").loc[codes, list(life)]
    scores = coinr(LIFE, index="country").loc[codes, "bod_constr_low0.05_up1"]
    parts = made.nodes["all"].weights[0] * life.loc[codes].to_numpy()
    only = scores < 1 - 1e-9

    assert len(codes) == len(life)
    np.testing.assert_allclose(parts.sum(axis=1), scores, atol=1e-9)
    np.testing.assert_allclose((parts / parts.sum(axis=1, keepdims=True))[only], theirs[only], atol=1e-9)
    assert only.sum() == 28


@pytest.mark.parametrize(("column", "low"), [("bod_ownLP", 0.0), ("bod_constr_0.1", 0.1)])
def test_regions(coinr, ranked, column, low):
    """Roads and railways of European regions."""
    regions = coinr("140_compind/data_EU_NUTS1", index="NUTS1")[["roads", "trains"]]
    made = ranked(regions, {"method": "benefit-of-the-doubt", "low": low})
    theirs = coinr("140_compind/EU_NUTS1_bod", index="NUTS1").loc[list(made.codes), column]

    assert len(theirs) == len(regions)
    np.testing.assert_allclose(made.scores[0], theirs, atol=1e-9)
