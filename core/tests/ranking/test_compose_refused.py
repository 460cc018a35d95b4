"""Values and methods of which no ranking can be made."""

import numpy as np
import pytest
from hubrank.errors import PluginError, ScenarioError
from hubrank.plugin import Aggregator, Imputation, Normalisation, Weighting


def said(lab, error, changes, *plugins):
    """The message of a ranking that cannot be made, without the scenario's name."""
    with pytest.raises(error) as caught:
        lab.rank(changes, *plugins)
    return str(caught.value).removeprefix("mine.toml: 1 problem\n").strip()


def _plugin(lab, kind, record):
    return lab.plugin("mine", **{kind: [record]})


@pytest.mark.parametrize(
    ("kind", "record", "changes", "message"),
    [
        (
            "imputations",
            Imputation(name="odd", apply=lambda values, *_: values[..., 0]),
            '[imputation]\nmethod = "odd"',
            "mine: imputation 'odd': returned shape (1, 3); expected (1, 3, 2)",
        ),
        (
            "normalisations",
            Normalisation(name="odd", fit=lambda *_: None, apply=lambda values, *_: values * np.nan),
            '[normalisation]\nmethod = "odd"',
            "mine: normalisation 'odd': apply returned no finite number for BBB, CCC in edition 2024 of indicator 'a'",
        ),
        (
            "aggregators",
            Aggregator(name="odd", apply=lambda scores, *_: scores[..., 0] * np.inf),
            '[aggregation]\nmethod = "odd"\n[missing]\nrule = "renormalise"',
            "mine: aggregator 'odd': apply returned no finite number for AAA, BBB, CCC in edition 2024 "
            "of dimension 'life'",
        ),
        (
            "aggregators",
            Aggregator(name="odd", apply=lambda scores, *_: scores),
            '[aggregation]\nmethod = "odd"',
            "mine: aggregator 'odd': apply returned shape (1, 3, 2); expected (1, 3)",
        ),
        (
            "weightings",
            Weighting(name="odd", apply=lambda scores, context, options: -context.weights),
            '[weighting]\nmethod = "odd"',
            "mine: weighting 'odd': apply returned weights that are negative, not finite or all 0 for dimension 'life'",
        ),
        (
            "weightings",
            Weighting(name="odd", apply=lambda scores, context, options: context.weights[:1]),
            '[weighting]\nmethod = "odd"',
            "mine: weighting 'odd': apply returned shape (1,) for 2 members",
        ),
    ],
)
def test_methods_that_break_their_promise(lab, kind, record, changes, message):
    """A method of another shape, or that makes no number of numbers, is its plugin's error, named."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,,30\nBBB,2024,2,10\nCCC,2024,4,20\n")

    assert said(lab, PluginError, changes, _plugin(lab, kind, record)) == message


def test_values_that_a_method_cannot_take(lab):
    """What a method rejects is reported with the key that chose it."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,0,30\nBBB,2024,2,10\nCCC,2024,4,20\n")

    assert said(lab, ScenarioError, '[treatment]\nsteps = ["log10"]') == (
        "2  treatment[0]: logarithms need values above 0"
    )


def test_no_unit_left(lab):
    """Where every unit lacks something that must be there, there is no ranking."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,,30\nBBB,2024,2,\nCCC,2024,,\n")

    assert said(lab, ScenarioError, "") == "missing: no units left to rank: all are missing too many members"
