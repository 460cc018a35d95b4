"""An audit: each table of it, over the tree of a ranking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from hubrank import ENGLISH, Plan, Ranking, current_language, gettext, use_language
from hubrank.io.escaping import csv_bytes
from hubrank.progress import no_progress

from hubrank_audit.findings import Finding, findings
from hubrank_audit.influence import correlation_ratio, removals, shares
from hubrank_audit.statistics import (
    METHODS,
    components,
    correlations,
    coverage,
    cronbach,
    statistics,
    without_each,
)

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Array
    from hubrank.progress import Progress


@frozen(eq=False, kw_only=True)
class Structure:
    """Indicators and dimensions of a plan.

    Attributes:
        indicators: The indicators, in the order of the ranking's arrays.
        dimensions: The dimensions, leaves before the root, which is the last.
        members: The members of each dimension.
        leaves: For each dimension, the positions of all indicators in it at whatever depth.
        ancestors: For each element, the dimensions above it, the nearest first.
        titles: What each is called.
    """

    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    leaves: Mapping[str, tuple[int, ...]]
    ancestors: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]

    @classmethod
    def of(cls, plan: Plan) -> Structure:
        """The structure of a plan."""
        indicators = tuple(item.key for item in plan.ranked)
        ancestors: dict[str, tuple[str, ...]] = {plan.tree.root.name: ()}
        for node in reversed(plan.tree.nodes):
            for member in node.members:
                ancestors[member.name] = (node.name, *ancestors[node.name])
        return cls(
            indicators=indicators,
            dimensions=tuple(node.name for node in plan.tree),
            members={node.name: tuple(member.name for member in node.members) for node in plan.tree},
            leaves={
                node.name: tuple(at for at, key in enumerate(indicators) if node.name in ancestors[key])
                for node in plan.tree
            },
            ancestors=ancestors,
            titles={item.key: item.title for item in plan.ranked} | {node.name: node.title for node in plan.tree},
        )

    @property
    def elements(self) -> tuple[str, ...]:
        """Indicators, then dimensions: the columns of `values`."""
        return self.indicators + self.dimensions

    @property
    def root(self) -> str:
        """The dimension whose score is the ranking's."""
        return self.dimensions[-1]

    def columns(self, names: Sequence[str]) -> list[int]:
        """The columns of elements in `values`."""
        return [self.elements.index(name) for name in names]

    def values(self, ranking: Ranking, at: int) -> Array:
        """Normalised values and scores of an edition, `(units, elements)`."""
        scores = [ranking.nodes[name].scores[at] for name in self.dimensions]
        return np.column_stack([ranking.normalised[at], *scores])

    def level(self, name: str) -> str:
        """Whether an element is an `indicator` or a `dimension`."""
        return "indicator" if name in self.indicators else "dimension"

    def relation(self, first: str, second: str) -> tuple[str, str]:
        """How two elements are related, and the dimension that the relation is about.

        Returns:
            `above` with the one that the other lies in, `within` with the dimension that both are members of, or
            with nothing `across` for two of one kind and `mixed` for an indicator and a dimension.
        """
        if second in self.ancestors[first]:
            return "above", second
        if first in self.ancestors[second]:
            return "above", first
        if self.ancestors[first][:1] == self.ancestors[second][:1]:
            return "within", self.ancestors[first][0]
        return "across" if self.level(first) == self.level(second) else "mixed", ""


@frozen(eq=False, kw_only=True)
class Audit:
    """What an audit found.

    Attributes:
        ranking: What was audited.
        frames: The tables by name, each with a column `edition`: `coverage`, `statistics`, `correlations`,
            `consistency`, `components`, `loadings`, `importance`, `removals`.
    """

    ranking: Ranking
    frames: Mapping[str, pd.DataFrame]
    _found: dict[str, tuple[Finding, ...]] = field(factory=dict, init=False, repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules of thumb do not like, edition by edition, in the language that is spoken."""
        if current_language() not in self._found:
            self._found[current_language()] = tuple(_findings(self.ranking, self.frames))
        return self._found[current_language()]

    def of(self, edition: int) -> dict[str, pd.DataFrame]:
        """The tables of one edition (its year)."""
        return _of(self.frames, edition)

    def findings_table(self) -> pd.DataFrame:
        """One row a finding, its sentences in the language that is spoken."""
        import pandas as pd

        rows = [
            (
                item.edition,
                item.rule.name,
                item.where,
                item.value,
                item.sentence,
                gettext(item.rule.says),
                item.rule.source,
            )
            for item in self.findings
        ]
        return pd.DataFrame(rows, columns=["edition", "rule", "where", "value", "finding", "rule_of_thumb", "source"])

    def files(self) -> dict[str, bytes]:
        """The tables as CSV, by file name, in English."""
        with use_language(ENGLISH):
            tables = {"findings": self.findings_table(), **self.frames}
        return {f"audit-{name}.csv": csv_bytes(self.ranking.marked(table)) for name, table in tables.items()}


def audit(ranking: Ranking, progress: Progress = no_progress) -> Audit:
    """Audit every edition of a ranking in which units are ranked.

    Values are those of the units that passed the screening. Correlations and what follows from them are those of
    normalised values, so that more is better throughout.

    Args:
        ranking: The ranking.
        progress: Told what is being done, and how far it is.
    """
    import pandas as pd

    structure = Structure.of(ranking.plan)
    parts: dict[str, list[pd.DataFrame]] = {}
    audited = [at for at in range(len(ranking.editions)) if ranking.considered[at].any()]
    for done, at in enumerate(audited):
        progress("auditing", done, len(audited), "editions")
        for name, table in _edition(ranking, structure, at).items():
            table.insert(0, "edition", ranking.editions[at])
            parts.setdefault(name, []).append(table)
    frames = {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
    progress("leaving members out")
    with use_language(ENGLISH):  # the reasons in the table are data
        frames["removals"] = removals(ranking)
    return Audit(ranking=ranking, frames=frames)


def _findings(ranking: Ranking, frames: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """The findings of all editions that were audited."""
    titles = {key: gettext(title) for key, title in Structure.of(ranking.plan).titles.items()}
    titles |= dict(zip(ranking.codes, ranking.names, strict=True))
    for at, edition in enumerate(ranking.editions):
        if ranking.considered[at].any():
            yield from findings(_of(frames, edition), edition, titles)


def _edition(ranking: Ranking, structure: Structure, at: int) -> dict[str, pd.DataFrame]:
    """The tables of an edition, yet without its year."""
    considered = ranking.considered[at]
    values = structure.values(ranking, at)[considered]
    components_, loadings = _components(structure, values)
    return {
        "coverage": _coverage(ranking, structure, at),
        "statistics": _statistics(ranking, structure, at),
        "correlations": _correlations(structure, values),
        "consistency": _consistency(structure, values),
        "components": components_,
        "loadings": loadings,
        "importance": _importance(ranking, structure, values, at),
    }


def _coverage(ranking: Ranking, structure: Structure, at: int) -> pd.DataFrame:
    table = coverage(ranking.measured[at], ranking.codes, structure.leaves)
    table.insert(1, "name", list(ranking.names))
    table.insert(2, "considered", ranking.considered[at])
    return table


def _statistics(ranking: Ranking, structure: Structure, at: int) -> pd.DataFrame:
    import pandas as pd

    stages = {"measured": ranking.measured, "treated": ranking.treated, "normalised": ranking.normalised}
    tables = []
    for stage, values in stages.items():
        table = statistics(values[at][ranking.considered[at]], structure.indicators)
        table.insert(0, "stage", stage)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _correlations(structure: Structure, values: Array) -> pd.DataFrame:
    import pandas as pd

    names = structure.elements
    first, second = np.triu_indices(len(names), 1)
    tables = []
    for method in METHODS:
        found = correlations(values, method)
        tables.append(
            pd.DataFrame(
                {
                    "method": method,
                    "first": [names[item] for item in first],
                    "second": [names[item] for item in second],
                    "r": found.r[first, second],
                    "p": found.p[first, second],
                    "units": found.n[first, second],
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    related = [structure.relation(names[one], names[other]) for one, other in zip(first, second, strict=True)]
    table.insert(3, "relation", [relation for relation, _ in related] * len(METHODS))
    table.insert(4, "dimension", [dimension for _, dimension in related] * len(METHODS))
    return table


def _consistency(structure: Structure, values: Array) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name, members in structure.members.items():
        if len(members) < 2:
            continue
        own = values[:, structure.columns(members)]
        without = without_each(own)
        weakest = int(np.nanargmax(without)) if not np.isnan(without).all() else None
        rows.append(
            (
                name,
                len(members),
                cronbach(own),
                None if weakest is None else members[weakest],
                np.nan if weakest is None else without[weakest],
            )
        )
    return pd.DataFrame(rows, columns=["dimension", "members", "alpha", "weakest", "alpha_without_weakest"])


def _components(structure: Structure, values: Array) -> tuple[pd.DataFrame, pd.DataFrame]:
    import pandas as pd

    result = [
        (name, found)
        for name, members in structure.members.items()
        if (found := components(values[:, structure.columns(members)])) is not None
    ]
    rows = [
        (name, at + 1, eigenvalue, item.explained[at], float(item.explained[: at + 1].sum()), item.units)
        for name, item in result
        for at, eigenvalue in enumerate(item.eigenvalues)
    ]
    loadings = [
        (name, at + 1, member, item.loadings[row, at])
        for name, item in result
        for at in range(len(item.eigenvalues))
        for row, member in enumerate(structure.members[name])
    ]
    return (
        pd.DataFrame(rows, columns=["dimension", "component", "eigenvalue", "explained", "cumulative", "units"]),
        pd.DataFrame(loadings, columns=["dimension", "component", "member", "loading"]),
    )


def _importance(ranking: Ranking, structure: Structure, values: Array, at: int) -> pd.DataFrame:
    import pandas as pd

    weights = ranking.weights()
    own = weights[weights["edition"] == ranking.editions[at]].set_index("member")
    r = correlations(values).r
    index = structure.columns((structure.root,))[0]
    tables = []
    for name, members in structure.members.items():
        above, columns = structure.columns((name,))[0], structure.columns(members)
        effects = np.array([correlation_ratio(values[:, item], values[:, above]) for item in columns])
        squares = r[columns, above] ** 2
        tables.append(
            pd.DataFrame(
                {
                    "element": members,
                    "level": [structure.level(item) for item in members],
                    "dimension": name,
                    "weight": [own.loc[item, "weight"] for item in members],
                    "effective": [own.loc[item, "effective"] for item in members],
                    "r": r[columns, above],
                    "r_squared_share": shares(squares),
                    "main_effect": effects,
                    "main_effect_share": shares(effects),
                    "r_index": r[columns, index],
                    "main_effect_index": [correlation_ratio(values[:, item], values[:, index]) for item in columns],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _of(frames: Mapping[str, pd.DataFrame], edition: int) -> dict[str, pd.DataFrame]:
    return {name: table[table["edition"] == edition] for name, table in frames.items()}
