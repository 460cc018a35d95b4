"""What a person takes away: the ranking as a page, a run, a workbook, a scenario, or lines of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hubrank.plugin import Ranking, UsageError, gettext
from hubrank_output.report.pages import report

from hubrank_studio.session import Session


def report_page(session: Session) -> str:
    """The ranking as the page that `hubrank report` writes."""
    return report(ranking_of(session))


def ranking_of(session: Session) -> Ranking:
    """The newest ranking; a `UsageError` if there is none yet."""
    if session.ranking is None:
        raise UsageError(gettext("there is no ranking yet; drop a table, or open a scenario"))
    return session.ranking


#: What can be saved, by name: each gives the file's name, its content and its media type.
KINDS: dict[str, Callable[[Session], tuple[str, Any, str]]] = {
    "report": lambda session: ("report.html", report_page(session), "text/html"),
    "scenario": lambda session: ("scenario.toml", session.step.toml if session.step else "", "application/toml"),
}


def saved(session: Session, kind: str) -> tuple[str, Any, str]:
    """A file to save; a `UsageError` if there is no such kind."""
    if kind not in KINDS:
        raise UsageError(gettext("there is no such file to save"))
    return KINDS[kind](session)
