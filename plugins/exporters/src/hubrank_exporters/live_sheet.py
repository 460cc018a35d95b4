"""The sheets `Live` and `Weights`: the last edition's scores as formulas of weights that can be overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hubrank.methods import round_to
from xlsxwriter.utility import xl_rowcol_to_cell

from hubrank_exporters.formulas import live, mean
from hubrank_exporters.rank_formulas import TIES, rank, rounded

if TYPE_CHECKING:
    from hubrank import Node, Ranking

#: Columns before the indicators: code, name, country, published rank, published score, live rank.
_BEFORE = 6


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
        self.weight_cells: dict[tuple[str, str], str] = {}

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
        for column, head in enumerate(("dimension", "member", "weight: overwrite it", "share of the dimension")):
            self.formats.put(sheet, 0, column, head, self.formats.head)
        row = 1
        for node in reversed(self.ranking.plan.tree.nodes):
            first, last = row + 1, row + len(node.members)
            for member, weight in zip(node.members, self._published(node), strict=True):
                self.formats.put(sheet, row, 0, node.name)
                self.formats.put(sheet, row, 1, member.name)
                sheet.write_number(row, 2, weight, self.formats.editable)
                share = weight / self._published(node).sum()
                sheet.write_formula(row, 3, f"=C{row + 1}/SUM(C${first}:C${last})", self.formats.score, share)
                self.weight_cells[node.name, member.name] = f"Weights!$C${row + 1}"
                row += 1
        sheet.set_column(0, 3, 24)

    def _published(self, node: Node) -> Any:
        """The weights of the last edition; the mean over the units where each has its own."""
        weights = self.ranking.nodes[node.name].weights
        return weights[min(self.edition, len(weights) - 1)].mean(axis=0)

    def _follows(self, node: Node) -> bool:
        """Whether a dimension is a formula: units with weights of their own are not."""
        weights = self.ranking.nodes[node.name].weights
        return live(node) and weights.shape[-2] == 1 and not node.passes_before

    def _heads(self, sheet: Any) -> None:
        titles = [each.title for each in self.ranking.plan.ranked]
        for node in self.ranking.plan.tree:
            titles.append(node.title if self._follows(node) else f"{node.title} (does not follow the weights)")
        if self._ranks_rounded:
            titles.append(f"{self.ranking.plan.tree.root.title}, rounded")
        ranks = "rank" if self._ranks_follow else "rank (does not follow the weights)"
        heads = ["unit", "name", "country", "published rank", "published score", ranks, *titles]
        for column, head in enumerate(heads):
            self.formats.put(sheet, 0, column, head, self.formats.head)

    def _row(self, sheet: Any, row: int, unit: int) -> None:
        ranking, put = self.ranking, self.formats.put
        at = self.edition
        texts = (ranking.codes[unit], ranking.names[unit], ranking.countries[unit])
        for column, text in enumerate(texts):
            put(sheet, row, column, text)
        put(sheet, row, 3, ranking.ranks[at, unit])
        put(sheet, row, 4, ranking.scores[at, unit], self.formats.score)
        for column, each in enumerate(ranking.plan.ranked):
            put(sheet, row, self.column[each.key], ranking.normalised[at, unit, column], self.formats.score)
        for node in ranking.plan.tree:
            self._score(sheet, row, unit, node)
        self._rank(sheet, row, unit)

    def _score(self, sheet: Any, row: int, unit: int, node: Node) -> None:
        score = self.ranking.nodes[node.name].passed[self.edition, unit]
        cells = [xl_rowcol_to_cell(row, self.column[member.name]) for member in node.members]
        weights = [self.weight_cells[node.name, member.name] for member in node.members]
        formula = mean(node, cells, weights) if self._follows(node) else None
        if formula is None:
            self.formats.put(sheet, row, self.column[node.name], score, self.formats.score)
        else:
            shown = "" if np.isnan(score) else score
            sheet.write_formula(row, self.column[node.name], formula, self.formats.score, shown)

    @property
    def _ranks_follow(self) -> bool:
        """Whether ranks are formulas: Excel has none for each way that equal scores share a rank, or for steps."""
        plan = self.ranking.plan
        return not plan.after and plan.scenario.ranking.ties in TIES

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
            score = round_to(self.ranking.scores[self.edition, [unit]], choice.decimals, choice.rounding)[0]
            formula = rounded(xl_rowcol_to_cell(row, column), choice.decimals, choice.rounding)
            column += 1
            sheet.write_formula(row, column, f"={formula}", self.formats.score, score)
        if self._ranks_follow:
            first, last = (xl_rowcol_to_cell(at, column, True, True) for at in (1, len(self.order)))
            formula = rank(xl_rowcol_to_cell(row, column), f"{first}:{last}", choice.ties, choice.best)
            sheet.write_formula(row, 5, f"={formula}", None, published)
        else:
            self.formats.put(sheet, row, 5, published)
