"""The methods as plain functions of arrays."""

import numpy as np
import pandas as pd
import pytest
from hubrank.methods import (
    aggregate,
    arithmetic_mean,
    geometric_mean,
    impute,
    min_max,
    normalise,
    treat,
    weights_of,
    winsorise,
    z_score,
)
from hubrank.plugin import UsageError

VALUES = np.array([[1.0, 10.0], [2.0, 40.0], [5.0, 20.0]])


def test_normalised_by_hand():
    """Of 1, 2, 5: shares of the range 0, 1/4, 1; distances from 8/3 over the deviation, the root of 13/3."""
    assert min_max(VALUES).tolist() == [[0, 0], [0.25, 1], [1, pytest.approx(1 / 3)]]
    assert min_max([1, 2, 5], (1, 100)).tolist() == [1, 25.75, 100]
    assert z_score([1, 2, 5]) == pytest.approx((np.array([1, 2, 5]) - 8 / 3) / np.sqrt(13 / 3))
    assert normalise([3.0, 9.0], reference=[1.0, 5.0]).tolist() == [0.5, 2]
    assert normalise([1, 2, 5], "rank").tolist() == [1, 2, 3]


def test_treated_and_imputed_by_hand():
    """The greatest of 1, 2, 5, 90 becomes 5 and the least 2; the logarithm of e is 1; the median of 1 and 3 is 2."""
    assert winsorise([1, 2, 5, 90], 1).tolist() == [2, 2, 5, 5]
    assert treat([1.0, np.e], "log").tolist() == [0, 1]
    assert impute([1, np.nan, 3], "median").tolist() == [1, 2, 3]


def test_aggregated_by_hand():
    """The root of 1 times 9; three quarters of 1 and a quarter of 9; a gap is no score, or the other counts for it."""
    scores = np.array([[1.0, 9.0], [4.0, np.nan]])

    assert geometric_mean(scores).tolist() == [pytest.approx(3), pytest.approx(np.nan, nan_ok=True)]
    assert arithmetic_mean(scores, [3, 1])[0] == 3
    assert aggregate(scores, [3, 1], missing="renormalise").tolist() == [3, 4]
    assert aggregate(scores[:1], [3, 1], "sum").tolist() == [12]


def test_weights():
    """Equal ones; by the standard deviation 2 to 1."""
    assert weights_of(VALUES, "equal").tolist() == [0.5, 0.5]
    assert weights_of([[1.0, 1], [5, 3]], "standard-deviation") == pytest.approx([2 / 3, 1 / 3])


def test_frames_keep_their_labels():
    """So that a pipeline knows its columns."""
    frame = pd.DataFrame(VALUES, index=["a", "b", "c"], columns=["x", "y"])

    plain = pd.DataFrame(min_max(VALUES), index=frame.index, columns=frame.columns)
    pd.testing.assert_frame_equal(min_max(frame), plain)
    assert arithmetic_mean(frame).to_dict() == {"a": 5.5, "b": 21, "c": 12.5}
    assert z_score(frame["x"]).index.tolist() == ["a", "b", "c"]


def test_a_pipeline_of_scikit_learn_takes_them():
    """The same as one after the other; the columns keep their names."""
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    pipeline = pytest.importorskip("sklearn.pipeline")
    steps = [preprocessing.FunctionTransformer(each, feature_names_out="one-to-one") for each in (winsorise, min_max)]
    steps[0].kw_args = {"points": 1}
    frame = pd.DataFrame({"x": [1.0, 2, 5, 90], "y": [4.0, 3, 2, 1]})
    made = pipeline.make_pipeline(*steps).fit_transform(frame)

    pd.testing.assert_frame_equal(made, min_max(winsorise(frame, 1)))
    assert made["x"].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: normalise(VALUES, "min-mix"), "has a normalisation 'min-mix'; did you mean 'min-max'?"),
        (lambda: normalise(VALUES, lo=1), "min-max.lo: unknown key; "),
        (lambda: treat([0.0, 1.0], "log"), "log: .* a logarithm needs more; set shift, e.g. shift = 1"),
        (lambda: treat([-3.0, 1.0], "log", shift=1), r"log: .* not above -1 \(shift = 1\); .* needs more; raise shift"),
        (lambda: aggregate(VALUES, [1, 2, 3]), "weights: must be 2, one for each indicator; got 3"),
    ],
)
def test_mistakes(call, said):
    """The sentences of a scenario's errors."""
    with pytest.raises(UsageError, match=said):
        call()
