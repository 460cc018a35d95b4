"""Tables as people make them, whose right reading is known by construction: it is found, or asked about."""

import csv
import functools
import io
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from attrs import define, field
from hubrank.plugin import HubrankError
from hubrank_start.tables import draft_of
from hypothesis import strategies as st

TOWNS = [
    "Aachen",
    "Bonn",
    "Celle",
    "Dessau",
    "Emden",
    "Fulda",
    "Gotha",
    "Hagen",
    "Jena",
    "Kassel",
    "Lemgo",
    "Minden",
    "Nauen",
    "Oelde",
]
COUNTRIES = (
    "Austria AUT,Belgium BEL,Chile CHL,Denmark DNK,Estonia EST,France FRA,Greece GRC,Hungary HUN,Ireland IRL,Japan JPN"
)
MODELS = [
    "alpha-7b",
    "beta-13b",
    "gamma-70b",
    "delta-mini",
    "epsilon-large",
    "zeta-base",
    "eta-pro",
    "theta-2",
    "iota-3",
]
FIGURES = {
    "Economy": ["Income", "Investment", "Productivity"],
    "Society": ["Life expectancy", "Literacy", "Safety"],
    "Environment": ["Green space", "Recycling rate", "Air quality"],
}
BREAKDOWNS = {
    "Sex": ["Total", "Men", "Women"],
    "Age group": ["All ages", "15-24", "25-64"],
    "Sector": ["Total", "Private", "Public"],
}
GAPS = ["", "..", "n/a", "NA", ":", "-"]
#: How often each outcome was met.
MET: Counter[str] = Counter()


@define
class Truth:
    """What a table holds: units with codes, indicators by dimension, years, and a value for each of them."""

    units: list[str]
    codes: list[str]
    dimensions: dict[str, list[str]]
    years: list[int]
    values: dict[tuple[str, str, int], float | None] = field(factory=dict)

    @property
    def indicators(self) -> list[str]:
        """All indicators, in order."""
        return [name for names in self.dimensions.values() for name in names]

    def read(self) -> dict[str, dict[str, float]]:
        """The values of the newest year, by indicator and unit."""
        last = self.years[-1]
        return {
            name: {unit: value for unit in self.units if (value := self.values[unit, name, last]) is not None}
            for name in self.indicators
        }


def truth(chance: random.Random) -> Truth:
    """Units, indicators and values by chance: of different sizes, most without gaps."""
    kind, number = chance.choice(["towns", "countries", "models"]), chance.randint(5, 9)
    if kind == "countries":
        pairs = [item.split() for item in chance.sample(COUNTRIES.split(","), number)]
    else:
        names = chance.sample(TOWNS if kind == "towns" else MODELS, number)
        pairs = [[name, f"{chance.choice('XYZ')}{at:03}"] for at, name in enumerate(names, start=101)]
    chosen = chance.sample(sorted(FIGURES), chance.randint(1, 3))
    dimensions = {name: chance.sample(FIGURES[name], chance.randint(2, 3)) for name in chosen}
    first = chance.randint(2005, 2020)
    years = [first + at for at in range(chance.choice([1, 1, 1, 2, 3]))]
    result = Truth([name for name, _ in pairs], [code for _, code in pairs], dimensions, years)
    for name in result.indicators:
        size, digits = chance.choice([10, 100, 1000]), chance.choice([0, 1, 2])
        for year in years:
            for unit in result.units:
                value = round(size * chance.uniform(2, 9) + chance.random(), digits)
                result.values[unit, name, year] = value if digits else float(int(value))
    if chance.random() < 0.3:
        for key in chance.sample(sorted(result.values), len(result.values) // 20):
            result.values[key] = None
    return result


@define
class Writer:
    """Writes the cells of a table: the sign of decimals and of thousands, and what stands for a gap."""

    decimal: str
    thousands: str
    gap: str

    def cell(self, value: float | None) -> str:
        """A value as a text."""
        if value is None:
            return self.gap
        whole, _, rest = f"{value:g}".partition(".")
        if self.thousands and len(whole) > 3:
            whole = f"{whole[:-3]}{self.thousands}{whole[-3:]}"
        return whole + (self.decimal + rest if rest else "")


def wide(held: Truth, write: Writer, chance: random.Random) -> list[list[str]]:
    """A row for each unit, or for each unit and year, with columns that are no indicators."""
    year = len(held.years) > 1 or chance.random() < 0.2
    head, coded, grouped = ["Name"], chance.random() < 0.4, chance.random() < 0.3
    head[0] = chance.choice(["Name", "Town", "Unit"]) if not coded else "Name"
    head = (["Code"] if coded else []) + head + (["Region"] if grouped else []) + (["Year"] if year else [])
    regions = {unit: chance.choice(["north", "south"]) for unit in held.units}
    rows = [[*head, *held.indicators]]
    for at in held.years:
        for unit, code in zip(held.units, held.codes, strict=True):
            labels = (
                ([code] if coded else []) + [unit] + ([regions[unit]] if grouped else []) + ([str(at)] if year else [])
            )
            rows.append([*labels, *(write.cell(held.values[unit, name, at]) for name in held.indicators)])
    if not year and chance.random() < 0.3:  # an average of all, beside or before its parts
        beside = chance.randint(len(head), len(rows[0]))
        for at, row in enumerate(rows):
            parts = [held.values[held.units[at - 1], name, held.years[0]] for name in held.indicators] if at else []
            mean = None if None in parts or not at else sum(parts) / len(parts)
            row.insert(
                beside,
                write.cell(None if mean is None else round(mean, 2)) if at else chance.choice(["Average", "Mean"]),
            )
    if not year and chance.random() < 0.3 and None not in held.values.values():
        total = [sum(held.values[unit, name, held.years[0]] or 0 for unit in held.units) for name in held.indicators]
        if len(rows[0]) == len(head) + len(held.indicators):
            rows.append(["Total", *[""] * (len(head) - 1), *(write.cell(round(item, 2)) for item in total)])
    return titled(rows, chance)


def titled(rows: list[list[str]], chance: random.Random) -> list[list[str]]:
    """The table, perhaps below a title and above a note."""
    blank = [""] * (len(rows[0]) - 1)
    if chance.random() < 0.25:
        rows = [["Life in many places", *blank], *([["", *blank]] if chance.random() < 0.5 else []), *rows]
    if chance.random() < 0.2:
        rows = [*rows, ["", *blank], ["Source: a survey of our own", *blank]]
    return rows


def across(held: Truth, write: Writer, _chance: random.Random) -> list[list[str]]:
    """Years across, each beside the name of its indicator."""
    heads = [f"{name} {year}" for name in held.indicators for year in held.years]
    cells = [[held.values[unit, name, year] for name in held.indicators for year in held.years] for unit in held.units]
    return [["Name", *heads], *([unit, *map(write.cell, row)] for unit, row in zip(held.units, cells, strict=True))]


def two_heads(held: Truth, write: Writer, chance: random.Random) -> list[list[str]]:
    """Dimensions above their indicators: over the first, or over each."""
    each = chance.random() < 0.5
    above = [name if each or not at else "" for name, of in held.dimensions.items() for at in range(len(of))]
    coded = chance.random() < 0.4
    rows = [["", *([""] if coded else []), *above], ["Name", *(["Code"] if coded else []), *held.indicators]]
    for unit, code in zip(held.units, held.codes, strict=True):
        figures = [write.cell(held.values[unit, name, held.years[-1]]) for name in held.indicators]
        rows.append([unit, *([code] if coded else []), *figures])
    return titled(rows, chance)


def long(held: Truth, write: Writer, chance: random.Random) -> list[list[str]]:
    """A row for each value, with codes beside labels, a breakdown that has a total, a measure and flags."""
    column, parts = chance.choice(sorted(BREAKDOWNS.items()))
    labelled, broken, year = chance.random() < 0.5, chance.random() < 0.6, len(held.years) > 1 or chance.random() < 0.5
    head = (["REF_AREA", "Reference area"] if labelled else ["Country"]) + (
        ["INDICATOR", "Indicator"] if labelled else ["Indicator"]
    )
    head += ([column] if broken else []) + ["Unit of measure"] + (["Year"] if year else []) + ["Value", "Flags"]
    rows = [head]
    for (unit, name, at), value in held.values.items():
        code = held.codes[held.units.index(unit)]
        labels = [code, unit] if labelled else [unit]
        labels += [f"I{held.indicators.index(name):02}", name] if labelled else [name]
        for part in parts if broken else [""]:
            shown = value if part in ("", parts[0]) or value is None else round(value * chance.uniform(0.5, 1.5), 2)
            more = ([part] if broken else []) + ["Number"] + ([str(at)] if year else [])
            rows.append([*labels, *more, write.cell(shown), chance.choice(["", "", "E"])])
    if chance.random() < 0.5:
        rows = [head, *chance.sample(rows[1:], len(rows) - 1)]
    return rows


def items(held: Truth, write: Writer, chance: random.Random) -> list[list[str]]:
    """A row for each unit and item, of which some have equal values: a unit's value is their mean."""
    last, number = held.years[-1], chance.randint(2, 6)
    rows = [["model", chance.choice(["task", "question", "item"]), "score"]]
    means = {}
    for unit in held.units:
        scores = [chance.randint(0, 4) * 10.0 for _ in range(number)]
        means[unit] = sum(scores) / number
        rows += [[unit, f"q{at + 1}", write.cell(score)] for at, score in enumerate(scores)]
    held.dimensions, held.years = {"all": ["score"]}, [last]
    held.values = {(unit, "score", last): mean for unit, mean in means.items()}
    return rows


LAYOUTS = {"wide": wide, "across": across, "two heads": two_heads, "long": long, "items": items}


@functools.lru_cache(maxsize=1)
def made(seed: int) -> tuple[str, str, Truth]:
    """A table's layout, its text, and what it holds."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    held, layout = truth(chance), chance.choice(sorted(LAYOUTS))
    if layout == "across" and len(held.years) == 1:
        layout = "wide"
    if layout == "two heads":
        held.years = held.years[-1:]
    decimal = chance.choice("..,")
    thousands = chance.choice(["", "", ",", "\u202f"] if decimal == "." else ["", "", ".", " "])
    delimiter = ";" if decimal == "," else chance.choice([",", "\t", ";"])
    rows = LAYOUTS[layout](held, Writer(decimal, thousands, chance.choice(GAPS)), chance)
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return layout, text.getvalue(), held


def cases() -> Any:
    """Seeds of tables."""
    return st.integers(0, 2**40)


def check(seed: int) -> None:
    """What is read is what the table holds, or something other than a direction is asked, or it is refused."""
    layout, text, held = made(seed)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "places.csv")
        path.write_text(text, encoding="utf-8")
        try:
            draft = draft_of(path)
        except HubrankError:
            MET[layout, "refused"] += 1
            return
    names = dict(zip(draft.units["unit"], draft.units["name"], strict=True))
    newest = draft.figures if draft.year is None else draft.figures[draft.figures["year"] == held.years[-1]]
    newest = newest.set_index("unit")
    columns = {item.title.removesuffix(" (Number)"): newest[item.key].dropna() for item in draft.indicators}
    found = {
        title: {names[unit]: round(float(each), 9) for unit, each in cells.items()} for title, cells in columns.items()
    }
    wanted = {name: {unit: round(each, 9) for unit, each in cells.items()} for name, cells in held.read().items()}
    asked = [item for item in draft.asked if not item.key.startswith("direction.")]
    MET[layout, "right" if found == wanted and not asked else "right, asked" if found == wanted else "asked"] += 1
    if len(held.dimensions) > 1 and layout == "two heads" and not asked:
        read = {item.key: item.title for item in draft.dimensions}
        of = {item.title: read[item.dimension] for item in draft.indicators}
        assert of == {name: dimension for dimension, of in held.dimensions.items() for name in of}, text
    assert asked or found == wanted, text


def summary() -> str:
    """How often tables were read rightly, asked about, or refused."""
    layouts = sorted({layout for layout, _ in MET})
    lines = [", ".join(f"{what} {MET[name, what]}" for one, what in sorted(MET) if one == name) for name in layouts]
    return "\n".join(f"{name}: {line}" for name, line in zip(layouts, lines, strict=True))
