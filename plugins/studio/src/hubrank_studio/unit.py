"""What is known of a unit: its figures with origin and steps, and what it would take to reach a rank."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hubrank_studio.session import Session

#: What a page can look at.
VIEWS: dict[str, Callable[[Session, Mapping[str, str]], Any]] = {}
