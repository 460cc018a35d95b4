"""The page's text and pictures, put into its template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jinja2
from hubrank import __version__

from hubrank_audit.pictures import Names, Picture, pictures
from hubrank_audit.rules import RULES

if TYPE_CHECKING:
    import pandas as pd

    from hubrank_audit.auditing import Audit


def page(audit: Audit) -> str:
    """The page of the newest edition in which units are ranked, every name in it escaped."""
    plan = audit.ranking.plan
    edition = int(audit.frames["coverage"]["edition"].max())
    at = audit.ranking.editions.index(edition)
    frames = audit.of(edition)
    names = Names.of(plan)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hubrank_audit"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    found = [each for each in audit.findings if each.edition == edition]
    drawn: Mapping[str, Picture] = {each.name: each for each in pictures(audit, at, frames, names)}
    return environment.get_template("page.html.j2").render(
        title=audit.ranking.title,
        edition=edition,
        editions=[year for year in audit.ranking.editions if year != edition],
        units=int(audit.ranking.considered[at].sum()),
        indicators=len(plan.ranked),
        findings=found,
        rules=[(rule, [each for each in found if each.rule.name == rule.name]) for rule in RULES],
        dimensions=_dimensions(frames, names),
        pictures=drawn,
        version=__version__,
    )


def _dimensions(frames: Mapping[str, pd.DataFrame], names: Names) -> list[dict[str, Any]]:
    """A row a dimension: members, alpha, the first component's share, and the member with the most influence."""
    alphas = dict(zip(frames["consistency"]["dimension"], frames["consistency"]["alpha"], strict=True))
    first = frames["components"][frames["components"]["component"] == 1]
    explained = dict(zip(first["dimension"], first["explained"], strict=True))
    rows = []
    for name, own in frames["importance"].groupby("dimension", sort=False):
        strongest = own.sort_values("main_effect_share", ascending=False, kind="stable").iloc[0]
        rows.append(
            {
                "title": names.long(str(name)),
                "members": len(own),
                "alpha": alphas.get(name),
                "explained": explained.get(name),
                "strongest": names.long(str(strongest["element"])),
                "influence": strongest["main_effect_share"],
                "weight": strongest["weight"],
            }
        )
    return rows
