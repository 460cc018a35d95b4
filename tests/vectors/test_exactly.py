"""The expected values of the vectors, worked out again with whole numbers and fractions, without the product."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def cases(name):
    """The cases of a file, each number as a fraction of how it is written."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    return [pytest.param(each, id=each["name"]) for each in json.loads(text, parse_float=Fraction)["cases"]]


def rounded(number, decimals, mode):
    """A fraction rounded."""
    scaled = abs(number) * Fraction(10) ** decimals
    whole, rest = divmod(scaled, 1)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (mode == "half-up" or whole % 2 == 1))
    return (-1 if number < 0 else 1) * (whole + up) / Fraction(10) ** decimals


@pytest.mark.parametrize("case", cases("rounding"))
def test_rounding(case):
    """The rest behind the last digit that stays, compared with one half."""
    expected = None if case["input"] is None else rounded(case["input"], **given(case["options"]))

    assert case["expected"] == expected


@pytest.mark.parametrize("case", cases("written_scores"))
def test_written_scores(case):
    """The rounded fraction, digit by digit."""
    decimals, mode = case["options"]["decimals"], case["options"]["rounding"]
    places = decimals if decimals is not None else 2 if abs(case["input"]) >= 10 else 3
    number = rounded(case["input"], places, mode)
    digits = str(abs(int(number * 10 ** max(places, 0)))).rjust(max(places, 0) + 1, "0")
    point = len(digits) - max(places, 0)
    text = ("-" if number < 0 else "") + digits[:point] + ("." if places > 0 else "") + digits[point:]

    assert case["expected"] == text


@pytest.mark.parametrize("case", cases("ranks"))
def test_ranks(case):
    """How many scores are better, how many equal, how many different ones are better."""
    options = case["options"]
    keys = [
        each if each is None or options["decimals"] is None else rounded(each, **given(options))
        for each in case["input"]
    ]
    there = [each for each in keys if each is not None]
    expected = []
    for key in keys:
        if key is None:
            expected.append(None)
            continue
        better = [each for each in there if (each < key if options["best"] == "lowest" else each > key)]
        first, last = len(better) + 1, len(better) + there.count(key)
        by_ties = {"min": first, "max": last, "average": Fraction(first + last, 2), "dense": len(set(better)) + 1}
        expected.append(by_ties[options["ties"]])

    assert case["expected"] == expected


def given(options):
    """How a number is rounded."""
    return {"decimals": options["decimals"], "mode": options["rounding"]}
