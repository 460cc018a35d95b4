"""Directions by the phrases of a name; `scripts/directions.py` judges them by what frameworks state."""

import csv
from collections import Counter
from pathlib import Path

import pytest
import tomli
from hubrank.infer import directions
from hubrank.infer.directions import direction_of

PHRASES = Path(directions.__file__).with_name("directions.toml")
KNOWN = Path(__file__).with_name("known_directions.csv")


@pytest.mark.parametrize(
    ("name", "way", "phrase"),
    [
        ("Crime prevention", 1, "prevention"),  # the last word of a compound is its head
        ("Health risk", -1, "risk"),
        ("Drought resilience", 1, "resilience"),  # though "résilience" is French as well
        ("Prevention of crime", 1, "Prevention"),  # before a preposition the first
        ("Cost of education", -1, "Cost"),
        ("Corruption: control of corruption", 0, ""),  # the theme is bad, the value good
        ("Unemployment rate (%)", -1, "Unemployment"),
        ("InfantMortality", -1, "Mortality"),
        ("infant_mortality", -1, "mortality"),
        ("Poverty reduction", 1, "Poverty reduction"),  # turned behind
        ("Reduction of emissions", 1, "emissions"),  # and before
        ("CO2 emissions (reduction since 1990)", 0, ""),
        ("Households without internet", -1, "internet"),
        ("Low-carbon energy", 1, "carbon"),
        ("Recycled waste", 1, "waste"),
        ("Waste that is recycled", 1, "recycled"),
        ("Waste that is not recycled", -1, "recycled"),
        ("Unsafe drinking water", -1, "drinking water"),
        ("Security incidents", -1, "incidents"),
        ("Energy per GDP", -1, "Energy per"),
        ("Reduction of energy consumption", 1, "energy consumption"),
        ("Energy consumption reduction", 1, "Energy consumption reduction"),
        ("Ratio of population to dentists", -1, "Ratio of population to"),
        ("Patients per nurse", -1, "Patients per nurse"),
        ("Nurses per patient", 1, "Nurses"),
        ("Nurse-patient ratio", 0, ""),
        ("Student-staff ratio", -1, "Student-staff ratio"),
        ("Agriculture's share of GDP", 0, ""),
        ("People below 50 % of median income", -1, "income"),
        ("Children below 5 years with access to care", 1, "access"),
        ("Crime and safety", 0, ""),
        ("Gesundheitskosten", -1, "Gesundheitskosten"),  # a compound's last part is its head
        ("Freizeit", 1, "Freizeit"),
        ("Vorbeugung illegaler Geldströme", 1, "Vorbeugung"),
        ("Note", 0, ""),  # the best is 1 in German, 20 in French
        ("Ménages sans accès à l’eau", -1, "accès"),
        ("单位GDP能耗", -1, "能耗"),  # the last word of a run is its head
        ("万元GDP用水量", -1, "用水量"),
        ("单位GDP能源消耗降低", 1, "能源消耗降低"),
        ("能耗降低率", 1, "能耗降低"),
        ("R&D经费占GDP比重", 1, "R&D"),
        ("Score (lower is better)", -1, "lower is better"),
        ("Population growth", 0, ""),
        ("Q17", 0, ""),
        ("", 0, ""),
    ],
)
def test_phrases(name, way, phrase):
    """What decides is reported as it is in the name."""
    judged = direction_of(name)

    assert judged.direction == way
    assert judged.why == (f'its name contains "{phrase}"' if way else "the name gives no clue")


def test_a_phrase_has_one_kind():
    """Of whatever language, since a name does not say which it is in."""
    kinds = {}
    for kind, languages in tomli.loads(PHRASES.read_text(encoding="utf-8")).items():
        for phrase in (" ".join(each.split()) for each in ",".join(languages.values()).split(",")):
            kinds.setdefault(phrase, set()).add(kind)

    assert [phrase for phrase, of in kinds.items() if phrase and len(of) > 1] == []


def test_a_unit_of_measure_may_tell():
    """A speed in frames a second, a delay in milliseconds."""
    assert [direction_of("Result", unit).direction for unit in ("frames/s", "ms", "")] == [1, -1, 0]


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "zh"])
def test_known_names(language):
    """Names of well-known frameworks and of usual columns, with the sign that a reader knows; at most 3 % wrong."""
    with KNOWN.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"] == language]
    told = Counter((int(row["direction"]), direction_of(row["name"]).direction) for row in rows)
    right = sum(count for (true, stated), count in told.items() if true == stated)
    wrong = sum(count for (true, stated), count in told.items() if stated not in (true, 0))

    assert right >= 0.9 * len(rows)
    assert wrong <= 0.03 * len(rows)
