"""What the page says beside its findings, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Sequence

from hubrank import count_text, format_number, format_percent, gettext, gettext_noop

from hubrank_audit.rules import ALPHA, AVAILABLE


def headings() -> dict[str, str]:
    """The headings of the page's parts and of its table."""
    return {
        "findings": gettext("Findings"),
        "coverage": gettext("Coverage"),
        "distributions": gettext("Distributions"),
        "correlations": gettext("Correlations"),
        "dimensions": gettext("Dimensions"),
        "influence": gettext("Weight and influence"),
        "removals": gettext("Leaving one out"),
        "dimension": gettext("Dimension"),
        "members": gettext("Members"),
        "alpha": gettext("Alpha"),
        "first_component": gettext("First component"),
        "strongest": gettext("Most influence"),
    }


def paragraphs() -> dict[str, str]:
    """What stands above and below the pictures."""
    return {
        "finding": gettext(
            "A finding is a reason to look again, not an error: there may be good reasons to depart from a rule of "
            "thumb."
        ),
        "coverage": gettext(
            "Share of units with a value, before imputation. Below the dashed line ({share}), an indicator may say "
            "more about who collects statistics than about performance.",
            share=format_percent(AVAILABLE.threshold),
        ),
        "distributions": gettext(
            "Each line is a unit (or several with the same value), from worst to best. If most units cluster at one "
            "end and a few lie far away, those few set the scale; such indicators are shown in red."
        ),
        "correlations": gettext(
            "Blue: positive correlation. Red: negative correlation. Indicators are ordered by dimension, so a coherent "
            "framework shows blue squares along the diagonal. A correlation close to 1 indicates redundancy; red "
            "inside a square means that members of a dimension cancel each other out."
        ),
        "dimensions": gettext(
            "Cronbach's alpha shows how consistently the members of a dimension measure one concept (1 is perfect, "
            "{alpha} acceptable). The first principal component shows how much of their variance a single score can "
            "capture.",
            alpha=format_number(f"{ALPHA.threshold:g}"),
        ),
        "components": gettext(
            "Eigenvalues of each dimension's principal components. More than one above the dashed line (1) means that "
            "the dimension measures more than one concept."
        ),
        "influence": gettext(
            "Weights are not importance: a member that varies little, or is uncorrelated with the others, counts less "
            "than its weight suggests. Influence is the share of the score's variance explained by the member alone "
            "(its main effect), relative to the sum over all members of the dimension."
        ),
        "removals": gettext(
            "Mean shift in rank when an indicator or a whole dimension is removed from the scenario: units are "
            "screened again and every step is recomputed. Only units ranked both with and without it count. Elements "
            "that the scenario cannot be computed without have no bar; audit-removals.csv gives the reason."
        ),
        "normalised": gettext(
            "Correlations, components and influence are computed from the normalised values of the units that passed "
            "the screening."
        ),
    }


def covered(edition: int, others: Sequence[int], units: int, indicators: int) -> str:
    """What was audited: the edition, and how much of it.

    Args:
        edition: The year.
        others: Those of the other editions.
        units: How many units passed the screening.
        indicators: How many indicators are ranked by.
    """
    said = gettext(
        "Edition {edition}: {units}, {indicators}.",
        edition=edition,
        units=count_text(units, "unit"),
        indicators=count_text(indicators, "indicator"),
    )
    if not others:
        return said
    also = gettext_noop("The accompanying tables also cover the other editions ({editions}).")
    return f"{said} {gettext(also, editions=', '.join(map(str, others)))}"


def how_many(findings: int) -> str:
    """How many findings there are."""
    if not findings:
        return gettext("No findings.")
    return gettext("{findings}.", findings=count_text(findings, "finding"))


def strongest(member: str, influence: float, weight: float) -> str:
    """The member of a dimension that counts most, with its shares where they are known."""
    if influence != influence:  # not a number
        return member
    return gettext(
        "{member}, {influence} of the influence with {weight} of the weight",
        member=member,
        influence=format_percent(influence),
        weight=format_percent(weight),
    )
