"""The same parts on a local cluster give the same counts."""

import attrs
import numpy as np
import pytest
from hubrank import Registry, load, measure, resolve
from hubrank.robustness import Tally, analysis_of, run
from hubrank_dask import count

SCENARIO = """
title = "Random figures"
editions = [2024]
[units]
file = "units.csv"
[inputs.values]
source = "files"
options = { file = "figures.csv" }
[dimensions.a]
[dimensions.b]
[indicators]
x = { indicator = "value", dimension = "a" }
y = { indicator = "value", dimension = "a" }
z = { indicator = "value", dimension = "b" }
[normalisation]
method = "min-max"
[aggregation]
method = "arithmetic"
[robustness]
weights = 0.25
normalisation = ["min-max", "rank"]
noise = 0.1
"""


@pytest.fixture
def analysis(tmp_path):
    """An analysis of random figures with several sources of doubt."""
    rng = np.random.default_rng(0)
    codes = [f"u{at}" for at in range(9)]
    rows = [f"{code},2024,{','.join(map(str, rng.lognormal(size=3)))}" for code in codes]
    (tmp_path / "figures.csv").write_text("unit,year,x,y,z\n" + "\n".join(rows) + "\n")
    (tmp_path / "units.csv").write_text("unit,name\n" + "\n".join(f"{code},{code}" for code in codes) + "\n")
    (tmp_path / "scenario.toml").write_text(SCENARIO)
    registry = Registry.installed()
    plan = resolve(load(tmp_path / "scenario.toml", registry), registry)
    return analysis_of(plan, (measure(plan),))


@pytest.mark.filterwarnings("default")
def test_cluster_counts_what_one_machine_counts(analysis):
    """Three parts on two worker processes of a local cluster are, byte by byte, the whole counted here."""
    distributed = pytest.importorskip("distributed")
    draws = 3 * analysis.design.block_size
    here = run(analysis, draws, cores=1).tally
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = count(client, analysis, draws, parts=3)

    for each in attrs.fields(Tally):
        assert np.asarray(getattr(there, each.name)).tobytes() == np.asarray(getattr(here, each.name)).tobytes()
