"""The ranks on the workbook's live sheet follow overwritten weights as the core ranks by them."""

import numpy as np
import openpyxl
import pytest
from hubrank.ranking.ranking import compose
from hubrank_output.exporters import workbook

CHOICES = {
    "unrounded": {},
    "the lowest best": {"best": "lowest", "ties": "max"},
    "whole numbers": {"decimals": 0},
    "tens, half-up, average": {"decimals": -1, "rounding": "half-up", "ties": "average"},
    "tens, max": {"decimals": -1, "ties": "max"},
    "tens, dense": {"decimals": -1, "ties": "dense"},
}
#: Weights that are written over the published ones, which are all 1.
OVER = {"a": 3.0, "b2": 0.5}


@pytest.fixture
def live(make, tmp_path, calculate):
    """The live sheet's cells once weights are overwritten, and the ranking under them: `live(choice)`."""

    def calculated(choice, weights):
        plan, measurement = make(units=30, ranking=choice)
        path = tmp_path / "places.xlsx"
        workbook.write(compose(plan, measurement), path)
        book = openpyxl.load_workbook(path)
        for row in book["Weights"].iter_rows(min_row=2):
            row[2].value = weights.get(row[1].value, row[2].value)
        sheets = {
            name: {cell.coordinate: cell.value for row in book[name] for cell in row if cell.value is not None}
            for name in ("Live", "Weights")
        }
        given = lambda node, *_: np.reshape([weights.get(each.name, 1.0) for each in node.members], (1, 1, -1))  # noqa: E731
        return calculate(sheets)["Live"], compose(plan, measurement, given)

    return calculated


@pytest.mark.long
@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_ranks_follow_the_weights(live, choice):
    """Column G holds the ranks of the core under the same weights; the published ones where it says so."""
    follows = choice.get("ties") != "dense"
    cells, ranking = live(choice, OVER if follows else {})
    found = {cells[f"A{row}"]: cells[f"G{row}"] for row in range(2, 32)}

    assert cells["G1"] == ("rank" if follows else "rank (not recalculated)")
    assert found == dict(zip(ranking.codes, ranking.ranks[0].tolist(), strict=True))
    assert choice.get("decimals") is None or len(set(found.values())) < 30
