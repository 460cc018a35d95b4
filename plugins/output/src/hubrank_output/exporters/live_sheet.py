"""A sheet that computes: scores and ranks as formulas that follow the weights in other cells."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hubrank.plugin import Form, MissingRule, Node, Ranking, gettext, ngettext
from xlsxwriter.utility import xl_rowcol_to_cell

#: The longest formula that Excel takes.
LONGEST = 8000
#: The ranks shared by equal scores that formulas can count fast.
TIES = ("min", "max", "average")
#: Columns before the indicators: code, name, country, published rank, its range, published score, live rank.
_BEFORE = 7


def score(node: Node, cells: Sequence[str], weights: Sequence[str]) -> str:
    """The formula of a dimension's score for one unit, empty if it lacks members; texts in cells are missing values."""
    record = node.aggregation.part.record
    pairs = list(zip(cells, weights, strict=True))
    if record.formula is not None:
        present = [f"({weight}*ISNUMBER({cell}))" for cell, weight in pairs]
        numbers = [f"N({cell})" for cell in cells]
        result = node.aggregation.call(record.formula, "formula", numbers, present, node.aggregation.options)
        if not isinstance(result, str):
            raise node.aggregation.broke(f"formula returned {type(result).__name__}; expected a text")
    else:
        result = _mean(node.form, pairs, raw=record.weights == "raw")
    return f'=IF({_enough(node.missing, pairs)},{result},"")'


def _mean(form: Form, pairs: Sequence[tuple[str, str]], *, raw: bool) -> str:
    """The mean that a form says; where a distance is 0 or below and it has no answer, Excel's own error or #N/A."""
    total = "+".join(f"{weight}*ISNUMBER({cell})" for cell, weight in pairs)
    if form.linear:
        sums = "+".join(f"{weight}*N({cell})" for cell, weight in pairs)
        return sums if raw else f"({sums})/({total})"
    shift, counted_from = _number(form.shift), None if form.counted_from is None else _number(form.counted_from)
    distances = {
        cell: f"N({cell})+{shift}" if counted_from is None else f"{counted_from}-N({cell})+{shift}" for cell, _ in pairs
    }

    def back(distance: str) -> str:
        return f"{distance}-{shift}" if counted_from is None else f"{counted_from}-({distance}-{shift})"

    def some(so: str) -> str:
        """Whether the distance of a present member compares so."""
        counted = "+".join(f"ISNUMBER({cell})*({weight}>0)*({distances[cell]}{so})" for cell, weight in pairs)
        return f"({counted})>0"

    power = "LN({})" if form.power == 0 else f"({{}})^{_number(form.power)}"
    sums = "+".join(
        f"{weight}*IF(AND(ISNUMBER({cell}),{weight}>0),{power.format(distances[cell])},0)" for cell, weight in pairs
    )
    inside = f"({sums})" if raw else f"({sums})/({total})"
    defined = back(f"EXP({inside})" if form.power == 0 else f"({inside})^(1/{_number(form.power)})")
    if form.power <= 0 and form.nonpositive == "error":
        return defined
    if form.power <= 0 and form.nonpositive == "missing":
        return f'IF({some("<=0")},"",{defined})'
    if form.power <= 0:
        defined = f"IF({some('=0')},{back('0')},{defined})"
    return f"IF({some('<0')},NA(),{defined})"


def _enough(rule: MissingRule, pairs: Sequence[tuple[str, str]]) -> str:
    """The condition that a unit has as many members as the rule requires: `MissingRule.enough`.

    Truth values become numbers, since no number equals a truth value in a spreadsheet.
    """
    there = "+".join(f"ISNUMBER({cell})*({weight}>0)" for cell, weight in pairs)
    wanted = "+".join(f"({weight}>0)*1" for _, weight in pairs)
    some, complete = f"({there})>0", f"({there})=({wanted})"
    if rule.rule == "unranked":
        return f"AND({some},{complete})"
    if rule.at_least_share == 0 and rule.at_least_count <= 1:
        return some
    least = f"({there})>={rule.at_least_share!r}*({wanted})-1E-12,({there})>={rule.at_least_count}"
    return f"AND({some},OR({complete},AND({least})))"


def _number(value: float) -> str:
    """A number that keeps its value wherever it stands."""
    text = repr(float(value)).upper()
    return f"({text})" if value < 0 else text


def rounded(cell: str, decimals: int, mode: str) -> str:
    """A cell's score rounded to decimals; empty if the cell has no number.

    The score is compared with the half itself, because the half of a product of it can be missed: 1.005 x 100 falls
    short of 100.5. Below 0 `decimals` are the tens, hundreds ... that stay; `mode` is `half-even` or `half-up`.
    """

    def scaled(number: str, by: int) -> str:
        return f"{number}*{10**by}" if by >= 0 else f"{number}/{10**-by}"

    size = f"ABS({cell})"
    below = f"INT({scaled(size, decimals)})"
    half = scaled(f"(10*{below}+5)", -decimals - 1)
    rises = f"({size}>={half})" if mode == "half-up" else f"IF({size}={half},MOD({below},2),({size}>{half})*1)"
    return f'IF(ISNUMBER({cell}),SIGN({cell})*{scaled(f"({below}+{rises})", -decimals)},"")'


def rank(cell: str, column: str, ties: str, best: str) -> str:
    """A cell's rank among the addresses of all scores, 1 the best; empty if the cell has no number."""
    ascending = int(best == "lowest")
    least = f"RANK({cell},{column},{ascending})"
    greatest = f"COUNT({column})+1-RANK({cell},{column},{1 - ascending})"
    shared = {"min": least, "max": greatest, "average": f"({least}+{greatest})/2"}[ties]
    return f'IF(ISNUMBER({cell}),{shared},"")'


class LiveSheet:
    """Lays out both sheets.

    Every row is a ranked unit in the published order; indicators stand normalised, each dimension in a column of
    its own, the index last; after it the rounded index, where ranks are those of rounded scores.
    """

    def __init__(self, ranking: Ranking, formats: Any) -> None:
        self.ranking, self.formats, plan = ranking, formats, ranking.plan
        self.edition = len(ranking.editions) - 1
        self.order = ranking.order(self.edition)
        names = [item.key for item in plan.ranked] + [node.name for node in plan.tree]
        self.column = {name: _BEFORE + at for at, name in enumerate(names)}
        row = 1
        self.weight_rows: dict[str, int] = {}
        for node in reversed(plan.tree.nodes):
            self.weight_rows[node.name] = row
            row += len(node.members)
        self.stands = {node.name: self._why_it_stands(node) for node in plan.tree}
        #: Excel has no formula for each way that equal scores share a rank, or for steps.
        self.ranks_follow = not plan.post_processing and plan.scenario.ranking.ties in TIES
        self.ranks_rounded = self.ranks_follow and plan.scenario.ranking.decimals is not None

    def write(self, book: Any) -> None:
        """Add both sheets."""
        sheet = book.add_worksheet("Live")
        self._weights(book.add_worksheet("Weights"))
        plan, names = self.ranking.plan, self.ranking.plan.titles()
        heads = [gettext("unit"), gettext("name"), gettext("country")]
        heads += [gettext("published rank"), gettext("published range"), gettext("published score")]
        heads.append(gettext("rank") if self.ranks_follow else gettext("rank (not recalculated)"))
        heads += [names[item.key] for item in plan.ranked]
        for node in plan.tree:
            title = names[node.name]
            heads.append(gettext("{title} (not recalculated)", title=title) if self.stands[node.name] else title)
        if self.ranks_rounded:
            heads.append(gettext("{title}, rounded", title=names[plan.tree.root.name]))
        self._heads(sheet, *heads)
        for at, unit in enumerate(self.order, start=1):
            self._row(sheet, at, int(unit))
        sheet.freeze_panes(1, 2)
        sheet.set_column(1, 1, 26)

    def _weights(self, sheet: Any) -> None:
        put = self.formats.put
        heads = [gettext("dimension"), gettext("member"), gettext("weight (edit here)")]
        self._heads(sheet, *heads, gettext("share of the dimension"), gettext("note"))
        for node in reversed(self.ranking.plan.tree.nodes):
            first = self.weight_rows[node.name]
            cells = f"C${first + 1}:C${first + len(node.members)}"
            why = self.stands[node.name]
            scored = self.ranking.nodes[node.name]
            at = min(self.edition, len(scored.weights) - 1)
            shares = scored.shares[at].mean(axis=0)
            weights = scored.weights[at, 0] if scored.weights.shape[-2] == 1 else shares
            for row, (member, weight, share) in enumerate(zip(node.members, weights, shares, strict=True), first):
                put(sheet, row, 0, node.name)
                put(sheet, row, 1, member.name)
                sheet.write_number(row, 2, weight, None if why else self.formats.editable)
                formula = f"=IF(SUM({cells})>0,C{row + 1}/SUM({cells}),0)"
                sheet.write_formula(row, 3, formula, self.formats.score, share)
                if why:
                    put(sheet, row, 4, gettext("no effect on scores: {reason}", reason=why))
        sheet.set_column(0, 3, 24)
        sheet.set_column(4, 4, 60)

    def _why_it_stands(self, node: Node) -> str:
        """Why a dimension is a column of values; empty if it is formulas, as long as its longest is not too long."""
        record = node.aggregation.part.record
        if node.post_processing:
            return gettext("the step {step} is applied to its score", step=node.post_processing[0].part.name)
        if self.ranking.nodes[node.name].weights.shape[-2] != 1:
            return gettext("each unit has its own weights")
        if record.formula is None and node.form is None:
            return gettext("the method {method} has no spreadsheet formula", method=record.name)
        if len(self._formula(len(self.order), node)) <= LONGEST:
            return ""
        return ngettext(
            len(node.members),
            "it has {members} member, too many for an Excel formula",
            "it has {members} members, too many for an Excel formula",
            members=len(node.members),
        )

    def _formula(self, row: int, node: Node) -> str:
        cells = [xl_rowcol_to_cell(row, self.column[member.name]) for member in node.members]
        first = self.weight_rows[node.name]
        return score(node, cells, [f"Weights!$C${first + at + 1}" for at in range(len(node.members))])

    def _heads(self, sheet: Any, *heads: str) -> None:
        for column, head in enumerate(heads):
            self.formats.put(sheet, 0, column, head, self.formats.head)

    def _row(self, sheet: Any, row: int, unit: int) -> None:
        ranking, put, at, form = self.ranking, self.formats.put, self.edition, self.formats.score
        published = (ranking.codes[unit], ranking.names[unit], ranking.countries[unit], ranking.ranks[at, unit])
        for column, value in enumerate((*published, ranking.range_text(at, unit))):
            put(sheet, row, column, value)
        put(sheet, row, 5, ranking.scores[at, unit], form)
        for column, item in enumerate(ranking.plan.ranked):
            put(sheet, row, self.column[item.key], ranking.normalised[at, unit, column], form)
        for node in ranking.plan.tree:
            value = ranking.nodes[node.name].handed_up[at, unit]
            if self.stands[node.name]:
                put(sheet, row, self.column[node.name], value, form)
            else:
                shown = "" if np.isnan(value) else value
                sheet.write_formula(row, self.column[node.name], self._formula(row, node), form, shown)
        choice, column = ranking.plan.scenario.ranking, self.column[ranking.plan.tree.root.name]
        if self.ranks_rounded:
            formula = rounded(xl_rowcol_to_cell(row, column), choice.decimals, choice.rounding)
            column += 1
            sheet.write_formula(row, column, f"={formula}", form, ranking.rounded_scores(at)[unit])
        if self.ranks_follow:
            first, last = (xl_rowcol_to_cell(end, column, True, True) for end in (1, len(self.order)))
            formula = rank(xl_rowcol_to_cell(row, column), f"{first}:{last}", choice.ties, choice.best)
            sheet.write_formula(row, _BEFORE - 1, f"={formula}", None, ranking.ranks[at, unit])
        else:
            put(sheet, row, _BEFORE - 1, ranking.ranks[at, unit])
