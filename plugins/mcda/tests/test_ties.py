"""What is equal by exact arithmetic ties under every method that compares units, whatever their codes are."""

from fractions import Fraction

import hubrank
import numpy as np
import pytest
from hubrank_mcda.distances import SpotisOptions, VikorOptions, spotis, vikor

#: Columns of values, and the weights of x, y, z, q in `life`; only w is in `work`.
WEIGHTS = {"x": 2, "y": 1, "z": 2, "q": 1}
SCENARIO = """
title = "T"
editions = [2024]
units = {{ file = "units.csv" }}
normalisation = "min-max"
aggregation = "{method}"
[inputs.values]
source = "files"
options = {{ file = "values.csv" }}
[dimensions]
life = {{ aggregation = "arithmetic" }}
work = {{ aggregation = "arithmetic" }}
[indicators]
x = {{ indicator = "value", dimension = "life", weight = 2 }}
y = {{ indicator = "value", dimension = "life" }}
z = {{ indicator = "value", dimension = "life", weight = 2 }}
q = {{ indicator = "value", dimension = "life" }}
w = {{ indicator = "value", dimension = "work" }}
"""
METHODS = ["copeland", "borda", "promethee", "kemeny", "schulze"]
#: The scores of `life` are 13/18 for U0 and U2: their sums end in different last digits.
CASE = [(4, 3, 2, 4, 2), (2, 2, 2, 2, 2), (4, 4, 3, 1, 2), (2, 1, 1, 1, 1), (2, 2, 4, 2, 3)]


def exact(rows):
    """The exact scores of both dimensions."""
    columns = list(zip(*rows, strict=True))
    *life, work = [[Fraction(item - min(column), max(column) - min(column)) for item in column] for column in columns]
    weights = list(WEIGHTS.values())
    first = [
        sum(weight * column[at] for weight, column in zip(weights, life, strict=True)) / sum(weights)
        for at in range(len(rows))
    ]
    return list(zip(first, work, strict=True))


def copeland(scores):
    """The share of the others that a unit beats by majority of the two equal members; a tie is half."""
    result = []
    for own in scores:
        leads = [sum((a > b) - (a < b) for a, b in zip(own, other, strict=True)) for other in scores]
        result.append(sum(Fraction((lead > 0) - (lead < 0)) for lead in leads))
    return result


def ranked(folder, rows, method, codes):
    """The table of the ranking, by the number of the unit."""
    heads = [*WEIGHTS, "w"]
    lines = [",".join([code, "2024", *map(str, row)]) for code, row in zip(codes, rows, strict=True)]
    (folder / "values.csv").write_text("\n".join([",".join(["unit", "year", *heads]), *lines]) + "\n")
    (folder / "units.csv").write_text("unit,name\n" + "".join(f"{code},{code}\n" for code in codes))
    (folder / "s.toml").write_text(SCENARIO.format(method=method))
    return hubrank.rank(folder / "s.toml").table().set_index("unit").loc[list(codes)]


def shared(values):
    """Which pairs are equal."""
    return {(a, b) for a, x in enumerate(values) for b, y in enumerate(values) if a < b and x == y}


@pytest.mark.parametrize("method", METHODS)
def test_three_that_tie(tmp_path, method):
    """13/18 is 13/18: U0 and U2 have one rank, and by majorities U4, of which each beats one member, ties with them."""
    table = ranked(tmp_path, CASE, method, ["U0", "U1", "U2", "U3", "U4"])

    assert exact(CASE)[0] == exact(CASE)[2] == (Fraction(13, 18), Fraction(1, 2))
    assert table["rank"].iloc[0] == table["rank"].iloc[2]
    if method in ("copeland", "schulze"):
        assert table["rank"].tolist() == [1, 4, 1, 5, 1]


def test_regrets_that_tie():
    """Each of two units lacks a half: VIKOR's range of regrets is a last digit of the weights, and no difference."""
    scores, weights = np.array([[[0.0, 1.0], [1.0, 0.0]]]), np.array([[[0.5, 0.5000000000000001]]])

    assert vikor(scores, weights, None, VikorOptions()).tolist() == [[1.0, 1.0]]


@pytest.mark.long
@pytest.mark.parametrize("method", METHODS)
def test_random_trees(tmp_path, method):
    """Of 40 random tables: units whose exact members are equal have one rank, whatever they are called."""
    rng = np.random.default_rng(METHODS.index(method))
    for _ in range(40):
        rows = [tuple(rng.integers(0, 7, 5).tolist()) for _ in range(7)]
        if any(len(set(column)) == 1 for column in zip(*rows, strict=True)):
            continue
        scores, codes = exact(rows), [f"U{at}" for at in range(len(rows))]
        table = ranked(tmp_path, rows, method, codes)
        other = ranked(tmp_path, rows, method, codes[::-1])

        assert table["rank"].tolist() == other["rank"].tolist(), rows
        assert shared(scores) <= shared(table["rank"].tolist()), rows
        if method == "copeland":
            result = copeland(scores)
            expected = [1 + sum(item > own for item in result) for own in result]
            assert table["rank"].tolist() == expected, rows


@pytest.mark.parametrize("weights", [[9, 4, 6], [5, 2, 5, 9], [2, 5, 4, 8, 3, 9]])
def test_the_worst_of_all_has_nothing(context, weights):
    """The shares add up to a last digit less than 1; the unit that is worst everywhere scores 0 by exact arithmetic."""
    count = len(weights)
    scores, shares = np.array([[[0.0] * count, [1.0] * count]]), np.array([[weights]]) / sum(weights)

    assert spotis(scores, shares, context(2, [1] * count), SpotisOptions())[0].tolist() == [0, 1]
