"""The sheets `Live` and `Weights`: the last edition's scores as formulas of weights that can be overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hubrank import gettext, ngettext
from xlsxwriter.utility import xl_rowcol_to_cell

from hubrank_output.exporters.formulas import LONGEST, score, why_not
from hubrank_output.exporters.notes import titles
from hubrank_output.exporters.rank_formulas import TIES, rank, rounded

if TYPE_CHECKING:
    from hubrank import Node, Ranking

#: Columns before the indicators: code, name, country, published rank, its range, published score, live rank.
_BEFORE = 7


class LiveSheet:
    """Lays out both sheets.

    Every row is a ranked unit in the published order; indicators stand normalised, each dimension in a column of
    its own, the index last; after it the rounded index, where ranks are those of rounded scores.
    """

    def __init__(self, ranking: Ranking, formats: Any) -> None:
        self.ranking = ranking
        self.formats = formats
        self.edition = len(ranking.editions) - 1
        self.order = ranking.order(self.edition)
        names = [each.key for each in ranking.plan.ranked] + [node.name for node in ranking.plan.tree]
        self.column = {name: _BEFORE + at for at, name in enumerate(names)}
        row = 1
        self.weight_rows: dict[str, int] = {}
        for node in reversed(ranking.plan.tree.nodes):
            self.weight_rows[node.name] = row
            row += len(node.members)
        self.stands = {node.name: self._why_it_stands(node) for node in ranking.plan.tree}

    def write(self, book: Any) -> None:
        """Add both sheets."""
        sheet = book.add_worksheet("Live")
        self._weights(book.add_worksheet("Weights"))
        self._heads(sheet)
        for at, unit in enumerate(self.order, start=1):
            self._row(sheet, at, int(unit))
        sheet.freeze_panes(1, 2)
        sheet.set_column(1, 1, 26)

    def _weights(self, sheet: Any) -> None:
        heads = (
            gettext("dimension"),
            gettext("member"),
            gettext("weight (edit here)"),
            gettext("share of the dimension"),
            gettext("note"),
        )
        for column, head in enumerate(heads):
            self.formats.put(sheet, 0, column, head, self.formats.head)
        for node in reversed(self.ranking.plan.tree.nodes):
            first = self.weight_rows[node.name]
            cells = f"C${first + 1}:C${first + len(node.members)}"
            why = self.stands[node.name]
            note = gettext("no effect on scores: {reason}", reason=why) if why else ""
            weights, shares = self._published(node)
            for row, (member, weight, share) in enumerate(zip(node.members, weights, shares, strict=True), first):
                self.formats.put(sheet, row, 0, node.name)
                self.formats.put(sheet, row, 1, member.name)
                sheet.write_number(row, 2, weight, None if note else self.formats.editable)
                formula = f"=IF(SUM({cells})>0,C{row + 1}/SUM({cells}),0)"
                sheet.write_formula(row, 3, formula, self.formats.score, share)
                if note:
                    self.formats.put(sheet, row, 4, note)
        sheet.set_column(0, 3, 24)
        sheet.set_column(4, 4, 60)

    def _published(self, node: Node) -> tuple[Any, Any]:
        """The weights and the shares of the last edition; where each unit has its own, the mean of shares for both."""
        scored = self.ranking.nodes[node.name]
        at = min(self.edition, len(scored.weights) - 1)
        shares = scored.shares[at].mean(axis=0)
        return (scored.weights[at, 0] if scored.weights.shape[-2] == 1 else shares), shares

    def _why_it_stands(self, node: Node) -> str:
        """Why a dimension is a column of values; empty where it is formulas, as long as its longest is not too long."""
        scored = self.ranking.nodes[node.name]
        why = why_not(scored)
        if not why and len(self._formula(len(self.order), node)) > LONGEST:
            why = ngettext(
                len(node.members),
                "it has {members} member, too many for an Excel formula",
                "it has {members} members, too many for an Excel formula",
                members=len(node.members),
            )
        return why

    def _formula(self, row: int, node: Node) -> str:
        cells = [xl_rowcol_to_cell(row, self.column[member.name]) for member in node.members]
        first = self.weight_rows[node.name]
        weights = [f"Weights!$C${first + at + 1}" for at in range(len(node.members))]
        return score(node, cells, weights)

    def _heads(self, sheet: Any) -> None:
        called = titles(self.ranking)
        parts = [called[each.key] for each in self.ranking.plan.ranked]
        for node in self.ranking.plan.tree:
            title = called[node.name]
            parts.append(gettext("{title} (not recalculated)", title=title) if self.stands[node.name] else title)
        if self._ranks_rounded:
            parts.append(gettext("{title}, rounded", title=called[self.ranking.plan.tree.root.name]))
        heads = [
            gettext("unit"),
            gettext("name"),
            gettext("country"),
            gettext("published rank"),
            gettext("published range"),
            gettext("published score"),
            gettext("rank") if self._ranks_follow else gettext("rank (not recalculated)"),
        ]
        for column, head in enumerate([*heads, *parts]):
            self.formats.put(sheet, 0, column, head, self.formats.head)

    def _row(self, sheet: Any, row: int, unit: int) -> None:
        ranking, put = self.ranking, self.formats.put
        at = self.edition
        texts = (ranking.codes[unit], ranking.names[unit], ranking.countries[unit])
        for column, text in enumerate(texts):
            put(sheet, row, column, text)
        put(sheet, row, 3, ranking.ranks[at, unit])
        put(sheet, row, 4, ranking.range_text(at, unit))
        put(sheet, row, 5, ranking.scores[at, unit], self.formats.score)
        for column, each in enumerate(ranking.plan.ranked):
            put(sheet, row, self.column[each.key], ranking.normalised[at, unit, column], self.formats.score)
        for node in ranking.plan.tree:
            self._score(sheet, row, unit, node)
        self._rank(sheet, row, unit)

    def _score(self, sheet: Any, row: int, unit: int, node: Node) -> None:
        published = self.ranking.nodes[node.name].handed_up[self.edition, unit]
        if self.stands[node.name]:
            self.formats.put(sheet, row, self.column[node.name], published, self.formats.score)
        else:
            shown = "" if np.isnan(published) else published
            formula = self._formula(row, node)
            sheet.write_formula(row, self.column[node.name], formula, self.formats.score, shown)

    @property
    def _ranks_follow(self) -> bool:
        """Whether ranks are formulas: Excel has none for each way that equal scores share a rank, or for steps."""
        plan = self.ranking.plan
        return not plan.post_processing and plan.scenario.ranking.ties in TIES

    @property
    def _ranks_rounded(self) -> bool:
        """Whether the index stands rounded in one more column, that ranks are counted in."""
        return self._ranks_follow and self.ranking.plan.scenario.ranking.decimals is not None

    def _rank(self, sheet: Any, row: int, unit: int) -> None:
        """The rank by the index, rounded where the scenario says so; the published one where no formula can follow."""
        choice = self.ranking.plan.scenario.ranking
        published = self.ranking.ranks[self.edition, unit]
        column = self.column[self.ranking.plan.tree.root.name]
        if self._ranks_rounded:
            score = self.ranking.rounded_scores(self.edition)[unit]
            formula = rounded(xl_rowcol_to_cell(row, column), choice.decimals, choice.rounding)
            column += 1
            sheet.write_formula(row, column, f"={formula}", self.formats.score, score)
        if self._ranks_follow:
            first, last = (xl_rowcol_to_cell(at, column, True, True) for at in (1, len(self.order)))
            formula = rank(xl_rowcol_to_cell(row, column), f"{first}:{last}", choice.ties, choice.best)
            sheet.write_formula(row, _BEFORE - 1, f"={formula}", None, published)
        else:
            self.formats.put(sheet, row, _BEFORE - 1, published)
