"""Words that heads and labels of tables have, as `folded_key` writes them."""

from __future__ import annotations

import re

from hubrank.errors import fold_name

_WEIGHT = (
    *("weight", "weights", "weighting", "weightings", "gewicht", "gewichte", "gewichtung", "poids", "ponderation"),
    *("ponderacion", "peso", "pesos", "wt", "weightinindex", "coefficient", "importance", "权重"),
)
_DIRECTION = (
    *("direction", "directions", "polarity", "polaritat", "polarite", "polaridad", "sign", "orientation", "effect"),
    *("desirability", "richtung", "sens", "sentido", "impact", "higherisbetter", "moreisbetter", "benefitcost", "方向"),
    *("higherbetter", "goodbad", "preference", "maxmin", "minmax", "goal", "objective", "optimum"),
)
_UNIT = (
    *("unit", "units", "unitofmeasure", "unitofmeasurement", "unitsofmeasure", "measurementunit", "uom", "einheit"),
    *("einheiten", "masseinheit", "unite", "unites", "unidad", "unidades", "单位"),
)
_DIMENSION = (
    *("dimension", "dimensions", "pillar", "pillars", "subindex", "subpillar", "category", "domain", "theme", "topic"),
    *("group", "component", "saule", "dimensionen", "bereich", "kategorie", "pilier", "domaine", "categoria", "pilar"),
    *("parent", "ambito", "area"),
)
_NOTE = (
    *("source", "sources", "quelle", "quellen", "fuente", "fuentes", "description", "definition", "note", "notes"),
    *("code", "codes", "indicatorcode", "id", "date", "lastupdate", "label", "type", "year", "years", "jahr"),
)
#: What a row beside the figures is of, by its label.
ROWS = {
    **dict.fromkeys(_NOTE, "note"),
    **dict.fromkeys(_UNIT, "measure"),
    **dict.fromkeys(_DIMENSION, "dimension"),
    **dict.fromkeys(_DIRECTION, "direction"),
    **dict.fromkeys(_WEIGHT, "weight"),
}
_UP = (
    *("1", "+", "+1", "up", "higher", "high", "more", "positive", "pos", "max", "maximise", "maximize", "benefit"),
    *("good", "yes", "y", "true", "higher is better", "more is better", "higher better", "maximum", "↑", "▲", "ja"),
    *("hoch", "oui", "si", "sí", "gain", "the higher the better", "asc", "positiv", "higher=better"),
)
_DOWN = (
    *(
        "-1",
        "-",
        "−",
        "−1",
        "–",
        "down",
        "lower",
        "low",
        "less",
        "negative",
        "neg",
        "min",
        "minimise",
        "minimize",
        "cost",
    ),
    *("bad", "no", "n", "false", "lower is better", "less is better", "lower better", "minimum", "↓", "▼", "nein"),
    *("niedrig", "non", "loss", "the lower the better", "desc", "negativ", "lower=better"),
)
#: Rows that add others up, or tell their mean.
_TOTAL = re.compile(
    r"(?:grand |sub)?total(?:s|e)?|sum(?:me)?|insgesamt|gesamt|suma|somme|ensemble|合计|"
    r"(?:simple |weighted |unweighted |overall |arithmetic |the )*"
    r"(?:average|mean|avg\.?|median|min(?:imum)?|max(?:imum)?|st(?:andard|d)\.? ?dev(?:iation)?\.?|st\.? ?dev\.?|sd|"
    r"count|variance|durchschnitt|mittelwert|moyenne|promedio|media)"
    r"(?: value)?(?:[ :(].*)?|"
    r".* (?:average|mean|total|median|durchschnitt|moyenne)|total .*|all (?:countries|regions|units|cities)",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"%|€|\$|£|¥|\b(?:percent|per|usd|eur|us|ppp|index|score|points?|number|no\.?|nr\.?|count|years?|days?|hours?|minutes?|km2?|"
    r"km²|m2|m²|ha|kg|t|tonnes?|tons?|kwh|mwh|gwh|mbps|µg|ug|mg|ppm|million|billion|thousand|mio|mrd|share|rate|ratio|rank|"
    r"\d+ ?[-–] ?\d+|per 1[0-9, ]*|jahre|anzahl|prozent|punkte|stunden|tage|nombre|ans|porcentaje|años|persons?|people|"
    r"deaths|cases|units?|euros?|dollars?)\b",
    re.IGNORECASE,
)


def row_kind(label: str) -> str:
    """What a row or a column is of by its label: `weight`, `direction`, `measure`, `dimension`, `note`, or nothing."""
    return ROWS.get(fold_name(label.rstrip(":")), "")


def direction_in(cell: object) -> int | None:
    """A direction as people write it; none where a cell is none."""
    text = str(cell).strip().casefold()
    if text.endswith(".0"):
        text = text[:-2]
    return 1 if text in _UP else -1 if text in _DOWN else None


def is_total(label: str) -> bool:
    """Whether a row's label says that it adds others up or tells their mean."""
    return _TOTAL.fullmatch(label.strip().rstrip(":*")) is not None


def is_measure(text: str) -> bool:
    """Whether a text names a unit of measurement."""
    return len(text) <= 40 and _MEASURE.search(text) is not None  # longer ones are sentences
