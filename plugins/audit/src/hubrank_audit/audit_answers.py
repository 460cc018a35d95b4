"""The audit as an answer in Python."""

from __future__ import annotations

from hubrank import Answer, Ranking, count_text, gettext

from hubrank_audit.auditing import audit as audited


def audit(ranking: Ranking, *, edition: int) -> Answer:
    """Audit an edition of a ranking.

    Args:
        ranking: The ranking.
        edition: The edition's position.

    Returns:
        The table `findings`, and those of the audit by name; the `Audit` of all editions.
    """
    made, year = audited(ranking), ranking.editions[edition]
    findings = made.findings_table()
    own = findings[findings["edition"] == year].drop(columns="edition").reset_index(drop=True)
    found = count_text(len(own), "finding") if len(own) else gettext("no findings")
    return Answer(
        title=gettext("audit of {title}, {edition}: {findings}", title=ranking.title, edition=year, findings=found),
        tables={"findings": own[["rule", "where", "value", "finding", "rule_of_thumb", "source"]], **made.of(year)},
        notes=tuple(own["finding"]),
        record=made,
    )
