"""Weights of several people: gathered on one link, and what ranks they agree on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hubrank_studio.session import Session

#: What a page can look at.
VIEWS: dict[str, Callable[[Session, Mapping[str, str]], Any]] = {}
#: What a page can do.
ACTIONS: dict[str, Callable[[Session, Mapping[str, Any]], None]] = {}
