"""What a counter of draws promises."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np

from hubrank.basis.files import temporary
from hubrank.contract.counters import DrawCounter
from hubrank.measuring.measure import measure
from hubrank.robustness.analysis import analysis_of, run
from hubrank.robustness.tallies import Tally
from hubrank.scenario.loading import load
from hubrank.scenario.resolving import resolve
from hubrank.testing.checks.names import check_name
from hubrank.testing.promises import promise
from hubrank.testing.random_scenarios import write_random_scenario
from hubrank.testing.workshops import built_in

#: More than one block of draws.
_DRAWS = 40_000


def check_counts(counter: DrawCounter) -> None:
    """It counts as this process does."""
    with temporary() as folder:
        registry = built_in()
        plan = resolve(load(write_random_scenario(Path(folder)), registry), registry)
        analysis = analysis_of(plan, (measure(plan),))
        counted = counter.count(analysis, _DRAWS, "")
        promise(isinstance(counted, Tally), f"count returned {type(counted).__name__}; expected a Tally")
        here = run(analysis, _DRAWS).tally
        same = all(np.array_equal(value, getattr(here, name)) for name, value in attrs.asdict(counted).items())
        promise(same, "count returned different counts from hubrank.robustness.run")


CHECKS = (check_name, check_counts)
