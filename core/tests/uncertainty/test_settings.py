"""What composing rejects, the variants of robustness refuse too, in the same words."""

import numpy as np
import pytest
from hubrank.errors import PluginError, ScenarioError
from hubrank.measurement.figures import measure
from hubrank.plugin import Normalisation
from hubrank.ranking.ranking import compose
from hubrank.uncertainty.analysis import analysis_of


def test_an_alternative_that_breaks_its_promise(lab):
    """A normalisation that makes infinity of numbers is rejected, as it is as the scenario's own."""
    odd = Normalisation(name="odd", fit=lambda *_: None, apply=lambda values, *_: values * np.inf)
    mine = lab.plugin("mine", normalisations=[odd])
    plan = lab.plan('[robustness]\nnormalisation = ["as-is", "odd"]', mine)

    with pytest.raises(PluginError, match="apply returned no finite number for AAA, BBB, CCC in edition 2024") as drawn:
        analysis_of(plan, (measure(plan),))
    own = lab.plan('normalisation = "odd"', mine)
    with pytest.raises(PluginError) as alone:
        compose(own, measure(own))
    assert str(drawn.value) == str(alone.value)


def test_an_alternative_that_leaves_no_units(lab):
    """In 2024 everybody lacks one of two, which suffices until both must be there; the message says which it was."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,\nBBB,2024,,10\nCCC,2024,,20\n")
    rules = (
        'missing = { rule = "renormalise" }\n[robustness]\nmissing = [{ rule = "renormalise" }, { rule = "unranked" }]'
    )
    plan = lab.plan(rules)

    with pytest.raises(ScenarioError, match=r"robustness: missing unranked .*: missing: no units left to rank"):
        analysis_of(plan, (measure(plan),)).variants[1,]
