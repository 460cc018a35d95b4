"""A cluster counts what this process counts."""

import attrs
import hubrank_dask
import numpy as np
import pytest
from hubrank import Registry, UsageError, load, measure, resolve
from hubrank.front import run as run_words
from hubrank.robustness import Tally, analysis_of, run
from hubrank.testing import conforms, write_random_scenario

pytestmark = pytest.mark.filterwarnings("default")


@conforms(hubrank_dask)
def test_conformance(check):
    """It keeps a draw counter's promises, on a cluster of this machine's cores."""
    check()


@pytest.fixture
def analysis(tmp_path):
    """An analysis of random figures with several sources of uncertainty, among them noise, which makes blocks small."""
    registry = Registry.installed()
    uncertainties = {"weights": 0.25, "normalisation": ["min-max", "rank"], "noise": 0.1}
    plan = resolve(load(write_random_scenario(tmp_path, units=9, robustness=uncertainties), registry), registry)
    return analysis_of(plan, (measure(plan),))


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as started:
        yield started


@pytest.mark.long
def test_scheduler_by_its_address(analysis, cluster):
    """Twelve blocks in eight parts on a cluster that runs already are, byte by byte, the whole counted here."""
    draws = 12 * analysis.design.block_size - 7
    here = run(analysis, draws, cores=1).tally
    there = hubrank_dask.count(analysis, draws, cluster.scheduler_address)

    for each in attrs.fields(Tally):
        assert np.asarray(getattr(there, each.name)).tobytes() == np.asarray(getattr(here, each.name)).tobytes()


def test_robustness_counts_with_it(cluster, tmp_path, monkeypatch):
    """The verb's tables are those of counting here."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write_random_scenario(tmp_path, units=6, robustness={"weights": 0.25, "draws": 20000})
    words = ["robustness", "scenario.toml", "--time-limit", "0", "--output"]

    assert run_words([*words, "here"]) == 0
    assert run_words([*words, "there", "--count-with", f"dask:{cluster.scheduler_address}"]) == 0
    for name in ("robustness.csv", "acceptability.csv", "central_weights.csv", "pairwise.csv"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


@pytest.mark.parametrize(
    ("cores", "blocks", "parts"),
    [(2, 100, 8), (2, 3, 3), (64, 1, 1), (1, 0, 1)],
)
def test_parts_follow_the_workers(cores, blocks, parts):
    """Four for each core, never more than there are blocks of draws, and one at least."""
    assert hubrank_dask.parts_for(cores, blocks) == parts


@pytest.mark.long
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere://x"])
def test_no_scheduler(analysis, monkeypatch, address):
    """An address where there is none is said, without a traceback."""
    monkeypatch.setattr(hubrank_dask, "PATIENCE", 1)
    with pytest.raises(UsageError, match=f"no Dask scheduler answers at '{address}'"):
        hubrank_dask.count(analysis, 10, address)


@pytest.mark.long
def test_no_workers(analysis, monkeypatch):
    """A scheduler without workers does not let a run wait for ever."""
    from distributed import LocalCluster

    monkeypatch.setattr(hubrank_dask, "PATIENCE", 1)
    with LocalCluster(n_workers=0, dashboard_address=None) as empty:
        address = empty.scheduler_address
        with pytest.raises(UsageError, match="has no workers"):
            hubrank_dask.count(analysis, 10, address)
