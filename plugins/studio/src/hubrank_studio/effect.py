"""What a choice did: which ranks two steps, or variants of a scenario, differ in, and whether beyond doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hubrank_studio.session import Session

#: What a page can look at.
VIEWS: dict[str, Callable[[Session, Mapping[str, str]], Any]] = {}
