"""What every part promises."""

from __future__ import annotations

import re
from typing import Any

from hubrank.testing.promises import promise


def check_name(part: Any, options: Any = None) -> None:  # noqa: ARG001  # called as every check is
    """A scenario can write its name as a bare key of TOML: letters, digits, `-` and `_`."""
    named = re.fullmatch(r"[A-Za-z0-9_-]+", part.name)
    promise(named, f"the name {part.name!r} must consist of letters, digits, '-' and '_'")
