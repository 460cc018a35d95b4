"""Weights are drawn without bias: uniformly from boxes, simplexes and polytopes."""

import numpy as np
import pytest
from hubrank.scenario.plan import node_of, rows_of
from hubrank.scenario.schema import WeightUncertainty
from hubrank.uncertainty.sampling import NodeSampler, WeightSampler, exponentials, normals, polytope, stream, uniforms
from scipy import stats

DRAWS = 40_000


def sampled(uncertainty, base, inside=None):
    """Shares `(members, draws)` of one dimension."""
    base = np.array(base, dtype=float)
    node = NodeSampler(
        node="index",
        members=tuple("abcdef"[: len(base)]),
        span=slice(0, len(base)),
        base=base,
        uncertainty=uncertainty,
        inside=inside,
    )
    raw = WeightSampler((node,)).sample(DRAWS, stream(7))
    weights = raw * base[:, None] if node.relative else raw
    return weights / weights.sum(axis=0), raw


def chi_square(counts, expected):
    """The probability of counts as far from what is expected."""
    return stats.chisquare(counts, expected * counts.sum() / expected.sum()).pvalue


@pytest.mark.parametrize(
    ("draw", "law"),
    [(uniforms, stats.uniform()), (exponentials, stats.expon()), (normals, stats.norm())],
    ids=["uniform", "exponential", "normal"],
)
def test_streams_follow_their_law(draw, law):
    """Fast random numbers follow their distribution (Kolmogorov and Smirnov's test of 40,000)."""
    numbers = draw(stream(3), DRAWS + 1)

    assert len(numbers) == DRAWS + 1
    assert stats.kstest(numbers, law.cdf).pvalue > 0.001


def test_same_key_same_stream():
    """A stream is a function of seed and key, and another key gives other numbers."""
    assert (uniforms(stream(1, 2, 3), 9) == uniforms(stream(1, 2, 3), 9)).all()
    assert (uniforms(stream(1, 2, 3), 9) != uniforms(stream(1, 2, 4), 9)).any()


def test_box_is_uniform():
    """Factors of a box of 25 % fall evenly into 4 x 4 x 4 cells of it (chi-square)."""
    _, raw = sampled(WeightUncertainty.from_toml(0.25), [1, 2, 3])
    cells = np.floor((raw - 0.75) / 0.5 * 4).astype(int)
    counts = np.bincount(cells[0] * 16 + cells[1] * 4 + cells[2], minlength=64)

    assert ((raw >= 0.75) & (raw <= 1.25)).all()
    assert chi_square(counts, np.ones(64)) > 0.001


def test_simplex_is_uniform():
    """The simplex of 3 weights is cut into 16 triangles of one area, and each is hit as often (chi-square)."""
    shares, _ = sampled(WeightUncertainty.from_toml("any"), [1, 1, 1])
    corner = np.floor(shares[:2] * 4).astype(int)
    upper = (shares[:2] * 4 - corner).sum(axis=0) > 1
    counts = np.bincount(corner[0] * 8 + corner[1] * 2 + upper, minlength=32)

    assert (counts > 0).sum() == 16
    assert chi_square(counts[counts > 0], np.ones(16)) > 0.001


def test_dirichlet_lies_around_the_weights():
    """Of Dirichlet(c w) the mean is w and the variance w (1 - w) / (c + 1)."""
    uncertainty = WeightUncertainty.from_toml({"distribution": "dirichlet", "concentration": 9.0})
    shares, _ = sampled(uncertainty, [1, 2, 7])
    expected = np.array([0.1, 0.2, 0.7])

    assert shares.mean(axis=1) == pytest.approx(expected, abs=0.005)
    assert shares.var(axis=1) == pytest.approx(expected * (1 - expected) / 10, rel=0.05)


@pytest.mark.long
def test_ordered_simplex_has_known_means():
    """Of weights a >= b >= c uniform on the ordered simplex the means are 11/18, 5/18 and 2/18."""
    rows = rows_of(["a >= b >= c"], ["a", "b", "c"])
    inside = polytope(np.concatenate([-np.eye(3), -rows]), np.zeros(5), on_simplex=True)
    shares, _ = sampled(WeightUncertainty.from_toml({"constraints": ["a >= b >= c"]}), [1, 1, 1], inside)

    assert (np.diff(shares, axis=0) <= 1e-6).all()
    assert shares.mean(axis=1) == pytest.approx([11 / 18, 5 / 18, 2 / 18], abs=0.004)


def test_hit_and_run_is_uniform():
    """Below the diagonal of a box, where a <= b, 4 x 4 cells are hit in proportion to their area (chi-square)."""
    matrix = np.concatenate([np.eye(2), -np.eye(2), [[1.0, -1.0]]])
    inside = polytope(matrix, np.array([1.0, 1.0, 0.0, 0.0, 0.0]), on_simplex=False)
    points = inside.sample(DRAWS, stream(5))
    cells = np.floor(points * 4).astype(int)
    counts = np.bincount(cells[:, 0] * 4 + cells[:, 1], minlength=16).reshape(4, 4)
    area = np.triu(np.ones((4, 4)), 1) + np.eye(4) / 2
    inside_cells = area > 0

    assert counts[~inside_cells].sum() == 0
    assert chi_square(counts[inside_cells], area[inside_cells]) > 0.001


def test_no_inside():
    """Constraints that contradict each other leave no polytope."""
    rows = rows_of(["a >= 2 * b", "b >= a"], ["a", "b"])

    assert polytope(np.concatenate([-np.eye(2), -rows]), np.zeros(4), on_simplex=True) is None


def test_constraints_as_rows():
    """`a >= 2 * b` is a - 2b >= 0; `a <= 0.4` of all weights is 0.4 (a + b) - a >= 0."""
    rows = rows_of(["a >= 2 * b", "a <= 0.4"], ["a", "b"])

    assert rows == pytest.approx(np.array([[1, -2], [-0.6, 0.4]]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a > b", "is not a constraint"),
        ("a >= d", "there is no member 'd'"),
        ("a >= c", "members belong to x and y"),
        ("0.2 >= 0.1", "names no member"),
    ],
)
def test_what_is_no_constraint(text, message):
    """A constraint that cannot be read, or that compares across dimensions, says so."""
    with pytest.raises(ValueError, match=message):
        node_of(text, {"a": "x", "b": "x", "c": "y"})
