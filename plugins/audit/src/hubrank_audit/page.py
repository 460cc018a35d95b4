"""The page of an audit, and what it says beside its findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
import pandas as pd
from hubrank import __version__, count_text, current_language, format_number, format_percent, gettext
from hubrank.io.escaping import template_value

from hubrank_audit.auditing import Audit, by_dimension
from hubrank_audit.findings import ALPHA, AVAILABLE, RULES, Rule
from hubrank_audit.pictures import Names, pictures

#: So many findings of a rule are not folded away.
_SHOWN = 6


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


def page(audit: Audit) -> str:
    """The page of the newest edition in which units are ranked, in the language that is spoken; names are escaped."""
    ranking = audit.ranking
    edition = int(audit.frames["coverage"]["edition"].max())
    at = ranking.editions.index(edition)
    frames = audit.of(edition)
    names = Names.of(ranking.plan)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hubrank_audit"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=template_value,
    )
    found = [item for item in audit.findings if item.edition == edition]
    covered = gettext(
        "Edition {edition}: {units}, {indicators}.",
        edition=edition,
        units=count_text(int(ranking.considered[at].sum()), "unit"),
        indicators=count_text(len(ranking.plan.ranked), "indicator"),
    )
    if others := ", ".join(str(year) for year in ranking.editions if year != edition):
        also = gettext("The accompanying tables also cover the other editions ({editions}).", editions=others)
        covered = f"{covered} {also}"
    count = gettext("{findings}.", findings=count_text(len(found), "finding")) if found else gettext("No findings.")
    return environment.get_template("page.html.j2").render(
        language=current_language(),
        window=gettext("Audit of {title}, {edition}", title=ranking.title, edition=edition),
        title=gettext("Audit of {title}", title=ranking.title),
        covered=covered,
        how_many=count,
        rules=[_rule(rule, [item.sentence for item in found if item.rule.name == rule.name]) for rule in RULES],
        dimensions=_dimensions(frames, names),
        pictures={item.name: item for item in pictures(audit, at, frames, names)},
        head=headings(),
        text=paragraphs(),
        made=gettext("Made with hubrank {version}.", version=__version__),
    )


def _rule(rule: Rule, sentences: list[str]) -> dict[str, Any]:
    """A rule with its findings, of which more than a few are folded away."""
    text = [_sentence(item) for item in sentences]
    return {
        "says": _sentence(gettext(rule.says)),
        "source": rule.source,
        "count": len(text),
        "shown": text[:_SHOWN],
        "folded": text[_SHOWN:],
        "more": gettext("and {number} more", number=len(text) - _SHOWN),
    }


def _sentence(text: str) -> str:
    """A text with a capital and a full stop."""
    return gettext("{sentence}.", sentence=text[0].upper() + text[1:])


def _dimensions(frames: Mapping[str, pd.DataFrame], names: Names) -> list[dict[str, str]]:
    """A row a dimension, as texts: members, alpha, the first component's share, the member with most influence."""
    rows = []
    for name, own, alpha, explained in by_dimension(frames, "–"):
        strongest = own.iloc[0]
        member = names.titles[strongest["element"]]
        if strongest["main_effect_share"] == strongest["main_effect_share"]:  # a number
            member = gettext(
                "{member}, {influence} of the influence with {weight} of the weight",
                member=member,
                influence=format_percent(strongest["main_effect_share"]),
                weight=format_percent(strongest["weight"]),
            )
        rows.append(
            {
                "title": names.titles[name],
                "members": str(len(own)),
                "alpha": alpha,
                "explained": explained,
                "strongest": member,
            }
        )
    return rows
