"""Findings against the decisions of `decisions.toml`: each is signed, and each signature has a finding."""

import fnmatch
import tomllib
from collections.abc import Sequence
from pathlib import Path

from hubrank_vintage.judging.finding import Finding


def unsettled(findings: Sequence[Finding], decisions: Path) -> list[str]:
    """What is unsigned, and what is signed in vain.

    Args:
        findings: All that was found.
        decisions: A file of tables `[[signed]]`, each with `findings` (ids, or patterns with `*`) and a `reason`.

    Returns:
        One line each; none where everything is settled.
    """
    signed = tomllib.loads(decisions.read_text(encoding="utf-8")).get("signed", [])
    patterns = [pattern for each in signed for pattern in each["findings"]]
    ids = {found.id for found in findings}
    lines = [f"unsigned: {found.id}: {found.text}" for found in findings if not _covered(found.id, patterns)]
    lines += [f"no such finding: {each}" for each in patterns if not fnmatch.filter(ids, each)]
    lines += [f"signed twice: {each}" for each in sorted({each for each in patterns if patterns.count(each) > 1})]
    return lines + [
        f"no reason: {', '.join(each['findings'])}" for each in signed if not each.get("reason", "").strip()
    ]


def _covered(found: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(found, pattern) for pattern in patterns)
