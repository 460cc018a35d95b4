"""What every part promises."""

from __future__ import annotations

from typing import Any

from hubrank.errors import is_bare
from hubrank.testing.samples import promise


def check_name(part: Any, options: Any = None) -> None:  # noqa: ARG001  # called as every check is
    """A scenario can write its name as a bare key of TOML: letters, digits, `-` and `_`."""
    promise(is_bare(part.name), f"the name {part.name!r} must consist of letters, digits, '-' and '_'")
