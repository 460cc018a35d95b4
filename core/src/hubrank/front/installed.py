"""Which verbs are installed, and which member brings one that is not."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from hubrank.contract.registry import Part, Registry

#: The distributions of this project that bring a verb which a bare core has not.
BRINGS = {
    "audit": "hubrank-audit",
    "balance": "hubrank-rivalry",
    "change": "hubrank-change",
    "compare": "hubrank-fit",
    "fit": "hubrank-fit",
    "import": "hubrank-interchange",
    "outlook": "hubrank-outlook",
    "report": "hubrank-report",
    "rivalry": "hubrank-rivalry",
    "robustness": "hubrank-robustness",
    "whatif": "hubrank-change",
}


@functools.cache
def installed_verbs() -> Mapping[str, tuple[Part, ...]]:
    """All commands by name, sorted; several where distributions bring one name. A broken plugin brings none."""
    return dict(sorted(Registry.of_commands().parts["command"].items()))


def owners(parts: tuple[Part, ...]) -> str:
    """The distributions that bring the parts, with their versions."""
    return " and ".join(sorted(f"{part.distribution} {part.version}".strip() for part in parts))
