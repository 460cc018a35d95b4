"""What an audit finds, by the rules of thumb that it holds a ranking against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hubrank import format_number, format_percent, gettext, gettext_noop

if TYPE_CHECKING:
    import pandas as pd


_HANDBOOK = "OECD/JRC, Handbook on Constructing Composite Indicators (2008)"
_GUIDE = "JRC, COIN Tool User's Guide (2019)"
_AUDITS = "JRC, statistical audits of composite indicators"


@frozen(kw_only=True)
class Rule:
    """A rule of thumb.

    Attributes:
        name: What findings and files call it.
        threshold: The number that it turns on.
        says: The rule in a sentence.
        source: Who says so.
    """

    name: str
    threshold: float
    says: str
    source: str


AVAILABLE = Rule(
    name="coverage",
    threshold=0.65,
    says=gettext_noop("each indicator and each unit should have at least 65 % of its values"),
    source=_GUIDE,
)
NONZERO = Rule(
    name="zeros",
    threshold=0.5,
    says=gettext_noop("at least half of the units should have a non-zero value"),
    source=_GUIDE,
)
UNIQUE = Rule(
    name="few-values",
    threshold=0.5,
    says=gettext_noop("an indicator should have at least half as many distinct values as there are units"),
    source=_GUIDE,
)
SKEWNESS = Rule(
    name="outliers",
    threshold=2.0,
    says=gettext_noop(
        "an absolute skewness above 2 together with a kurtosis above 3.5 indicates outliers that need treatment"
    ),
    source=f"{_HANDBOOK}, step 3; {_AUDITS}",
)
KURTOSIS = Rule(name="outliers", threshold=3.5, says=SKEWNESS.says, source=SKEWNESS.source)
REDUNDANT = Rule(
    name="redundant",
    threshold=0.92,
    says=gettext_noop("two indicators or two dimensions with a correlation above 0.92 are redundant"),
    source=_AUDITS,
)
NEGATIVE = Rule(
    name="trade-off",
    threshold=0.0,
    says=gettext_noop(
        "members of a dimension should not be negatively correlated (p < 0.05), because they cancel each other out"
    ),
    source=f"{_AUDITS}; {_HANDBOOK}, step 4",
)
SILENT = Rule(
    name="silent",
    threshold=0.3,
    says=gettext_noop("an indicator whose correlation with the index is below 0.3 has little influence on it"),
    source=_AUDITS,
)
ALPHA = Rule(
    name="consistency",
    threshold=0.7,
    says=gettext_noop("Cronbach's alpha of a dimension should be at least 0.7"),
    source=f"{_HANDBOOK}, step 4; Nunnally (1978), Psychometric Theory",
)
KAISER = Rule(
    name="one-component",
    threshold=1.0,
    says=gettext_noop("only the first principal component of a dimension should have an eigenvalue above 1 (Kaiser)"),
    source=f"{_HANDBOOK}, step 4",
)
EXPLAINED = Rule(
    name="explained",
    threshold=0.5,
    says=gettext_noop("the first principal component should explain at least half of a dimension's variance"),
    source=_AUDITS,
)
BALANCE = Rule(
    name="balance",
    threshold=2.0,
    says=gettext_noop("a member's share of the influence should be between half and twice its share of the weight"),
    source="Paruolo, Saisana, Saltelli (2013), Ratings and rankings: voodoo or science?",
)

SIGNIFICANT = 0.05

RULES = (
    AVAILABLE,
    NONZERO,
    UNIQUE,
    SKEWNESS,
    REDUNDANT,
    NEGATIVE,
    SILENT,
    ALPHA,
    KAISER,
    EXPLAINED,
    BALANCE,
)


@frozen(kw_only=True)
class Finding:
    """Something that a rule of thumb does not like.

    Attributes:
        edition: The year.
        rule: The rule.
        where: The unit, indicator, dimension or pair.
        value: What was found where the rule has its threshold.
        sentence: What it means and what can be done.
    """

    edition: int
    rule: Rule
    where: str
    value: float
    sentence: str


def findings(frames: Mapping[str, pd.DataFrame], edition: int, titles: Mapping[str, str]) -> tuple[Finding, ...]:
    """All findings of an edition, in the order of the Handbook's steps.

    Args:
        frames: The tables of the audit, of this edition alone.
        edition: The year.
        titles: What units, indicators and dimensions are called.
    """
    result: list[Finding] = []
    for look in (_coverage, _statistics, _pairs, _silent, _consistency, _components, _balance):
        found: Iterable[tuple[Rule, str, float, str]] = look(frames, lambda name: titles.get(name, name))
        result += [
            Finding(edition=edition, rule=rule, where=where, value=float(value), sentence=sentence)
            for rule, where, value, sentence in found
        ]
    return tuple(result)


_HIGH_OUTLIERS = gettext_noop(
    "{indicator} still has outliers after treatment (skewness {skewness}, kurtosis {kurtosis}): a few units set the "
    "scale and compress all others; take logarithms or winsorise"
)
_LOW_OUTLIERS = gettext_noop(
    "{indicator} still has outliers after treatment (skewness {skewness}, kurtosis {kurtosis}): a few units set the "
    "scale and compress all others; winsorise the low end"
)
_AGAINST = gettext_noop(
    "{indicator} has little influence on the index (correlation {correlation}): units that do well on it do worse in "
    "the index"
)
_SILENT = gettext_noop(
    "{indicator} has little influence on the index (correlation {correlation}): removing it would change little"
)
_MORE = gettext_noop(
    "{member} counts more in {dimension} than its weight suggests: {weight} of the weight, {influence} of the influence"
)
_LESS = gettext_noop(
    "{member} counts less in {dimension} than its weight suggests: {weight} of the weight, {influence} of the influence"
)

Found = Iterator[tuple[Rule, str, float, str]]
Named = Callable[[str], str]


def _coverage(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    for row in _rows(frames["coverage"]):
        if row.considered and row.available < AVAILABLE.threshold:
            yield (
                AVAILABLE,
                row.unit,
                row.available,
                gettext(
                    "{unit} has values for only {share} of the indicators, so its rank rests on little evidence: "
                    "add the missing values, or leave it unranked ([selection] at_least_share)",
                    unit=title(row.unit),
                    share=format_percent(row.available),
                ),
            )


def _statistics(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    table = frames["statistics"]
    measured, treated = (table[table["stage"] == stage] for stage in ("measured", "treated"))
    for row in _rows(measured):
        name = title(row.indicator)
        if row.flag_available == "low":
            yield (
                AVAILABLE,
                row.indicator,
                row.share_available,
                gettext(
                    "{indicator} covers only {share} of the units: find a more complete source, or drop it",
                    indicator=name,
                    share=format_percent(row.share_available),
                ),
            )
        elif row.flag_nonzero == "low":
            yield (
                NONZERO,
                row.indicator,
                row.share_nonzero,
                gettext(
                    "{indicator} is 0 for most units: it separates a few units from the rest but does not distinguish "
                    "the rest",
                    indicator=name,
                ),
            )
        elif row.flag_unique == "low":
            yield (
                UNIQUE,
                row.indicator,
                row.share_unique,
                gettext(
                    "{indicator} has {values} distinct values for {units} units, so many units tie",
                    indicator=name,
                    values=row.unique,
                    units=row.available,
                ),
            )
    for row in _rows(treated):
        if row.flag_shape == "outliers":
            yield (
                SKEWNESS,
                row.indicator,
                row.skewness,
                gettext(
                    _HIGH_OUTLIERS if row.skewness > 0 else _LOW_OUTLIERS,
                    indicator=title(row.indicator),
                    skewness=format_number(f"{row.skewness:.1f}"),
                    kurtosis=format_number(f"{row.kurtosis:.1f}"),
                ),
            )


def _pairs(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    table = frames["correlations"]
    for row in _rows(table[(table["method"] == "pearson") & table["relation"].isin(["within", "across"])]):
        names = {"one": title(row.first), "other": title(row.second)}
        where = f"{row.first} x {row.second}"
        if row.r > REDUNDANT.threshold:
            yield (
                REDUNDANT,
                where,
                row.r,
                gettext(
                    "{one} and {other} carry almost the same information (correlation {correlation}), which counts "
                    "twice: keep one, or halve their weights",
                    correlation=format_number(f"{row.r:.2f}"),
                    **names,
                ),
            )
        elif row.relation == "within" and row.r < NEGATIVE.threshold and row.p < SIGNIFICANT:
            yield (
                NEGATIVE,
                where,
                row.r,
                gettext(
                    "{one} and {other} are negatively correlated ({correlation}): within {dimension} they cancel each "
                    "other out; check their directions, or separate them",
                    correlation=format_number(f"{row.r:.2f}"),
                    dimension=title(row.dimension),
                    **names,
                ),
            )


def _silent(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    table = frames["importance"]
    for row in _rows(table[table["level"] == "indicator"]):
        if row.r_index < SILENT.threshold:
            yield (
                SILENT,
                row.element,
                row.r_index,
                gettext(
                    _AGAINST if row.r_index < 0 else _SILENT,
                    indicator=title(row.element),
                    correlation=format_number(f"{row.r_index:.2f}"),
                ),
            )


def _consistency(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    for row in _rows(frames["consistency"]):
        # pairs over different units can give a covariance matrix whose alpha lies above 1: no consistency either
        if row.alpha < ALPHA.threshold or row.alpha > 1 + 1e-9:
            yield (
                ALPHA,
                row.dimension,
                row.alpha,
                gettext(
                    "the members of {dimension} do not measure a single concept (Cronbach's alpha {alpha}): its score "
                    "is hard to interpret",
                    dimension=title(row.dimension),
                    alpha=format_number(f"{row.alpha:.2f}"),
                ),
            )


def _components(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    table = frames["components"]
    for name, own in table.groupby("dimension", sort=False):
        above = int((own["eigenvalue"] > KAISER.threshold).sum())
        if above > 1:
            yield (
                KAISER,
                str(name),
                above,
                gettext(
                    "{dimension} has {number} principal components with an eigenvalue above 1, so it measures more "
                    "than one concept: splitting it would make each part easier to interpret",
                    dimension=title(str(name)),
                    number=above,
                ),
            )
        first = float(own["explained"].iloc[0])
        if first < EXPLAINED.threshold:
            yield (
                EXPLAINED,
                str(name),
                first,
                gettext(
                    "a single score for {dimension} captures at most {share} of its members' variance",
                    dimension=title(str(name)),
                    share=format_percent(first),
                ),
            )


def _balance(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    for row in _rows(frames["importance"]):
        if row.weight <= 0 or row.main_effect_share != row.main_effect_share:  # not a number
            continue
        ratio = row.main_effect_share / row.weight
        if not 1 / BALANCE.threshold <= ratio <= BALANCE.threshold:
            yield (
                BALANCE,
                row.element,
                ratio,
                gettext(
                    _MORE if ratio > 1 else _LESS,
                    member=title(row.element),
                    dimension=title(row.dimension),
                    weight=format_percent(row.weight),
                    influence=format_percent(row.main_effect_share),
                ),
            )


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    return table.itertuples(index=False)
