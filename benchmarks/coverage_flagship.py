"""How often the ranges of `global` hold true ranks: its own values, off by the errors that it states.

A world's true values are those that were measured, with their far tails, zeros and correlations, or `drawn` ones that
may lie behind them. A world's measured values have one error of the procedure in all editions, are counted (Poisson),
aged, and divided by other inhabitants; values that are read of the same columns take the same chance, so that a count
and its density go together. Both are ranked by the scenario's own choices. Ranges of the measured are the product's, of
errors alone.

`python3 run.py python benchmarks/coverage_flagship.py --json`
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import cast

import attrs
import numpy as np
from attrs import frozen
from hubrank.measurement.aged_errors import AgedErrors
from hubrank.measurement.measurement import Measurement
from hubrank.plugin import Registry, load, measure, resolve
from hubrank.ranking.intervals import HIGH, LOW
from hubrank.ranking.ranking import compose
from hubrank.scenario.plan import Plan, Uncertainties
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.outcome import Outcome, assess
from scipy.special import ndtr
from scipy.stats import poisson
from surroundings import benchmark

#: The worst true rank of each band for which coverage is reported.
BANDS = (10, 30, 60, 100, 179)
#: A patents' value with a larger relative error was divided by a key, and not counted in the hub.
COUNTED = 0.2

Figures = Mapping[str, np.ndarray]


@frozen(kw_only=True, eq=False)
class Flagship:
    """The scenario as it was measured.

    Attributes:
        plan: Its plan, without uncertainties except those of values.
        doubts: All of its uncertainties.
        analysis: Draws of its own values.
        keys: What is ranked.
    """

    plan: Plan
    doubts: Uncertainties
    measurement: Measurement
    analysis: Analysis
    keys: tuple[str, ...]

    @classmethod
    def of(cls, scenario: str = "global") -> Flagship:
        """An installed scenario whose values all have errors by procedure, counting and age."""
        registry = Registry.installed()
        plan = resolve(load(scenario, registry), registry)
        doubts = cast("Uncertainties", plan.uncertainties)
        alone = attrs.evolve(plan, uncertainties=attrs.evolve(doubts, discrete=(), weights=()))
        measurement = measure(plan)
        return cls(
            plan=alone,
            doubts=doubts,
            measurement=measurement,
            analysis=analysis_of(alone, (measurement,), closely=False),
            keys=tuple(item.key for item in plan.ranked),
        )

    @property
    def figures(self) -> Figures:
        """Those that were measured, `(editions, units)` each."""
        columns = self.measurement.indicators
        return {key: self.measurement.values[..., columns.index(key)] for key in self.keys}

    def drawn(self, rng: np.random.Generator) -> Figures:
        """True values that may lie behind those that were measured."""
        numbers = rng.standard_normal((1, *self.analysis.design.aged_cells), dtype=np.float32)
        found = {key: np.empty((1, *item.shape)) for key, item in self.figures.items()}
        for key, known in self.analysis.variants.nominal().aged(around=False).items():
            known.drawn(numbers, self.analysis.design.rows, found[key])
        return {key: item[0] for key, item in found.items()}

    def off(self, true: Figures, rng: np.random.Generator) -> Figures:
        """What is measured of true values."""
        rows, units = self.analysis.design.rows, self.measurement.values.shape[1]
        lasting, counted, aged = rng.standard_normal((3, self.analysis.design.aged_cells[0], units))
        found = {}
        for key, values in true.items():
            errors = cast("AgedErrors", self.measurement.errors[key])
            own, kind = rows[errors.read_of[0]], errors.kind
            vintages = slice(own.start + 1, own.stop)
            log = errors.size * lasting[own.start]
            log += kind.per_year * np.sqrt(errors.age) * as_seen(aged[vintages], errors)
            seen = values * np.exp(np.nan_to_num(log))
            if count := float(kind.count):
                one = count / errors.exposure
                seen = np.where(seen > 0, poisson.ppf(ndtr(as_seen(counted[vintages], errors)), seen / one) * one, seen)
            if divisor := errors.read_of[1]:
                seen = seen * np.exp(-float(kind.divisor) * lasting[rows[divisor].start])
            found[key] = seen
        return found

    def assessed(self, figures: Figures, doubts: Uncertainties | None = None, draws: int | None = None) -> Outcome:
        """The ranking of other values, drawn by their errors alone unless other uncertainties are given."""
        values = self.measurement.values.copy()
        for key, given in figures.items():
            values[..., self.measurement.indicators.index(key)] = given
        measurement = attrs.evolve(self.measurement, values=values)
        plan = attrs.evolve(self.plan, uncertainties=doubts or self.plan.uncertainties)
        return assess(compose(plan, measurement), (measurement,), draws=draws, closely=False)

    def groups(self) -> dict[str, np.ndarray]:
        """Units by how the last edition's patents were found."""
        error = self.measurement.errors["patents"].size[-1]
        return {"counted": error <= COUNTED, "shared by a key": error > COUNTED, "none": np.isnan(error)}


def as_seen(numbers: np.ndarray, errors: AgedErrors) -> np.ndarray:
    """Standard normal numbers `(editions, units)`, the same where an edition sees what the one before saw."""
    numbers = numbers.copy()
    for at in range(1, len(numbers)):
        same = errors.overlap[at]
        numbers[at] = same * numbers[at - 1] + np.sqrt(1 - np.square(same)) * numbers[at]
    return numbers


def covered(flagship: Flagship, *, worlds: int, draws: int, drawn: bool, seed: int = 1) -> dict[str, float]:
    """The share of true ranks of the last edition in their ranges, by band and group; and of joint ranges.

    Returns:
        `held` and `width` of all, of bands and of groups; `at_once`, the share of worlds whose joint ranges hold all
        true ranks, and `joint_width`.
    """
    rng, rows, at_once, joint_widths = np.random.default_rng(seed), [], [], []
    for _ in range(worlds):
        true = flagship.drawn(rng) if drawn else flagship.figures
        ranks = flagship.assessed(true, draws=1).ranking.ranks[-1]
        outcome = flagship.assessed(flagship.off(true, rng), draws=draws)
        low, high, joint = outcome.rank(LOW)[-1], outcome.rank(HIGH)[-1], outcome.joint
        rows.append((ranks, (low <= ranks) & (ranks <= high), high - low + 1))
        ranked = ~np.isnan(ranks)
        at_once.append(((joint.low[-1] <= ranks) & (ranks <= joint.high[-1]))[ranked].all())
        joint_widths.append(np.nanmean(joint.high[-1] - joint.low[-1] + 1))
    ranks, held, widths = (np.array(item) for item in zip(*rows, strict=True))
    which = {"all": ranks > 0}
    which |= {f"{low + 1} to {high}": (ranks > low) & (ranks <= high) for low, high in pairwise((0, *BANDS))}
    which |= {f"patents {name}": (ranks > 0) & mine for name, mine in flagship.groups().items()}
    found = {f"{name}: held": float(held[mine].mean()) for name, mine in which.items()}
    found |= {f"{name}: width": float(np.nanmean(widths[mine])) for name, mine in which.items()}
    return found | {"at_once": float(np.mean(at_once)), "joint_width": float(np.mean(joint_widths))}


def widths(flagship: Flagship) -> dict[str, float]:
    """The mean widths of the intervals of its own values: with all uncertainties, choices alone, errors alone."""
    choices = attrs.evolve(flagship.doubts, errors=())
    found = {}
    for name, doubts in {"all doubts": flagship.doubts, "choices": choices, "errors": None}.items():
        outcome = flagship.assessed(flagship.figures, doubts)
        width = outcome.rank(HIGH)[-1] - outcome.rank(LOW)[-1] + 1
        ranks = outcome.ranking.ranks[-1]
        which = {"all": ranks > 0, "1 to 30": ranks <= 30}
        which |= {f"patents {group}": mine for group, mine in flagship.groups().items()}
        found |= {f"{name}, {group}: width": float(np.nanmean(width[mine])) for group, mine in which.items()}
    return found


def main() -> None:
    """Print the tables."""
    with benchmark(__doc__, worlds=40, draws=1000) as (arguments, figures):
        flagship = Flagship.of()
        tables = {"as it is": widths(flagship)}
        for name, drawn in {"true as measured": False, "true as drawn": True}.items():
            tables[name] = covered(flagship, worlds=arguments.worlds, draws=arguments.draws, drawn=drawn)
        for name, table in tables.items():
            print(f"\n{name}")
            for key, value in table.items():
                print(f"  {key:<44}{value:8.3f}", flush=True)
            figures |= {f"{name}: {key}": round(value, 4) for key, value in table.items()}


if __name__ == "__main__":
    main()
