"""Whether a plugin is made for this hubrank: the versions that its distribution requires, and its contract."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any

from hubrank.basis.version import CONTRACT, OLDEST_CONTRACT, __version__
from hubrank.contract.guests import GuestError

#: A requirement of hubrank itself with versions, in a distribution's metadata.
_OURS = re.compile(r"hubrank\s*(?:\[[^\]]*\])?\s*\(?\s*([<>=!~][^;)]*)\)?\s*(?:;(.*))?", re.IGNORECASE | re.DOTALL)
#: What a plugin's module calls the number of the contract that it was written for.
NUMBER = "hubrank_contract"


class UnfitError(GuestError):
    """A plugin is made for another hubrank."""


def check_versions(requires: Iterable[str] | None) -> None:
    """Refuse a distribution that requires other versions of hubrank.

    Args:
        requires: Its requirements, as its metadata have them.

    Raises:
        UnfitError: One of them does not hold.
    """
    for each in requires or ():
        if (found := _OURS.fullmatch(each)) and (versions := _unmet(found[1].strip(), found[2] or "")):
            raise UnfitError(f"requires hubrank {versions}; installed: {__version__}")


@functools.cache
def _unmet(versions: str, marker: str) -> str:
    """The versions that are wanted where they are others than this; empty where they hold, or are of an extra.

    Most distributions write it alike, so it is read once.
    """
    from packaging.specifiers import SpecifierSet

    wanted = SpecifierSet(versions)
    if wanted.contains(__version__, prereleases=True):
        return ""
    if marker:
        from packaging.markers import Marker

        return str(wanted) if Marker(marker).evaluate({"extra": ""}) else ""
    return str(wanted)


def check_contract(plugin: Any) -> None:
    """Refuse a plugin that was written for a contract that this hubrank does not have; without a number none is.

    Raises:
        UnfitError: The contract is newer, or older than is still kept; or its number is none.
    """
    number = getattr(plugin, NUMBER, CONTRACT)
    if type(number) is not int or number < 1:
        raise UnfitError(f"{NUMBER} must be a whole number of at least 1; got {number!r}")
    if number > CONTRACT:
        raise UnfitError(
            f"is made for contract {number}; hubrank {__version__} has contract {CONTRACT}: update hubrank"
        )
    if number < OLDEST_CONTRACT:
        raise UnfitError(f"is made for contract {number}; hubrank {__version__} has contract {CONTRACT}: update it")
