"""The statistical audit of a ranking, as the Handbook (steps 2 to 4, 6) and the JRC's audits do it; pure."""

from __future__ import annotations

from hubrank.audit.findings import Finding
from hubrank.audit.report import Audit, audit
from hubrank.audit.rules import RULES, Rule

__all__ = ["RULES", "Audit", "Finding", "Rule", "audit"]
