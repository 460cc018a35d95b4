"""Findings of the check and the audit, each with the edits that mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hubrank_studio.session import Session

#: What a page can look at.
VIEWS: dict[str, Callable[[Session, Mapping[str, str]], Any]] = {}
