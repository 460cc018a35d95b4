"""Re-rankings a CPU second of one other package, as JSON: `python benchmarks/peers.py pymcdm`.

`robustness.py` runs it in an environment of the peer's own, since peers pin versions that the workspace need not
follow. The case is its first: 142 units, 40 indicators, weights drawn again for every ranking.
"""

import json
import sys
import time

import numpy as np

UNITS, INDICATORS = 142, 40
RNG = np.random.default_rng(1)
MATRIX = RNG.lognormal(size=(UNITS, INDICATORS))  # normalised once, as who draws often would do it
MATRIX = (MATRIX - MATRIX.min(axis=0)) / (MATRIX.max(axis=0) - MATRIX.min(axis=0))
TYPES = np.ones(INDICATORS)


def weights():
    """Weights in a box of 25 %."""
    drawn = RNG.uniform(0.75, 1.25, INDICATORS)
    return drawn / drawn.sum()


def rate(rank, draws=3000):
    """Rankings a CPU second, after one that warms up."""
    rank()
    start = time.process_time()
    for _ in range(draws):
        rank()
    return draws / (time.process_time() - start)


def pymcdm():
    """The weighted sum model in a loop, on normalised values and without its checks of the input."""
    from pymcdm.helpers import rankdata
    from pymcdm.methods import WSM

    method = WSM(normalization_function=lambda column, *_, **__: column)
    return rate(lambda: rankdata(method(MATRIX, weights(), TYPES, validation=False), reverse=True))


def scikit_criteria():
    """Its function of the weighted sum in a loop, which gives ranks, in place of its pipeline of objects."""
    from skcriteria.agg.simple import wsm

    return rate(lambda: wsm(MATRIX, weights()))


def pysensmcda():
    """Its own simulation with its own accumulation of rank counts, of a weighted sum without checks, one process."""
    from pymcdm.methods import WSM
    from pysensmcda.smaa import simulate

    class Sum(WSM):
        def __call__(self, matrix, weights, *_, **__):
            return matrix @ weights

    drawn = np.array([weights() for _ in range(3000)])
    simulate(Sum(), MATRIX, TYPES, weights=drawn[:20], store="accumulate")
    start = time.process_time()
    simulate(Sum(), MATRIX, TYPES, weights=drawn, store="accumulate")
    return len(drawn) / (time.process_time() - start)


PEERS = {"pymcdm": pymcdm, "scikit-criteria": scikit_criteria, "pysensmcda": pysensmcda}

if __name__ == "__main__":
    print(json.dumps(PEERS[sys.argv[1]]()))
