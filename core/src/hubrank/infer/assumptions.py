"""What was assumed; directions by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    import pandas as pd


Direction = Literal[1, -1]

#: Beginnings of words, without accents: less of this is better.
_LOWER = (
    # English
    *("unemploy", "jobless", "mortalit", "death", "fatal", "suicid", "homicid", "murder", "crim", "theft", "violen"),
    *("accident", "injur", "disease", "morbid", "illness", "infection", "prevalence", "incidence", "obes"),
    *("overweight",),
    *("smok", "tobacco", "addict", "malnutri", "undernourish", "stunt", "hunger", "poverty", "poor", "depriv"),
    *("homeless", "overcrowd", "evict", "inequal", "gini", "gap", "unmet", "burden", "dependency", "exclusion"),
    *("emission", "ghg", "greenhouse", "co2", "carbon", "pollut", "pm2", "pm10", "no2", "nox", "so2", "ozone"),
    *("particulate", "contamina", "waste", "landfill", "littering", "deforest", "footprint", "noise", "stress"),
    *("energy intensity",),
    *("corrupt", "bribe", "conflict", "terror", "risk", "hazard", "vulnerab", "threat", "damage", "casualt"),
    *("debt", "deficit", "inflation", "cost", "price", "expensive", "default", "bankrupt", "tariff"),
    *("delay", "congestion", "traffic jam", "waiting", "latency", "downtime", "outage", "failure", "error", "defect"),
    *("complaint", "dropout", "drop out", "early leaver", "early school", "illitera", "absentee", "underachiev"),
    *("loss", "losses", "lost", "lack", "without", "shortage", "days to", "time to", "distance to"),
    *("procedures to", "neet"),
    *("students per", "pupils per", "student teacher", "pupil teacher", "patients per", "inhabitants per"),
    *("people per",),
    # French
    *("chomage", "chomeur", "mortalite", "deces", "pauvrete", "inegalit", "criminalit", "delit", "dechet"),
    *("dette", "cout", "prix", "risque", "bruit", "retard", "decrochage", "analphabet", "maladie"),
    # Spanish
    *("desempleo", "paro", "mortalidad", "muerte", "pobreza", "desigualdad", "delincuencia", "delito", "emision"),
    *("contaminacion", "residuo", "deuda", "coste", "costo", "precio", "riesgo", "ruido", "retraso", "abandono"),
    *("analfabet", "enfermedad", "accidente", "homicidio"),
)
#: Parts of German words, wherever they stand: nouns are written together.
_LOWER_WITHIN = (
    *("arbeitslos", "sterblich", "mortalitat", "todesf", "selbstmord", "suizid", "kriminalit", "straftat", "unfall"),
    *("krankheit", "armut", "ungleichheit", "obdachlos", "emission", "schadstoff", "treibhaus", "feinstaub"),
    *("verschmutz", "abfall", "larmbelast", "korruption", "risik", "schulden", "verschuldung", "defizit", "kosten"),
    *("preise", "verspatung", "verkehrsstau", "wartezeit", "abbrecher", "schulabbruch", "analphabet", "verlust"),
    *("mangel",),
    *("leerstand", "gefahrdung"),
)
#: Beginnings of words: more of this is better.
_HIGHER = (
    *("gdp", "gni", "income", "earning", "wage", "salary", "wealth", "productiv", "growth", "employment", "export"),
    *("life expectancy", "healthy", "wellbeing", "well being", "satisfaction", "happiness", "literacy", "school"),
    *("education", "enrolment", "enrollment", "graduat", "attainment", "student", "teacher", "universit", "skill"),
    *("patent", "publication", "paper", "citation", "research", "innovation", "startup", "unicorn", "r d", "rnd"),
    *("trust", "freedom", "rights", "participation", "turnout", "safety", "secur", "quality", "access", "coverage"),
    *("broadband", "internet", "connectivity", "renewable", "recycl", "forest", "biodivers", "green space", "parks"),
    *("doctor", "physician", "nurse", "hospital", "vaccin", "immuni", "surviv", "equal", "parity", "score"),
    *("efficien", "resilien", "effective"),
    *("bip", "brutto", "einkommen", "lohn", "lebenserwartung", "beschaftig", "zufriedenheit", "abitur", "arzt"),
    *("revenu", "salaire", "esperance de vie", "emploi", "diplome", "brevet", "medecin", "satisfaction"),
    *("ingreso", "salario", "esperanza de vida", "empleo", "alfabet", "patente", "medico", "satisfaccion"),
)
#: Words that turn one of `_LOWER` round: "control of corruption", "emission reductions".
_TURNING = (
    *("reduc", "absence", "control", "free", "low carbon", "perception", "protect", "prevent", "against", "avoid"),
    *("saved", "saving", "resilien", "efficien", "recycl", "recover", "treated", "treatment", "relief", "surviv"),
    *("benefit", "insurance", "support", "coverage", "clearance", "solved", "registration", "detection", "screening"),
    *("ruckgang", "vermeid", "senkung", "schutz", "lutte", "reciclad", "lucha"),
)
#: What words are made of.
_WORD = re.compile(r"[^\W_]+")


def direction_of(name: str) -> tuple[Direction, str]:
    """Whether more is better, and the word of the name that says so.

    Args:
        name: An indicator's name, in English, German, French or Spanish.

    Returns:
        1 or -1, and the word as the name has it; an empty word, with 1, where the name tells nothing or two things.
    """
    text = _plain(name)
    lower = _found(_LOWER, text) or next((_whole(each, text) for each in _LOWER_WITHIN if each in text), "")
    if lower:
        return (1, "") if _found(_TURNING, text) else (-1, _as_written(name, text, lower))
    return 1, _as_written(name, text, _found(_HIGHER, text))


def _as_written(name: str, text: str, found: str) -> str:
    """Words of the plain text as they stand in the name, such as `R&D` for `r d`."""
    words = list(_WORD.finditer(_parted(name)))
    if not found or len(words) != text.count(" ") + 1:
        return found
    first = text[: text.index(found)].count(" ")
    return _parted(name)[words[first].start() : words[first + found.count(" ")].end()]


def _found(stems: tuple[str, ...], text: str) -> str:
    """The first word of a text that begins like one of some stems, whole; empty where there is none."""
    found = re.search(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, stems))})[a-z0-9]*", text)
    return found[0] if found else ""


def _whole(part: str, text: str) -> str:
    """The word of a text that a part stands in."""
    return next(word for word in text.split() if part in word)


def _plain(name: str) -> str:
    """Words in lower case without accents, with blanks between them, also where `aName` or `a_name` has none."""
    parted = unicodedata.normalize("NFKD", _parted(name))
    return " ".join(_WORD.findall("".join(each for each in parted if not unicodedata.combining(each)).casefold()))


def _parted(name: str) -> str:
    """The name with a blank within `aName`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


#: The file of a draft's scenario, and those that it names.
SCENARIO, DATA, UNITS = "scenario.toml", "data.csv", "units.csv"
#: The dimension of indicators that nobody put into one.
ALL = "all"
#: The share of the indicators that a unit must have to be ranked.
LEAST = 0.5


@frozen(kw_only=True)
class Assumption:
    """One thing that was assumed, since the table does not say it.

    Attributes:
        key: What an answer names: `direction.health`; see `Draft.answered`.
        what: The same in plain words: `direction of Health`.
        value: What was taken, as an answer would give it.
        shown: The value in words: `higher is better`.
        why: The reason, in one line.
        asked: Whether only the user can know it.
    """

    key: str
    what: str
    value: Any
    shown: str
    why: str
    asked: bool = False

    def __str__(self) -> str:
        return f"{self.what}: {self.shown}, {self.why}"


@frozen(kw_only=True)
class DraftIndicator:
    """A column of figures as an indicator.

    Attributes:
        key: Its key in the TOML, and its column in `data.csv`.
        column: Its column in the table that was given.
        title: Its name for people.
        direction: 1 where more is better, else -1.
        treatment: The step that draws in its outliers: an installed treatment's name, or `none`.
        weight: Relative to its siblings.
        dimension: The dimension that it belongs to, by key.
        coverage: The share (0 to 1) of the units that have it in the newest edition.
    """

    key: str
    column: str
    title: str
    direction: Direction
    treatment: str
    weight: float
    dimension: str
    coverage: float


@frozen(kw_only=True)
class DraftDimension:
    """A dimension of a draft.

    Attributes:
        key: Its key in the scenario.
        title: Its name for people.
        weight: Its weight relative to its siblings.
    """

    key: str
    title: str
    weight: float = 1.0


@frozen(kw_only=True, eq=False)
class InferredTable:
    """A scenario that was made of a table.

    Attributes:
        title: What is ranked.
        unit: The column that tells the units apart.
        name: The column of their names; none where the codes are the names.
        year: The column of years; none where all rows are of one year.
        groups: Columns of groups, such as the country, by their column in `units.csv`.
        editions: The years that are ranked.
        max_age: How many years older than the edition a figure may be.
        indicators: What the units are ranked by.
        dimensions: What the indicators are put into.
        normalisation: The method's name, with its options.
        weighting: The method's name.
        aggregation: The method's name.
        doubt: The share (0 to 1) by which each weight may differ; 0 where nothing is doubted.
        assumed: What was assumed, in the order of the steps.
        figures: One row a unit and year: `unit`, `year` where there are several, a column a key.
        units: One row a unit: `unit`, `name`, `lat` and `lon` if known, the groups.
    """

    title: str
    unit: str
    name: str | None
    year: str | None
    groups: Mapping[str, str]
    editions: tuple[int, ...]
    max_age: int
    indicators: tuple[DraftIndicator, ...]
    dimensions: tuple[DraftDimension, ...]
    normalisation: Mapping[str, Any]
    weighting: str
    aggregation: str
    doubt: float
    assumed: tuple[Assumption, ...]
    figures: pd.DataFrame = field(repr=False)
    units: pd.DataFrame = field(repr=False)

    @property
    def asked(self) -> tuple[Assumption, ...]:
        """What only the user can know."""
        return tuple(each for each in self.assumed if each.asked)
