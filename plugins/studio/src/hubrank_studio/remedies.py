"""What mends a finding at a click: edits of the scenario, each of which the author could write and can undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import numpy as np
import pandas as pd
from attrs import field, frozen
from hubrank.plugin import Problem, Ranking, Registry
from hubrank.ranking.data_checks import DataCheck
from hubrank.scenario.indicators import BoundIndicator
from hubrank.scenario.tree import Member, Node
from hubrank_audit.findings import AVAILABLE, REDUNDANT, SILENT, Finding

from hubrank_studio.document import parsed
from hubrank_studio.queries import names_of
from hubrank_studio.tree import Tables, method_of

#: The distance of the limits from the quartiles, in interquartile ranges, that is usual for far outliers.
_FENCES = 3
#: The decimals of a score that are usual where classes follow the scores shown.
_DECIMALS = 2
#: What a method says of a member whose values it does not take, and the scale that it advises instead.
_MEMBER, _SCALE = re.compile(r"'([^']+)'(?= has )"), re.compile(r"normalise to a range [^;]*?(range = \[[^]]*\])")


@frozen
class Remedy:
    """One way to mend a finding.

    Attributes:
        key: The page's text is `studio.remedy.KEY`.
        values: What the text names.
        edits: Keys of the scenario by path, with their new values.
    """

    key: str
    values: Mapping[str, Any]
    edits: Mapping[tuple[str, ...], Any]

    def shown(self) -> dict[str, Any]:
        """It for the page, which sends the edits back."""
        edits = [{"path": list(path), "value": value} for path, value in self.edits.items()]
        return {"key": self.key, "values": dict(self.values), "edits": edits}


@frozen(eq=False)
class Remedies:
    """The ways to mend findings of a ranking's edition.

    Attributes:
        ranking: The ranking.
        at: The edition's position.
        frames: The tables of its audit by name.
    """

    ranking: Ranking
    at: int
    frames: Mapping[str, pd.DataFrame]
    _indicators: Mapping[str, BoundIndicator] = field(init=False)
    _above: Mapping[str, tuple[Node, Member]] = field(init=False)

    @_indicators.default
    def _by_key(self) -> Mapping[str, BoundIndicator]:
        return {item.key: item for item in self.ranking.plan.ranked}

    @_above.default
    def _by_member(self) -> Mapping[str, tuple[Node, Member]]:
        return {member.name: (node, member) for node in self.ranking.plan.tree for member in node.members}

    def of(self, finding: Finding) -> Iterator[Remedy]:
        """The remedies of a finding by a rule of thumb."""
        look = _BY_RULE.get(finding.rule.name)
        return iter(()) if look is None else look(self, finding)

    def of_check(self, check: DataCheck) -> Iterator[Remedy]:
        """The remedies of a value that looks like a mistake; none where the table itself must be mended."""
        look = _BY_CHECK.get(check.kind)
        return iter(()) if look is None else look(self, check)

    def coverage(self, finding: Finding) -> Iterator[Remedy]:
        """Drop an indicator; leave a unit unranked, or all units with as little."""
        if finding.where in self._indicators:
            yield from self.drop(finding)
            return
        share = AVAILABLE.threshold
        yield Remedy("screen", {"share": share}, {("selection", "at_least_share"): share})
        name = names_of(self.ranking)[self.ranking.codes.index(finding.where)]
        excluded = [*self.ranking.plan.scenario.selection.exclude, finding.where]
        yield Remedy("leave", {"title": name}, {("selection", "exclude"): excluded})

    def drop(self, finding: Finding) -> Iterator[Remedy]:
        """Drop an indicator."""
        yield from self._dropped(finding.where)

    def outliers(self, finding: Finding) -> Iterator[Remedy]:
        """Winsorise and transform, take logarithms, or draw in the low end."""
        item = self._indicators[finding.where]
        column = self.ranking.plan.ranked.index(item)
        lowest = np.nanmin(self.ranking.measured[self.at, self.ranking.considered[self.at], column])
        steps: dict[str, Any] = {"skew-kurtosis": "skew-kurtosis"}
        if finding.value > 0:
            log = "log" if lowest > 0 else "log-from-lowest"
            steps[log] = log
        steps["winsorise"] = {"step": "winsorise", "fences": _FENCES, "ends": "high" if finding.value > 0 else "low"}
        for name, step in steps.items():
            if [name] == [used.part.name for used in item.treatment]:
                continue
            pooled = item.treatment_fitted_on == "pooled"
            value = {"steps": [step], "fitted_on": "pooled"} if pooled else step
            yield Remedy(name, {"title": self._title(item.key)}, {("indicators", item.key, "treatment"): value})

    def redundant(self, finding: Finding) -> Iterator[Remedy]:
        """Halve the weights of two that say the same, or keep one, where the whole interval is above the threshold."""
        if not finding.interval[0] > REDUNDANT.threshold:
            return
        pair = finding.where.split(" x ")
        if all(self._is_fixed(name) for name in pair):
            edits = {self._weight(name): self._above[name][1].weight / 2 for name in pair}
            yield Remedy("halve", {"title": self._title(pair[0]), "other": self._title(pair[1])}, edits)
        for name in reversed(pair):
            yield from self._dropped(name)

    def opposed(self, finding: Finding) -> Iterator[Remedy]:
        """Turn one of two that cancel each other out around, or move it to a dimension of its own."""
        if not finding.interval[1] < 0:
            return
        pair = finding.where.split(" x ")
        for name in pair:
            yield from self._flipped(name)
        yield from self._separated(pair[1:])

    def silent(self, finding: Finding) -> Iterator[Remedy]:
        """Drop what changes little; turn around what works against the rest: where the whole interval says so."""
        if finding.interval[1] < SILENT.threshold:
            yield from self._dropped(finding.where)
        if finding.interval[1] < 0:
            yield from self._flipped(finding.where)

    def scattered(self, finding: Finding) -> Iterator[Remedy]:
        """Move the member that fits least to a dimension of its own."""
        table = self.frames["consistency"]
        weakest = table.loc[table["dimension"] == finding.where, "weakest"].tolist()
        yield from self._separated([name for name in weakest if isinstance(name, str)])

    def several(self, finding: Finding) -> Iterator[Remedy]:
        """Split a dimension along its second principal component."""
        table = self.frames["loadings"]
        loads = table[table["dimension"] == finding.where].pivot_table(
            index="member", columns="component", values="loading", sort=False
        )
        if {1, 2} <= {*loads.columns}:
            yield from self._separated([str(name) for name in loads.index[loads[2].abs() > loads[1].abs()]])

    def unbalanced(self, finding: Finding) -> Iterator[Remedy]:
        """Have the weights found that give a dimension's members the importance that they were to have."""
        node = self._above[finding.where][0]
        targets = {member.name: member.weight for member in node.members}
        if node.parent is not None and self._is_fixed(finding.where) and min(targets.values()) > 0:
            weighting = {"method": "correlation-optimised", "targets": targets}
            path = ("dimensions", node.name, "weighting")
            yield Remedy("balance", {"title": self._title(node.name)}, {path: weighting})

    def code(self, check: DataCheck) -> Iterator[Remedy]:
        """Read a code as a missing value."""
        plan = self.ranking.plan
        value = f"{check.words['value']:g}"
        inputs = [name for item in plan.indicators if item.key == check.about for name in item.inputs.values()]
        for name in inputs:
            choice = plan.inputs[name].choice
            if choice.source == "files":
                known = [*choice.options.get("na", []), value]
                yield Remedy("missing", {"value": value}, {("inputs", name, "options", "na"): known})

    def total(self, check: DataCheck) -> Iterator[Remedy]:
        """Leave a total out of the units."""
        excluded = [*self.ranking.plan.scenario.units.exclude, check.about]
        yield Remedy("leave", {"title": check.about}, {("units", "exclude"): excluded})

    def scale(self, check: DataCheck) -> Iterator[Remedy]:
        """Normalise by the range of the values."""
        path = ("indicators", check.about, "normalisation")
        yield Remedy("range", {"title": self._title(check.about)}, {path: "min-max"})

    def rounded(self, _check: DataCheck) -> Iterator[Remedy]:
        """Rank by scores as they are shown."""
        yield Remedy("decimals", {"number": str(_DECIMALS)}, {("ranking", "decimals"): _DECIMALS})

    def last(self, _check: DataCheck) -> Iterator[Remedy]:
        """Rank the last edition alone."""
        year = self.ranking.editions[-1]
        yield Remedy("last", {"edition": str(year)}, {("editions",): [year]})

    def _title(self, name: str) -> str:
        return self.ranking.plan.titles()[name]

    def _is_fixed(self, name: str) -> bool:
        return self._above[name][0].weighting.part.is_own("fixed")

    def _weight(self, name: str) -> tuple[str, ...]:
        return ("indicators" if name in self._indicators else "dimensions", name, "weight")

    def _dropped(self, name: str) -> Iterator[Remedy]:
        if len(self._above[name][0].members) > 1:
            written = self.ranking.plan.loaded.sources[0].table.get("exclude", [])
            yield Remedy("drop", {"title": self._title(name)}, {("exclude",): [*written, name]})

    def _flipped(self, name: str) -> Iterator[Remedy]:
        if name in self._indicators:
            direction = -self._indicators[name].direction
            way = "lower" if direction < 0 else "higher"
            yield Remedy(way, {"title": self._title(name)}, {("indicators", name, "direction"): direction})

    def _separated(self, names: list[str]) -> Iterator[Remedy]:
        """Move indicators of one dimension to a new one beside it; each keeps its share where weights are given."""
        indicators = [name for name in names if name in self._indicators]
        if not indicators or len(indicators) >= len((node := self._above[indicators[0]][0]).members):
            return
        if node.parent is None:
            return
        name = f"{indicators[0]}-apart"
        while name in self._above or name in self.ranking.plan.scenario.dimensions:
            name += "-2"
        made: dict[tuple[str, ...], Any] = {("dimensions", name, "title"): self._title(indicators[0])}
        if node.parent != self.ranking.plan.tree.root.name:
            made["dimensions", name, "parent"] = node.parent
        if self._is_fixed(indicators[0]) and self._is_fixed(node.name):
            whole = sum(member.weight for member in node.members)
            share = sum(self._above[each][1].weight for each in indicators) / whole
            weight = self._above[node.name][1].weight
            made["dimensions", name, "weight"] = round(weight * share, 9)
            made["dimensions", node.name, "weight"] = round(weight * (1 - share), 9)
        made |= {("indicators", each, "dimension"): name for each in indicators}
        values = {"titles": [self._title(each) for each in indicators], "title": self._title(node.name)}
        yield Remedy("separate", values, made)


def problem_shown(problem: Problem, tables: Tables | None) -> dict[str, Any]:
    """An error of the scenario for the page, with what mends it at a click."""
    advice = None if tables is None else _SCALE.search(problem.what)
    remedies = () if advice is None or tables is None else _rescaled(parsed(advice[1])["range"], tables.whole)
    found = [each.shown() for each in remedies]
    return {"where": problem.where, "what": with_titles(problem, tables), "line": problem.line, "remedies": found}


def with_titles(problem: Problem, tables: Tables | None) -> str:
    """What is wrong, with the titles of members instead of their keys."""

    def title(found: re.Match[str]) -> str:
        return f"'{tables.title(found[1])}'" if tables is not None and tables.has(found[1]) else found[0]

    return _MEMBER.sub(title, problem.what)


def _rescaled(wanted: list[float], scenario: Mapping[str, Any]) -> Iterator[Remedy]:
    """Normalise what is on a scale with 0 or below to a range: by its own method, or by min-max where it has none."""
    own = [("indicators", name) for name, item in scenario["indicators"].items() if "normalisation" in item]
    edits: dict[tuple[str, ...], Any] = {}
    for path, item in [((), scenario), *((path, scenario[path[0]][path[1]]) for path in own)]:
        chosen = item["normalisation"]
        if isinstance(chosen, Mapping) and min(chosen.get("range", [0])) > 0:
            continue
        if not _has_range(method_of(chosen)):
            edits[*path, "normalisation", "method"] = "min-max"
        edits[*path, "normalisation", "range"] = wanted
    if edits:
        yield Remedy("rescale", {"low": f"{wanted[0]:g}", "high": f"{wanted[-1]:g}"}, edits)


def _has_range(method: str) -> bool:
    return "range" in attrs.fields_dict(Registry.installed().find("normalisation", method).record.options)


_BY_RULE: Mapping[str, Callable[[Remedies, Finding], Iterator[Remedy]]] = {
    "coverage": Remedies.coverage,
    "zeros": Remedies.drop,
    "few-values": Remedies.drop,
    "outliers": Remedies.outliers,
    "redundant": Remedies.redundant,
    "trade-off": Remedies.opposed,
    "silent": Remedies.silent,
    "consistency": Remedies.scattered,
    "one-component": Remedies.several,
    "explained": Remedies.scattered,
    "balance": Remedies.unbalanced,
}
_BY_CHECK: Mapping[str, Callable[[Remedies, DataCheck], Iterator[Remedy]]] = {
    "missing-code": Remedies.code,
    "total-among-parts": Remedies.total,
    "clipped": Remedies.scale,
    "unnormalised": Remedies.scale,
    "class-boundary": Remedies.rounded,
    "same-editions": Remedies.last,
}
