"""The forms that a choice may have in a scenario."""

import numpy as np
import pytest
from hubrank.errors import ScenarioError
from hubrank.plugin import Coverage, DataSource, Table, Weighting
from hubrank.scenario.choices import Editions, MethodSpec, MissingRule, Scaling, Treating


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        ([2020, 2024], Editions((2020, 2024))),
        ({"first": 2020, "last": 2022}, Editions((2020, 2021, 2022))),
        ({"first": 2010, "last": 2020, "step": 5}, Editions((2010, 2015, 2020))),
        ("rank", Scaling(MethodSpec("rank"))),
        ({"method": "rank", "ties": "max"}, Scaling(MethodSpec("rank", {"ties": "max"}))),
        ({"method": "min-max", "fitted_on": "pooled"}, Scaling(MethodSpec("min-max"), fitted_on="pooled")),
        ({"method": "min-max", "fitted_on": 2020}, Scaling(MethodSpec("min-max"), fitted_on=2020)),
        ({"method": "g", "bounds_in": "measured"}, Scaling(MethodSpec("g"), bounds_in="measured")),
        ("log", Treating((MethodSpec("log"),))),
        (["log", {"step": "cap", "at": 3}], Treating((MethodSpec("log"), MethodSpec("cap", {"at": 3})))),
        ({"step": "cap", "at": 3}, Treating((MethodSpec("cap", {"at": 3}),))),
        ({"steps": ["log"], "fitted_on": "pooled"}, Treating((MethodSpec("log"),), "pooled")),
        ([], Treating()),
    ],
)
def test_forms(value, choice):
    """Years or a span of them; a method's name, or a table whose other keys are options; a step, several, a table."""
    assert type(choice).from_toml(value) == choice


@pytest.mark.parametrize(
    ("rule", "there", "wanted", "enough"),
    [
        (MissingRule(), 2, 2, True),
        (MissingRule(), 1, 2, False),
        (MissingRule(), 0, 0, False),
        (MissingRule(rule="renormalise"), 1, 9, True),
        (MissingRule(rule="renormalise"), 0, 9, False),
        (MissingRule(rule="renormalise", at_least_count=3), 2, 2, True),
        (MissingRule(rule="renormalise", at_least_count=3), 2, 3, False),
        (MissingRule(rule="renormalise", at_least_share=0.7), 7, 10, True),
        (MissingRule(rule="renormalise", at_least_share=0.7), 6, 10, False),
        (MissingRule(rule="renormalise", at_least_share=0.5, at_least_count=3), 2, 4, False),
        (MissingRule(rule="renormalise", at_least_count=0), 0, 2, False),
    ],
)
def test_enough_members(rule, there, wanted, enough):
    """Units that lack none always have enough, those without any never; the same for numbers and arrays."""
    assert bool(rule.enough(there, wanted)) is enough
    assert rule.enough(np.array([there]), np.array([wanted])).tolist() == [enough]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ("editions = []", "editions: must be a list of years; got an empty list"),
        ("editions = { first = 2024, last = 2020 }", "editions: first, 2024, is after last, 2020"),
        ("editions = 2024", "editions: must be a list of years; got 2024"),
        ("editions = [2024, 2023]", "editions: must be in ascending order, without duplicates"),
        ("editions = [2024, 2024]", "editions: must be in ascending order, without duplicates"),
        ("editions = [2024.0]", "editions: item 1 is 2024.0; every item must be a year"),
        (
            "editions = { first = 2020 }",
            "editions: must be a list of years or a table with first, last and step",
        ),
        (
            "[normalisation]\nfitted_on = true",
            'normalisation.fitted_on: must be "edition", "pooled" or a year; got true',
        ),
        (
            '[normalisation]\nbounds_in = "here"',
            'normalisation.bounds_in: must be "measured" or "treated"; got the text "here"',
        ),
        ("imputation = 3", "imputation: must be a name or a table; got 3"),
        ("[imputation]\nby = 3", "imputation.method: missing; it has no default"),
        ('[treatment]\nmethod = "log10"', "treatment.method: unknown key; available: fitted_on, steps"),
        ("[treatment]\nfitted_on = 2024", 'treatment.fitted_on: must be "edition" or "pooled"; got 2024'),
        ("units.within_km = -1.5", "units.within_km: must be a finite number, 0 or more; got -1.5"),
        ("units.within_km = inf", "units.within_km: must be a finite number, 0 or more; got inf"),
        ("[missing]\nat_least_share = 66", "missing.at_least_share: must be between 0 and 1; got 66"),
        (
            '[dimensions.index]\nparent = "life"',
            "dimensions.index: 'index' is the name of the root; choose another name",
        ),
        (
            '[dimensions.soil]\nparent = "lief"',
            "dimensions.soil.parent: there is no dimension 'lief'; did you mean 'life'?",
        ),
        ("[indicators.b]\neditions = { last = 2023 }", "indicators.b.editions: contains no edition; they are 2024"),
        (
            "[indicators.b]\neditions = { first = 2025, last = 2023 }",
            "indicators.b.editions.first: must not be after last; got 2025 and 2023",
        ),
        ("window = 0", "window: must be at least 1 year; got 0"),
        (
            '[inputs.works]\nsource = "desk"\ntable = "work"',
            "inputs.works.table: 'desk' has no table 'work'; did you mean 'works'?",
        ),
        ('[inputs.work]\nsource = "desk"', "inputs.work: 'desk' has no table 'work'; did you mean 'works'?"),
        (
            '[inputs.works]\nsource = "desk"\n[indicators]\na = { inputs = { values = "works" }, '
            'options = { column = "paper" } }',
            "inputs.works: table 'works' has no column 'paper'; did you mean 'papers'?",
        ),
    ],
)
def test_wrong_forms_and_names(lab, changes, message):
    """A form or a name that there is not is reported, with what there is, before anything is read."""
    columns = {"unit": "the unit's code", "year": "of filing", "papers": "papers"}
    table = Table(name="works", kind="flow", columns=columns, covers=Coverage(first=2000, last=2024))
    desk = DataSource(name="desk", title="", read=iter, sample=iter, tables=(table,), origins=())
    with pytest.raises(ScenarioError) as caught:
        lab.plan(changes, lab.plugin("desk", data_sources=[desk]))

    assert [str(each) for each in caught.value.problems] == [message]


@pytest.mark.parametrize(
    ("over", "weights"), [('"edition"', [[1, 2], [3, 4]]), ('"pooled"', [[4, 6], [4, 6]]), ("2023", [[1, 2], [1, 2]])]
)
def test_weights_that_learn_from_scores(lab, over, weights):
    """A data-driven weighting learns from each edition, from all, or from one."""
    sums = Weighting(
        name="sums",
        apply=lambda scores, context, options: scores.sum(axis=-2, keepdims=True),
        data_driven=True,
    )
    lab.write(
        "values.csv",
        "unit,year,a,b\nAAA,2023,1,2\nBBB,2023,0,0\nCCC,2023,0,0\nAAA,2024,3,4\nBBB,2024,0,0\nCCC,2024,0,0\n",
    )
    changes = f'editions = [2023, 2024]\n[dimensions.life]\nweighting = {{ method = "sums", fitted_on = {over} }}'
    made = lab.rank(changes, lab.plugin("mine", weightings=[sums])).nodes["life"].shares[:, 0]

    expected = np.array(weights) / np.sum(weights, axis=1, keepdims=True)

    np.testing.assert_allclose(np.broadcast_to(made, (2, 2)), expected)
