"""`hubrank rivalry` and `optimise-weights`: groups of units side by side, and weights that balance influence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
import typer
from attrs import frozen
from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, ranking_of, write_answer
from hubrank.cli.console import progress, write_text
from hubrank.errors import casefold_name, did_you_mean, shorten_list
from hubrank.explain.shapley import ranked
from hubrank.io.answer import ScreenColumn, ScreenTable, bar_of
from hubrank.io.escaping import escape_markup
from hubrank.methods import Kind, correlations, shares
from hubrank.plugin import (
    Answer,
    Array,
    Context,
    Node,
    Ranking,
    RankingSettings,
    UsageError,
    aggregate,
    format_number,
    format_percent,
    gettext,
    ranks_of,
    rescale,
    weigh,
)
from hubrank.results.rank import edition_of

#: Tiers where the scenario has none.
TIERS = (10, 30, 100)
#: Groups that are compared if none are named.
GROUPS = 6
#: The fewest units for a meaningful correlation.
_FEWEST = 3


@frozen(kw_only=True, eq=False)
class Standing:
    """The groups in one dimension, or in the whole index: units `(groups, tiers)`, sums and medians of their scores.

    `wins` is the share of pairs of one unit of each that the first group's wins, ties as halves, `(groups, groups)`.
    """

    name: str
    tiers: Any
    sums: Array
    medians: Array
    wins: Array


@frozen(eq=False)
class Rivalry:
    """Groups of an edition's ranked units side by side, in the whole index, then in every dimension."""

    ranking: Ranking
    edition: int
    by: str
    groups: tuple[str, ...]
    units: tuple[Any, ...]
    tiers: tuple[int, ...]
    standings: tuple[Standing, ...]

    def title(self, standing: Standing) -> str:
        """The title of the ranking or of a dimension, in the reader's language."""
        node = self.ranking.plan.tree[standing.name]
        return self.ranking.title if node.parent is None else gettext(node.title)

    def won(self, standing: Standing, at: int) -> float:
        """The share of pairs that a group wins against all other groups together, each pair once."""
        wins = standing.wins[at]
        sizes = np.array([len(units) for units in self.units]) * ~np.isnan(wins)
        return float(np.nansum(wins * sizes) / sizes.sum()) if sizes.any() else float("nan")


def rivalry(ranking: Ranking, edition: int, by: str, groups: Sequence[str] = ()) -> Rivalry:
    """Compare groups of units of an edition (its position).

    The groups are values, in any case, of a column of the units (`country`, `continent` ...); by default those with
    most ranked units.
    """
    table = ranking.plan.units.units
    if by not in table:
        names = [str(name) for name in table.frame.columns if isinstance(table[str(name)].iloc[0], str)]
        raise UsageError(f"the units have no column '{by}'" + did_you_mean(by, names))
    column = list(table[by])
    everyone = ranked(ranking, edition)
    found: dict[str, list[int]] = {}
    for unit in everyone:
        if isinstance(column[unit], str) and column[unit]:
            found.setdefault(column[unit], []).append(int(unit))
    names = {casefold_name(item): item for item in found}
    unknown = [item for item in groups if casefold_name(item) not in names]
    if unknown:
        message = f"no ranked unit has the {by} '{unknown[0]}'"
        raise UsageError(message + did_you_mean(unknown[0], found))
    largest = sorted(found, key=lambda item: (-len(found[item]), item))[:GROUPS]
    chosen = tuple(dict.fromkeys(names[casefold_name(item)] for item in groups)) or tuple(largest)
    if len(chosen) < 2:
        raise UsageError(f"at least two groups are needed; available: {shorten_list(sorted(found))}")
    units = tuple(np.array(found[item]) for item in chosen)
    tiers = ranking.plan.scenario.ranking.tiers or TIERS
    tiers = tuple(tier for tier in tiers if tier < len(everyone)) or tiers[:1]
    standings = tuple(_standing(ranking, edition, name, units, tiers) for name in _names(ranking))
    return Rivalry(ranking, edition, by, chosen, units, tiers, standings)


def share_won(first: Array, second: Array) -> float:
    """The share of pairs in which the first scores win, ties as halves, without missing scores; NaN without pairs."""
    first, second = first[~np.isnan(first)], np.sort(second[~np.isnan(second)])
    if not (len(first) and len(second)):
        return float("nan")
    below, up_to = np.searchsorted(second, first, "left"), np.searchsorted(second, first, "right")
    return float((below + up_to).mean() / 2 / len(second))


def _names(ranking: Ranking) -> list[str]:
    """The root, then the dimensions, in the order of the tree."""
    nodes = {node.name: node for node in ranking.plan.tree}

    def walk(name: str) -> list[str]:
        return [name, *(item for member in nodes[name].members if member.name in nodes for item in walk(member.name))]

    return walk(ranking.plan.tree.root.name)


def _standing(ranking: Ranking, edition: int, name: str, units: tuple[Any, ...], tiers: tuple[int, ...]) -> Standing:
    whole = ranking.plan.tree[name].parent is None
    scores = ranking.scores[edition] if whole else ranking.nodes[name].scores[edition]
    scores = np.where(np.isnan(ranking.ranks[edition]), np.nan, scores)
    lowest = whole and ranking.plan.scenario.ranking.best == "lowest"
    ranks = ranking.ranks[edition] if whole else ranks_of(scores, RankingSettings())
    better = -scores if lowest else scores
    wins = np.array([[share_won(better[one], better[other]) for other in units] for one in units])
    np.fill_diagonal(wins, np.nan)
    medians = [np.nan if np.isnan(scores[item]).all() else np.nanmedian(scores[item]) for item in units]
    return Standing(
        name=name,
        tiers=np.array([[int((ranks[item] <= tier).sum()) for tier in tiers] for item in units]),
        sums=np.array([np.nansum(scores[item]) for item in units]),
        medians=np.array(medians),
        wins=wins,
    )


@frozen(kw_only=True, eq=False)
class Balance:
    """Weights of elements, their importance (correlation with the index), and the most by which a share misses."""

    weights: Mapping[str, float]
    importance: Mapping[str, float]
    missed: float


def balance(
    ranking: Ranking,
    elements: Sequence[str],
    targets: Mapping[str, float] | None = None,
    *,
    aim: Literal["targets", "information"] = "targets",
    kind: Kind = "pearson",
    edition: int = -1,
) -> Balance:
    """Search for weights, 0 or more, of some elements; all other weights do not change.

    The elements are indicators or dimensions by key or title, in any dimensions. The targets are the importance that
    each is to have, relative to one another; equal by default. The aim `information` is the greatest sum of
    correlations instead.
    """
    from scipy.optimize import minimize

    elements = [_member(ranking, name) for name in elements]
    wanted = _wanted(ranking, elements, targets)
    column = {item.key: at for at, item in enumerate(ranking.plan.ranked)}
    values = np.column_stack(
        [
            ranking.nodes[name].handed_up[edition]
            if name in ranking.nodes
            else ranking.normalised[edition, :, column[name]]
            for name in elements
        ]
    )
    # correlations of two units are 1 or -1 for any weights
    complete = int((~np.isnan(np.column_stack([values, ranking.scores[edition]])).any(axis=1)).sum())
    if complete < _FEWEST:
        raise UsageError(
            f"a balance needs {_FEWEST} ranked units with values of all of {shorten_list(elements)}; "
            f"there are {complete}"
        )

    plan = ranking.plan

    def importance(weights: Array) -> Array:
        given = dict(zip(elements, weights, strict=True))

        def weigh_by(node: Node, scores: Array, context: Context) -> Array:
            own = weigh(node, scores, context)
            free = [at for at, name in enumerate(_keys(node)) if name in given]
            if not free:
                return own
            local = shares(own)
            left = local[..., free].sum(axis=-1, keepdims=True)
            chosen = np.array([given[node.members[at].name] for at in free]) + 1e-300
            local[..., free] = left * shares(chosen)
            return local

        nodes = aggregate(plan, ranking.normalised, weigh_by)
        scores = rescale(plan.post_processing, nodes[plan.tree.root.name].handed_up, plan.context(()))[edition]
        together = np.column_stack([values, scores])
        return correlations(together[~np.isnan(together).any(axis=1)][None], kind)[0, -1, :-1]

    def loss(weights: Array) -> float:
        r = importance(weights)
        return -float(r.sum()) if aim == "information" else float(((r / r.sum() - wanted) ** 2).sum())

    # a search that follows slopes, then one that needs none, as ranks have none
    bounds, fine = [(0.0, 1.0)] * len(elements), {"xatol": 1e-10, "fatol": 1e-15, "maxiter": 4000, "adaptive": True}
    start = np.full(len(elements), 1 / len(elements))
    near = minimize(loss, start, method="SLSQP", bounds=bounds, options={"ftol": 1e-14})
    weights = np.array(minimize(loss, near.x, method="Nelder-Mead", bounds=bounds, options=fine).x)
    parents = np.array([next(node.name for node in ranking.plan.tree if name in _keys(node)) for name in elements])
    for parent in set(parents):
        weights[parents == parent] = shares(weights[parents == parent])
    r = importance(weights)
    return Balance(
        weights=dict(zip(elements, weights.tolist(), strict=True)),
        importance=dict(zip(elements, r.tolist(), strict=True)),
        missed=0.0 if aim == "information" else float(np.abs(r / r.sum() - wanted).max()),
    )


def _keys(node: Node) -> list[str]:
    return [member.name for member in node.members]


def _member(ranking: Ranking, name: str) -> str:
    """The key of an indicator or a dimension below the root."""
    key = ranking.plan.key(name)
    if key == ranking.plan.tree.root.name:
        raise UsageError(f"'{name}' is the whole index, which has no weight; give members of it")
    return key


def _wanted(ranking: Ranking, elements: Sequence[str], targets: Mapping[str, float] | None) -> Array:
    """The share of the importance that each element is to have."""
    if targets is None:
        return np.full(len(elements), 1 / len(elements))
    targets = {_member(ranking, name): share for name, share in targets.items()}
    if set(targets) != set(elements) or not all(item > 0 for item in targets.values()):
        raise UsageError(
            f"targets: must be above 0, for members among {shorten_list(elements)}; got {shorten_list(sorted(targets))}"
        )
    wanted = np.array([targets[name] for name in elements], dtype=float)
    return wanted / wanted.sum()


def compare_groups(
    scenario: ScenarioName,
    groups: Annotated[
        list[str] | None,
        typer.Argument(metavar="GROUP", help="Groups to compare.", show_default="those with the most units"),
    ] = None,
    by: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column of the units that defines the groups, such as continent.")
    ] = "country",
    edition: OfEdition = None,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Compare groups of units, such as countries: tiers, medians, sums and pairs won."""
    ranking = ranking_of(scenario, sample)
    with progress("comparing groups"):
        result = rivalry(ranking, edition_of(ranking, edition), by, groups or [])
    meaning = gettext(
        "pairs won: share of pairs, one unit from each group, in which the row's unit is ahead; a tie counts half"
    )
    answer = Answer(
        record=result,
        page=[*_page(result)],
        details=[f"\n[dim]{meaning}[/dim]"],
        data=lambda: {
            "title": ranking.title,
            "edition": ranking.editions[result.edition],
            "by": result.by,
            "groups": result.groups,
            "units": [len(item) for item in result.units],
            "tiers": result.tiers,
            "standings": [
                {"name": item.name, "title": result.title(item)}
                | {name: getattr(item, name).tolist() for name in ("tiers", "sums", "medians", "wins")}
                for item in result.standings
            ],
        },
        about=lambda: ranking.about(result.edition),
        rows=lambda: [
            {
                "dimension": item.name,
                "group": group,
                "units": len(result.units[at]),
                **{f"top_{tier}": count for tier, count in zip(result.tiers, item.tiers[at].tolist(), strict=True)},
                "median": item.medians[at],
                "sum": item.sums[at],
                "pairs_won": result.won(item, at),
            }
            for item in result.standings
            for at, group in enumerate(result.groups)
        ],
    )
    write_answer(answer, format_)


def _page(result: Rivalry) -> Iterator[str | ScreenTable]:
    year, by = result.ranking.editions[result.edition], gettext(result.by)
    largest = max(float(np.nanmax(np.abs(item.medians))) for item in result.standings)
    digits = 1 if largest >= 10 else 3  # identical in all columns, of sums too
    title = gettext("{title} {edition}, by {column}", title=result.ranking.title, edition=year, column=by)
    yield f"\n[bold]{escape_markup(title)}[/bold]\n"
    tiers = [ScreenColumn(gettext("top {rank}", rank=tier)) for tier in result.tiers]
    first = (ScreenColumn(by, "name"), ScreenColumn(gettext("units")))
    numbers = (ScreenColumn(gettext("median")), ScreenColumn(gettext("sum")), ScreenColumn("", "bar"))
    columns = (*first, *tiers, *numbers, ScreenColumn(gettext("pairs won")))
    for item in result.standings:
        grid = ScreenTable(columns, title=result.title(item))
        widest = np.abs(item.sums).max() or 1.0
        for at, group in enumerate(result.groups):
            grid.add(
                escape_markup(group),
                str(len(result.units[at])),
                *(str(count or "") for count in item.tiers[at]),
                format_number(f"{float(item.medians[at]):,.{digits}f}"),
                format_number(f"{float(item.sums[at]):,.{digits}f}"),
                f"[cyan]{bar_of(abs(item.sums[at]) / widest, 12)}[/cyan]",
                _share(result.won(item, at)),
            )
        yield from (grid, "")
    names = (ScreenColumn(by, "name"), *map(ScreenColumn, result.groups))
    pairs = ScreenTable(names, title=gettext("pairs won"))
    for at, group in enumerate(result.groups):
        pairs.add(escape_markup(group), *map(_share, result.standings[0].wins[at]))
    yield pairs


def _share(value: float) -> str:
    return "-" if value != value else format_percent(value)  # not a number


def optimise(
    scenario: ScenarioName,
    dimensions: Annotated[list[str], typer.Argument(metavar="DIMENSION", help="Dimensions whose weights to find.")],
    target: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=SHARE", help="Intended importance of a member (repeatable).", show_default="equal"),
    ] = None,
    aim: Annotated[
        Literal["targets", "information"], typer.Option(help="Meet the targets, or maximise the total importance.")
    ] = "targets",
    correlation: Annotated[
        Literal["pearson", "spearman"], typer.Option(help="Correlation with the index by which importance is measured.")
    ] = "pearson",
    edition: OfEdition = None,
    sample: Sample = False,
) -> None:
    """Find weights that give members their intended importance in the index."""
    targets = {}
    for word in target or []:
        name, _, share = word.partition("=")
        try:
            targets[name] = float(share)
        except ValueError:
            raise UsageError(f"--target {word}: must be NAME=SHARE, e.g. research=0.3") from None
    ranking = ranking_of(scenario, sample)
    at = edition_of(ranking, edition)
    keys = dict.fromkeys(ranking.plan.key(name, "dimension") for name in dimensions)
    members = [member for key in keys for member in _keys(ranking.plan.tree[key])]
    with progress("balancing weights"):
        found = balance(ranking, members, targets or None, aim=aim, kind=correlation, edition=at)
    total = sum(found.importance.values())
    heads = (gettext("weight"), gettext("correlation"), gettext("share"))
    grid = ScreenTable((ScreenColumn(gettext("member"), "name"), *map(ScreenColumn, heads)))
    for name, weight in found.weights.items():
        r = found.importance[name]
        numbers = (f"{weight:.6f}", f"{r:.4f}", f"{r / total:.4f}")
        grid.add(escape_markup(name), *map(format_number, numbers))
    page = [f"\n[bold]{escape_markup(f'{ranking.title} {ranking.editions[at]}')}[/bold]\n", grid]
    write_answer(Answer(record=found, page=page), "table")
    if aim == "targets" and found.missed > 0.005:
        missed = format_number(f"{found.missed:.3f}")
        write_text(gettext("no non-negative weights meet the targets; the closest miss one by {missed}", missed=missed))
