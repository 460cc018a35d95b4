"""`hubrank audit`: each table of an audit, over the tree of a ranking, and its answer."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer
from attrs import field, frozen
from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, write_answer
from hubrank.cli.console import is_quiet, progress, write_text
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.cache import Cache
from hubrank.io.escaping import csv_bytes, escape_markup
from hubrank.io.write import temp_dir
from hubrank.plugin import (
    ENGLISH,
    Answer,
    Array,
    Plan,
    Ranking,
    Registry,
    count_text,
    current_language,
    format_number,
    format_percent,
    gettext,
    use_language,
)
from hubrank.progress import Progress, no_progress
from hubrank.results.rank import edition_of, rank
from hubrank.results.save import check_target, write_run
from threadpoolctl import threadpool_limits

from hubrank_audit.findings import BALANCE, DATA, RULES, Finding, findings, unjudged, unjudged_text
from hubrank_audit.influence import removals
from hubrank_audit.main_effects import bands, correlation_ratio, influence, shares
from hubrank_audit.statistics import (
    METHODS,
    components,
    correlation_intervals,
    correlations,
    coverage,
    cronbach,
    holm,
    statistics,
    without_each,
)

#: The number of findings of a rule on a page.
_SHOWN = 5
#: The exporter that makes the page, and where it comes from.
PAGE = "audit-page"
PAGE_PACKAGE = "hubrank-audit"


@frozen(eq=False)
class Structure:
    """Indicators and dimensions that are part of an edition.

    Attributes:
        indicators: The indicators, in the order of the ranking.
        members: The members of each dimension, leaves before the root, which is the last.
        ancestors: For each element, the dimensions above it, the nearest first.
    """

    indicators: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    ancestors: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, plan: Plan, at: int) -> Structure:
        """The structure of a plan's edition (its position)."""

        def inside(names: Iterable[str]) -> tuple[str, ...]:
            given = tuple(names)
            return tuple(itertools.compress(given, plan.part_of(given)[at, 0]))

        ancestors: dict[str, tuple[str, ...]] = {plan.tree.root.name: ()}
        for node in reversed(plan.tree.nodes):
            for member in node.members:
                ancestors[member.name] = (node.name, *ancestors[node.name])
        nodes = inside(node.name for node in plan.tree)
        members = {name: inside(member.name for member in plan.tree[name].members) for name in nodes}
        return cls(inside(item.key for item in plan.ranked), members, ancestors)

    @property
    def elements(self) -> tuple[str, ...]:
        """Indicators, then dimensions: the columns of normalised values and scores."""
        return (*self.indicators, *self.members)

    def of_panel(self, ranking: Ranking, stage: str, at: int) -> Array:
        """The indicators' values of a stage in an edition (its position), `(units, indicators)`."""
        columns = [place for place, item in enumerate(ranking.plan.ranked) if item.key in self.indicators]
        return np.take(getattr(ranking, stage)[at], columns, axis=-1)

    def values(self, ranking: Ranking, at: int) -> Array:
        """Normalised values and scores in an edition (its position), `(units that passed the screening, elements)`."""
        scores = [ranking.nodes[name].scores[at] for name in self.members]
        return np.column_stack([self.of_panel(ranking, "normalised", at), *scores])[ranking.considered[at]]

    @property
    def leaves(self) -> dict[str, list[int]]:
        """For each dimension, the positions of all indicators in it at any depth."""
        return {
            name: [at for at, key in enumerate(self.indicators) if name in self.ancestors[key]] for name in self.members
        }

    @property
    def columns(self) -> dict[str, list[int]]:
        """For each dimension, the columns of its members."""
        column = {name: at for at, name in enumerate(self.elements)}
        return {name: [column[member] for member in members] for name, members in self.members.items()}

    def level(self, name: str) -> str:
        """Whether an element is an `indicator` or a `dimension`."""
        return "indicator" if name in self.indicators else "dimension"

    def relation(self, first: str, second: str) -> tuple[str, str]:
        """The relation of two elements, and the dimension that it is about.

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
    """The results of an audit.

    Attributes:
        ranking: The audited ranking.
        frames: The tables by name, each with a column `edition`: `coverage`, `statistics`, `correlations`,
            `consistency`, `components`, `loadings`, `importance`, `removals`.
    """

    ranking: Ranking
    frames: Mapping[str, pd.DataFrame]
    _found: dict[str, tuple[Finding, ...]] = field(factory=dict, init=False, repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings by the rules of thumb, edition by edition, in the reader's language; data checks last."""
        language, ranking = current_language(), self.ranking
        if language not in self._found:
            titles = ranking.plan.titles() | dict(zip(ranking.codes, ranking.names, strict=True))
            years = self.frames["coverage"]["edition"].unique().tolist() if "coverage" in self.frames else []
            found = [item for year in years for item in findings(self.of(year), year, titles)]
            found += [
                Finding(years[-1], DATA, check.about, float(check.count), check.sentence)
                for check in ranking.data_checks
                if years and check.key not in ranking.plan.scenario.acknowledged
            ]
            self._found[language] = tuple(found)
        return self._found[language]

    def of(self, edition: int) -> dict[str, pd.DataFrame]:
        """The tables of one edition (its year)."""
        return {name: table[table["edition"] == edition] for name, table in self.frames.items()}

    def findings_table(self) -> pd.DataFrame:
        """One row per finding, its sentences in the reader's language."""
        rows = [
            (item.edition, item.rule.name, item.where, item.value, item.sentence, gettext(rule.says), rule.source)
            for item in self.findings
            for rule in (item.rule,)
        ]
        return pd.DataFrame(rows, columns=["edition", "rule", "where", "value", "finding", "rule_of_thumb", "source"])

    def files(self) -> dict[str, bytes]:
        """The tables as CSV, by file name, in English."""
        with use_language(ENGLISH):
            tables = {"findings": self.findings_table(), **self.frames}
        return {f"audit-{name}.csv": csv_bytes(self.ranking.marked(table)) for name, table in tables.items()}


@threadpool_limits.wrap(1, user_api="blas")  # many small products: threads would wait for each other
def audit(ranking: Ranking, progress: Progress = no_progress, edition: int | None = None) -> Audit:
    """Audit every edition of a ranking in which units are ranked, or one alone (its position) without `removals`.

    Values are those of the units that passed the screening. Correlations and what follows from them are those of
    normalised values, so that more is better throughout.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    wanted = range(len(ranking.editions)) if edition is None else [edition]
    audited = [at for at in wanted if ranking.considered[at].any()]
    for done, at in enumerate(audited):
        progress("auditing", done, len(audited), "editions")
        structure = Structure.of(ranking.plan, at)
        measured, values = structure.of_panel(ranking, "measured", at), structure.values(ranking, at)
        covered = coverage(measured, ranking.codes, structure.leaves)
        covered.insert(1, "name", list(ranking.names))
        covered.insert(2, "considered", ranking.considered[at])
        tables = {
            "coverage": covered,
            "statistics": _statistics(ranking, structure, at),
            "correlations": _correlations(structure, values, progress),
            "consistency": _consistency(structure, values),
            **_components(structure, values),
            "importance": _importance(ranking, structure, values, at, progress),
        }
        for name, table in tables.items():
            table.insert(0, "edition", ranking.editions[at])
            parts.setdefault(name, []).append(table)
    frames = {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
    if edition is None:
        progress("leaving members out")
        with use_language(ENGLISH):  # the reasons in the table are data
            frames["removals"] = removals(ranking)
    return Audit(ranking=ranking, frames=frames)


def _statistics(ranking: Ranking, structure: Structure, at: int) -> pd.DataFrame:
    tables = []
    for stage in ("measured", "treated", "normalised"):
        values = structure.of_panel(ranking, stage, at)[ranking.considered[at]]
        table = statistics(values, structure.indicators)
        table.insert(0, "stage", stage)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _correlations(structure: Structure, values: Array, progress: Progress) -> pd.DataFrame:
    names = np.array(structure.elements, dtype=object)
    first, second = np.triu_indices(len(names), 1)
    related = [structure.relation(*pair) for pair in zip(names[first], names[second], strict=True)]
    tables = []
    for done, method in enumerate(METHODS):
        progress("correlating", done, len(METHODS), "methods")
        found = correlations(values, method)
        low, high = correlation_intervals(values, found, method)
        p, within = found.p[first, second], np.array([relation == "within" for relation, _ in related])
        table = {
            "method": method,
            "first": list(names[first]),
            "second": list(names[second]),
            "relation": [relation for relation, _ in related],
            "dimension": [dimension for _, dimension in related],
            "r": found.r[first, second],
            "low": low[first, second],
            "high": high[first, second],
            "p": p,
            "p_adjusted": holm(np.where(within, p, np.nan)),
            "units": found.n[first, second],
        }
        tables.append(pd.DataFrame(table))
    return pd.concat(tables, ignore_index=True)


def _consistency(structure: Structure, values: Array) -> pd.DataFrame:
    rows = []
    for name, members in structure.members.items():
        if len(members) < 2:
            continue
        own = values[:, structure.columns[name]]
        without = without_each(own)
        weakest = int(np.nanargmax(without)) if not np.isnan(without).all() else None
        ends = (None, np.nan) if weakest is None else (members[weakest], without[weakest])
        rows.append((name, len(members), cronbach(own), *ends))
    return pd.DataFrame(rows, columns=["dimension", "members", "alpha", "weakest", "alpha_without_weakest"])


def _components(structure: Structure, values: Array) -> dict[str, pd.DataFrame]:
    rows, loadings = [], []
    for name, columns in structure.columns.items():
        item = components(values[:, columns])
        for at, eigenvalue in enumerate([] if item is None else item.eigenvalues):
            cumulative = float(item.explained[: at + 1].sum())
            rows.append((name, at + 1, eigenvalue, item.explained[at], cumulative, item.units))
            for row, member in enumerate(structure.members[name]):
                loadings.append((name, at + 1, member, item.loadings[row, at]))
    names = ["dimension", "component", "eigenvalue", "explained", "cumulative", "units"]
    return {
        "components": pd.DataFrame(rows, columns=names),
        "loadings": pd.DataFrame(loadings, columns=["dimension", "component", "member", "loading"]),
    }


def _importance(ranking: Ranking, structure: Structure, values: Array, at: int, progress: Progress) -> pd.DataFrame:
    weights = ranking.weights()
    of_edition = weights[weights["edition"] == ranking.editions[at]].set_index("member")
    found, index = correlations(values), values.shape[1] - 1
    r, (low, high) = found.r, correlation_intervals(values, found)
    tables, by_weight = [], []
    for done, (name, columns) in enumerate(structure.columns.items()):
        tell = functools.partial(
            progress, f"auditing {ranking.editions[at]}", done, len(structure.columns), "dimensions"
        )
        members, above = list(structure.members[name]), structure.elements.index(name)
        weight = of_edition.loc[members, "weight"].to_numpy(dtype=float)
        made = influence(name, values[:, columns], values[:, above], weight, tell)
        by_weight.append(made.by_weight)
        table = {
            "element": members,
            "level": [structure.level(item) for item in members],
            "dimension": name,
            "weight": weight,
            "effective": of_edition.loc[members, "effective"].to_list(),
            "r": r[columns, above],
            "r_squared_share": shares(r[columns, above] ** 2),
            "main_effect": made.effects,
            "main_effect_share": made.shares,
            "share_low": made.intervals[:, 0],
            "share_high": made.intervals[:, 1],
            "r_index": r[columns, index],
            "r_index_low": low[columns, index],
            "r_index_high": high[columns, index],
            "main_effect_index": [correlation_ratio(values[:, item], values[:, index]) for item in columns],
        }
        tables.append(pd.DataFrame(table))
    band = bands(np.concatenate(by_weight, axis=1))
    return pd.concat(tables, ignore_index=True).assign(by_weight_low=band[:, 0], by_weight_high=band[:, 1])


@threadpool_limits.wrap(1, user_api="blas")
def shares_of_influence(ranking: Ranking, at: int) -> pd.DataFrame:
    """Each member's share of the influence on its dimension's score in an edition (its position), before any judgement.

    Returns:
        `element`, `dimension`, `main_effect_share`, `share_low` and `share_high`, as in `importance`.
    """
    structure, tables = Structure.of(ranking.plan, at), []
    values = structure.values(ranking, at)
    for name, columns in structure.columns.items():
        made = influence(name, values[:, columns], values[:, structure.elements.index(name)])
        shown = {
            "main_effect_share": made.shares,
            "share_low": made.intervals[:, 0],
            "share_high": made.intervals[:, 1],
        }
        tables.append(pd.DataFrame({"element": structure.members[name], "dimension": name, **shown}))
    return pd.concat(tables, ignore_index=True)


def audit_scenario(
    scenario: ScenarioName,
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write the run, the audit's tables and its page.")
    ] = None,
    edition: OfEdition = None,
    format_: Format = "table",
    top: Annotated[
        int | None, typer.Option(min=1, help="Show N findings per rule.", show_default="5; all in JSON and CSV")
    ] = None,
    sample: Sample = False,
) -> None:
    """Audit a ranking: coverage, outliers, correlations, consistency, components and influence."""
    if output is not None:
        check_target(output)
    registry = Registry.installed()
    with progress("loading") as tell:
        ranking = rank(scenario, registry, sample=sample, cache=Cache.default(), progress=tell)
        at = edition_of(ranking, edition)
        result = audit(ranking, tell)
    page = {}
    if output is not None:
        with progress("drawing the page") as tell:
            if PAGE in registry.names("exporter"):
                with temp_dir() as folder:
                    path = folder / "audit.html"
                    registry.find("exporter", PAGE).call("write", ranking, path)
                    page = {path.name: path.read_bytes()}
            write_run(ranking, output, {**result.files(), **page}, progress=tell)
    write_answer(_answer(result, at, top), format_)
    if output is not None and format_ == "table" and not is_quiet():
        write_text("\n" + gettext("written to {folder}", folder=output))
        if not page:
            write_text(gettext("for audit.html, a page with charts, install {package}", package=PAGE_PACKAGE))


def audit_edition(ranking: Ranking, *, edition: int) -> Answer:
    """Audit an edition of a ranking.

    Args:
        ranking: The ranking.
        edition: The edition's position.

    Returns:
        The table `findings`, and those of the audit by name; the `Audit` of all editions.
    """
    return _answer(audit(ranking), edition, None)


def _answer(result: Audit, at: int, top: int | None) -> Answer:
    edition, whole = result.ranking.editions[at], result.findings_table()
    frame, tables = whole[whole["edition"] == edition].reset_index(drop=True), result.of(edition)
    shown = frame if top is None else frame.groupby("rule", sort=False).head(top)
    found = count_text(len(frame), "finding") if len(frame) else gettext("no findings")
    units = int(result.ranking.considered[at].sum())
    return Answer(
        title=gettext(
            "audit of {title}, {edition}: {findings}", title=result.ranking.title, edition=edition, findings=found
        ),
        tables={"findings": frame[["rule", "where", "value", "finding", "rule_of_thumb", "source"]], **tables},
        notes=tuple(frame["finding"]),
        record=result,
        page=[*_page(result, edition, units, found, top or _SHOWN)],
        details=["", _dimensions(result, edition, tables)] if units else [],
        data=lambda: {"title": result.ranking.title, "edition": edition, "findings": shown, **tables},
        rows=lambda: shown,
        about=lambda: result.ranking.about(at),
        left_out=len(frame) - len(shown),
    )


def _page(result: Audit, edition: int, units: int, found: str, top: int) -> Iterator[str]:
    title = gettext("audit of {title}, {edition}", title=result.ranking.title, edition=edition)
    yield f"\n[bold]{escape_markup(title)}[/bold]"
    if not units:
        yield gettext("no unit is ranked in this edition; there is nothing to audit")
        return
    summary = gettext(
        "{units}, {indicators}; {findings}",
        units=count_text(units, "unit"),
        indicators=count_text(len(result.ranking.plan.ranked), "indicator"),
        findings=found,
    )
    yield f"[dim]{summary}[/dim]\n"
    silent = unjudged(result.of(edition))
    for rule in RULES:
        findings = [item for item in result.findings if item.edition == edition and item.rule.name == rule.name]
        left = silent if rule is BALANCE else []
        mark = f"[green]{gettext('ok')}[/green]" if not (findings or left) else f"[yellow]{len(findings)}[/yellow]"
        yield f"[bold]{gettext(rule.name)}[/bold] {mark}  [dim]{escape_markup(gettext(rule.says))}[/dim]"
        for item in findings[:top]:
            yield f"  - {escape_markup(item.sentence)}"
        if left:
            titles = [gettext(result.ranking.plan.tree[name].title) for name in left]
            yield f"  - {escape_markup(unjudged_text(titles))}"
        if len(findings) > top:
            more = gettext("... and {number} more (--top {all})", number=len(findings) - top, all=len(findings))
            yield f"  [dim]{more}[/dim]"


def by_dimension(frames: Mapping[str, pd.DataFrame], nothing: str) -> Iterator[tuple[str, pd.DataFrame, str, str]]:
    """The results of each dimension: its members by importance, its alpha, and its first component's share."""
    alphas = dict(zip(frames["consistency"]["dimension"], frames["consistency"]["alpha"], strict=True))
    first = frames["components"][frames["components"]["component"] == 1]
    explained = dict(zip(first["dimension"], first["explained"], strict=True))
    for name, rows in frames["importance"].groupby("dimension", sort=False):
        alpha = nothing if np.isnan(alphas.get(name, np.nan)) else format_number(f"{alphas[name]:.2f}")
        share = format_percent(explained[name]) if name in explained else nothing
        yield str(name), rows.sort_values("main_effect_share", ascending=False, kind="stable"), alpha, share


def _dimensions(result: Audit, edition: int, frames: Mapping[str, pd.DataFrame]) -> ScreenTable:
    """A line a dimension: alpha, first component, strongest and weakest member."""
    counts = Counter(item.where for item in result.findings if item.edition == edition)
    first = (ScreenColumn(gettext("dimension"), "name"), ScreenColumn(gettext("members"), leaves=1))
    numbers = map(ScreenColumn, (gettext("alpha"), gettext("first component")))
    ends = (gettext("most influence (weight)"), gettext("least influence (weight)"))
    influences = (ScreenColumn(name, "words") for name in ends)
    columns = (*first, *numbers, *influences, ScreenColumn(gettext("findings")))
    grid = ScreenTable(columns, title=gettext("dimensions"))
    titles = result.ranking.plan.titles()
    for name, rows, alpha, explained in by_dimension(frames, "-"):
        grid.add(
            escape_markup(titles[name]),
            str(len(rows)),
            alpha,
            explained,
            *(escape_markup(_influence(rows.iloc[at], titles)) for at in (0, -1)),
            str(counts[name] + sum(counts[member] for member in rows["element"])),
        )
    return grid


def _influence(row: Any, titles: Mapping[str, str]) -> str:
    """A member with its shares of the weight and of the influence."""
    share = row["main_effect_share"]
    shown = "-" if share != share else format_percent(share)  # not a number
    return f"{titles[row['element']]} {shown} ({format_percent(row['weight'])})"
