"""The 32-bit keys of draws, in NumPy and compiled, hold the means of the vectors as far as 24 bits go."""

import attrs
import numpy as np
import pytest
from hubrank import Form
from hubrank.basis.shares import shares
from hubrank.robustness.flat import keys_of_mean
from hubrank.robustness.means import Mean

LANGUAGE = "keys"
#: The last 8 of 32 bits are the unit's number, and the kernel sums in 32 bits.
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


def mixed(form, columns, panel):
    """The same mean as a geometric one of arithmetic ones, which is what the kernel sums; none for other means.

    A geometric mean is that of arithmetic means of one column each; an arithmetic one is the only member of one.
    """
    if form.logarithmic:
        inner = tuple(mean_of(Form(), (at,), panel, paths=((),)) for at in columns)
        return mean_of(form, (), panel, inner=inner, inner_paths=tuple((at,) for at in columns))
    if form.linear:
        above = Form(power=0, shift=1 - panel.min())
        return mean_of(above, (), panel, inner=(mean_of(form, columns, panel),), inner_paths=((),))
    return None


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("engine", ["numpy", "kernel"])
def test_keys(vector, dimension, engine):
    """Beside two units at the ends of the scale, which tell the size of a key, the unit's key says its mean."""
    scores, weights = (np.array(vector.input[each], dtype=float) for each in ("scores", "weights"))
    form = dimension(len(scores), vector.options).tree["a"].form
    ends = np.array([scores.min(), scores.max() + 0.5])
    panel = np.stack([scores, *np.repeat(ends[:, None], len(scores), axis=1)])
    columns = tuple(range(len(scores)))
    drawn = weights[:, None].astype(np.float32)
    mean, local = mean_of(form, columns, panel), shares(drawn, axis=0)
    if engine == "kernel":
        pytest.importorskip("numba", reason="the kernel is the extra fast")
        from hubrank.robustness import kernel

        all_rows = np.arange(len(weights)), np.array([0, len(weights)]), np.ones(len(weights), dtype=np.float32)
        mean, local = mixed(form, columns, panel), kernel.local_shares(drawn, *all_rows)
    if mean is None:
        pytest.skip("the kernel sums no other means")
    keys = keys_of_mean(mean, panel, "highest", engine)
    own, least, most = np.float64(keys.keys(keys.weights(local))[0, :3] >> 8)
    entered = mean.form.enter(ends)
    made = mean.form.leave(entered[0] + (own - least) / (most - least) * (entered[1] - entered[0]))
    attrs.evolve(vector, tolerance=TOLERANCE).check(float(made))
