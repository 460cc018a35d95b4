"""The decorator: which tests it makes, and what it rejects."""

import types

import pytest
from attrs import frozen
from hubrank.plugin import Indicator, Rescaling, hookimpl
from hubrank.testing import ContractError, UnfitError, conforms


@frozen
class Options:
    """An option without a default."""

    by: float


def module(*parts):
    """A module whose hooks yield these indicators and steps."""

    @hookimpl
    def hubrank_indicators():
        return [part for part in parts if isinstance(part, Indicator)]

    @hookimpl
    def hubrank_rescalings():
        return [part for part in parts if isinstance(part, Rescaling)]

    made = types.ModuleType("plugin")
    made.hubrank_indicators = hubrank_indicators
    made.hubrank_rescalings = hubrank_rescalings
    return made


PAPERS = Indicator(
    name="papers",
    title="Papers",
    unit_of_measure="papers",
    inputs={"works": {"papers": float}},
    measure=lambda inputs, units, options: inputs["works"].total("papers"),
)
TIMES = Rescaling(name="times", options=Options, apply=lambda scores, context, options: scores * options.by)
TITLELESS = Indicator(name="papers", title="", unit_of_measure="papers", inputs=PAPERS.inputs, measure=PAPERS.measure)


def cases(*parts, **given):
    """The tests that the decorator makes."""
    return conforms(module(*parts), **given).mark.args[1]


def test_ids():
    """Tests are named after the part and the check."""
    ids = [case.id for case in cases(PAPERS)]

    assert ids[:2] == ["papers-check_name", "papers-check_says_what_it_is"]
    assert len(ids) == 13


@pytest.mark.parametrize("name", ["check_says_what_it_is", "papers-check_says_what_it_is"])
def test_expected_failure_is_strict(name):
    """An expected failure, by check or by test, must fail with the error that is named, and gives its reason."""
    failures = {name: (ContractError, "no title yet")}
    marked = {case.id: case.marks for case in cases(TITLELESS, expected_failures=failures) if case.marks}
    (mark,) = marked["papers-check_says_what_it_is"]

    assert (list(marked), mark.kwargs) == (
        ["papers-check_says_what_it_is"],
        {"raises": ContractError, "reason": "no title yet", "strict": True},
    )


@pytest.mark.parametrize(
    ("parts", "given", "message"),
    [
        (
            (PAPERS,),
            {"expected_failures": {"check_unit_ordre": (ContractError, "why")}},
            "expected_failures: there is no check 'check_unit_ordre'; did you mean 'check_unit_order'?",
        ),
        *(
            (
                (PAPERS,),
                {"expected_failures": {"check_unit_order": said}},
                "expected_failures: 'check_unit_order' needs the error and a reason, such as (ContractError, \"why\")",
            )
            for said in ("why", (ContractError, " "), (int, "why"), (ContractError,))
        ),
        (
            (PAPERS,),
            {"sample_options": {"paper": {}}},
            "sample_options: there is no part 'paper'; did you mean 'papers'?",
        ),
        ((TIMES,), {"sample_options": {"times": {"by": "2"}}}, 'times.options.by: must be a number; got the text "2"'),
        ((PAPERS, TITLELESS), {}, "plugin: yields two of indicator 'papers'; names must be unique"),
        ((), {}, "plugin: its hooks yield nothing; is @hookimpl missing?"),
    ],
)
def test_refused(parts, given, message):
    """What cannot be tested is said when tests are collected, with what there is instead."""
    with pytest.raises(UnfitError) as refused:
        cases(*parts, **given)

    assert str(refused.value) == message
