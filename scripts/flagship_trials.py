"""Two ways to read hubs without an object of industry that were tried for `global` and refused; see docs/flagship.md.

`python3 run.py python scripts/flagship_trials.py` prints them beside `global`, as Markdown: counts shrunk to what their
inhabitants let expect, and smaller listed companies. The second reads the raw list in the folder that HUBRANK_REFERENCE
names (`almanac/companies`).
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from attrs import evolve
from flagship import COUNTS, SCENARIO, agreement, floor_share, judged, moves, single, table
from hubrank import Array, Measurement, Plan, Ranking, compose
from hubrank.i18n import format_percent
from hubrank.io.cache import Cache
from hubrank.results.rank import rank
from scipy.optimize import minimize
from scipy.special import gammaln

#: Ranks what was measured.
Make = Callable[[Plan, Measurement], Ranking]
INDUSTRY = ("unicorns", "research-companies")
#: Counts of which one object moved hubs by more than ten places are shrunk too.
ALL = (*INDUSTRY, "laureates", "universities")
#: What is asked of one object of each.
OBJECTS = ("university, in one list", "large research-intensive company", "laureate", "unicorn, in one list")
INHABITANTS = """
[indicators.inhabitants]
indicator = "value"
dimension = "industry"
weight = 0
inputs = { values = "population" }
options = { column = "population" }
"""
LISTED = """
[inputs.listed]
source = "files"
max_age = "any"
options = { file = "listed.csv", covers = { first = 2022, last = 2022 } }
[indicators.listed]
indicator = "value"
dimension = "industry"
inputs = { values = "listed" }
options = { column = "companies", absent = 0 }
"""
#: Hubs whose universities are shown.
HUBS = ("Princeton-Trenton", "Eindhoven", "Mexico City", "Mumbai")
LARGE = ("Mega Cap", "Large Cap", "Mid Cap")
#: High and medium-high in research, as in the almanac's `research_intensive`.
SECTORS = ("Information Technology", "Health Care")
INDUSTRIES = ("Automobiles", "Auto Components", "Aerospace & Defense", "Machinery", "Electrical Equipment", "Chemicals")


def extended(text: str, folder: Path, cache: Cache) -> Ranking:
    """`global` with more."""
    file = folder / "trial.toml"
    file.write_text(f"extends = '{SCENARIO}'\n{text}", encoding="utf-8")
    return rank(str(file), cache=cache)


def row(what: str, given: Ranking, make: Make, flagship: Ranking) -> tuple[str, ...]:
    """What a trial does; `single` ranks it for one object more and one fewer at every hub."""
    ranking = make(given.plan, given.measurement)
    worst = [f"{np.abs(single(given, *COUNTS[item], make)).max():g}" for item in OBJECTS]
    moved = moves(flagship.ranks[-1], ranking.ranks[-1], ranking.names, 4)
    rho = f"{agreement(flagship.ranks[-1], ranking.ranks[-1]):.4f}"
    floor = format_percent(floor_share(ranking, "industry", -1))
    return what, *judged(ranking), floor, *worst, rho, moved or "-"


def examples(counted: Ranking) -> Iterator[tuple[str, ...]]:
    """What shrinking makes of the universities of small and large hubs."""
    measured = counted.measurement
    result = shrinking(counted, ALL)(counted.plan, measured)
    at = [measured.indicators.index(key) for key in ("inhabitants", "universities")]
    for name in HUBS:
        unit = counted.names.index(name)
        inhabitants, before = measured.values[-1, unit, at]
        after = result.measurement.values[-1, unit, at[1]]
        yield name, f"{inhabitants / 1e6:.1f}", f"{before:g}", f"{after:.1f}"


def shrinking(given: Ranking, keys: tuple[str, ...]) -> Make:
    """Ranks with posterior means of counts: Poisson, with a rate per inhabitant that is Gamma over the hubs."""
    measured = given.measurement
    inhabitants = measured.values[..., measured.indicators.index("inhabitants")] / 1e6
    exposure = np.where(np.isnan(inhabitants), np.nanmin(inhabitants), inhabitants)
    columns = [measured.indicators.index(key) for key in keys]
    priors = {at: gamma(measured.values[..., at], exposure) for at in columns}

    def make(plan: Plan, measurement: Measurement) -> Ranking:
        values = measurement.values.copy()
        for at, (shape, rate) in priors.items():
            values[..., at] = exposure * (shape + values[..., at]) / (rate + exposure)
        return compose(plan, evolve(measurement, values=values))

    return make


def gamma(counts: Array, exposure: Array) -> tuple[float, float]:
    """Shape and rate of the Gamma under which the counts are most likely (negative binomial)."""

    def cost(logs: Array) -> float:
        shape, rate = np.exp(logs)
        likely = gammaln(shape + counts) - gammaln(shape) + shape * np.log(rate / (rate + exposure))
        return -float(np.sum(likely + counts * np.log(exposure / (rate + exposure))))

    found = minimize(cost, [0.0, 0.0], method="Nelder-Mead")
    shape, rate = np.exp(found.x)
    return float(shape), float(rate)


def listed() -> pd.DataFrame:
    """The raw list."""
    folder = os.environ.get("HUBRANK_REFERENCE")
    if folder is None:
        sys.exit("set HUBRANK_REFERENCE to the folder of raw tables: almanac/companies is read")
    return pd.read_csv(Path(folder) / "almanac/companies/financedatabase_companies_hq.csv")


def firms(sizes: tuple[str, ...]) -> pd.DataFrame:
    """Companies of research-intensive industries by place."""
    whole = listed()
    which = whole["sector"].isin(SECTORS) | whole["industry"].isin(INDUSTRIES)
    placed = whole[which & whole["market_cap"].isin(sizes) & whole["lat"].notna()]
    return placed.groupby(["lat", "lon"]).size().rename("companies").reset_index().assign(year=2022)


def unsized() -> Iterator[tuple[str, ...]]:
    """How many listed companies countries have, and which share of them has no size."""
    whole = listed()
    for country in ("China", "Japan", "Canada", "United States", "South Korea", "United Kingdom", "Germany", "Israel"):
        here = whole[whole["country"] == country]
        yield country, f"{len(here):,}", format_percent(here["market_cap"].isna().mean())


if __name__ == "__main__":
    cache = Cache.default()
    flagship = rank(SCENARIO, cache=cache)
    trials: dict[str, tuple[Ranking, Make]] = {"`global`": (flagship, compose)}
    with tempfile.TemporaryDirectory() as folder:
        counted = extended(INHABITANTS, Path(folder), cache)
        trials["industry's counts shrunk"] = counted, shrinking(counted, INDUSTRY)
        trials["all small counts shrunk"] = counted, shrinking(counted, ALL)
        for what, sizes in (("mid caps and larger", LARGE), ("small caps too", (*LARGE, "Small Cap"))):
            firms(sizes).to_csv(Path(folder) / "listed.csv", index=False)
            trials[f"listed companies, {what}"] = extended(LISTED, Path(folder), cache), compose
    heads = ("trial", "editions", "floor", "top 10", "top 30", "industry's floor", *OBJECTS)
    heads += ("rho with `global`", "moves")
    print(table(heads, (row(what, *trial, flagship) for what, trial in trials.items())))
    print(table(("hub", "million inhabitants", "universities", "shrunk"), examples(counted)))
    print(table(("country", "listed companies", "without a size"), unsized()))
