"""Which verbs are installed, and which distribution provides one that is not."""

from __future__ import annotations

import importlib.metadata

from hubrank.basis.errors import PluginError, UsageError
from hubrank.contract.fitting import UnfitError, check_versions
from hubrank.contract.guests import told
from hubrank.contract.registry import NotFoundError, Part, Registry

#: The distributions of this project that provide the verbs beyond those of the core.
BRINGS = {
    "audit": "hubrank-audit",
    "balance": "hubrank-analysis",
    "change": "hubrank-analysis",
    "check-plugin": "hubrank-start",
    "compare": "hubrank-analysis",
    "discover": "hubrank-discover",
    "fetch": "hubrank-fetching",
    "fit": "hubrank-analysis",
    "import": "hubrank-output",
    "new": "hubrank-start",
    "open": "hubrank-start",
    "openalex": "hubrank-research",
    "outlook": "hubrank-analysis",
    "report": "hubrank-output",
    "rivalry": "hubrank-analysis",
    "robustness": "hubrank-analysis",
    "start": "hubrank-start",
    "whatif": "hubrank-analysis",
}


def verb(commands: Registry, name: str) -> Part:
    """The one verb of a name.

    Args:
        commands: What is installed.
        name: What was typed.

    Raises:
        UsageError: There is no such verb, or two distributions provide it.
        PluginError: The distribution that provides it could not be loaded, or is made for another hubrank.
    """
    try:
        found = commands.find("command", name)
    except NotFoundError as error:
        if name in BRINGS and not commands.parts["command"].get(name):
            raise _absent(commands, name, BRINGS[name]) from error
        raise UsageError(str(error)) from error
    if found.version and not found.built_in:
        try:
            check_versions(importlib.metadata.requires(found.distribution))
        except UnfitError as error:
            raise found.broke(str(error)) from error
    return found


def _absent(commands: Registry, name: str, member: str) -> UsageError | PluginError:
    """The error for a missing verb that a distribution of this project provides."""
    for each in commands.broken:
        if each.distribution == member:
            return PluginError(member, f"command '{name}'", f"could not be loaded: {told(each.error)}")
    return UsageError(f"'{name}' is provided by {member}, which is not installed; pip install {member}")


def installed_part(kind: str, name: str) -> Part:
    """The one installed part of a kind with a name that the command line gives.

    Args:
        kind: As `hubrank list` names it, such as `exporter`.
        name: The part's.

    Raises:
        UsageError: There is none, or two distributions provide it.
    """
    try:
        return Registry.installed().find(kind, name)
    except NotFoundError as error:
        raise UsageError(str(error)) from error


def help_of(commands: Registry, name: str) -> str:
    """What a verb does, in one line; or the conflict, if several distributions provide it."""
    try:
        return str(commands.find("command", name).record.help)
    except NotFoundError as error:
        return str(error)
