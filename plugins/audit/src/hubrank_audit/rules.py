"""The rules of thumb that an audit holds a ranking against."""

from __future__ import annotations

from attrs import frozen
from hubrank import gettext_noop

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
