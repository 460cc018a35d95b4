"""No failure is expected without saying which error, and why."""

from types import SimpleNamespace

import pytest


def vague(item):
    """What an item's `xfail` marks leave out."""
    marks = [mark.kwargs for mark in item.iter_markers("xfail")]
    return [f"{item.nodeid}: {key}" for said in marks for key in ("raises", "reason") if not said.get(key)]


def test_every_expected_failure_names_its_error_and_its_reason(request):
    """Of all tests that were collected with this one; as CI runs, of all that there are."""
    assert [each for item in request.session.items for each in vague(item)] == []


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({}, ["raises", "reason"]),
        ({"reason": "why"}, ["raises"]),
        ({"raises": ValueError}, ["reason"]),
        ({"raises": ValueError, "reason": "why"}, []),
    ],
)
def test_what_is_left_out_is_found(said, missing):
    """`raises` and `reason`, each by itself."""
    item = SimpleNamespace(nodeid="test_it", iter_markers=lambda name: [getattr(pytest.mark, name)(**said).mark])

    assert [each.rpartition(" ")[2] for each in vague(item)] == missing
