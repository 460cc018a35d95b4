"""The values by which the scenario `global` can be judged; docs/records/flagship.md quotes them.

`python3 run.py python scripts/flagship.py` prints, as Markdown: how old the values of each edition are and how many are
its own; the weight of each list; the indicators of two dimensions with the highest correlations; the agreement of
neighbouring editions, and the real part of each rank change; the number of hubs with the lowest score of a dimension;
the largest rank change of any hub by one unit of any count, and its place in the table; the skew of every indicator
before and after its treatment; and the effect of each decision, by undoing it alone. If HUBRANK_REFERENCE names a
folder with published lists (`rankings`), it also prints the agreement with them. Nothing is chosen by that agreement.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from attrs import evolve
from hubrank.i18n import format_percent
from hubrank.io.cache import Cache
from hubrank.methods import correlations, kurtosis, skewness
from hubrank.plugin import Array, Ranking, compose
from hubrank.ranking.values import figure_years
from hubrank.results.rank import edition_of, rank, rank_with_intervals
from hubrank_analysis.comparison import compare, listing_of, published
from hubrank_analysis.moves import change

SCENARIO = "global"
LISTS = {2025: "ecnu_top100_2025_top10.csv", 2024: "ecnu_top100_2024_top30.csv"}
#: The meaning of one more object, and the indicator that counts it.
COUNTS = {
    "university among the first 1,000": "leading-universities",
    "highly cited researcher": "highly-cited",
    "company of another industry": "companies",
    "research-intensive company": "research-companies",
    "laureate": "laureates",
    "robotics paper": "robotics-papers",
    "unicorn": "unicorns",
    "PCT application": "patents",
    "firm at the Scoreboard's threshold": "research-spending",
}
#: The size of one of them, if it is not 1: million euro of research.
SIZES = {"research-spending": 54.0}
#: The method text of a value whose total is divided by another key.
SHARED = "shared"
#: The causes of a rank change, as `hubrank diff` splits it.
CAUSES = {
    "world": "by newer figures",
    "list": "by entering or leaving a list",
    "source": "by another source",
    "others": "by others and the scale",
}
#: The most pairs of indicators printed.
PAIRS = 8
#: The density that changes with a count.
DENSITIES = {
    "highly-cited": "highly-cited-density",
    "patents": "patent-density",
    "research-spending": "research-spending-density",
}
#: The wanted limit of ranks that one object may move a hub.
MOST = 10
#: Ranks of a row in the table of bands.
BAND = 30
#: Each decision undone alone: the changed settings, as a scenario that extends `global`.
OTHERWISE = {
    "geometric mean between dimensions": "[aggregation]\nmethod = 'geometric'",
    "logarithms for all counts": "[treatment]\nsteps = [{ step = 'log', shift = 1 }]",
    "root without 3/8": "[treatment]\nsteps = ['square-root']",
    "roots for amounts": "[indicators]\n"
    + "\n".join(
        f"{key} = {{ treatment = ['square-root'] }}"
        for key in ("patents", "patent-density", "research-spending", "research-spending-density")
    ),
    "research-intensive companies twice": "[indicators]\ncompanies = { options = { coefficients = [1, 0] } }",
    "without densities": "exclude = ['highly-cited-density', 'patent-density', 'research-spending-density']",
    "without shares": (
        "exclude = ['top-share', 'industry-share', 'international-share', 'international-student-share',\n"
        "'papers', 'top-papers', 'industry-papers', 'international-papers']"
    ),
    "without research spending": "exclude = ['research-spending', 'research-spending-density']",
    "without robotics papers": "exclude = ['robotics-papers']",
    "leading fields for highly cited researchers": (
        "[indicators]\nhighly-cited = { weight = 0 }\nleading-fields = { dimension = 'research' }"
    ),
    "highly cited researchers in clustering": (
        "[indicators]\nstudents = { weight = 0 }\nhighly-cited = { dimension = 'clustering' }\n"
        "leading-fields = { dimension = 'research' }"
    ),
    "laureates of all years": "[inputs]\nlaureates = { window = 'all' }",
}
#: A value older than its edition by this many years, or more, is old.
OLD = 4


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


def weights_of(ranking: Ranking, edition: int) -> Array:
    """The weight in the index of each value, `(units, indicators)`; 0 if a hub has none."""
    table = ranking.indicators()
    own = table[table["edition"] == ranking.editions[edition]].set_index("indicator")["effective"]
    there = ~np.isnan(ranking.measured[edition]) & ~np.isnan(ranking.scores[edition])[:, None]
    return np.where(there, [own[item.key] for item in ranking.plan.ranked], 0.0)


def ages(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """The age of each edition's values, divided by another key or not, and the share of its own values."""
    years = figure_years(ranking)
    columns = [ranking.measurement.indicators.index(item.key) for item in ranking.plan.ranked]
    for at, edition in enumerate(ranking.editions):
        weights = weights_of(ranking, at)
        old = edition - years[at] >= OLD
        methods = np.char.find(ranking.measurement.methods[at][:, columns].astype(str), SHARED) >= 0
        own = "-" if at == 0 else _share(weights, years[at] != years[at - 1])
        yield str(edition), _share(weights, ~old), _share(weights, ~old & ~methods), own


def _share(weights: Array, which: Array) -> str:
    return format_percent(float((weights * which).sum() / weights.sum()), 1)


def files(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """The weight of each list in the newest edition; a value from two lists counts for both."""
    weights = weights_of(ranking, -1)
    columns = [ranking.measurement.indicators.index(item.key) for item in ranking.plan.ranked]
    origins = ranking.measurement.origins[-1][:, columns]
    found: dict[str, float] = {}
    for text in np.unique(origins.astype(str)):
        for name in text.split(" + "):
            found[name] = found.get(name, 0.0) + float((weights * (origins == text)).sum() / weights.sum())
    for name, share in sorted(found.items(), key=lambda item: -item[1]):
        if name:
            yield name, format_percent(share, 1)


def across(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """The indicators of two dimensions with the highest correlations, normalised, in the newest edition."""
    ranked = ranking.plan.ranked
    frame = pd.DataFrame(ranking.normalised[-1], columns=[item.key for item in ranked])
    pearson, spearman = frame.corr(), frame.corr("spearman")
    pairs = [
        (pearson.iloc[one, other], spearman.iloc[one, other], ranked[one], ranked[other])
        for one in range(len(ranked))
        for other in range(one)
        if ranked[one].dimension != ranked[other].dimension
    ]
    for linear, monotone, one, other in sorted(pairs, key=lambda pair: -pair[0])[:PAIRS]:
        yield f"{other.key} ({other.dimension})", f"{one.key} ({one.dimension})", f"{linear:.2f}", f"{monotone:.2f}"


def dimensions(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """The correlations of dimensions in the newest edition."""
    names = [name for name, node in ranking.nodes.items() if node.node.parent is not None]
    table = pd.DataFrame({name: ranking.nodes[name].scores[-1] for name in names}).corr()
    for name in names:
        yield name, *(f"{table.loc[name, other]:.2f}" for other in names)


def editions(ranking: Ranking) -> Iterator[tuple[str, ...]]:
    """How each edition agrees with the one before, with all indicators and those that can move, and who moved it."""
    years = figure_years(ranking)
    for at in range(1, len(ranking.editions)):
        before, after = ranking.ranks[at - 1], ranking.ranks[at]
        mean = float(np.nanmean(np.abs(before - after)))
        moved = (years[at] != years[at - 1]) & ~np.isnan(years[at])
        free = moved.any(axis=0)
        partial = []
        for edition in (at - 1, at):
            weights = weights_of(ranking, edition) * free
            whole = weights.sum(axis=1)
            partial.append(
                np.nansum(ranking.normalised[edition] * weights, axis=1) / np.where(whole > 0, whole, np.nan)
            )
        changed = [unit for unit in np.flatnonzero(before != after) if not np.isnan(before[unit] + after[unit])]
        causes = [change(ranking, at - 1, at, unit).split for unit in changed]
        parts = {name: sum(abs(split[name]) for split in causes) for name in CAUSES}
        whole = sum(parts.values())
        yield (
            f"{ranking.editions[at - 1]} to {ranking.editions[at]}",
            f"{agreement(before, after):.4f}",
            f"{agreement(*partial):.4f} ({int(free.sum())})",
            *(format_percent(parts[name] / whole) for name in CAUSES),
            f"{mean:.1f}",
            moves(before, after, ranking.names, 3),
            str(int(ranking.robust[at].sum())),
        )


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
    """The rank changes by one unit of each count in the newest edition, tried at every hub, one up and one down."""
    for what, places in shifted.items():
        worst = np.unravel_index(np.abs(places).argmax(), places.shape)
        above = int((np.abs(places).max(axis=1) > MOST).sum())
        yield what, str(len(places)), str(above), f"{ranking.names[worst[1]]} {places[worst]:+g}"


def single(ranking: Ranking, indicator: str) -> Array:
    """The places that each hub wins when a hub has one more, and one fewer, `(changes, hubs)`.

    A density of the same values changes with it, by the hub's inhabitants.
    """
    measured = ranking.measurement
    column = measured.indicators.index(indicator)
    size = SIZES.get(indicator, 1.0)
    people = inhabitants(ranking)
    found = []
    for unit in range(len(ranking.names)):
        for step in (size, -size):
            values = measured.values.copy()
            values[-1, unit, column] += step
            if indicator in DENSITIES:
                values[-1, unit, measured.indicators.index(DENSITIES[indicator])] += step / people[unit]
            if values[-1, unit, column] >= 0:
                result = compose(ranking.plan, evolve(measured, values=values))
                found.append(np.nan_to_num(ranking.ranks[-1] - result.ranks[-1]))
    return np.stack(found)


def inhabitants(ranking: Ranking) -> Array:
    """Each hub's inhabitants in millions, by a count and its density."""
    measured = ranking.measurement
    people = np.full(len(ranking.names), np.nan)
    for count, density in DENSITIES.items():
        above, below = (measured.values[-1, :, measured.indicators.index(key)] for key in (count, density))
        people = np.where(np.isnan(people) & (below > 0), above / np.where(below > 0, below, 1), people)
    return people


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
    """The places of changes that move a hub by more than ten ranks, and whether its interval holds the new rank."""
    places = places[np.abs(places).max(axis=1) > MOST]
    if not len(places):
        return f"No change moves a hub by more than {MOST} places.\n"
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
    """The scenario itself, then with each decision undone."""
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
    """The number of a published list's units in our top, and Spearman's coefficient; `-` if the list is not here."""
    path = Path(os.environ.get("HUBRANK_REFERENCE", "")) / "rankings" / LISTS[year]
    if not path.is_file():
        return "-"
    ranked = listing_of(ranking, edition_of(ranking, year))
    result = compare(ranked, published(path, ranked))
    return f"{result.overlap} of {result.top}, {result.spearman:.3f}"


if __name__ == "__main__":
    CACHE = Cache.default()
    FOUND = rank_with_intervals(SCENARIO, cache=CACHE)
    SHIFTED = {what: single(FOUND, key) for what, key in COUNTS.items()}
    print(table(("edition", "at most 3 years old", "and no total shared out", "of its own"), ages(FOUND)))
    print(table(("list", "weight in 2025"), files(FOUND)))
    print(table(("indicator", "indicator of another dimension", "Pearson", "Spearman"), across(FOUND)))
    print(table(("dimension", *(name for name, node in FOUND.nodes.items() if node.node.parent)), dimensions(FOUND)))
    print(
        table(
            (
                "editions",
                "Spearman",
                "of those that can move",
                *CAUSES.values(),
                "mean move",
                "largest moves",
                "robust",
            ),
            editions(FOUND),
        )
    )
    print(table(("dimension", *map(str, FOUND.editions)), floors(FOUND)))
    print(table(("one more or one fewer", "changes", "above 10", "largest move"), counts(FOUND, SHIFTED)))
    print(table(("ranks", "hubs in a point of the score", "range, median", "largest move"), bands(FOUND, SHIFTED)))
    print(beyond_ten(FOUND, np.concatenate(list(SHIFTED.values()))))
    print(table(("indicator", "raw", "as it enters", "hubs with 0"), shapes(FOUND)))
    print(table(("decision taken back", "editions", "floor", "top 10 of 2025", "top 30 of 2024"), decisions(CACHE)))
