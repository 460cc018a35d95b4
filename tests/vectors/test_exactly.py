"""The expected values of the vectors, computed again with whole numbers and fractions, without the product."""

import json
import math
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path

FOLDER = Path(__file__).parent


def cases(name):
    """The cases of a file, each number as a fraction of how it is written."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"), parse_float=Fraction)["cases"]


def rounded(number, decimals, mode):
    """A fraction rounded."""
    whole, rest = divmod((abs(number) * Fraction(10) ** decimals), 1)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (mode == "half-up" or whole % 2 == 1))
    return (-1 if number < 0 else 1) * (whole + up) / Fraction(10) ** decimals


def settled(number):
    """A score to 14 digits."""
    if not number:
        return number
    return rounded(number, (13 - math.floor(math.log10(abs(number)))), "half-even")


def test_rounding():
    """The rest behind the last digit that stays, compared with one half."""
    for case in cases("rounding"):
        expected = None if case["input"] is None else rounded(case["input"], **given(case["options"]))

        assert case["expected"] == expected, case["name"]


def test_written_scores():
    """The rounded fraction, digit by digit."""
    for case in cases("written_scores"):
        decimals, mode = case["options"]["decimals"], case["options"]["rounding"]
        places = decimals if decimals is not None else 2 if abs(case["input"]) >= 10 else 3
        number = rounded(settled(case["input"]), places, mode)
        digits = str(abs(int(number * 10 ** max(places, 0)))).rjust(max(places, 0) + 1, "0")
        point = len(digits) - max(places, 0)
        text = ("-" if number < 0 else "") + digits[:point] + ("." if places > 0 else "") + digits[point:]

        assert case["expected"] == text, case["name"]


def test_ranks():
    """How many scores are better, how many equal, how many different ones are better."""
    for case in cases("ranks"):
        options = case["options"]
        keys = [
            each if each is None or options["decimals"] is None else rounded(settled(each), **given(options))
            for each in case["input"]
        ]
        there = [each for each in keys if each is not None]
        noise = max((abs(each) for each in there), default=0) / Fraction(2) ** 44
        keys = [each if each is None else min(other for other in there if abs(other - each) <= noise) for each in keys]
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

        assert case["expected"] == expected, case["name"]


def mean(pairs, power, refuses):
    """The weighted mean of a power, of scores and weights above 0, to 40 digits; the logarithms' for the power 0."""
    getcontext().prec = 40
    total = sum(weight for _, weight in pairs)
    if power == 1:
        return sum(score * weight for score, weight in pairs) / total
    least = min(score for score, _ in pairs)
    if least < 0 or (least == 0 and power <= 0):
        return refuses(least)
    numbers = [(decimal(score), decimal(weight / total)) for score, weight in pairs]
    if power == 0:
        return sum(share * score.ln() for score, share in numbers).exp()
    return sum(share * score ** decimal(power) for score, share in numbers) ** (1 / decimal(power))


def decimal(number):
    """A fraction to 40 digits."""
    return Decimal(number.numerator) / Decimal(number.denominator)


def of_method(pairs, method):
    """The score of the members that are there and weigh something."""
    name = method["method"]
    if name in ("minimum", "maximum"):
        return (min if name == "minimum" else max)(score for score, _ in pairs)
    if name == "sum":
        return sum(score * weight for score, weight in pairs)
    if name == "product":
        if min(score for score, _ in pairs) < 0:
            return "refused"
        return math.prod(score**weight for score, weight in pairs)
    power = {"arithmetic": 1, "geometric": 0, "harmonic": -1}.get(name, method.get("p"))
    mark, shift = method.get("counted_from"), Fraction(method.get("shift", 0))
    distances = [((score if mark is None else mark - score) + shift, weight) for score, weight in pairs]

    def refuses(least):
        if method.get("nonpositive") == "missing":
            return None
        return Fraction(0) if method.get("nonpositive") == "zero" and least == 0 else "refused"

    made = mean(distances, power, refuses)
    if made is None or made == "refused":
        return made
    made = (decimal(made) if isinstance(made, Fraction) else made) - decimal(shift)
    return made if mark is None else mark - made


def test_means():
    """Who lacks none that weighs, or has as many as the rule asks for, has the mean of those; others have none."""
    for case in cases("means"):
        scores, weights = ([each if each is None else Fraction(each) for each in row] for row in case["input"].values())
        rule = case["options"]["missing"]
        counted = [(score, weight) for score, weight in zip(scores, weights, strict=True) if weight > 0]
        pairs = [pair for pair in counted if pair[0] is not None]
        some = rule["rule"] == "renormalise" and (
            len(pairs) >= Fraction(rule.get("at_least_share", 0)) * len(counted)
            and len(pairs) >= rule.get("at_least_count", 1)
        )
        expected = of_method(pairs, case["options"]["method"]) if pairs and (pairs == counted or some) else None

        if expected is None or expected == "refused":
            assert case["expected"] == expected, case["name"]
        else:
            assert abs(decimal(Fraction(case["expected"])) - decimal(Fraction(expected))) <= Decimal("1e-15") * max(
                1, abs(decimal(Fraction(expected)))
            )


def given(options):
    """How a number is rounded."""
    return {"decimals": options["decimals"], "mode": options["rounding"]}
