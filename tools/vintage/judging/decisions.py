"""Findings against the decisions of `decisions.toml`: each is signed, and each signature has a finding."""

import fnmatch
from collections.abc import Sequence
from pathlib import Path

import tomli
from attrs import frozen
from hubrank import FileProblem
from hubrank.i18n import library_message
from hubrank.io.safe_input import read_bytes, shorten
from hubrank.io.toml import parse_toml

from tools.vintage.judging.finding import Finding


@frozen(kw_only=True)
class Signature:
    """Findings that a person has looked at and lets stand.

    Attributes:
        findings: Their ids, or patterns with `*`.
        reason: Why.
    """

    findings: tuple[str, ...]
    reason: str = ""


@frozen(kw_only=True)
class _Decisions:
    signed: tuple[Signature, ...] = ()


def signatures(decisions: Path) -> tuple[Signature, ...]:
    """What a file of decisions has signed.

    Raises:
        FileProblem: It is not there, or not as it should be.
    """
    try:
        found = tomli.loads(read_bytes(decisions, "scenario_bytes").decode())
    except ValueError as error:  # of TOML, or of UTF-8
        raise FileProblem(f"{shorten(decisions.name)}: {library_message(error)}") from None
    made, problems = parse_toml(_Decisions, found)
    if made is None:
        raise FileProblem(f"{shorten(decisions.name)}: {problems[0].where}: {problems[0].what}")
    return made.signed


def unsettled(findings: Sequence[Finding], decisions: Path | None) -> list[str]:
    """What is unsigned, and what is signed in vain.

    Args:
        findings: All that was found.
        decisions: A file of tables `[[signed]]`, each with `findings` (ids, or patterns with `*`) and a `reason`; none
            where nothing is signed.

    Returns:
        One line each; none where everything is settled.
    """
    signed = [] if decisions is None else signatures(decisions)
    patterns = [pattern for each in signed for pattern in each.findings]
    ids = {found.id for found in findings}
    lines = [f"unsigned: {found.id}: {found.text}" for found in findings if not _covered(found.id, patterns)]
    lines += [f"no such finding: {each}" for each in patterns if not fnmatch.filter(ids, each)]
    lines += [f"signed twice: {each}" for each in sorted({each for each in patterns if patterns.count(each) > 1})]
    return lines + [f"no reason: {', '.join(each.findings)}" for each in signed if not each.reason.strip()]


def _covered(found: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(found, pattern) for pattern in patterns)
