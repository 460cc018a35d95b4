"""pymcdm and scikit-criteria by name: all that they have, and what they get wrong."""

import importlib
import importlib.util
import inspect
import pkgutil

import hubrank_mcda
import numpy as np
import pytest
from hubrank.plugin import MethodError
from hubrank_mcda import pymcdm_methods, skcriteria_methods
from hubrank_mcda.pymcdm_methods import Options

PARTS = {
    (hook, part.name): part
    for hook in ("aggregators", "weightings", "normalisations")
    for part in getattr(hubrank_mcda, f"hubrank_{hook}")()
}
#: What the packages have and the plugin does not bring, and why.
PYMCDM_LEFT_OUT = {
    "COPRAS": "its formula adds costs to benefits, so higher costs rank better; use copras",
    "AROMAN": "it adds costs to benefits, so higher costs rank better",
    "COMET": "it needs an expert's judgement of every pair of characteristic objects",
}
SKCRITERIA_LEFT_OUT = {
    "ELECTRE1": "it yields a kernel of units, not a ranking",
    "SIMUS": "it takes no weights, and starts a solver that writes to the screen",
    "BasePROBID": "it is the base class of PROBID and SimplifiedPROBID, not a method",
}
#: Three units that differ in their price alone.
PRICES = np.array([[2.0, 5.0], [2.0, 1.0], [2.0, 3.0]])


def brought(kind, peer):
    """The names of a kind, without the peer's."""
    return {name.removeprefix(f"{peer}-") for hook, name in PARTS if hook == kind and name.startswith(f"{peer}-")}


def test_every_aggregator_of_pymcdm():
    """Each is brought, or left out for a reason."""
    theirs = {name for name, cls in inspect.getmembers(importlib.import_module("pymcdm.methods"), inspect.isclass)}

    assert theirs - set(PYMCDM_LEFT_OUT) == {method.cls for method in pymcdm_methods.METHODS}


def test_every_scale_and_weighting_of_pymcdm():
    """Each is brought."""
    scales, weights = (importlib.import_module(f"pymcdm.{name}") for name in ("normalizations", "weights"))
    scales = {name.removesuffix("_normalization") for name in scales.__all__}
    weightings = {name.removesuffix("_weights") for name in dir(weights) if name.endswith("_weights")}

    assert {name.replace("_", "-") for name in scales} == brought("normalisations", "pymcdm")
    assert {name.replace("_", "-") for name in weightings} == brought("weightings", "pymcdm")


def test_every_aggregator_of_scikit_criteria():
    """Each is brought, or left out for a reason."""
    found = pkgutil.iter_modules(importlib.import_module("skcriteria.agg").__path__)
    names = [each.name for each in found if not each.name.startswith("_")]
    theirs = set()
    for name in set(names) - {"similarity"}:
        part = importlib.import_module(f"skcriteria.agg.{name}")
        theirs |= {
            cls.__name__
            for _, cls in inspect.getmembers(part, inspect.isclass)
            if cls.__module__ == part.__name__ and hasattr(cls, "evaluate")
        }
    assert theirs - set(SKCRITERIA_LEFT_OUT) == {method.cls.split(".")[1] for method in skcriteria_methods.METHODS}


@pytest.mark.parametrize("name", ["COPRAS", "AROMAN"])
def test_left_out_because_dearer_is_better(name):
    """Pymcdm ranks the dearest of three units first."""
    method = getattr(importlib.import_module("pymcdm.methods"), name)()
    scores = method(PRICES, np.array([0.5, 0.5]), np.array([1, -1]), validation=False)

    assert np.argmax(scores) == 0


@pytest.mark.parametrize("name", ["pymcdm-edas", "pymcdm-lopm", "pymcdm-mabac", "pymcdm-ocra", "skcriteria-marcos"])
def test_cheaper_is_better(scored, name):
    """Prices 5, 1 and 3, all else equal: the second is first and the first last."""
    made = scored(name, PRICES * [1, -1], directions=[1, -1], costs=True)

    np.testing.assert_array_equal(np.argsort(-made), [1, 2, 0])


def test_promethee_more_than_once(scored):
    """Pymcdm's PROMETHEE II works once per object; here it works as often as it is asked."""
    options = {"preference": "vshape", "p": {"m0": 3.0, "m1": 3.0}}
    first = scored("pymcdm-promethee-ii", PRICES, **options)

    np.testing.assert_array_equal(scored("pymcdm-promethee-ii", PRICES, **options), first)
    np.testing.assert_allclose(scored("promethee", PRICES, preference="v-shape", p=3), first)


def test_critic_knows_directions(context):
    """Handed values that the core has turned, pymcdm's CRITIC is scikit-criteria's, which knows directions."""
    values = np.random.default_rng(2).uniform(1, 9, (1, 12, 3)) * [1, -1, 1]
    given = context(12, [1, -1, 1])
    ranges = (values - values.min(axis=1)) / np.ptp(values, axis=1)
    ours = PARTS["weightings", "pymcdm-critic"].apply(ranges, given, Options())
    theirs = PARTS["weightings", "skcriteria-critic"]

    np.testing.assert_allclose(ours, theirs.apply(values, given, theirs.options(costs=True)))


def test_an_order_turned_round_is_refused(context):
    """The logarithmic normalisation of pymcdm gives the least to the best where the product is below 1."""
    part = PARTS["normalisations", "pymcdm-logarithmic"]
    values = np.array([[[0.1], [0.5]]])

    with pytest.raises(MethodError, match="reverses the order of 'm0', whose values range from 0\\.1 to 0\\.5"):
        part.apply(values, part.fit(values, None, part.options()), context(2, [1]), part.options())


def test_another_editions_scale_is_refused(context):
    """A function that learns and scales in one cannot be read on another edition's scale."""
    part = PARTS["normalisations", "pymcdm-sum"]

    with pytest.raises(MethodError, match="set fitted_on = 'edition' or 'pooled'"):
        part.apply(np.ones((2, 3, 1)), np.ones((1, 3, 1)), context(3, [1]), part.options())


@pytest.mark.parametrize(
    ("scores", "options", "message"),
    [
        (
            [[0.5, 0.2], [0.1, -0.4]],
            {"costs": True},
            "costs = true needs values as measured, but the cost 'm1' has -0.2",
        ),
        ([[0.5, 0.2], [0.1, -0.4]], {}, "'m1' has -0.4, but the method needs values of at least 0; set costs = true"),
    ],
)
def test_wrong_scale(scored, scores, options, message):
    """Turned costs and costs as measured are not mistaken for one another."""
    with pytest.raises(MethodError, match=message):
        scored("pymcdm-edas", scores, directions=[1, -1], **options)
