"""A scenario ranked after another gives the same bytes as ranked by itself, whatever has changed between them."""

import numpy as np
import pytest
import tomli_w
from hubrank.errors import ScenarioError
from hubrank.methods import builtins, derived
from hubrank.plugin import Imputation, Normalisation, Treatment
from hubrank.plugin.registry import Registry
from hubrank.results.rank import rank
from hubrank.scenario import files
from hubrank.scenario.load import merge
from hypothesis import example, given, settings
from hypothesis import strategies as st

quick = settings(max_examples=25)

UNITS = "unit,name,country\n" + "".join(f"U{at},Unit {at},{'AB'[at % 2]}\n" for at in range(9))
GAPS = dict.fromkeys([(2, 2023), (7, 2024), (5, 2022), (5, 2023), (5, 2024)], "")
#: One unit has no value of an indicator, two others none of a year.
VALUES = "unit,year,a,b,c\n" + "".join(
    f"U{unit},{year},{GAPS.get((unit, year), 3 + (7 * unit + year) % 11)},{1 + (5 * unit * unit + year) % 13},"
    f"{900 if unit == 4 else unit + 1}\n"
    for unit in range(9)
    for year in (2022, 2023, 2024)
)
BASE = {
    "title": "Nine",
    "editions": [2023, 2024],
    "units": {"file": "units.csv"},
    "inputs": {"values": {"source": "files", "options": {"file": "values.csv"}, "max_age": 1}},
    "dimensions": {"life": {}, "work": {}},
    "indicators": {
        "c": {"indicator": "value", "dimension": "work"},
        "a": {"indicator": "value", "dimension": "life"},
        "b": {"indicator": "value", "dimension": "life"},
    },
    "normalisation": {"method": "min-max", "range": [1, 100]},
    "aggregation": "arithmetic",
}
#: Every key that a stage depends on, and some that none does; the last ones are of plugins.
CHANGES = (
    {"title": "Other", "description": "Words", "acknowledged": {"clipped: a": "seen"}},
    {"indicators": {"a": {"weight": 3}}, "dimensions": {"work": {"weight": 2.5}}},
    {"indicators": {"b": {"weight": 0}}},
    {"indicators": {"b": {"direction": -1}}},
    {"indicators": {"b": {"title": "Bread"}}},
    {"indicators": {"a": {"dimension": "work"}}},
    {"indicators": {"a": {"editions": {"first": 2024}}}},
    {"indicators": {"a": {"max_age": 0}}},
    {"indicators": {"c": {"treatment": {"steps": ["log"], "fitted_on": "pooled"}}}},
    {"indicators": {"c": {"normalisation": {"method": "goalposts", "goalposts": [0, 1000]}}}},
    {"treatment": [{"method": "winsorise", "points": 1}]},
    {"normalisation": "rank"},
    {"normalisation": {"method": "z-score", "fitted_on": 2023}},
    {"aggregation": "geometric"},
    {"dimensions": {"life": {"aggregation": "median"}}},
    {"weighting": "standard-deviation"},
    {"missing": {"rule": "renormalise"}},
    {"selection": {"exclude": ["U3"]}},
    {"selection": {"at_least_share": 0.9}},
    {"imputation": "mean"},
    {"imputation": "carry-forward"},
    {"ranking": {"decimals": 0, "ties": "average"}},
    {"seed": 5},
    {"editions": [2022, 2024]},
    {"window": 2},
    {"units": {"exclude": ["U1"]}},
    {"inputs": {"values": {"lag": 1}}},
    {"imputation": "dice"},
    {"treatment": ["shaken"]},
    {"normalisation": "heavy"},
)


def _dice(values, context, options):
    return np.where(np.isnan(values), context.rng.random(values.shape), values)


THEIRS = {
    "imputations": [Imputation(name="dice", apply=_dice, random=True)],
    "treatments": [
        Treatment(name="shaken", apply=lambda values, context, _: values + context.rng.random(values.shape))
    ],
    "normalisations": [
        Normalisation(
            name="heavy", fit=lambda *_: None, apply=lambda values, _, context, options: values * context.weights
        )
    ],
}


@pytest.fixture
def made(lab):
    """A function that ranks a scenario's table, after another ranking or by itself; None and why if it cannot be."""
    lab.write("units.csv", UNITS)
    lab.write("values.csv", VALUES)
    registry = Registry.of(builtins, derived, files, lab.plugin("theirs", **THEIRS))

    def ranked(table, before=None):
        try:
            return rank(str(lab.write("mine.toml", tomli_w.dumps(table))), registry, before=before), []
        except ScenarioError as error:
            return None, [str(item) for item in error.problems]

    return ranked


def _bytes(ranking):
    """Every number and every text of a ranking."""
    stages = (ranking.considered, ranking.measured, ranking.imputed, ranking.treated, ranking.normalised)
    nodes = [each for node in ranking.nodes.values() for each in (node.members, node.weights, node.before, node.scores)]
    frames = (ranking.table(), ranking.values(), ranking.weights(), ranking.unranked())
    arrays = (*stages, *nodes, ranking.scores, ranking.ranks)
    return [each.tobytes() for each in arrays], [each.to_csv() for each in frames], list(map(str, ranking.caveats()))


@pytest.mark.long
@quick
@example([29, 1])  # weights, which a plugin looks at
@example([27, 28, 12])  # draws, and what draws after them
@given(st.lists(st.sampled_from(range(len(CHANGES))), min_size=2, max_size=6))
def test_a_sequence_of_changes(made, order):
    """Each step after the one before it, and anew."""
    table, before = BASE, made(BASE)[0]
    for at in order:
        table = merge(table, CHANGES[at])
        after, refused = made(table, before)
        anew, why = made(table)

        assert refused == why
        if anew is not None:
            assert _bytes(after) == _bytes(anew)
            before = after


def test_what_is_kept(made):
    """By what changes: the measurement, and the stages up to the first that the change reaches; all is as anew."""
    before, _ = made(BASE)
    same = {at: made(merge(BASE, change), before)[0] for at, change in enumerate(CHANGES[:16])}

    assert all(_bytes(each) == _bytes(made(merge(BASE, CHANGES[at]))[0]) for at, each in same.items())
    assert all((each.measurement is before.measurement) == (at not in (6, 7)) for at, each in same.items())
    assert same[1].normalised is before.normalised
    assert same[11].treated is before.treated
    assert same[11].normalised is not before.normalised
    assert same[10].imputed is before.imputed
