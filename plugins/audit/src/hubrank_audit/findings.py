"""The findings of an audit, by its rules of thumb."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
from attrs import frozen
from hubrank.i18n import enumerated
from hubrank.plugin import format_number, format_percent, gettext, gettext_noop
from hubrank.ranking.intervals import held_text

from hubrank_audit.main_effects import FEWEST

_HANDBOOK = "OECD/JRC, Handbook on Constructing Composite Indicators (2008)"
_GUIDE = "JRC, COIN Tool User's Guide (2019)"
_AUDITS = "JRC, statistical audits of composite indicators"


@frozen
class Rule:
    """A rule of thumb: its limit, its source, and the rule in a sentence."""

    name: str
    threshold: float
    source: str
    says: str


AVAILABLE = Rule(
    gettext_noop("coverage"),
    0.65,
    _GUIDE,
    gettext_noop("each indicator and each unit should have at least 65 % of its values"),
)
NONZERO = Rule(
    gettext_noop("zeros"), 0.5, _GUIDE, gettext_noop("at least half of the units should have a non-zero value")
)
UNIQUE = Rule(
    gettext_noop("few-values"),
    0.5,
    _GUIDE,
    gettext_noop("an indicator should have at least half as many distinct values as there are units"),
)
SKEWNESS = Rule(
    gettext_noop("outliers"),
    2.0,
    f"{_GUIDE}, box 4; {_AUDITS}, after Groeneveld, Meeden (1984), Measuring skewness and kurtosis",
    gettext_noop(
        "an absolute skewness above 2 together with a kurtosis above 3.5 indicates outliers that need treatment"
    ),
)
#: The other number that `SKEWNESS` turns on.
KURTOSIS = 3.5
REDUNDANT = Rule(
    gettext_noop("redundant"),
    0.92,
    _AUDITS,
    gettext_noop("two indicators or two dimensions with a correlation above 0.92 are redundant"),
)
NEGATIVE = Rule(
    gettext_noop("trade-off"),
    0.0,
    f"{_AUDITS}; {_HANDBOOK}, step 4; Holm (1979)",
    gettext_noop(
        "members of a dimension should not be negatively correlated (p < 0.05 for all pairs together), because they "
        "cancel each other out"
    ),
)
SILENT = Rule(
    gettext_noop("silent"),
    0.3,
    _AUDITS,
    gettext_noop("an indicator whose correlation with the index is below 0.3 has little influence on it"),
)
ALPHA = Rule(
    gettext_noop("consistency"),
    0.7,
    f"{_HANDBOOK}, step 4; Nunnally (1978), Psychometric Theory",
    gettext_noop("Cronbach's alpha of a dimension should be at least 0.7"),
)
KAISER = Rule(
    gettext_noop("one-component"),
    1.0,
    f"{_HANDBOOK}, step 4",
    gettext_noop("only the first principal component of a dimension should have an eigenvalue above 1 (Kaiser)"),
)
EXPLAINED = Rule(
    gettext_noop("explained"),
    0.5,
    _AUDITS,
    gettext_noop("the first principal component should explain at least half of a dimension's variance"),
)
BALANCE = Rule(
    gettext_noop("balance"),
    2.0,
    "influence: Paruolo, Saisana, Saltelli (2013), Ratings and rankings: voodoo or science?; chance: Westfall, Young "
    "(1993), Resampling-Based Multiple Testing; half and twice: a convention of hubrank",
    gettext_noop(
        "a member's share of the influence should be between half and twice its share of the weight, or within what "
        "chance allows for so few units"
    ),
)
DATA = Rule(
    gettext_noop("data-check"), 0.0, "plugins/audit/README.md", gettext_noop("no value should look like a mistake")
)
RULES = (AVAILABLE, NONZERO, UNIQUE, SKEWNESS, REDUNDANT, NEGATIVE, SILENT, ALPHA, KAISER, EXPLAINED, BALANCE, DATA)
#: A correlation counts below this probability, adjusted for the number of pairs.
SIGNIFICANT = 0.05

_FEW_VALUES = gettext_noop(
    "{unit} has values for only {share} of the indicators, so its rank rests on little evidence: "
    "add the missing values, or leave it unranked ([selection] at_least_share)"
)
_FEW_UNITS = gettext_noop("{indicator} covers only {share} of the units: find a more complete source, or drop it")
_ZEROS = gettext_noop(
    "{indicator} is 0 for most units: it separates a few units from the rest but does not distinguish the rest"
)
_TIES = gettext_noop("{indicator} has {values} distinct values for {units} units, so many units tie")
_HIGH_OUTLIERS = gettext_noop(
    "{indicator} still has outliers after treatment (skewness {skewness}, kurtosis {kurtosis}): a few units set the "
    "scale and compress all others; take logarithms or winsorise"
)
_LOW_OUTLIERS = gettext_noop(
    "{indicator} still has outliers after treatment (skewness {skewness}, kurtosis {kurtosis}): a few units set the "
    "scale and compress all others; winsorise the low end"
)
_ALIKE = gettext_noop(
    "{one} and {other} carry almost the same information (correlation {correlation}), which counts "
    "twice: keep one, or halve their weights"
)
_OPPOSED = gettext_noop(
    "{one} and {other} are negatively correlated ({correlation}): within {dimension} they cancel each "
    "other out; check their directions, or separate them"
)
_AGAINST = gettext_noop(
    "{indicator} has little influence on the index (correlation {correlation}): units that do well on it do worse in "
    "the index"
)
_SILENT = gettext_noop(
    "{indicator} has little influence on the index (correlation {correlation}): removing it would change little"
)
_SCATTERED = gettext_noop(
    "the members of {dimension} do not measure a single concept (Cronbach's alpha {alpha}): its score "
    "is hard to interpret"
)
_SEVERAL = gettext_noop(
    "{dimension} has {number} principal components with an eigenvalue above 1, so it measures more "
    "than one concept: splitting it would make each part easier to interpret"
)
_LITTLE = gettext_noop("a single score for {dimension} captures at most {share} of its members' variance")
_MORE = gettext_noop(
    "{member} counts more in {dimension} than its weight suggests: {weight} of the weight, {influence} of the "
    "influence ({confidence} interval {low} to {high})"
)
_LESS = gettext_noop(
    "{member} counts less in {dimension} than its weight suggests: {weight} of the weight, {influence} of the "
    "influence ({confidence} interval {low} to {high})"
)


@frozen
class Finding:
    """A violated rule of thumb in an edition (year), with its meaning and a remedy.

    `interval` is that of the value at 90 %, NaN where it has none.
    """

    edition: int
    rule: Rule
    where: str
    value: float
    sentence: str
    interval: tuple[float, float] = (math.nan, math.nan)


#: The tables of an edition, and what finds the title of a unit, an indicator or a dimension.
Frames = Mapping[str, pd.DataFrame]
Title = Callable[[str], str]
Found = Iterator[tuple[Rule, str, float, str] | tuple[Rule, str, float, str, tuple[float, float]]]


def findings(frames: Frames, edition: int, titles: Mapping[str, str]) -> Iterator[Finding]:
    """All findings of an edition by its tables, in the order of the Handbook's steps; titles are of units, too."""
    for look in (_coverage, _statistics, _pairs, _silent, _consistency, _components, _balance):
        for rule, where, value, *told in look(frames, lambda name: titles.get(name, name)):
            yield Finding(edition, rule, where, float(value), *told)


def _coverage(frames: Frames, title: Title) -> Found:
    for row in _rows(frames["coverage"]):
        if row.considered and row.available < AVAILABLE.threshold:
            text = gettext(_FEW_VALUES, unit=title(row.unit), share=format_percent(row.available))
            yield AVAILABLE, row.unit, row.available, text


def _statistics(frames: Frames, title: Title) -> Found:
    table = frames["statistics"]
    for row in _rows(table[table["stage"] == "measured"]):
        name = title(row.indicator)
        if row.flag_available == "low":
            text = gettext(_FEW_UNITS, indicator=name, share=format_percent(row.share_available))
            yield AVAILABLE, row.indicator, row.share_available, text
        elif row.flag_nonzero == "low":
            yield NONZERO, row.indicator, row.share_nonzero, gettext(_ZEROS, indicator=name)
        elif row.flag_unique == "low":
            text = gettext(_TIES, indicator=name, values=row.unique, units=row.available)
            yield UNIQUE, row.indicator, row.share_unique, text
    for row in _rows(table[(table["stage"] == "treated") & (table["flag_shape"] == "outliers")]):
        text = gettext(
            _HIGH_OUTLIERS if row.skewness > 0 else _LOW_OUTLIERS,
            indicator=title(row.indicator),
            skewness=format_number(f"{row.skewness:.1f}"),
            kurtosis=format_number(f"{row.kurtosis:.1f}"),
        )
        yield SKEWNESS, row.indicator, row.skewness, text


def _pairs(frames: Frames, title: Title) -> Found:
    table = frames["correlations"]
    for row in _rows(table[(table["method"] == "pearson") & table["relation"].isin(["within", "across"])]):
        correlation = _with_interval(row.r, row.low, row.high)
        values = {"one": title(row.first), "other": title(row.second), "correlation": correlation}
        where = f"{row.first} x {row.second}"
        if row.r > REDUNDANT.threshold:
            yield REDUNDANT, where, row.r, gettext(_ALIKE, **values), (row.low, row.high)
        elif row.relation == "within" and row.r < NEGATIVE.threshold and row.p_adjusted < SIGNIFICANT:
            yield (
                NEGATIVE,
                where,
                row.r,
                gettext(_OPPOSED, dimension=title(row.dimension), **values),
                (row.low, row.high),
            )


def _with_interval(r: float, low: float, high: float) -> str:
    """A correlation with its interval, if there is one."""
    shown, least, most = (format_number(f"{item:.2f}") for item in (r, low, high))
    if low != low:  # not a number
        return shown
    return gettext(
        "{correlation}, {confidence} interval {low} to {high}",
        correlation=shown,
        confidence=held_text(),
        low=least,
        high=most,
    )


def _silent(frames: Frames, title: Title) -> Found:
    table = frames["importance"]
    for row in _rows(table[table["level"] == "indicator"]):
        if row.r_index < SILENT.threshold:
            interval = row.r_index_low, row.r_index_high
            text = gettext(
                _AGAINST if row.r_index < 0 else _SILENT,
                indicator=title(row.element),
                correlation=_with_interval(row.r_index, *interval),
            )
            yield SILENT, row.element, row.r_index, text, interval


def _consistency(frames: Frames, title: Title) -> Found:
    for row in _rows(frames["consistency"]):
        # pairs over different units can give a covariance matrix whose alpha lies above 1: no consistency either
        if row.alpha < ALPHA.threshold or row.alpha > 1 + 1e-9:
            text = gettext(_SCATTERED, dimension=title(row.dimension), alpha=format_number(f"{row.alpha:.2f}"))
            yield ALPHA, row.dimension, row.alpha, text


def _components(frames: Frames, title: Title) -> Found:
    for name, rows in frames["components"].groupby("dimension", sort=False):
        above = int((rows["eigenvalue"] > KAISER.threshold).sum())
        if above > 1:
            yield KAISER, str(name), above, gettext(_SEVERAL, dimension=title(str(name)), number=above)
        first = float(rows["explained"].iloc[0])
        if first < EXPLAINED.threshold:
            text = gettext(_LITTLE, dimension=title(str(name)), share=format_percent(first))
            yield EXPLAINED, str(name), first, text


def _balance(frames: Frames, title: Title) -> Found:
    table = frames["importance"]
    for row in _rows(table[~(table["weight"] <= 0) & table["main_effect_share"].notna()]):
        ratio, share = row.main_effect_share / row.weight, row.main_effect_share
        far = not 1 / BALANCE.threshold <= ratio <= BALANCE.threshold
        if far and (share < row.by_weight_low or share > row.by_weight_high):
            text = gettext(
                _MORE if ratio > 1 else _LESS,
                member=title(row.element),
                dimension=title(row.dimension),
                weight=format_percent(row.weight),
                influence=format_percent(share),
                confidence=held_text(),
                low=format_percent(row.share_low),
                high=format_percent(row.share_high),
            )
            yield BALANCE, row.element, ratio, text


def unjudged(frames: Frames) -> list[str]:
    """The dimensions whose `balance` is not judged, since too few units have their members."""
    table = frames["importance"]
    return [
        str(name)
        for name, rows in table[table["main_effect_share"].notna()].groupby("dimension", sort=False)
        if len(rows) > 1 and rows["by_weight_low"].isna().all()
    ]


def unjudged_text(dimensions: Iterable[str]) -> str:
    """That their balance is not judged, and why."""
    return gettext(
        "not assessed for {dimensions}: with fewer than {fewest} units, influence cannot be separated from chance",
        dimensions=enumerated(list(dimensions)),
        fewest=FEWEST,
    )


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    return table.itertuples(index=False)
