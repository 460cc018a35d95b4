"""What an audit finds, each in a sentence that needs no statistics to be understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hubrank.front import percent

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


Found = Iterator[tuple[Rule, str, float, str]]
Named = Callable[[str], str]


def _coverage(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    for row in _rows(frames["coverage"]):
        if row.considered and row.available < rules.AVAILABLE.threshold:
            yield (
                rules.AVAILABLE,
                row.unit,
                row.available,
                f"{title(row.unit)} has values for only {percent(row.available)} of the indicators, so its rank "
                "rests on little evidence: add the missing values, or leave it unranked ([selection] at_least_share)",
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
                f"{name} covers only {percent(row.share_available)} of the units: "
                "find a more complete source, or drop it",
            )
        elif row.flag_nonzero == "low":
            yield (
                rules.NONZERO,
                row.indicator,
                row.share_nonzero,
                f"{name} is 0 for most units: it separates a few units from the rest but does not distinguish the rest",
            )
        elif row.flag_unique == "low":
            yield (
                rules.UNIQUE,
                row.indicator,
                row.share_unique,
                f"{name} has {row.unique} distinct values for {row.available} units, so many units tie",
            )
    for row in _rows(treated):
        if row.flag_shape == "outliers":
            remedy = "take logarithms or winsorise" if row.skewness > 0 else "winsorise the low end"
            yield (
                rules.SKEWNESS,
                row.indicator,
                row.skewness,
                f"{title(row.indicator)} still has outliers after treatment (skewness {row.skewness:.1f}, kurtosis "
                f"{row.kurtosis:.1f}): a few units set the scale and compress all others; {remedy}",
            )


def _pairs(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    table = frames["correlations"]
    for row in _rows(table[(table["method"] == "pearson") & table["relation"].isin(["within", "across"])]):
        names = f"{title(row.first)} and {title(row.second)}"
        where = f"{row.first} x {row.second}"
        if row.r > rules.REDUNDANT.threshold:
            yield (
                rules.REDUNDANT,
                where,
                row.r,
                f"{names} carry almost the same information (correlation {row.r:.2f}), which counts twice: keep one, "
                "or halve their weights",
            )
        elif row.relation == "within" and row.r < rules.NEGATIVE.threshold and row.p < rules.SIGNIFICANT:
            yield (
                rules.NEGATIVE,
                where,
                row.r,
                f"{names} are negatively correlated ({row.r:.2f}): within {title(row.dimension)} they "
                "cancel each other out; check their directions, or separate them",
            )


def _silent(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    table = frames["importance"]
    for row in _rows(table[table["level"] == "indicator"]):
        if row.r_index < rules.SILENT.threshold:
            meaning = (
                "units that do well on it do worse in the index"
                if row.r_index < 0
                else "removing it would change little"
            )
            yield (
                rules.SILENT,
                row.element,
                row.r_index,
                f"{title(row.element)} has little influence on the index (correlation {row.r_index:.2f}): {meaning}",
            )


def _consistency(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    for row in _rows(frames["consistency"]):
        # pairs over different units can give a covariance matrix whose alpha lies above 1: no consistency either
        if row.alpha < rules.ALPHA.threshold or row.alpha > 1 + 1e-9:
            yield (
                rules.ALPHA,
                row.dimension,
                row.alpha,
                f"the members of {title(row.dimension)} do not measure a single concept (Cronbach's alpha "
                f"{row.alpha:.2f}): its score is hard to interpret",
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
                f"{title(str(name))} has {above} principal components with an eigenvalue above 1, so it measures more "
                "than one concept: splitting it would make each part easier to interpret",
            )
        first = float(own["explained"].iloc[0])
        if first < rules.EXPLAINED.threshold:
            yield (
                rules.EXPLAINED,
                str(name),
                first,
                f"a single score for {title(str(name))} captures at most {percent(first)} of its members' variance",
            )


def _balance(frames: Mapping[str, pd.DataFrame], title: Named) -> Found:
    for row in _rows(frames["importance"]):
        if row.weight <= 0 or row.main_effect_share != row.main_effect_share:  # not a number
            continue
        ratio = row.main_effect_share / row.weight
        if not 1 / rules.BALANCE.threshold <= ratio <= rules.BALANCE.threshold:
            more = "more" if ratio > 1 else "less"
            yield (
                rules.BALANCE,
                row.element,
                ratio,
                f"{title(row.element)} counts {more} in {title(row.dimension)} than its weight suggests: "
                f"{percent(row.weight)} of the weight, {percent(row.main_effect_share)} of the influence",
            )


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    return table.itertuples(index=False)
