"""Exact ranges of ranks as tables, and weights that make a unit first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hubrank import Answer, Measurement, Ranking, UsageError
from hubrank.cli.command import ranked_unit
from hubrank.cli.console import progress
from hubrank.i18n import ENGLISH, format_count, format_number, gettext, gettext_noop, use_language
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import csv_bytes, escape_markup
from hubrank.progress import Progress, no_progress
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.sampling import Draws

from hubrank_analysis.exact import Exact, exact_of, extremes
from hubrank_analysis.weight_sets import WeightSet, weight_set

#: So many units are compared pair by pair unasked; of more the bounds of all pairs would take gigabytes.
MOST_PAIRED = 4096
#: What stands between the causes of both ends in `bounds.csv`.
_BOTH = " and "


def bounds_files(
    analysis: Analysis, ranking: Ranking, seconds: float, progress: Progress = no_progress, *, pairs: bool = False
) -> tuple[dict[str, bytes], str]:
    """The tables of exact ranges as CSV, by name, and in words how far best and worst ranks are exact.

    `seconds` is how long programs may be solved; `pairs` compares pairs however many units there are.
    """
    if not pairs and ranking.ranks.shape[1] > MOST_PAIRED:
        many = gettext_noop("from the draws; no bounds.csv: more than {most} units (--pairs compares all pairs)")
        return {}, gettext(many, most=format_count(MOST_PAIRED))
    table, dominance, why = bounds_tables(analysis, ranking, seconds, progress)
    if why:
        return {}, gettext("from the draws; no bounds.csv: {why}", why=why)
    tables = {"bounds.csv": table, "dominance.csv": dominance}
    return {name: csv_bytes(ranking.marked(item)) for name, item in tables.items()}, _exactness(table)


def _exactness(table: pd.DataFrame) -> str:
    """How far the best and worst ranks of `bounds.csv` are exact, and what keeps the others from it."""
    causes = table.loc[table["exact"] == "no", "cause"].value_counts(sort=False).sort_index()
    if causes.empty:
        return gettext("exact over all uncertain weights in bounds.csv; from the draws in robustness.csv")
    texts = []
    for cause, count in causes.items():  # one, or one for each end
        first, *second = (gettext(item) for item in str(cause).split(_BOTH))
        text = gettext("{one} and {other}", one=first, other=second[0]) if second else first
        texts.append(f"{text}: {format_count(count)}")
    return gettext(
        "exact for {exact} of {rows} rows, proven bounds for the others ({causes}), in bounds.csv; "
        "from the draws in robustness.csv",
        exact=format_count(int((table["exact"] == "yes").sum())),
        rows=format_count(len(table)),
        causes=", ".join(texts),
    )


def bounds_tables(
    analysis: Analysis, ranking: Ranking, seconds: float, progress: Progress = no_progress
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Best and worst ranks over all weights that are uncertain, everything else as the scenario says.

    `seconds` is how long programs may be solved, for all units of all editions together; 0 solves none.

    Returns:
        `bounds.csv` (one row an edition and ranked unit), `dominance.csv` (pairs of which the first is ahead of the
        second under all weights, without those that follow from others), and why there are none.
    """
    rows: list[tuple[Any, ...]] = []
    pairs: list[tuple[Any, ...]] = []
    attained = _attained(analysis)
    best, worst = attained.min(axis=0), attained.max(axis=0)
    count = len(ranking.editions)
    for at, edition in enumerate(ranking.editions):
        progress("comparing pairs")
        exact, units, why = exact_edition(analysis, ranking, at)
        if exact is None:
            return pd.DataFrame(), pd.DataFrame(), why

        def share(done: float, edition: int = at) -> None:
            progress("exact ranges", edition + done, count)

        codes = [ranking.codes[unit] for unit in units]
        for unit, low, high in extremes(exact, best[at, units], worst[at, units], seconds / count, share):
            causes = sorted({item.cause for item in (low, high) if not item.proven})
            ends = (low.rank, low.bound, high.rank, high.bound)
            exactly = "yes" if low.proven and high.proven else "no"
            rows.append((edition, codes[unit], ranking.ranks[at, units[unit]], *ends, exactly, _BOTH.join(causes)))
        pairs += [(edition, codes[first], codes[second]) for first, second in exact.dominance()]
    columns = ["edition", "unit", "rank", "best", "best_bound", "worst", "worst_bound", "exact", "cause"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["edition", "rank", "unit"], ignore_index=True)
    return table, pd.DataFrame(pairs, columns=["edition", "unit", "ahead_of"]), ""


def exact_edition(analysis: Analysis, ranking: Ranking, at: int) -> tuple[Exact | None, Any, str]:
    """The exact analysis of an edition and its units' positions, or none and why."""
    variant = analysis.variants.nominal()
    found, why = exact_weights(analysis)
    if found is None:
        return None, None, why
    units = np.flatnonzero(~np.isnan(ranking.ranks[at]))
    values = variant.normalised[at, units].copy()
    column = {item.key: place for place, item in enumerate(variant.plan.ranked)}
    below: dict[str, list[int]] = {}
    for node in variant.plan.tree:
        columns = [below.get(member.name) or [column[member.name]] for member in node.members]
        below[node.name] = [item for part in columns for item in part]
        lacking = np.isnan(variant.nodes[node.name].handed_up[at, units])
        values[np.ix_(lacking, below[node.name])] = np.nan
    return exact_of(found, values), units, ""


def exact_weights(analysis: Analysis) -> tuple[WeightSet | None, str]:
    """The weights that exact ranges are over, or none and why they are not offered."""
    variant = analysis.variants.nominal()
    choice = variant.plan.scenario.ranking
    if choice.best == "lowest":
        return None, gettext("exact ranges are not available where the lowest score is best")
    if choice.decimals is not None or choice.ties != "min":
        return None, gettext('exact ranges are available only for unrounded scores and ties = "min"')
    return weight_set(variant, analysis.design.weights, analysis.design.uncertainties)


def _attained(analysis: Analysis) -> Any:
    """Ranks in a block of draws that vary nothing but the weights, `(draws, editions, units)`; 0 without a rank."""
    design = analysis.design
    raw = design.weights.sample(min(design.block_size, 2048), np.random.default_rng(design.seed))
    choices = np.full((len(design.uncertainties.discrete), raw.shape[1]), -1, dtype=np.intp)
    return np.nan_to_num(analysis.ranks(Draws(choices=choices, raw=raw, noise=None)))


def winner_answer(ranking: Ranking, measurements: tuple[Measurement, ...], at: int, name: str) -> Answer:
    """Weights that make a unit first, or that none of those uncertain does."""
    unit = ranked_unit(ranking, at, name)
    analysis = analysis_of(ranking.plan, measurements, closely=False)
    with progress("comparing pairs") as tell:
        with use_language(ENGLISH):
            exact, units, why = exact_edition(analysis, ranking, at)
        if exact is None:
            raise UsageError(why)
        position = list(units).index(unit)
        tell("searching weights")
        weights = exact.winning_weights(position)
    best = int(exact.bounds[0][position])
    shares = [] if weights is None else exact.weights.local_shares(weights)
    written = [(node.name, member.name) for node in ranking.plan.tree for member in node.members]
    rows = [
        {"dimension": dimension, "member": member, "share": share}
        for dimension, member, share in sorted(shares, key=lambda item: written.index(item[:2]))
    ]
    title = f"{ranking.names[unit]}, {ranking.title} {ranking.editions[at]}"
    return Answer(
        page=_winner_page(title, rows, best if exact.weights.mixed or best > 1 else None),
        data=lambda: {
            "unit": ranking.codes[unit],
            "edition": ranking.editions[at],
            "first": weights is not None,
            "best": best,
            "weights": rows,
        },
        rows=lambda: rows,
    )


def _winner_page(title: str, rows: list[dict[str, Any]], best: int | None) -> list[str | ScreenTable]:
    """The weights; or that there are none, and the best rank where one is proven."""
    if not rows:
        text = gettext("no weights in their ranges rank it first")
        if best:
            proven = gettext_noop(
                "no weights in their ranges are known to rank it first; its rank is proven to be {best} or worse"
            )
            text = gettext(proven, best=best)
        return [f"\n[bold]{escape_markup(title)}[/bold]: {text}"]
    columns = (
        ScreenColumn(gettext("dimension"), "text"),
        ScreenColumn(gettext("member"), "name"),
        ScreenColumn(gettext("share")),
    )
    grid = ScreenTable(columns)
    for row in rows:
        grid.add(escape_markup(row["dimension"]), escape_markup(row["member"]), format_number(f"{row['share']:.4f}"))
    text = gettext("first under these weights, with the largest margin")
    return [f"\n[bold]{escape_markup(title)}[/bold]: {text}\n", grid]
