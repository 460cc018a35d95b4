"""`hubrank sweep`: a scenario under many sets of weights, or several scenarios, ranked into one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import attrs
import numpy as np
import pandas as pd
import typer
from attrs import frozen
from hubrank.cli import command
from hubrank.cli.console import is_quiet, progress, write_text
from hubrank.errors import FileProblem, library, shorten_list
from hubrank.i18n import listed
from hubrank.infer.forms import table_of
from hubrank.io.cache import Cache
from hubrank.io.escaping import write_csv
from hubrank.io.tables import read_table, table_kind
from hubrank.io.write import check_file, replace_file
from hubrank.methods.ranks import noise_of
from hubrank.numeric import NOISE, quiet_numpy
from hubrank.plugin import Answer, Array, Ranking, ScenarioError, UsageError, compose, gettext, ngettext
from hubrank.ranking.ranking import ranks_of
from hubrank.results.rank import edition_of, rank
from hubrank.scenario.plan import Plan
from hubrank.scenario.tree import Node, Tree, wrong_weights
from hubrank.uncertainty.fast import Mean, local_shares
from hubrank.uncertainty.programs import flat_mean

#: Scores that are made at a time, and wrong weights that are listed.
_SCORES, _LISTED = 2_000_000, 6
#: Sums in another order than that of the methods differ by less than this share of their largest term.
_ROUNDING = 64 * float(np.finfo(float).eps)


@frozen(kw_only=True, eq=False)
class WeightSets:
    """Sets of weights of all members of a plan's dimensions.

    Attributes:
        names: The sets' names.
        weights: For each member its weight in each set, `(sets,)`.
    """

    plan: Plan
    names: tuple[str, ...]
    weights: Mapping[str, Array]

    @classmethod
    def of(cls, plan: Plan, frame: pd.DataFrame) -> WeightSets:
        """Read a row for each set: its name in the first column, and weights of indicators and dimensions.

        Where a weight is missing, it is the scenario's. If the first column has weights too, sets are numbered.

        Raises:
            UsageError: A column or a name is wrong, or a weight.
        """
        own = {member.name: member.weight for node in plan.tree for member in node.members}
        names = tuple(str(at + 1) for at in range(len(frame)))
        if len(frame.columns) and str(frame.columns[0]) not in own:
            names = tuple(frame.iloc[:, 0].fillna("").astype(str).str.strip())
            frame = frame.iloc[:, 1:]
        if not frame.size:
            raise UsageError("weights: needs a row for each set, and a column for each member whose weight varies")
        _refuse_names("weights: the set", names)
        given = _columns(plan, frame)
        missing = np.full(len(frame), np.nan)
        weights = {
            name: np.where(np.isnan(column), weight, column)
            for name, weight in own.items()
            for column in [given.get(name, missing)]
        }
        result = cls(plan=plan, names=names, weights=weights)
        wrong = [
            f"set '{name}': {member or node.name}: {what}"
            for at, name in enumerate(names)
            for node in plan.tree
            for member, what in wrong_weights(result.of_node(node, at))
        ]
        if wrong:
            raise UsageError(f"weights: {shorten_list(wrong, _LISTED)}")
        return result

    def of_node(self, node: Node, at: int) -> dict[str, float]:
        """The weights of a dimension's members in a set (its position)."""
        return {member.name: float(self.weights[member.name][at]) for member in node.members}

    def plan_of(self, at: int) -> Plan:
        """The plan with the weights of a set (its position)."""
        nodes = []
        for node in self.plan.tree:
            weights = self.of_node(node, at)
            members = tuple(attrs.evolve(member, weight=weights[member.name]) for member in node.members)
            nodes.append(attrs.evolve(node, members=members))
        return attrs.evolve(self.plan, tree=Tree(tuple(nodes)))


def _refuse_names(what: str, names: Sequence[str]) -> None:
    """Refuse names that are missing, or there twice."""
    if "" in names:
        raise UsageError(f"{what} in row {names.index('') + 1} has no name in the first column")
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise UsageError(f"{what} {shorten_list(twice)} is there twice; give each a name of its own")


def _columns(plan: Plan, frame: pd.DataFrame) -> dict[str, Array]:
    """The columns of weights by the keys of the members, which they name by key or title."""
    above = {member.name: node for node in plan.tree for member in node.members}
    found: dict[str, Array] = {}
    for name in map(str, frame.columns):
        key = plan.key(name)
        if key not in above:
            raise UsageError(f"weights: '{name}' is the whole ranking, which has no weight")
        if key in found:
            raise UsageError(f"weights: two columns are of '{key}'; remove one of them")
        if not (weighting := above[key].weighting).part.is_own("fixed"):
            what = f"'{weighting.part.name}' computes the weights of dimension '{above[key].name}'"
            raise UsageError(f'weights: {name}: {what}; weighting = "fixed" uses yours')
        try:
            found[key] = pd.to_numeric(frame[name]).to_numpy(dtype=float, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise UsageError(f"weights: {name}: has texts among its numbers: {error}") from error
    return found


def ranked_sets(ranking: Ranking, sets: WeightSets, which: slice) -> tuple[Array, Array]:
    """Ranks and scores under some of the sets, `(sets, editions, units)` each.

    The ranks are those of `compose`, and the scores too, or their first 12 digits where sums of products make them.

    Raises:
        ScenarioError: The methods cannot take the weights of a set.
    """
    positions = range(len(sets.names))[which]
    scores, ranks = (np.full((len(positions), *ranking.scores.shape), np.nan) for _ in range(2))
    rest, means = np.ones(len(positions), dtype=bool), _means(ranking)
    if means is not None:
        weights = np.array([sets.weights[member.name][which] for node in sets.plan.tree for member in node.members])
        found, rest = _by_means(ranking, means, weights)
        cells = np.flatnonzero(~np.isnan(ranking.scores))
        scores.reshape(len(positions), -1)[:, cells] = found
        ranks = ranks_of(scores, ranking.plan.scenario.ranking)
        rest |= _doubtful(scores, means)
    for at in np.flatnonzero(rest):
        try:
            made = compose(sets.plan_of(positions[at]), ranking.measurement, before=ranking)
        except ScenarioError as error:
            raise ScenarioError(f"set '{sets.names[positions[at]]}'", error.problems) from error
        scores[at], ranks[at] = made.scores, made.ranks
    return ranks, scores


def _means(ranking: Ranking) -> Mean | None:
    """The tree of means of the ranked cells; None if weights follow scores, or steps follow the scores."""
    plan = ranking.plan
    stepped = plan.post_processing or plan.scenario.ranking.decimals is not None
    if stepped or not all(node.weighting.part.is_own("fixed") for node in plan.tree):
        return None
    return flat_mean(plan, ranking.nodes, ranking.normalised, np.flatnonzero(~np.isnan(ranking.scores)))


def _by_means(ranking: Ranking, mean: Mean, weights: Array) -> tuple[Array, Any]:
    """Scores `(sets, ranked cells)`, and the sets that the methods themselves must rank.

    These weigh a member with 0 that the scenario does not, or the reverse, so that other units may lack too much.
    """
    own, start, here = [], 0, []
    for node in ranking.plan.tree:
        own += [member.weight > 0 for member in node.members]
        here.append((tuple(range(start, start + len(node.members))), None))
        start += len(node.members)
    counted = ((weights > 0) == np.array(own)[:, None]).all(axis=0)
    with quiet_numpy():
        scores = mean.form.leave(mean.sums(local_shares(tuple(here), weights)))
    return scores, ~counted | ~np.isfinite(scores).all(axis=1)


def _doubtful(scores: Array, mean: Mean) -> Any:
    """The sets in which the last digits of two scores decide whether they tie."""
    largest = float(np.abs(mean.form.leave(np.array(mean.bounds()))).max())
    ordered = np.sort(scores, axis=-1)
    apart = noise_of(ordered, NOISE)
    with quiet_numpy():
        near = np.abs(np.diff(ordered, axis=-1) - apart) <= apart / 4 + _ROUNDING * largest
    return near.any(axis=(1, 2))


def table_of_ranks(
    ranking: Ranking, names: Sequence[str], ranks: Array, scores: Array, edition: int | None
) -> pd.DataFrame:
    """One row for each ranked unit of each edition, or of one (its position), and set, the best first.

    Args:
        ranking: The ranking, whose units and editions they are.
        names: The names of the sets.
        ranks: `(sets, editions, units)`.
        scores: Of the same shape.
        edition: The position of the edition; all by default.
    """
    at = slice(None) if edition is None else slice(edition, edition + 1)
    ranks, scores = ranks[:, at], scores[:, at]
    order = np.argsort(ranks, axis=-1, kind="stable")
    ranks, scores = (np.take_along_axis(item, order, axis=-1).ravel() for item in (ranks, scores))
    there = ~np.isnan(ranks)
    _, years, units = order.shape
    set_at, year_at = np.divmod(np.flatnonzero(there) // units, years)
    frame = pd.DataFrame(
        {
            "set": pd.array(list(names), dtype="str").take(set_at),
            "edition": np.array(ranking.editions[at])[year_at],
            "unit": pd.array(list(ranking.codes), dtype="str").take(order.ravel()[there]),
            "rank": ranks[there],
            "score": scores[there],
        }
    )
    return ranking.marked(frame)


def sweep_weights(ranking: Ranking, *, sets: Any, edition: int | None = None) -> Answer:
    """A ranking under many sets of weights.

    Args:
        ranking: The ranking.
        sets: A row for each set: its name in the first column, and weights in columns named by indicators and
            dimensions; where one is missing, it is the ranking's own. A table as for `hubrank.rank`, or its path.
        edition: The position of an edition; all by default.

    Returns:
        The table with a row per set, edition and ranked unit, the best first.

    Raises:
        UsageError: A column, a name or a weight is wrong.
        ScenarioError: The methods cannot take the weights of a set.
    """
    members = [member.name for node in ranking.plan.tree for member in node.members]
    frame = _read(Path(sets)) if isinstance(sets, str | Path) else table_of(sets, {"indicators": members})
    found = WeightSets.of(ranking.plan, frame)
    step = max(1, _SCORES // ranking.scores.size)
    parts = []
    with progress("ranking") as tell:
        for start in range(0, len(found.names), step):
            tell("ranking", start, len(found.names), "sets")
            which = slice(start, start + step)
            parts.append(table_of_ranks(ranking, found.names[which], *ranked_sets(ranking, found, which), edition))
    count = ngettext(len(found.names), "{count} set of weights", "{count} sets of weights")
    title = gettext("{title}: {sets}", title=ranking.title, sets=count)
    return Answer(title=title, tables={"sweep": pd.concat(parts, ignore_index=True)}, record=found)


def _read(path: Path) -> pd.DataFrame:
    """A table of weights, the names of its sets as they are written."""
    try:
        first, *others = read_table(path).columns
        return read_table(path, texts=[first], numbers=others).reset_index(drop=True)
    except FileProblem as error:
        raise UsageError(str(error)) from error


def sweep_scenarios(names: Sequence[str], edition: int | None = None, *, sample: bool = False) -> Answer:
    """Several scenarios, each a set of the table; what two of them have in common is computed once.

    Args:
        names: Installed scenarios, TOML files or run folders.
        edition: The edition; all by default.
        sample: Whether sources read their samples.
    """
    _refuse_names("the scenario", names)
    parts, titles, before = [], [], None
    for name in names:
        with progress("loading") as tell:
            ranking = rank(name, sample=sample, cache=Cache.default(), progress=tell, before=before)
        command.tell_resumed(ranking)
        at = None if edition is None else edition_of(ranking, edition)
        parts.append(table_of_ranks(ranking, [name], ranking.ranks[None], ranking.scores[None], at))
        titles.append(ranking.title)
        before = ranking
    return Answer(title=listed(titles), tables={"sweep": pd.concat(parts, ignore_index=True)})


def sweep(
    scenario: command.ScenarioName,
    others: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WEIGHTS|SCENARIO",
            help="Table with a row for each set: its name, then weights; or further scenarios.",
            autocompletion=command.complete_scenarios,
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table, as .csv or .parquet.")] = None,
    edition: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR", help="Edition to use.", show_default="all", autocompletion=command.complete_editions
        ),
    ] = None,
    format_: command.Format = "table",
    sample: command.Sample = False,
) -> None:
    """Rank a scenario under many sets of weights, or several scenarios, into one table."""
    if output is not None:
        if (kind := output.suffix.lower()) not in (".csv", ".parquet"):
            raise UsageError(f"{output}: must end in .csv or .parquet")
        if kind == ".parquet":
            library("pyarrow", output.name)
        check_file(output)
    names = [scenario, *(others or [])]
    tables = [name for name in names[1:] if table_kind(name) is not None]
    if tables and len(names) > 2:
        what = f"a table of weights is for one scenario: hubrank sweep {scenario} {tables[0]}"
        raise UsageError(f"{tables[0]}: {what}")
    if output is not None and (same := [name for name in names if Path(name).resolve() == output.resolve()]):
        raise UsageError(f"{same[0]}: would be replaced; --output must name another file")
    if tables:
        ranking = command.ranking_of(scenario, sample)
        at = None if edition is None else edition_of(ranking, edition)
        answer = sweep_weights(ranking, sets=tables[0], edition=at)
    else:
        answer = sweep_scenarios(names, edition, sample=sample)
    if output is None:
        command.write_answer(answer, format_)
        return
    table = answer.table()
    replace_file(output, lambda path: write_csv(table, path) if kind == ".csv" else table.to_parquet(path))
    if not is_quiet():
        write_text(gettext("written to {folder}", folder=output))
