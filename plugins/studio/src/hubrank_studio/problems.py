"""Findings of the check and the audit, each with the edits that mend it, or set aside with a reason."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from hubrank.plugin import Ranking, UsageError, gettext
from hubrank_audit.auditing import Audit, audit
from hubrank_audit.findings import DATA, Rule

from hubrank_studio.original import keep_newest
from hubrank_studio.queries import edition_of, text_of
from hubrank_studio.remedies import Remedies
from hubrank_studio.session import Session, SupersededError

#: The step that sets a finding aside, and the one that takes it up again: both say so and change nothing.
ASIDE, AGAIN = "step.aside", "step.again"
#: The newest audits of each session, for going back and forth.
_audits: WeakKeyDictionary[Session, dict[tuple[int, int], Audit]] = WeakKeyDictionary()
#: One audit is made at a time.
_AUDITING = threading.Lock()


def problems(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """What the check and the audit find in an edition of the current ranking, with remedies.

    An audit takes seconds of a large ranking; it ends at once when the scenario changes meanwhile, and is `superseded`.
    """
    ranking, number = session.ranked
    if ranking is None:
        return {"step": 0, "findings": []}
    at = edition_of(ranking, query)
    try:
        result = _audited(session, ranking, number, at)
    except SupersededError:
        return {"step": number, "superseded": True, "findings": []}
    remedies = Remedies(ranking, at, result.of(ranking.editions[at]) if "coverage" in result.frames else {})
    reasons = set_aside(session)
    found = [*_checks(ranking, remedies), *_findings(result, remedies, reasons)]
    return {"step": number, "edition": ranking.editions[at], "findings": found}


def set_aside(session: Session) -> dict[str, str]:
    """The reasons for which findings are set aside on the way to the current step, by finding."""
    said: dict[str, str] = {}
    for what in session.folder.way(session.step.number) if session.step is not None else ():
        if what.get("key") in (ASIDE, AGAIN):
            values = what.get("values", {})
            said.setdefault(str(values.get("finding")), str(values.get("reason", "")))
    return {finding: reason for finding, reason in said.items() if reason}


def _audited(session: Session, ranking: Ranking, number: int, at: int) -> Audit:
    def heed(*_work: Any, **_more: Any) -> None:
        if session.superseded(number):
            raise SupersededError

    kept = _audits.setdefault(session, {})
    with _AUDITING:
        if (number, at) not in kept:
            heed()
            keep_newest(kept, (number, at), audit(ranking, heed, at))
        return kept[number, at]


def _findings(result: Audit, remedies: Remedies, reasons: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for item in result.findings:
        if item.rule is not DATA:
            key = f"{item.rule.name}: {item.where}"
            yield {
                **_shown(item.rule, key, item.sentence),
                "indicator": item.where if item.where in result.ranking.plan.titles() else "",
                "aside": reasons.get(key),
                "remedies": [each.shown() for each in remedies.of(item)],
            }


def _shown(rule: Rule, key: str, text: str) -> dict[str, Any]:
    return {"key": key, "text": text, "rule": gettext(rule.name), "says": gettext(rule.says), "source": rule.source}


def _checks(ranking: Ranking, remedies: Remedies) -> Iterator[dict[str, Any]]:
    """Values that look like mistakes; those that the scenario acknowledges are set aside with its reason."""
    known = ranking.plan.scenario.acknowledged
    keys = {item.key for item in ranking.plan.ranked}
    for check in ranking.data_checks:
        yield {
            **_shown(DATA, check.key, check.sentence),
            "indicator": check.about if check.about in keys else "",
            "acknowledged": True,
            "aside": known.get(check.key),
            "remedies": [each.shown() for each in remedies.of_check(check)],
        }


def put_aside(session: Session, said: Mapping[str, Any]) -> None:
    """Set a finding aside with a reason, or take it up again without one; a step of its own, so it can be undone."""
    values = {key: text_of(said, key) for key in ("finding", "text")}
    reason = None if said.get("reason") is None else text_of(said, "reason")
    if reason is not None and not reason.strip():
        raise UsageError(gettext("give the reason why this finding is set aside"))
    session.note({"key": AGAIN if reason is None else ASIDE, "values": values | ({"reason": reason} if reason else {})})
