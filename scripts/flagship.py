"""The figures by which the scenario `global` can be judged; docs/flagship.md quotes them.

`python3 run.py python scripts/flagship.py` prints, as Markdown: how neighbouring editions agree; how many hubs stand on
the floor of a dimension; the largest move of any hub by one unit of any count, and where in the table such moves are;
the skew of every indicator before and after its treatment; and what each decision does, by taking it back alone. Where
HUBRANK_REFERENCE names a folder with published lists (`rankings`), it tells the agreement with them too. Nothing is
chosen by that agreement.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from attrs import evolve
from hubrank import Array, Measurement, Plan, Ranking, compose
from hubrank.i18n import format_percent
from hubrank.io.cache import Cache
from hubrank.methods import correlations, kurtosis, skewness
from hubrank.results.rank import edition_of, rank, rank_with_intervals
from hubrank_analysis.comparison import compare, listing_of, published

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
#: So many places were to be the most that one object moves a hub.
MOST = 10
#: Ranks of a row in the table of bands.
BAND = 30
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
    "without robotics papers": "exclude = ['robotics-papers']",
    "without papers with industry": "exclude = ['industry-papers']",
    "without international papers": "exclude = ['international-papers']",
    "laureates of all years": "[inputs]\nlaureates = { window = 'all' }",
    "with conferences": (
        "[inputs]\nconferences = { source = 'almanac', window = 4 }\n"
        "[indicators]\nconferences = { dimension = 'environment' }"
    ),
}


def table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """Rows as Markdown."""
    lines = (heads, ("---",) * len(heads), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def moves(before: Array, after: Array, names: tuple[str, ...], most: int = 1) -> str:
    """The largest moves of the hubs ranked on both sides, upwards positive."""
    places = before - after
    order = np.argsort(-np.abs(places), kind="stable")
    there = [at for at in order if not np.isnan(places[at])]
    return ", ".join(f"{names[at]} {places[at]:+g}" for at in there[:most] if most == 1 or places[at])


def agreement(before: Array, after: Array) -> float:
    """Spearman's coefficient of two editions' ranks."""
    return float(correlations(np.stack([before, after], axis=-1), "spearman")[0, 1])


def editions(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """How each edition agrees with the one before."""
    for at in range(1, len(ranking.editions)):
        before, after = ranking.ranks[at - 1], ranking.ranks[at]
        mean = float(np.nanmean(np.abs(before - after)))
        years = f"{ranking.editions[at - 1]} to {ranking.editions[at]}"
        yield years, f"{agreement(before, after):.4f}", f"{mean:.1f}", moves(before, after, ranking.names, 5)


def floor_share(ranking: Ranking, dimension: str, edition: int) -> float:
    """The share of a dimension's hubs for which every indicator that they have is at the bottom."""
    low = float(ranking.plan.scenario.normalisation.choice.options["range"][0])
    scores = ranking.nodes[dimension].scores[edition]
    there = ~np.isnan(scores)
    return float((scores[there] <= low + 1e-9).mean())


def floors(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """The share of hubs on the floor of each dimension, by edition."""
    for name, node in ranking.nodes.items():
        if node.node.parent is not None:
            yield (name, *(format_percent(floor_share(ranking, name, at), 1) for at in range(len(ranking.editions))))


def counts(ranking: Ranking, shifted: dict[str, Array]) -> Iterator[tuple[str, ...]]:
    """What one unit of each count moves in the newest edition, tried at every hub, one up and one down."""
    for what, places in shifted.items():
        worst = np.unravel_index(np.abs(places).argmax(), places.shape)
        above = int((np.abs(places).max(axis=1) > MOST).sum())
        yield what, str(len(places)), str(above), f"{ranking.names[worst[1]]} {places[worst]:+g}"


def single(
    ranking: Ranking, indicator: str, step: float, make: Callable[[Plan, Measurement], Ranking] = compose
) -> Array:
    """The places that each hub wins when a hub has one more, and one fewer, `(changes, hubs)`; `make` ranks."""
    before = make(ranking.plan, ranking.measurement).ranks[-1]
    column = ranking.measurement.indicators.index(indicator)
    found = []
    for unit in range(len(ranking.names)):
        for change in (step, -step):
            values = ranking.measurement.values.copy()
            values[-1, unit, column] += change
            if values[-1, unit, column] >= 0:
                result = make(ranking.plan, evolve(ranking.measurement, values=values))
                found.append(before - result.ranks[-1])
    return np.stack(found)


def bands(ranking: Ranking, shifted: dict[str, Array]) -> Iterator[tuple[str, ...]]:
    """By ranks of the newest edition: how dense the scores are, how wide the ranges, and the largest of all moves."""
    ranks, scores = ranking.ranks[-1], ranking.scores[-1]
    largest = np.concatenate([np.abs(places).max(axis=0, keepdims=True) for places in shifted.values()]).max(axis=0)
    wide = ranking.high[-1] - ranking.low[-1]
    for first in range(1, int(np.nanmax(ranks)) + 1, BAND):
        here = (ranks >= first) & (ranks < first + BAND)
        dense = (here.sum() - 1) / np.ptp(scores[here])
        yield (
            f"{first} to {int(ranks[here].max())}",
            f"{dense:.1f}",
            f"{np.median(wide[here]):g} places",
            f"{largest[here].max():g}",
        )


def beyond_ten(ranking: Ranking, places: Array) -> str:
    """Where the changes are that move a hub by more than ten places, and whether its range holds the new rank."""
    places = places[np.abs(places).max(axis=1) > MOST]
    hubs = np.abs(places).argmax(axis=1)
    ranks = ranking.ranks[-1][hubs]
    new = ranks - places[np.arange(len(hubs)), hubs]
    low, high = ranking.low[-1][hubs], ranking.high[-1][hubs]
    held = int(((low <= new) & (new <= high)).sum())
    wide = high - low
    return (
        f"{len(hubs)} changes move a hub by more than {MOST} places, the one that moves most from rank {ranks.min():g} "
        f"to {ranks.max():g}; its range is {wide.min():g} to {wide.max():g} places wide (median {np.median(wide):g}) "
        f"and holds the new rank in {held}.\n"
    )


def shapes(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """Skewness and kurtosis of the newest edition, before and after the treatment."""
    for at, indicator in enumerate(ranking.plan.ranked):
        raw, treated = ranking.measured[-1, :, at], ranking.treated[-1, :, at]
        skews = []
        for values in (raw, treated):
            column = values[~np.isnan(values)][:, None]
            skews.append(f"{float(skewness(column).item()):.2f}, {float(kurtosis(column).item()):.2f}")
        yield indicator.key, *skews, format_percent(float((raw[~np.isnan(raw)] == 0).mean()))


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
    before, after = ranking.ranks[-2:]
    dimensions = [name for name, node in ranking.nodes.items() if node.node.parent is not None]
    fullest = max(dimensions, key=lambda name: floor_share(ranking, name, -1))
    return (
        f"{agreement(before, after):.4f}, {moves(before, after, ranking.names)}",
        f"{fullest} {format_percent(floor_share(ranking, fullest, -1))}",
        *(beside(ranking, year) for year in LISTS),
    )


def beside(ranking: Ranking, year: int) -> str:
    """How many of a published list are in our top, and Spearman's coefficient; `-` where the list is not here."""
    path = Path(os.environ.get("HUBRANK_REFERENCE", "")) / "rankings" / LISTS[year]
    if not path.is_file():
        return "-"
    ranked = listing_of(ranking, edition_of(ranking, year))
    result = compare(ranked, published(path, ranked))
    return f"{result.overlap} of {result.top}, {result.spearman:.3f}"


if __name__ == "__main__":
    CACHE = Cache.default()
    FOUND = rank_with_intervals(SCENARIO, cache=CACHE)
    SHIFTED = {what: single(FOUND, *how) for what, how in COUNTS.items()}
    print(table(("editions", "Spearman", "mean move", "largest moves"), editions(FOUND)))
    print(table(("dimension", *map(str, FOUND.editions)), floors(FOUND)))
    print(table(("one more or one fewer", "changes", "above 10", "largest move"), counts(FOUND, SHIFTED)))
    print(table(("ranks", "hubs in a point of the score", "range, median", "largest move"), bands(FOUND, SHIFTED)))
    print(beyond_ten(FOUND, np.concatenate(list(SHIFTED.values()))))
    print(table(("indicator", "raw", "as it enters", "hubs with 0"), shapes(FOUND)))
    print(table(("decision taken back", "editions", "floor", "top 10 of 2025", "top 30 of 2024"), decisions(CACHE)))
