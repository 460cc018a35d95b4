"""The 32-bit keys of draws hold the means of the vectors as far as 24 bits go."""

import attrs
import numpy as np
import pytest
from hubrank.numeric import shares
from hubrank.plugin import Form
from hubrank.uncertainty.fast import Mean, keys_of_mean

LANGUAGE = "keys"
#: The last 8 of 32 bits are the unit's number, and scores are summed in 32 bits.
TOLERANCE = 1e-5


def mean_of(form, columns, panel, *, paths=None, inner=(), inner_paths=()):
    """A mean of columns of a panel that lacks nothing, and of other means."""
    return Mean(
        form=form,
        columns=columns,
        column_paths=paths or tuple((at,) for at in columns),
        inner=inner,
        inner_paths=inner_paths,
        present=None,
        values=form.enter(panel[:, list(columns)]),
    )


def inside(form, columns, panel):
    """The same mean of means of another form, of one column each, whose crossings the keys make."""
    other = Form(power=0) if form.linear else Form()
    if not other.takes(panel).all():
        return None
    inner = tuple(mean_of(other, (at,), panel, paths=((),)) for at in columns)
    return mean_of(form, (), panel, inner=inner, inner_paths=tuple((at,) for at in columns))


@pytest.mark.parametrize("made_of", [mean_of, inside])
def test_keys(cases, dimension, made_of):
    """Beside two units at the ends of the scale, which show the size of a key, the unit's key is its mean."""
    for vector in cases:
        scores, weights = (np.array(vector.input[each], dtype=float) for each in ("scores", "weights"))
        form = dimension(len(scores), vector.options).tree["a"].form
        ends = np.array([scores.min(), scores.max() + 0.5])
        panel = np.stack([scores, *np.repeat(ends[:, None], len(scores), axis=1)])
        mean = made_of(form, tuple(range(len(scores))), panel)
        if mean is None:
            continue  # a logarithm takes no scores of 0 or below
        keys = keys_of_mean(mean, "highest")
        own, least, most = np.float64(keys.keys(shares(weights[:, None].astype(np.float32), axis=0))[0, :3] >> 8)
        entered = mean.form.enter(ends)
        made = mean.form.leave(entered[0] + (own - least) / (most - least) * (entered[1] - entered[0]))
        attrs.evolve(vector, tolerance=TOLERANCE).check(float(made))
