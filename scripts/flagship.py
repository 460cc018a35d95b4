"""The figures by which the scenario `global` can be judged; docs/flagship.md quotes them.

`python3 run.py python scripts/flagship.py` prints, as Markdown: how neighbouring editions agree; how many hubs stand on
the floor of a dimension; the largest move of any hub by one unit of any count; the skew of every indicator before and
after its treatment; and what each decision does, by taking it back alone. Where HUBRANK_REFERENCE names a folder with
published lists (`rankings`), it tells the agreement with them too. Nothing is chosen by that agreement.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from attrs import evolve, frozen
from hubrank import Array, Ranking, compose
from hubrank.front import Cache, edition_of, rank
from hubrank.methods import correlations, kurtosis, skewness
from hubrank_fit.comparison import compare, listing_of, published

SCENARIO = "global"
LISTS = {2025: "ecnu_top100_2025_top10.csv", 2024: "ecnu_top100_2024_top30.csv"}
#: What one more object is, and by how much it changes the indicator. A mean of two years moves by a half where the
#: object stands in one of the two lists, and by one where it stands in both.
COUNTS = {
    "university, in one list": ("universities", 0.5),
    "university, in both lists": ("universities", 1.0),
    "highly cited researcher": ("highly-cited", 1.0),
    "large company of another industry": ("companies", 1.0),
    "large research-intensive company": ("research-companies", 1.0),
    "laureate": ("laureates", 1.0),
    "unicorn, in one list": ("unicorns", 0.5),
    "unicorn, in both lists": ("unicorns", 1.0),
    "paper": ("papers", 1.0),
    "PCT application": ("patents", 1.0),
}
#: Each decision taken back alone: what is said otherwise, as a scenario that extends `global`.
OTHERWISE = {
    "geometric mean between dimensions": "[aggregation]\nmethod = 'geometric'",
    "logarithms for all counts": "[treatment]\nsteps = [{ step = 'log', shift = 1 }]",
    "root without 3/8": "[treatment]\nsteps = ['square-root']",
    "root for patents": "[indicators]\npatents = { treatment = [{ step = 'square-root', shift = 0.375 }] }",
    "newest list of universities and unicorns alone": (
        "[indicators]\nuniversities = { options = { coefficients = [1, 0] } }\n"
        "unicorns = { options = { coefficients = [1, 0] } }"
    ),
    "research-intensive companies twice": "[indicators]\ncompanies = { options = { coefficients = [1, 0] } }",
    "without research-intensive companies in industry": (
        "[indicators]\nresearch-companies = { weight = 0 }\ncompanies = { options = { coefficients = [1, 0] } }"
    ),
    "without computing papers": "exclude = ['computing-papers']",
    "without papers with industry": "exclude = ['industry-papers']",
    "without international papers": "exclude = ['international-papers']",
    "laureates of all years": "[inputs]\nlaureates = { window = 'all' }",
    "with conferences": (
        "[inputs]\nconferences = { source = 'almanac', window = 4 }\n"
        "[indicators]\nconferences = { dimension = 'environment' }"
    ),
}


@frozen
class Move:
    """The largest move of a hub.

    Attributes:
        hub: Its name.
        places: How many, upwards positive.
    """

    hub: str
    places: float

    def __str__(self) -> str:
        return f"{self.hub} {self.places:+g}"


def main() -> None:
    """Print every table."""
    cache = Cache.default()
    ranking = rank(SCENARIO, cache=cache)
    print(table(("editions", "Spearman", "mean move", "largest moves"), editions(ranking)))
    print(table(("dimension", *map(str, ranking.editions)), floors(ranking)))
    print(table(("one more or one fewer", "changes", "above 10", "largest move"), counts(ranking)))
    print(table(("indicator", "raw", "as it enters", "hubs with 0"), shapes(ranking)))
    print(table(("decision taken back", "editions", "floor", "top 10 of 2025", "top 30 of 2024"), decisions(cache)))


def table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """Rows as Markdown."""
    lines = (heads, ("---",) * len(heads), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def moves(before: Array, after: Array, names: tuple[str, ...]) -> list[Move]:
    """The moves of the hubs ranked on both sides, the largest first."""
    places = before - after
    order = np.argsort(-np.abs(places), kind="stable")
    return [Move(names[at], float(places[at])) for at in order if not np.isnan(places[at])]


def agreement(before: Array, after: Array) -> float:
    """Spearman's coefficient of two editions' ranks."""
    return float(correlations(np.stack([before, after], axis=-1), "spearman")[0, 1])


def editions(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """How each edition agrees with the one before."""
    for at in range(1, len(ranking.editions)):
        before, after = ranking.ranks[at - 1], ranking.ranks[at]
        found = moves(before, after, ranking.names)
        mean = float(np.mean([abs(each.places) for each in found]))
        years = f"{ranking.editions[at - 1]} to {ranking.editions[at]}"
        yield years, f"{agreement(before, after):.4f}", f"{mean:.1f}", ", ".join(map(str, found[:5]))


def floor_share(ranking: Ranking, dimension: str, edition: int) -> float:
    """The share of a dimension's hubs for which every indicator that they have is at the bottom."""
    low = float(ranking.plan.scenario.normalisation.choice.options["low"])
    scores = ranking.nodes[dimension].scores[edition]
    there = ~np.isnan(scores)
    return float((scores[there] <= low + 1e-9).mean())


def floors(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """The share of hubs on the floor of each dimension, by edition."""
    for name, node in ranking.nodes.items():
        if node.node.parent is not None:
            yield (name, *(f"{floor_share(ranking, name, at):.1%}" for at in range(len(ranking.editions))))


def counts(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """What one unit of each count moves in the newest edition, tried at every hub, one up and one down."""
    for what, (indicator, step) in COUNTS.items():
        found = list(single(ranking, indicator, step))
        worst = max(found, key=lambda each: abs(each.places))
        yield what, str(len(found)), str(sum(abs(each.places) > 10 for each in found)), str(worst)


def single(ranking: Ranking, indicator: str, step: float) -> Iterator[Move]:
    """For each hub with the figure, the largest move of any hub when it has one more, and one fewer."""
    column = ranking.measurement.indicators.index(indicator)
    for unit in range(len(ranking.names)):
        for change in (step, -step):
            values = ranking.measurement.values.copy()
            values[-1, unit, column] += change
            if values[-1, unit, column] >= 0:
                made = compose(ranking.plan, evolve(ranking.measurement, values=values))
                yield moves(ranking.ranks[-1], made.ranks[-1], ranking.names)[0]


def shapes(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """Skewness and kurtosis of the newest edition, before and after the treatment."""
    for at, indicator in enumerate(ranking.plan.ranked):
        raw, treated = ranking.measured[-1, :, at], ranking.treated[-1, :, at]
        zeros = float((raw[~np.isnan(raw)] == 0).mean())
        yield indicator.key, shape(raw), shape(treated), f"{zeros:.0%}"


def shape(values: Array) -> str:
    """Skewness and kurtosis of one column."""
    column = values[~np.isnan(values)][:, None]
    return f"{float(skewness(column).item()):.2f}, {float(kurtosis(column).item()):.2f}"


def decisions(cache: Cache) -> Iterator[tuple[str, ...]]:
    """The scenario as it stands, then with each decision taken back."""
    yield "none: `global`", *judged(rank(SCENARIO, cache=cache))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "otherwise.toml"
        for what, text in OTHERWISE.items():
            file.write_text(f"extends = '{SCENARIO}'\n{text}\n", encoding="utf-8")
            yield what, *judged(rank(str(file), cache=cache))


def judged(ranking: Ranking) -> tuple[str, str, str, str]:
    """The last two editions' agreement and largest move, the fullest floor, and agreement with the published lists."""
    found = moves(ranking.ranks[-2], ranking.ranks[-1], ranking.names)[0]
    dimensions = [name for name, node in ranking.nodes.items() if node.node.parent is not None]
    fullest = max(dimensions, key=lambda name: floor_share(ranking, name, -1))
    first, second = (beside(ranking, year) for year in LISTS)
    return (
        f"{agreement(ranking.ranks[-2], ranking.ranks[-1]):.4f}, {found}",
        f"{fullest} {floor_share(ranking, fullest, -1):.0%}",
        first,
        second,
    )


def beside(ranking: Ranking, year: int) -> str:
    """How many of a published list are in our top, and Spearman's coefficient; `-` where the list is not here."""
    path = Path(os.environ.get("HUBRANK_REFERENCE", "")) / "rankings" / LISTS[year]
    if not path.is_file():
        return "-"
    own = listing_of(ranking, edition_of(ranking, year))
    made = compare(own, published(path, own))
    return f"{made.overlap} of {made.top}, {made.spearman:.3f}"


if __name__ == "__main__":
    main()
