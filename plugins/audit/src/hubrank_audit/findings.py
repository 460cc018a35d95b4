"""What an audit finds, each in a sentence that needs no statistics to be understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hubrank import format_number, format_percent, gettext, gettext_noop

from hubrank_audit import rules
from hubrank_audit.rules import Rule

if TYPE_CHECKING:
    import pandas as pd


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
    made: list[Finding] = []
    for look in (_coverage, _statistics, _pairs, _silent, _consistency, _components, _balance):
        found: Iterable[tuple[Rule, str, float, str]] = look(frames, lambda name: titles.get(name, name))
        made += [
            Finding(edition=edition, rule=rule, where=where, value=float(value), sentence=sentence)
            for rule, where, value, sentence in found
        ]
    return tuple(made)


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
        if row.considered and row.available < rules.AVAILABLE.threshold:
            yield (
                rules.AVAILABLE,
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
                rules.AVAILABLE,
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
                rules.NONZERO,
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
                rules.UNIQUE,
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
                rules.SKEWNESS,
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
        if row.r > rules.REDUNDANT.threshold:
            yield (
                rules.REDUNDANT,
                where,
                row.r,
                gettext(
                    "{one} and {other} carry almost the same information (correlation {correlation}), which counts "
                    "twice: keep one, or halve their weights",
                    correlation=format_number(f"{row.r:.2f}"),
                    **names,
                ),
            )
        elif row.relation == "within" and row.r < rules.NEGATIVE.threshold and row.p < rules.SIGNIFICANT:
            yield (
                rules.NEGATIVE,
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
        if row.r_index < rules.SILENT.threshold:
            yield (
                rules.SILENT,
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
        if row.alpha < rules.ALPHA.threshold or row.alpha > 1 + 1e-9:
            yield (
                rules.ALPHA,
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
        above = int((own["eigenvalue"] > rules.KAISER.threshold).sum())
        if above > 1:
            yield (
                rules.KAISER,
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
        if first < rules.EXPLAINED.threshold:
            yield (
                rules.EXPLAINED,
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
        if not 1 / rules.BALANCE.threshold <= ratio <= rules.BALANCE.threshold:
            yield (
                rules.BALANCE,
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
