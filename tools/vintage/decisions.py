"""Decisions on the judge's findings: approvals in a file, and the findings that they leave open."""

import fnmatch
from collections.abc import Sequence
from pathlib import Path

import attrs
import tomli
from hubrank.i18n import library_message
from hubrank.io.safe_input import read_bytes, shorten
from hubrank.io.toml import parse_toml
from hubrank.plugin import FileProblem

from tools.vintage.judging import Finding


@attrs.frozen(kw_only=True)
class Signature:
    """Findings (ids, or patterns with `*`) that a user has looked at and lets stand, and why."""

    findings: tuple[str, ...]
    reason: str = ""


@attrs.frozen(kw_only=True)
class _Decisions:
    signed: tuple[Signature, ...] = ()


def signatures(decisions: Path) -> tuple[Signature, ...]:
    """The approvals in a file of decisions; a FileProblem if it is missing or invalid."""
    try:
        found = tomli.loads(read_bytes(decisions, "scenario_bytes").decode())
    except ValueError as error:  # of TOML, or of UTF-8
        raise FileProblem(f"{shorten(decisions.name)}: {library_message(error)}") from None
    result, problems = parse_toml(_Decisions, found)
    if result is None:
        raise FileProblem(f"{shorten(decisions.name)}: {problems[0].where}: {problems[0].what}")
    return result.signed


def unsettled(findings: Sequence[Finding], decisions: Path | None) -> list[str]:
    """The open findings, and the unused approvals, one line each; none if everything is settled.

    A file of decisions has tables `[[signed]]`, each with `findings` and a `reason`.
    """
    signed = [] if decisions is None else signatures(decisions)
    patterns = [pattern for item in signed for pattern in item.findings]
    ids = {found.id for found in findings}
    lines = [
        f"unsigned: {found.id}: {found.text}"
        for found in findings
        if not any(fnmatch.fnmatchcase(found.id, item) for item in patterns)
    ]
    lines += [f"no such finding: {item}" for item in patterns if not fnmatch.filter(ids, item)]
    lines += [f"signed twice: {item}" for item in sorted({item for item in patterns if patterns.count(item) > 1})]
    return lines + [f"no reason: {', '.join(item.findings)}" for item in signed if not item.reason.strip()]
