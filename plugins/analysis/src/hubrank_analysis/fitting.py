"""`hubrank match-weights`: weights fitted to a published list, and their results."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer
from attrs import frozen
from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, ranking_of, write_answer
from hubrank.cli.console import progress
from hubrank.i18n import enumerated, listed
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.plugin import (
    Answer,
    Array,
    Context,
    Node,
    Ranking,
    UsageError,
    compose,
    count_text,
    format_number,
    format_percent,
    gettext,
    gettext_noop,
    weigh,
)
from hubrank.ranking.intervals import held_text
from hubrank.results.rank import edition_of

from hubrank_analysis import searching
from hubrank_analysis.comparison import READING, Target, not_matched, reading_of, target
from hubrank_analysis.weight_posterior import WeightPosterior, weight_posterior

#: The size of the match, and the free weights.
_FREED = {
    "top": gettext_noop("{units} matched, {pairs}, weights of the top dimensions free"),
    "all": gettext_noop("{units} matched, {pairs}, weights of every dimension free"),
}


@frozen(kw_only=True, eq=False)
class Outcome:
    """The result of free weights for a published list: the number of its pairs reversed, and of its top units kept.

    Rank correlations are over its units.
    """

    weights: Array
    ranking: Ranking
    violated: int
    spearman: float
    kendall: float
    overlap: int


@frozen(kw_only=True, eq=False)
class Fit:
    """Weights, by dimension and member, fitted to a published list.

    Attributes:
        ordinal: The result of the weights that violate fewest pairs.
        squares: The result of the weights whose scores are nearest to the published ones, or to ranks used as scores.
        at_least: The proven number of pairs that any weights violate; `exact` if `ordinal` violates no more.
        impossible: Pairs of unit positions, better and worse, that no allowed weights order as the list does.
        dominated: Those of them whose worse unit is at least as good in every member.
        same_order: The range of each weight that keeps all pairs that `ordinal` orders; shows how well a list
            determines a weight. None if the weights of more than the top are free.
        posterior: How well the list determines each weight; None if those of more than the top are free.
    """

    target: Target
    level: Literal["top", "all"]
    names: tuple[tuple[str, str], ...]
    pairs: int
    own: Outcome
    ordinal: Outcome
    squares: Outcome
    correlation: float
    at_least: int
    exact: bool
    impossible: tuple[tuple[int, int], ...]
    dominated: tuple[bool, ...]
    same_order: Array | None
    posterior: WeightPosterior | None

    @property
    def outcomes(self) -> tuple[Outcome, Outcome, Outcome]:
        """All three, in the order of `_ways`."""
        return self.own, self.ordinal, self.squares

    @property
    def reproducible(self) -> bool:
        """Whether some weights bring out every pair."""
        return self.ordinal.violated == 0


def fit(
    ranking: Ranking,
    edition: int,
    target: Target,
    *,
    level: Literal["top", "all"] = "top",
    low: float = 0.0,
    high: float = 1.0,
    seconds: float = 30.0,
) -> Fit:
    """Fit weights of the root's members (`top`) or of every dimension (`all`) to a published list.

    With the `top` weights free, scores are linear in them (for a geometric mean, their logarithms), so that the
    fewest violated pairs are a mixed-integer program with a proven bound. With `all` free they are not, and the
    answer is the best that a search finds. Each weight lies between `low` and `high`, relative to its siblings.
    """
    if ranking.plan.scenario.ranking.best == "lowest":
        raise UsageError("weights can be fitted only where the highest score is best; here the lowest is")
    everyone, pairs = target.everyone, target.pairs()
    model, top = (searching.weighted(ranking, edition, everyone, item, pairs, low, high) for item in (level, "top"))
    nominal = model.own_weights()
    best, at_least, possible = _top_weights(top, seconds)
    gaps = _gaps(top, best)
    wanted = -target.ranks if target.scores is None else target.scores
    starts = (nominal, np.concatenate([best, nominal[len(best) :]]))
    tries = [searching.squared(model, wanted, start) for start in starts]
    nearest, correlation = max(tries, key=lambda item: item[1])
    if level == "all":
        best = searching.ordered_by_search(model, (*starts, nearest))
        at_least, possible = 0, np.ones(len(pairs[0]), dtype=bool)
    impossible = (everyone[side[~possible]].tolist() for side in pairs)
    return Fit(
        target=target,
        level=level,
        names=model.names,
        pairs=len(pairs[0]),
        own=_outcome(model, target, nominal),
        ordinal=_outcome(model, target, best),
        squares=_outcome(model, target, nearest),
        correlation=correlation,
        at_least=at_least,
        exact=at_least == int(model.violations(best).sum()),
        impossible=tuple(zip(*impossible, strict=True)),
        dominated=tuple((gaps[~possible] <= 0).all(axis=1).tolist()),
        same_order=searching.same_order(gaps, best, low, high) if level == "top" else None,
        posterior=weight_posterior(model.entered(), target.ranks, low, high) if level == "top" else None,
    )


def _top_weights(model: searching.Weighted, seconds: float) -> tuple[Array, int, Any]:
    """The weights of the root's members, the number of violated pairs, and the pairs that can be ordered.

    The program is over pairs of units that lack no member, since only their scores are linear in the weights: what
    it proves of them holds for all.
    """
    whole = ~np.isnan(model.entered()).any(axis=-1)
    linear = whole[model.pairs[0]] & whole[model.pairs[1]]
    gaps, low, high = _gaps(model, np.full(len(model.names), 1 / len(model.names))), model.low, model.high
    weights, at_least, exact = searching.fewest_violations(gaps[linear], low, high, seconds)
    if not exact or not linear.all():
        searched = searching.ordered_by_search(model, (weights, model.own_weights()))
        centred = searching.widest_margin(gaps[~model.violations(searched)], low, high)
        weights = min((weights, centred, searched), key=lambda item: int(model.violations(item).sum()))
    return weights, at_least, ~linear | (searching.largest_gaps(gaps, low, high) > 0)


def _gaps(model: searching.Weighted, weights: Array) -> Array:
    """Better less worse, member by member, missing values replaced by the units' own scores."""
    entered = model.entered()
    filled = np.where(np.isnan(entered), model.scores(weights)[0][:, None], entered)
    return filled[model.pairs[0]] - filled[model.pairs[1]]


def _outcome(model: searching.Weighted, target: Target, weights: Array) -> Outcome:
    """The ranking under some weights, against the list."""
    from scipy.stats import kendalltau, spearmanr

    given = {node: weights[block][None, None, :] for node, block in model.blocks.items()}

    def weighing(node: Node, scores: Array, context: Context) -> Array:
        return given[node.name] if node.name in given else weigh(node, scores, context)

    ranking = compose(model.ranking.plan, model.ranking.measurement, weighing)
    scores = ranking.scores[model.edition][target.everyone]
    better, worse = model.pairs
    ranks = ranking.ranks[model.edition][target.units]
    return Outcome(
        weights=weights,
        ranking=ranking,
        violated=int((scores[better] <= scores[worse]).sum()),
        spearman=float(spearmanr(ranks, target.ranks).statistic),
        kendall=float(kendalltau(ranks, target.ranks).statistic),
        overlap=int((ranks <= len(target.units)).sum()),
    )


def match(
    scenario: ScenarioName,
    published: Annotated[
        Path,
        typer.Option(
            "--list", metavar="FILE", help="Published list: a table with rank and name, and optionally score."
        ),
    ],
    level: Annotated[
        Literal["top", "all"], typer.Option(help="Find the weights of the top dimensions, or all weights.")
    ] = "top",
    min_weight: Annotated[
        float,
        typer.Option(min=0, max=1, metavar="SHARE", help="Lower bound on each weight, as a share of its dimension."),
    ] = 0.0,
    max_weight: Annotated[float, typer.Option(min=0, max=1, metavar="SHARE", help="Upper bound on each weight.")] = 1.0,
    listed_only: Annotated[
        bool, typer.Option("--listed-only", help="Allow unlisted units to rank above listed ones.")
    ] = False,
    time_limit: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Time limit of the search for fewer reversed pairs.")
    ] = 30.0,
    reading: Annotated[str, typer.Option(metavar="OPTIONS", help=READING)] = "",
    edition: OfEdition = None,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Find the weights that best reproduce a published ranking."""
    ranking = ranking_of(scenario, sample)
    at = edition_of(ranking, edition)
    with progress("fitting weights"):
        listed = target(published, ranking, at, listed_only=listed_only, reading=reading_of(reading))
        result = fit(ranking, at, listed, level=level, low=min_weight, high=max_weight, seconds=time_limit)
    ways = ("own", "fewest_reversals", "least_squares")
    answer = Answer(
        record=result,
        page=[*_page(result, ranking, at)],
        details=["", _ranks(result, ranking, at)],
        data=lambda: _data(result, ranking, at),
        about=lambda: ranking.about(at),
        rows=lambda: [
            {
                "dimension": node,
                "member": member,
                **{way: item.weights[place] for way, item in zip(ways, result.outcomes, strict=True)},
                **_determined(result, place),
            }
            for place, (node, member) in enumerate(result.names)
        ],
    )
    write_answer(answer, format_)


def _data(result: Fit, ranking: Ranking, at: int) -> dict[str, Any]:
    codes = ranking.codes

    def outcome(item: Outcome) -> dict[str, Any]:
        return {
            "weights": [
                {"dimension": node, "member": member, "weight": weight}
                for (node, member), weight in zip(result.names, item.weights, strict=True)
            ],
            **{name: getattr(item, name) for name in ("violated", "spearman", "kendall", "overlap")},
        }

    return {
        "title": ranking.title,
        "edition": ranking.editions[at],
        "to": result.target.title,
        "matched": len(result.target.units),
        "unmatched": result.target.unmatched,
        "ambiguous": result.target.ambiguous,
        "pairs": result.pairs,
        "level": result.level,
        "reproducible": result.reproducible,
        "violated_lower_bound": result.at_least,
        "proven": result.exact,
        "own": outcome(result.own),
        "ordinal": outcome(result.ordinal),
        "least_squares": outcome(result.squares) | {"correlation": result.correlation},
        "impossible": [
            {"better": codes[better], "worse": codes[worse], "dominated": dominated}
            for (better, worse), dominated in zip(result.impossible, result.dominated, strict=True)
        ],
        "determined": [
            {"dimension": node, "member": member, **_determined(result, place)}
            for place, (node, member) in enumerate(result.names)
        ],
    }


def _determined(result: Fit, place: int) -> dict[str, Any]:
    """How well the list determines a weight, and its range while the same pairs stay in order."""
    names = ("estimate", "low", "high", "undetermined", "same_order_low", "same_order_high")
    if result.posterior is None or result.same_order is None:
        return dict.fromkeys(names)
    found = result.posterior
    estimate, undetermined = float(found.means[place]), bool(found.undetermined[place])
    return dict(zip(names, (estimate, *found.intervals[place], undetermined, *result.same_order[place]), strict=True))


def _page(result: Fit, ranking: Ranking, at: int) -> Iterator[str | ScreenTable]:
    aim = result.target
    year = ranking.editions[at]
    title = gettext("{ranking} {edition}, fitted to {list}", ranking=ranking.title, edition=year, list=aim.title)
    yield f"\n[bold]{escape_markup(title)}[/bold]"
    units, pairs = count_text(len(aim.units), "unit"), count_text(result.pairs, "ordered pair")
    yield gettext(_FREED[result.level], units=units, pairs=pairs)
    texts = not_matched(aim.ambiguous)
    if aim.unmatched:
        texts.insert(0, gettext("not found: {names}", names=listed(aim.unmatched)))
    for text in texts:
        yield f"[yellow]{escape_markup(text)}[/yellow]"
    yield f"\n{_verdict(result)}\n"
    yield _outcomes(result)
    yield ""
    yield _weights(result)
    chance = gettext("fitted weights reverse fewer pairs than the scenario's even if they explain nothing")
    yield f"[dim]{chance}[/dim]"
    if result.posterior is not None:
        yield from _determination(result, result.posterior)
    if result.impossible:
        yield from _impossible(result, ranking)


def _verdict(result: Fit) -> str:
    if result.reproducible:
        return f"[green]{gettext('reproduced: these weights order every pair as published')}[/green]"
    if result.exact:
        best = gettext_noop("the best weights reverse {reversed} of {pairs} pairs (proven optimal)")
    elif result.at_least:
        best = gettext_noop("the best weights reverse {reversed} of {pairs} pairs (proven lower bound: {least})")
    else:
        best = gettext_noop(
            "the best weights reverse {reversed} of {pairs} pairs (heuristic search, not proven optimal)"
        )
    text = gettext(best, reversed=result.ordinal.violated, pairs=result.pairs, least=result.at_least)
    if result.exact or result.at_least:
        return f"[red]{gettext('no weights reproduce it')}[/red]; {text}"
    return f"[yellow]{gettext('not reproduced')}[/yellow]; {text}"


def _outcomes(result: Fit) -> ScreenTable:
    count = len(result.target.units)
    top = gettext("in the top {number}", number=count)
    numbers = (gettext("reversed pairs"), gettext("Spearman"), gettext("Kendall"), top)
    grid = ScreenTable((ScreenColumn(gettext("weights"), "name"), *map(ScreenColumn, numbers)))
    for name, item in zip((gettext("scenario"), *_ways()[1:]), result.outcomes, strict=True):
        overlap = gettext("{part} of {whole}", part=item.overlap, whole=count)
        correlations = (format_number(f"{item.spearman:.3f}"), format_number(f"{item.kendall:.3f}"))
        grid.add(name, str(item.violated), *correlations, overlap)
    return grid


def _weights(result: Fit) -> ScreenTable:
    names = (ScreenColumn(gettext("member"), "name"), ScreenColumn(gettext("of"), "text", leaves=1))
    grid = ScreenTable((*names, *map(ScreenColumn, _ways())))
    for at, (node, member) in enumerate(result.names):
        cells = (format_percent(item.weights[at], 1) for item in result.outcomes)
        grid.add(escape_markup(member), escape_markup(node), *cells)
    return grid


def _determination(result: Fit, found: WeightPosterior) -> Iterator[str | ScreenTable]:
    """How well the list determines each weight, with the note on it."""
    interval = gettext("{share} interval", share=held_text())
    columns = (gettext("estimate"), interval, gettext("same order"))
    grid = ScreenTable((ScreenColumn(gettext("member"), "name"), *map(ScreenColumn, columns)))
    for at, (_, member) in enumerate(result.names):
        ends = (found.intervals[at], result.same_order[at])
        ranges = (gettext("{least} to {most}", least=least, most=most) for least, most in map(_percents, ends))
        grid.add(escape_markup(member), format_percent(found.means[at], 1), *ranges)
    yield ""
    yield grid
    texts = [
        gettext(
            "estimate, {interval}: of the weights, if the list was made with weights of these members and "
            "errors that are independent between units",
            interval=interval,
        ),
        gettext(
            "same order: weights that keep the same pairs in order as those with the fewest reversals; not how well a "
            "weight is determined"
        ),
    ]
    yield from (f"[dim]{text}[/dim]" for text in texts)
    hardly = [member for (_, member), so in zip(result.names, found.undetermined, strict=True) if so]
    if hardly:
        text = gettext(
            "hardly determined by this list: {members} (interval over half as wide as without a list)",
            members=enumerated(hardly),
        )
        yield f"[yellow]{escape_markup(text)}[/yellow]"


def _percents(ends: Array) -> tuple[str, str]:
    return format_percent(ends[0], 1), format_percent(ends[1], 1)


def _ways() -> tuple[str, str, str]:
    """The headings of the scenario's own weights and of the two ways of fitting."""
    return gettext("own"), gettext("fewest reversals"), gettext("least squares")


def _impossible(result: Fit, ranking: Ranking, most: int = 10) -> Iterator[str]:
    text = gettext(
        "no weights order {pairs} as published ({dominated} because of dominance)",
        pairs=count_text(len(result.impossible), "pair"),
        dominated=sum(result.dominated),
    )
    yield f"\n[bold]{text}[/bold]"
    for better, worse in result.impossible[:most]:
        pair = gettext("{better} ahead of {worse}", better=ranking.names[better], worse=ranking.names[worse])
        yield f"  {escape_markup(pair)}"
    if len(result.impossible) > most:
        more = gettext("... and {number} more (--format json)", number=len(result.impossible) - most)
        yield f"  [dim]{more}[/dim]"


def _ranks(result: Fit, ranking: Ranking, at: int) -> ScreenTable:
    """The list with the ranks that each choice of weights gives its units."""
    columns = (ScreenColumn(gettext("published")), ScreenColumn(gettext("unit"), "name"), *map(ScreenColumn, _ways()))
    grid = ScreenTable(columns)
    for unit, rank in zip(result.target.units, result.target.ranks, strict=True):
        ranks = (format_number(f"{item.ranking.ranks[at, unit]:g}") for item in result.outcomes)
        grid.add(format_number(f"{rank:g}"), escape_markup(ranking.names[unit]), *ranks)
    return grid
