"""What every built-in method promises, whatever the values; by the checks that a stranger's method passes."""

import hubrank.methods.builtins
import pytest
from hubrank.testing import conforms

pytestmark = pytest.mark.long

ONE, TWO, THREE, FOUR = (f"member-{at}" for at in range(4))
#: Options of the methods that have some without a default.
OPTIONS = {
    "constant": {"value": 7.0},
    "group-mean": {"by": "continent"},
    "group-median": {"by": "continent"},
    "treatment:power": {"exponent": 2.0},
    "winsorise": {"points": 1},
    "scaled": {"goalposts": [0.0, 50.0]},
    "distance-to-unit": {"unit": "U5"},
    "distance-to-target": {"target": 1e6},
    "bands": {"cuts": [10.0, 50.0], "marks": [0.0, 1.0, 2.0]},
    "quantile-bands": {"cuts": [0.25, 0.5], "marks": [0.0, 1.0, 2.0]},
    "budget": {
        "allocations": [{ONE: 60.0, TWO: 40.0, THREE: 0.0, FOUR: 1.0}, dict.fromkeys((ONE, TWO, THREE, FOUR), 1.0)]
    },
    "swing": {"points": {ONE: 100.0, TWO: 50.0, THREE: 50.0, FOUR: 10.0}},
    "rank-order": {"order": [TWO, ONE, THREE, FOUR]},
    "ahp": {"comparisons": {ONE: {TWO: 2.0, THREE: 4.0, FOUR: 4.0}, TWO: {THREE: 2.0, FOUR: 2.0}, THREE: {FOUR: 1.0}}},
    "best-worst": {
        "best": ONE,
        "worst": FOUR,
        "best_to_others": {TWO: 2.0, THREE: 2.0, FOUR: 4.0},
        "others_to_worst": {ONE: 4.0, TWO: 2.0, THREE: 2.0},
    },
    "correlation-optimised": {"within": 1.0},
    "generalised-mean": {"p": 0.5},
    "owa": {"orness": 0.3},
    "scale": {"by": 2.0},
    "shift": {"by": 2.0},
    "rescaling:power": {"exponent": 2.0},
    "cap": {"low": 10.0, "high": 50.0},
    "round": {"decimals": 0, "mode": "half-up"},
}


@conforms(hubrank.methods.builtins, sample_options=OPTIONS)
def test_promises(check):
    """The Handbook's methods keep the contract of their kinds."""
    check()
