"""The means that aggregators declare, by values worked out by hand."""

import numpy as np
import pytest
from hubrank.plugin import Form

HALVES = np.array([0.5, 0.5])
FORMS = [
    (Form(), [2, 8], 5),
    (Form(power=0), [2, 8], 4),
    (Form(power=0, shift=1), [0, 8], 2),
    (Form(power=-1), [3, 6], 4),
    (Form(power=2), [1, 7], 5),
    (Form(power=2, shift=1), [0, 6], 4),
    (Form(power=0, counted_from=10), [8, 2], 6),
    (Form(power=-1, counted_from=10), [7, 4], 6),
    (Form(power=2, counted_from=10, shift=1), [10, 4], 6),
]


@pytest.mark.parametrize(("form", "scores", "mean"), FORMS)
def test_mean_of_two(form, scores, mean):
    """Half each: the root of 2 * 8, of 1 * 9 less 1, 2 / (1/3 + 1/6), the root of (1 + 49) / 2, the same less 1.

    Counted down from 10 it is 10 less the means of 2 and 8, of 3 and 6, and of 1 and 7 with 1 taken off.
    """
    assert form.leave((HALVES * form.enter(np.array(scores, dtype=float))).sum()) == pytest.approx(mean)


@pytest.mark.parametrize("form", [form for form, *_ in FORMS])
def test_what_enters_rises_and_leaves_as_it_came(form):
    """More of a score is always more of what is summed, one score alone is its own mean, and the slope is that."""
    scores = np.linspace(0.5, 9.5, 50)
    entered = form.enter(scores)
    step = 1e-6

    assert (np.diff(entered) > 0).all()
    assert form.leave(entered) == pytest.approx(scores)
    assert form.slope(scores) == pytest.approx((form.enter(scores + step) - form.enter(scores - step)) / (2 * step))


@pytest.mark.parametrize(
    ("form", "taken"),
    [
        (Form(), [True, True, True, False]),
        (Form(power=0), [False, False, True, False]),
        (Form(power=0, shift=1), [False, True, True, False]),
        (Form(power=-1), [False, False, True, False]),
        (Form(power=2), [False, True, True, False]),
        (Form(power=0, counted_from=1), [True, True, False, False]),
    ],
)
def test_what_a_mean_takes(form, taken):
    """Of -1, 0, 1 and a missing value; what it does not take enters as no finite number."""
    scores = np.array([-1.0, 0.0, 1.0, np.nan])

    assert form.takes(scores).tolist() == taken
    assert np.isfinite(form.enter(scores)).tolist() == taken
