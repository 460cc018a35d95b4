"""The page's text and pictures, put into its template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jinja2
from hubrank import __version__, current_language, format_number, format_percent, gettext
from hubrank.io.escaping import template_value

from hubrank_audit import page_texts
from hubrank_audit.pictures import Names, Picture, pictures
from hubrank_audit.rules import RULES, Rule

if TYPE_CHECKING:
    import pandas as pd

    from hubrank_audit.auditing import Audit

#: So many findings of a rule are not folded away.
_SHOWN = 6
#: What stands in a cell for what is not known.
_NOTHING = "–"


def page(audit: Audit) -> str:
    """The page of the newest edition in which units are ranked, in the language that is spoken; names are escaped."""
    plan = audit.ranking.plan
    edition = int(audit.frames["coverage"]["edition"].max())
    at = audit.ranking.editions.index(edition)
    frames = audit.of(edition)
    names = Names.of(plan)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hubrank_audit"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=template_value,
    )
    title = audit.ranking.title
    found = [each for each in audit.findings if each.edition == edition]
    drawn: Mapping[str, Picture] = {each.name: each for each in pictures(audit, at, frames, names)}
    return environment.get_template("page.html.j2").render(
        language=current_language(),
        window=gettext("Audit of {title}, {edition}", title=title, edition=edition),
        title=gettext("Audit of {title}", title=title),
        covered=page_texts.covered(
            edition,
            [year for year in audit.ranking.editions if year != edition],
            int(audit.ranking.considered[at].sum()),
            len(plan.ranked),
        ),
        how_many=page_texts.how_many(len(found)),
        rules=[_rule(rule, [each.sentence for each in found if each.rule.name == rule.name]) for rule in RULES],
        dimensions=_dimensions(frames, names),
        pictures=drawn,
        head=page_texts.headings(),
        text=page_texts.paragraphs(),
        made=gettext("Made with hubrank {version}.", version=__version__),
    )


def _rule(rule: Rule, sentences: list[str]) -> dict[str, Any]:
    """A rule with its findings, of which more than a few are folded away."""
    said = [_sentence(each) for each in sentences]
    return {
        "says": _sentence(gettext(rule.says)),
        "source": rule.source,
        "count": len(said),
        "shown": said[:_SHOWN],
        "folded": said[_SHOWN:],
        "more": gettext("and {number} more", number=len(said) - _SHOWN),
    }


def _sentence(text: str) -> str:
    """A text with a capital and a full stop."""
    return gettext("{sentence}.", sentence=text[0].upper() + text[1:])


def _dimensions(frames: Mapping[str, pd.DataFrame], names: Names) -> list[dict[str, str]]:
    """A row a dimension, as texts: members, alpha, the first component's share, the member with most influence."""
    alphas = dict(zip(frames["consistency"]["dimension"], frames["consistency"]["alpha"], strict=True))
    first = frames["components"][frames["components"]["component"] == 1]
    explained = dict(zip(first["dimension"], first["explained"], strict=True))
    rows = []
    for name, own in frames["importance"].groupby("dimension", sort=False):
        strongest = own.sort_values("main_effect_share", ascending=False, kind="stable").iloc[0]
        alpha = alphas.get(name, float("nan"))
        rows.append(
            {
                "title": names.long(str(name)),
                "members": str(len(own)),
                "alpha": _NOTHING if alpha != alpha else format_number(f"{alpha:.2f}"),
                "explained": format_percent(explained[name]) if name in explained else _NOTHING,
                "strongest": page_texts.strongest(
                    names.long(str(strongest["element"])), strongest["main_effect_share"], strongest["weight"]
                ),
            }
        )
    return rows
