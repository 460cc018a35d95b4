"""Re-rankings a CPU second of one other package, as JSON: `python benchmarks/peers.py pymcdm`.

`robustness.py` runs it in an environment of the peer's own, since peers pin versions that the workspace need not
follow. The case is its first: 142 units, 40 indicators, weights drawn anew for every ranking.
"""

import json
import sys
import time

import numpy as np

UNITS, INDICATORS = 142, 40


def figures():
    """Log-normal figures, and what draws weights in a box of 25 %."""
    rng = np.random.default_rng(1)

    def weights():
        drawn = rng.uniform(0.75, 1.25, INDICATORS)
        return drawn / drawn.sum()

    return rng.lognormal(size=(UNITS, INDICATORS)), weights


def rate(rank, draws):
    """Rankings a CPU second, after one that warms up."""
    rank()
    start = time.process_time()
    for _ in range(draws):
        rank()
    return draws / (time.process_time() - start)


def pymcdm():
    """The weighted sum model in a loop."""
    from pymcdm.helpers import rankdata
    from pymcdm.methods import WSM

    matrix, weights = figures()
    types = np.ones(INDICATORS)
    method = WSM()
    return rate(lambda: rankdata(method(matrix, weights(), types), reverse=True), 600)


def scikit_criteria():
    """The pipeline in a loop, normalised once: weights, weighted sum, ranks."""
    import skcriteria
    from skcriteria.agg.simple import WeightedSumModel
    from skcriteria.preprocessing.scalers import MinMaxScaler

    matrix, weights = figures()
    model = WeightedSumModel()
    scaled = MinMaxScaler(target="matrix").transform(skcriteria.mkdm(matrix, [max] * INDICATORS))
    return rate(lambda: model.evaluate(scaled.copy(weights=weights())).rank_, 100)


def pysensmcda():
    """Its own simulation with its own accumulation of rank counts, one process."""
    from pymcdm.methods import WSM
    from pysensmcda.smaa import simulate

    matrix, weights = figures()
    drawn = np.array([weights() for _ in range(1000)])
    simulate(WSM(), matrix, np.ones(INDICATORS), weights=drawn[:20], store="accumulate")
    start = time.process_time()
    simulate(WSM(), matrix, np.ones(INDICATORS), weights=drawn, store="accumulate")
    return len(drawn) / (time.process_time() - start)


PEERS = {"pymcdm": pymcdm, "scikit-criteria": scikit_criteria, "pysensmcda": pysensmcda}

if __name__ == "__main__":
    print(json.dumps(PEERS[sys.argv[1]]()))
