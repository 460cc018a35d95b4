"""What a reader of a ranking should know."""

from attrs import evolve
from hubrank.composing.caveats import caveats, imputed_cells, missing_cells
from hubrank.composing.compose import compose

VALUES = "unit,year,a,b\nAAA,2024,1,\nBBB,2024,,10\nCCC,2024,4,20\nCCC,2023,1,1\n"
CHANGES = """
editions = [2023, 2024]
[indicators]
b = { imputation = { method = "fill" } }
[missing]
rule = "renormalise"
"""


def test_imputed_and_missing_cells(lab):
    """How many values of ranked units were imputed, and how many are missing, by indicator."""
    lab.write("values.csv", VALUES)
    ranking = lab.rank(CHANGES)

    assert imputed_cells(ranking, 1) == {"b": 1}
    assert missing_cells(ranking, 1) == {"a": 1}
    assert imputed_cells(ranking, 0) == {}


def test_caveats(lab):
    """Those of all editions first, then edition by edition, each with its kind.

    In 2023 only CCC is measured; in 2024 AAA's b is filled, BBB lacks a.
    """
    lab.write("values.csv", VALUES)
    ranking = lab.rank(CHANGES)
    (report,) = ranking.measurement.inputs
    measurement = evolve(ranking.measurement, inputs=(evolve(report, look_ahead=True, sample=True),))
    found = compose(ranking.plan, measurement).caveats()

    assert [(each.kind, str(each)) for each in found] == [
        ("look-ahead", "uses vintages newer than the edition (look_ahead): values"),
        ("sample", "based on the sources' samples, not on their full data"),
        ("unranked", "2023, not ranked: 2 units"),
        ("imputed", "2024, imputed: b for 1 unit"),
        ("missing", "2024, missing, weight redistributed: a for 1 unit"),
    ]


def test_nothing_to_know(lab):
    """A whole table leaves nothing to say."""
    assert caveats(lab.rank()) == ()
