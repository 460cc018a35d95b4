"""Exact ranges of ranks by linear and mixed-integer programs over a set of weights, as tables."""

import functools
import time
from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen
from hubrank.cli.command import ranked_unit
from hubrank.cli.console import progress, silence
from hubrank.i18n import listed
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import csv_bytes, escape_markup
from hubrank.methods import NOISE, ranks
from hubrank.plugin import (
    ENGLISH,
    ROOT,
    Answer,
    Array,
    Measurement,
    Ranking,
    UsageError,
    format_count,
    format_number,
    gettext,
    gettext_noop,
    use_language,
)
from hubrank.progress import Progress, no_progress
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.sampling import Draws

from hubrank_analysis.weight_sets import WeightSet, weight_set

#: By so much a unit is ahead in a program, so that rounding in the solver leaves it ahead by the tolerance.
_MARGIN = 4e-6
#: The solver's status where its time was over.
_STOPPED = 1
#: Scores nearer than this share of their range are made equal before they are ranked; the solver is no more exact.
TOLERANCE = 1e-6
#: Reasons why the attained rank may differ from the proven one.
MIXED, MISSING = gettext_noop("mixed tree"), gettext_noop("missing members")
STOPPED, ROUNDED = gettext_noop("time limit"), gettext_noop("rounding")


@frozen(kw_only=True, eq=False)
class Extreme:
    """The best or worst rank of a unit: that known to be attained, and that proven not to be passed.

    The effective weights attain `rank`, None if no program had to be solved; `cause` may keep the two ranks apart.
    """

    rank: int
    bound: int
    weights: Array | None = None
    cause: str = ""

    @property
    def proven(self) -> bool:
        """Whether the rank is exact."""
        return self.rank == self.bound


@frozen(kw_only=True, eq=False, slots=False)
class Exact:
    """Units of an edition over a set of weights.

    Attributes:
        values: The units' values as terms of the sum, `(units, indicators)`; NaN if missing.
        linear: The same if the score is a weighted sum for all weights, else NaN.
        higher: Upper bounds of the second's score less the first's, `(units, units)`.
    """

    weights: WeightSet
    values: Array
    linear: Array
    higher: Array
    span: float

    @functools.cached_property
    def always(self) -> Any:
        """Whether the second unit is ahead of the first under all weights, `(units, units)`."""
        return -TOLERANCE * self.span > self.higher.T

    @functools.cached_property
    def never(self) -> Any:
        """Whether the second unit is ahead of the first under no weights."""
        return self.higher <= TOLERANCE * self.span

    @functools.cached_property
    def whole(self) -> Any:
        """Whose score is a weighted sum for all weights, `(units,)`."""
        return ~np.isnan(self.linear).any(axis=1)

    @functools.cached_property
    def region(self) -> tuple[Array, Array, Array]:
        """The set as `equal @ x = equal_to` and `most @ x <= 0`.

        Variables are at least 0: the members' effective weights, then a scale for each box.
        """
        nodes, members = self.weights.nodes, len(self.weights.names)
        boxes = [node for node in nodes if not node.free]
        variables = members + len(boxes)
        parent = {child: node.members[at] for node in nodes for at, child in enumerate(node.children) if child >= 0}
        equal, most = np.zeros((len(nodes), variables)), [np.zeros((0, variables))]
        for at, node in enumerate(nodes):
            equal[at, node.members] = 1
            if node.name != ROOT:
                equal[at, parent[at]] = -1
            rows = np.zeros((len(node.constraints), variables))
            rows[:, node.members] = -node.constraints
            most.append(rows)
            if node.free:
                continue
            rows = np.zeros((2 * len(node.members), variables))
            for place, member in enumerate(node.members):
                rows[2 * place : 2 * place + 2, member] = 1, -1
            rows[::2, members + boxes.index(node)] = -node.high
            rows[1::2, members + boxes.index(node)] = node.low
            most.append(rows)
        return equal, np.array([float(node.name == ROOT) for node in nodes]), np.concatenate(most)

    @functools.cached_property
    def bounds(self) -> tuple[Any, Any]:
        """The best and the worst rank that pairwise bounds leave to each unit; no rank lies outside."""
        units = len(self.values)
        others = ~np.eye(units, dtype=bool)
        return 1 + (self.always & others).sum(axis=1), units - (self.never & others).sum(axis=1)

    def dominance(self) -> list[tuple[int, int]]:
        """Pairs of which the first is ahead of the second under all weights, without those that follow (Hasse)."""
        over = self.always.T.copy()
        np.fill_diagonal(over, val=False)
        implied = (over.astype(np.float32) @ over.astype(np.float32)) > 0
        return [(int(first), int(second)) for first, second in np.argwhere(over & ~implied)]

    def extreme(self, unit: int, *, worst: bool, seconds: float, seen: int | None = None) -> Extreme:
        """The best or worst rank of a unit, within a number of seconds; `seen` is a rank known to be attained."""
        bound = int(self.bounds[int(worst)][unit])
        if seen == bound:
            return Extreme(rank=seen, bound=bound)
        known = seen if seen is not None else self._rank(unit, self.weights.middle())
        unsolved = MIXED if self.weights.mixed else MISSING if not self.whole[unit] else STOPPED if seconds <= 0 else ""
        if unsolved:
            return Extreme(rank=known, bound=bound, cause=unsolved)
        solved, weights, cause = self._solve(unit, worst, seconds)
        limit = min(bound, solved) if worst else max(bound, solved)
        reached = known if weights is None else self._rank(unit, weights)
        if weights is None or (reached < known if worst else reached > known):
            return Extreme(rank=known, bound=limit, cause=cause)
        return Extreme(rank=reached, bound=limit, weights=weights, cause=cause)

    def winning_weights(self, unit: int) -> Array | None:
        """Weights under which a unit is first by as much as can be; None if it cannot be, or lacks members."""
        from scipy.optimize import linprog

        if self.weights.mixed or not self.whole[unit]:
            return None
        others = np.flatnonzero(self.whole)
        rows = self._differences(unit, others[others != unit])
        equal, equal_to, most = self.region
        variables = equal.shape[1]
        with silence():
            found = linprog(
                np.append(np.zeros(variables), -1.0),
                A_ub=np.block([[most, np.zeros((len(most), 1))], [rows, np.ones((len(rows), 1))]]),
                b_ub=np.zeros(len(most) + len(rows)),
                A_eq=np.column_stack([equal, np.zeros(len(equal))]),
                b_eq=equal_to,
                bounds=[(0, None)] * variables + [(None, None)],
            )
        weights = None if found.x is None else found.x[: len(self.weights.names)]
        return weights if weights is not None and self._rank(unit, weights) == 1 else None

    def scores(self, weights: Array) -> Array:
        """The units' scores as sums, by effective weights of all members; missing members' weights redistributed."""
        return self.weights.scores(self.values, weights)

    def _rank(self, unit: int, weights: Array) -> int:
        """The unit's rank, once scores that the solver cannot distinguish from the unit's are made equal to it."""
        scores = self.scores(weights)
        alike = np.abs(scores - scores[unit]) <= TOLERANCE * self.span
        return int(ranks(np.where(alike, scores[unit], scores), "min", "highest")[unit])

    def _differences(self, unit: int, others: Any) -> Array:
        """Rows whose product with the region's variables is the others' score less the unit's."""
        rows = np.zeros((len(others), self.region[0].shape[1]))
        rows[:, self.weights.leaves] = self.linear[others] - self.linear[unit]
        return rows

    def _solve(self, unit: int, worst: bool, seconds: float) -> tuple[int, Array | None, str]:
        """The proven rank, weights of the best solution found, and a reason if its rank may differ.

        A binary for each rival says whether it is ahead; the fewest are sought, or for the worst rank the most. Units
        whose score is no weighted sum are taken to be ahead, or not, as it suits, so that the rank stays a bound.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        decided = self.always[unit] | self.never[unit]
        decided[unit] = True
        unsure = int((~decided & ~self.whole).sum())
        undecided = np.flatnonzero(~decided & self.whole)
        rows, count = self._differences(unit, undecided) / self.span, len(undecided)
        low, high = -self.higher[undecided, unit] / self.span, self.higher[unit, undecided] / self.span
        if worst:
            # ahead by the margin at least where the binary is 1: diff >= low (1 - z) + margin z
            ahead = LinearConstraint(np.column_stack([rows, np.diag(low - _MARGIN)]), low, np.inf)
        else:
            ahead = LinearConstraint(np.column_stack([rows, -np.diag(high)]), -np.inf, 0.0)
        equal_to, variables = self.region[1], rows.shape[1]
        equal, most = (np.column_stack([item, np.zeros((len(item), count))]) for item in self.region[::2])
        with silence():
            found = milp(
                np.append(np.zeros(variables), np.full(count, -1.0 if worst else 1.0)),
                integrality=np.append(np.zeros(variables), np.ones(count)),
                bounds=Bounds(0, np.append(np.full(variables, np.inf), np.ones(count))),
                constraints=[LinearConstraint(equal, equal_to, equal_to), LinearConstraint(most, -np.inf, 0.0), ahead],
                options={"time_limit": seconds, "mip_rel_gap": 0.0},
            )
        bound, proven = found.mip_dual_bound, count + unsure if worst else 0
        if bound is not None and np.isfinite(bound):
            proven = int(np.floor(-bound + 1e-6)) + unsure if worst else int(np.ceil(bound - 1e-6))
        cause = STOPPED if found.status == _STOPPED else MISSING if unsure else ROUNDED
        weights = None if found.x is None else found.x[: len(self.weights.names)]
        return 1 + int(self.always[unit].sum()) + proven, weights, cause


def exact_of(weights: WeightSet, normalised: Array) -> Exact:
    """Prepare the exact analysis of the ranked units of an edition by their normalised values `(units, indicators)`."""
    values = weights.entered(normalised)
    filled = weights.filled(values)
    gaps = np.isnan(filled)
    linear = np.where(gaps.any(axis=1, keepdims=True), np.nan, filled)
    units = len(values)
    highest, lowest = weights.highest(values), weights.highest(values, -1.0)
    higher = highest[None, :] - lowest[:, None]
    for unit in range(units):
        alike = np.flatnonzero((gaps == gaps[unit]).all(axis=1))
        higher[unit, alike] = weights.higher(filled[unit], filled[alike])
    np.fill_diagonal(higher, 0.0)
    noise = NOISE / TOLERANCE * float(np.nanmax(np.abs(filled), initial=0.0))  # where all scores cancel, all tie
    span = float(max(highest.max() - lowest.min(), noise, 1e-300)) if units else 1.0
    return Exact(weights=weights, values=values, linear=linear, higher=higher, span=span)


#: The most units compared pair by pair by default; for more, the bounds of all pairs would take gigabytes.
MOST_PAIRED = 4096
#: The separator of the causes of both ends in `bounds.csv`.
_BOTH = " and "


def bounds_files(
    analysis: Analysis, ranking: Ranking, seconds: float, progress: Progress = no_progress, *, pairs: bool = False
) -> tuple[dict[str, bytes], str]:
    """The tables of exact ranges as CSV, by name, and a text on how far extreme ranks are exact."""
    if not pairs and ranking.ranks.shape[1] > MOST_PAIRED:
        many = gettext_noop("from the draws; no bounds.csv: more than {most} units (--pairs compares all pairs)")
        return {}, gettext(many, most=format_count(MOST_PAIRED))
    table, dominance, why = bounds_tables(analysis, ranking, seconds, progress)
    if why:
        return {}, gettext("from the draws; no bounds.csv: {why}", why=why)
    tables = {"bounds.csv": table, "dominance.csv": dominance}
    files = {name: csv_bytes(ranking.marked(item)) for name, item in tables.items()}
    causes = table.loc[table["exact"] == "no", "cause"].value_counts(sort=False).sort_index()
    if causes.empty:
        return files, gettext("exact over all uncertain weights in bounds.csv; from the draws in robustness.csv")
    texts = []
    for cause, count in causes.items():  # one, or one for each end
        first, *second = (gettext(item) for item in str(cause).split(_BOTH))
        text = gettext("{one} and {other}", one=first, other=second[0]) if second else first
        texts.append(f"{text}: {format_count(count)}")
    return files, gettext(
        "exact for {exact} of {rows} rows, proven bounds for the others ({causes}), in bounds.csv; "
        "from the draws in robustness.csv",
        exact=format_count(int((table["exact"] == "yes").sum())),
        rows=format_count(len(table)),
        causes=listed(texts),
    )


def bounds_tables(
    analysis: Analysis, ranking: Ranking, seconds: float, progress: Progress = no_progress
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """`bounds.csv`: extreme ranks over all uncertain weights, with the scenario's other choices.

    Also `dominance.csv`, pairs of which the first is ahead of the second under all weights, without those that follow
    from others, and why there are none. Programs are solved for a total number of seconds; 0 solves none.
    """
    rows: list[tuple[Any, ...]] = []
    pairs: list[tuple[Any, ...]] = []
    design = analysis.design
    # ranks in a block of draws that vary nothing but the weights, 0 without a rank
    raw = design.weights.sample(min(design.block_size, 2048), np.random.default_rng(design.seed))
    choices = np.full((len(design.uncertainties.discrete), raw.shape[1]), -1, dtype=np.intp)
    attained = np.nan_to_num(analysis.ranks(Draws(choices=choices, raw=raw)))
    best, worst = attained.min(axis=0), attained.max(axis=0)
    count = len(ranking.editions)
    for at, edition in enumerate(ranking.editions):
        progress("comparing pairs")
        exact, units, why = exact_edition(analysis, ranking, at)
        if exact is None:
            return pd.DataFrame(), pd.DataFrame(), why
        codes = [ranking.codes[unit] for unit in units]
        end = time.monotonic() + seconds / count
        for place, unit in enumerate(units):
            progress("exact ranges", at + place / len(units), count)
            left = max(0.0, end - time.monotonic()) / (2 * (len(units) - place)) * 4  # shared by those still to come
            low = exact.extreme(place, worst=False, seconds=left, seen=int(best[at, unit]))
            high = exact.extreme(place, worst=True, seconds=left, seen=int(worst[at, unit]))
            causes = sorted({item.cause for item in (low, high) if not item.proven})
            ends = (low.rank, low.bound, high.rank, high.bound)
            exactly = "yes" if low.proven and high.proven else "no"
            rows.append((edition, codes[place], ranking.ranks[at, unit], *ends, exactly, _BOTH.join(causes)))
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
        about=lambda: ranking.about(at),
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
    names = (ScreenColumn(gettext("dimension"), "text"), ScreenColumn(gettext("member"), "name"))
    grid = ScreenTable((*names, ScreenColumn(gettext("share"))))
    for row in rows:
        grid.add(escape_markup(row["dimension"]), escape_markup(row["member"]), format_number(f"{row['share']:.4f}"))
    text = gettext("first under these weights, with the largest margin")
    return [f"\n[bold]{escape_markup(title)}[/bold]: {text}\n", grid]
