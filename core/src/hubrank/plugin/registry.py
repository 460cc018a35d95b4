"""Entry points to parts; lookup, conflicts, versions, what is not installed."""

from __future__ import annotations

import errno
import functools
import importlib.metadata
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.parser import HeaderParser
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import pluggy
from attrs import field, frozen

from hubrank.errors import FileProblem, HubrankError, MethodError, PluginError, UsageError, did_you_mean
from hubrank.i18n import gettext_noop
from hubrank.plugin import hooks
from hubrank.plugin.calls import (
    GIVEN,
    PluginCallError,
    article,
    contract_violation,
    exception_text,
    plugin_call,
    read_only,
    real_numbers,
    text_of,
)
from hubrank.plugin.hooks import Command, Exporter, ScenarioFile
from hubrank.plugin.methods import Aggregator, Imputation, Indicator, Normalisation, Rescaling, Treatment, Weighting
from hubrank.plugin.sources import DataSource
from hubrank.plugin.units import MissingColumnError, UnitSet

if TYPE_CHECKING:
    from hubrank.numeric import Array

#: The version of hubrank.
__version__ = "0.1.0"

#: The number of the contract: hooks, records, and what is in the public modules. It grows when something is added that
#: a plugin can rely on; what is removed was deprecated for two minor versions before.
CONTRACT = 1
#: The oldest contract whose plugins still work.
OLDEST_CONTRACT = 1


#: A requirement of hubrank itself with versions, in a distribution's metadata.
_OURS = re.compile(r"hubrank\s*(?:\[[^\]]*\])?\s*\(?\s*([<>=!~][^;)]*)\)?\s*(?:;(.*))?", re.IGNORECASE | re.DOTALL)
#: What a plugin's module calls the number of the contract that it was written for.
NUMBER = "hubrank_contract"


class UnfitError(PluginCallError):
    """A plugin is made for another hubrank."""


def check_versions(requires: Iterable[str] | None) -> None:
    """Refuse a distribution that requires other versions of hubrank.

    Args:
        requires: Its requirements, as its metadata have them.

    Raises:
        UnfitError: One of them does not hold.
    """
    for item in requires or ():
        if (match := _OURS.fullmatch(item)) and (versions := _unmet(match[1].strip(), match[2] or "")):
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


#: Each kind of part, as messages and `hubrank list` name it in English, with the hook that yields it and its record.
_KINDS: dict[str, tuple[str, type[Any]]] = {
    gettext_noop("unit set"): ("hubrank_unit_sets", UnitSet),
    gettext_noop("source"): ("hubrank_data_sources", DataSource),
    gettext_noop("indicator"): ("hubrank_indicators", Indicator),
    gettext_noop("imputation"): ("hubrank_imputations", Imputation),
    gettext_noop("treatment"): ("hubrank_treatments", Treatment),
    gettext_noop("normalisation"): ("hubrank_normalisations", Normalisation),
    gettext_noop("weighting"): ("hubrank_weightings", Weighting),
    gettext_noop("aggregator"): ("hubrank_aggregators", Aggregator),
    gettext_noop("rescaling"): ("hubrank_rescalings", Rescaling),
    gettext_noop("exporter"): ("hubrank_exporters", Exporter),
    gettext_noop("scenario"): ("hubrank_scenarios", ScenarioFile),
    gettext_noop("command"): ("hubrank_commands", Command),
}
#: The hook of each kind of part.
KINDS = {kind: hook for kind, (hook, _) in _KINDS.items()}

#: Entry points of modules that yield parts.
PARTS = "hubrank"
#: Entry points of modules that yield commands, apart from the others so that `hubrank --help` loads little.
COMMANDS = "hubrank.commands"


@frozen
class Part:
    """An installed part and the distribution that provides it.

    Attributes:
        kind: A key of `KINDS`.
        record: What the plugin yielded: an `Indicator`, a `DataSource` ...
        distribution: The distribution's name, or the module's where it is not installed.
        version: The distribution's version.
    """

    kind: str
    record: Any
    distribution: str
    version: str

    @property
    def name(self) -> str:
        """What a scenario writes while no other part of the kind has it."""
        return str(self.record.name)

    @property
    def full_name(self) -> str:
        """What names it whatever else is installed, such as `hubrank-papers:papers`."""
        return f"{self.distribution}:{self.name}"

    @property
    def built_in(self) -> bool:
        """Whether it is hubrank's own, so that no author of a plugin can mend it."""
        return self.distribution.partition(".")[0] == "hubrank"

    def is_own(self, *names: str) -> bool:
        """Whether it is hubrank's own part of one of these names, whatever others are called."""
        return self.built_in and self.name in names

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}'"

    def call(self, name: str, *arguments: Any, function: Callable[..., Any] | None = None) -> Any:
        """Call one of its functions: it prints to standard error and cannot change what it is handed.

        Args:
            name: Its name, an attribute of the record unless the function is given.
            *arguments: What it is called with.
            function: The function, where it is no attribute of the record.

        Raises:
            HubrankError: As it raised it; so are `MethodError`, `FileProblem` and `MissingColumnError`.
            OSError: A disk is full or broken, or an exporter must not write where it is told to.
            PluginError: It raised anything else.
        """
        function = function or getattr(self.record, name)
        try:
            with plugin_call():
                return function(*map(read_only, arguments))
        except (HubrankError, MethodError, FileProblem, MissingColumnError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and (error.errno in _MACHINE or _is_forbidden(name, error, arguments)):
                raise
            raise self.broke(_raised(name, error)) from error

    def ask(self, name: str, options: Any) -> Any:
        """What the record says with some options: an attribute, or what the function in its place gives.

        Args:
            name: A key of `promises.GIVEN`.
            options: The options.

        Raises:
            HubrankError: As `call` does, and so for the others.
            PluginError: It raised, or gave something else than it must.
        """
        value = getattr(self.record, name)
        if not callable(value):
            return value
        holds, expected = GIVEN[name]

        def give(options: Any) -> tuple[Any, bool]:
            result = value(options)
            return result, holds(result)

        result, valid = self.call(name, options, function=give)
        if not valid:
            raise self.broke(f"{name} returned {type(result).__name__}; expected {expected}")
        return result

    def numbers(self, result: Any, name: str = "apply") -> Array:
        """What one of its functions returned, as an array of floats.

        Raises:
            PluginError: It holds something other than real numbers.
        """
        plain = type(result).__module__ == "numpy"  # no code of the plugin's is asked what it is
        array: Array | None = real_numbers(result) if plain else self.call(name, result, function=real_numbers)
        if array is None:
            kind = f"{type(result).__name__} of {result.dtype}" if plain else type(result).__name__
            raise self.broke(f"{name} returned {kind}; expected real numbers")
        return array

    def broke(self, what: str) -> PluginError:
        """The error for a part that did not keep its promise."""
        return PluginError(self.distribution, str(self), what)


@frozen
class Broken:
    """A plugin that could not be imported or whose hook raised.

    Attributes:
        distribution: The distribution's name.
        error: What it raised.
    """

    distribution: str
    error: BaseException

    def __str__(self) -> str:
        return f"{self.distribution} ({exception_text(self.error)})"


class NotFoundError(Exception):
    """No part, or more than one, has the name; the message lists what is available."""


@frozen
class Registry:
    """All parts of all installed plugins.

    A broken plugin, or two plugins that provide the same name, only affect scenarios that use that name.

    Attributes:
        parts: By kind and name, all parts that have the name.
        broken: The plugins that could not be imported, or whose hooks raised.
    """

    parts: Mapping[str, Mapping[str, tuple[Part, ...]]]
    broken: tuple[Broken, ...] = field(factory=tuple)

    @classmethod
    def installed(cls) -> Registry:
        """Everything that the entry points of the group `hubrank` bring."""
        return cls._loaded(PARTS, COMMANDS)

    @classmethod
    def of_commands(cls) -> Registry:
        """The commands alone; nothing else is imported."""
        return cls._loaded(COMMANDS)

    @classmethod
    def _loaded(cls, *groups: str) -> Registry:
        installed = importlib.metadata.entry_points()
        entries = {entry.value: entry for group in groups for entry in installed.select(group=group)}
        distributions: dict[int, tuple[str, str, list[str]]] = {}  # the entry points of a distribution share it
        modules = []
        for entry in entries.values():
            if entry.dist is None or id(entry.dist) not in distributions:
                distributions[id(entry.dist)] = _distribution(entry)
            name, version, requires = distributions[id(entry.dist)]
            modules.append((name, version, entry, requires if PARTS in groups else ()))
        return cls._collected(modules)

    @classmethod
    def of(cls, *modules: ModuleType | Any) -> Registry:
        """What these modules bring, without installing them; the built-ins are not among it."""
        return cls._collected([(module.__name__, "", module, ()) for module in modules])

    @classmethod
    def _collected(cls, modules: Iterable[tuple[str, str, Any, Iterable[str]]]) -> Registry:
        """What modules bring, themselves or by their entry points, each with its distribution and requirements."""
        parts: dict[str, dict[str, tuple[Part, ...]]] = {kind: {} for kind in KINDS}
        broken = []
        manager = _manager()
        for distribution, version, module, requires in modules:
            try:
                check_versions(requires)
                with plugin_call():
                    plugin = module.load() if isinstance(module, importlib.metadata.EntryPoint) else module
                    check_contract(plugin)
                    manager.register(plugin)
                    manager.check_pending()
                    brought = [Part(kind, record, distribution, version) for kind, record in _yielded(manager)]
                    manager.unregister(plugin)
            except Exception as error:  # noqa: BLE001  # whatever a plugin raises, the others still work
                broken.append(Broken(distribution, error))
                manager = _manager()
                continue
            for part in brought:
                parts[part.kind][part.name] = (*parts[part.kind].get(part.name, ()), part)
        return cls(parts, tuple(broken))

    def joined(self, plugin: Any, distribution: str) -> Registry:
        """These parts with those of a plugin that is not installed.

        Args:
            plugin: What has the hooks.
            distribution: What messages call it.
        """
        more = self._collected([(distribution, "", plugin, ())])
        parts = {
            kind: {
                name: (*present.get(name, ()), *more.parts[kind].get(name, ()))
                for name in {**present, **more.parts[kind]}
            }
            for kind, present in self.parts.items()
        }
        return Registry(parts, (*self.broken, *more.broken))

    def find(self, kind: str, name: str) -> Part:
        """The one part of a kind with a name, or with a full name: `distribution:name`.

        Raises:
            NotFoundError: There is none, or there are several.
        """
        parts = self.called(kind, name)
        if len(parts) == 1:
            return parts[0]
        if parts:
            raise NotFoundError(_conflict(name, parts))
        known = self.parts[kind] if ":" not in name else [item.full_name for item in self if item.kind == kind]
        broken = f"; these plugins could not be loaded: {', '.join(map(str, self.broken))}" if self.broken else ""
        raise NotFoundError(f"no installed plugin has {article(kind)} '{name}'{did_you_mean(name, known)}{broken}")

    def called(self, kind: str, name: str) -> tuple[Part, ...]:
        """All parts of a kind that a name or a full name means."""
        owner, _, short = name.rpartition(":")
        parts = self.parts[kind].get(short, ())
        return tuple(item for item in parts if _key(item.distribution) == _key(owner)) if owner else parts

    def name_of(self, part: Part) -> str:
        """What names a part here: its name, or the full one where others have that too."""
        return part.name if len(self.called(part.kind, part.name)) <= 1 else part.full_name

    def names(self, kind: str) -> tuple[str, ...]:
        """All names of a kind, sorted."""
        return tuple(sorted(self.parts[kind]))

    def __iter__(self) -> Iterator[Part]:
        for kind in KINDS:
            for name in self.names(kind):
                yield from self.parts[kind][name]


def _conflict(name: str, parts: tuple[Part, ...]) -> str:
    """What is wrong where several parts have a name, and what to write."""
    ordered = sorted(parts, key=lambda part: part.full_name)
    owners = dict.fromkeys(f"{part.distribution} {part.version}".strip() for part in ordered)
    full = dict.fromkeys(f'"{part.full_name}"' for part in ordered)
    if len(full) == 1:
        return (
            f"{' and '.join(owners)} provides '{name}' {len(parts):,} {'time' if len(parts) == 1 else 'times'}; "
            "uninstall it"
        )
    return f"'{name}' is provided by {' and '.join(owners)}; write {' or '.join(full)}"


def _key(distribution: str) -> str:
    """What is the same for all spellings of a distribution's name."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


class _Manager(pluggy.PluginManager):
    """Looks at the functions of a module alone: nothing else in it can be a hook."""

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> pluggy.HookimplOpts | None:
        if isinstance(plugin, ModuleType) and not isinstance(vars(plugin).get(name), FunctionType):
            return None
        return super().parse_hookimpl_opts(plugin, name)


def _manager() -> pluggy.PluginManager:
    """What calls the hooks of one module at a time; a module that breaks a hook leaves it in no state to go on."""
    manager = _Manager("hubrank")
    manager.add_hookspecs(hooks)
    return manager


def distributions() -> dict[str, str]:
    """The names of all distributions that bring parts or verbs, with their versions, without importing anything."""
    installed = importlib.metadata.entry_points()
    brought = [_distribution(entry) for group in (PARTS, COMMANDS) for entry in installed.select(group=group)]
    return {name: version for name, version, _ in sorted(brought)}


def _distribution(entry: importlib.metadata.EntryPoint) -> tuple[str, str, list[str]]:
    """The name, version and requirements of the distribution that an entry point is of.

    Its description, which is long, is not parsed.
    """
    if entry.dist is None:
        return entry.value, "", []
    text = entry.dist.read_text("METADATA") or entry.dist.read_text("PKG-INFO") or ""
    metadata = HeaderParser().parsestr(text.partition("\n\n")[0])
    return metadata["Name"], metadata["Version"], metadata.get_all("Requires-Dist") or []


def _yielded(manager: pluggy.PluginManager) -> Iterator[tuple[str, Any]]:
    for kind, (hook, wanted) in _KINDS.items():
        for record in (item for records in getattr(manager.hook, hook)() for item in records):
            if not isinstance(record, wanted):
                yielded, promised = article(type(record).__name__), article(wanted.__name__)
                raise TypeError(f"{hook} yielded {yielded}; expected {promised}")
            if (what := contract_violation(record)) is not None:
                raise TypeError(f"{hook} yielded {article(wanted.__name__)} {what}")
            yield kind, record


#: What is amiss with the machine's disks, and no plugin's mistake.
_MACHINE = (errno.ENOSPC, errno.EROFS, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))
#: What a system says where something must not be written.
_FORBIDDEN = (errno.EACCES, errno.EPERM)
#: What stands in the message of whoever tries to change what cannot be.
_READ_ONLY = ("read-only", "mappingproxy")


def _is_forbidden(function: str, error: OSError, arguments: tuple[Any, ...]) -> bool:
    """Whether the system forbids an exporter to write where it was told to, or among temporary files."""
    places = [item.parent for item in arguments if isinstance(item, Path)]
    if function != "write" or error.errno not in _FORBIDDEN or not places:
        return False
    named = error.filename
    return named is None or (
        isinstance(named, str | os.PathLike)
        and any(Path(named).is_relative_to(item) for item in (*places, Path(tempfile.gettempdir())))
    )


def _raised(function: str, error: Exception) -> str:
    """What a function did that raised."""
    if isinstance(error, PluginCallError):
        return f"{function} raised {error}"
    message = text_of(error)
    hint = "; what a plugin is handed cannot be changed, so it must change a copy"
    changes = any(item in message for item in _READ_ONLY)
    return f"{function} raised {type(error).__name__}: {message}{hint if changes else ''}"


#: The verbs beyond those of the core, each with the distribution of this project that provides it.
BRINGS = {
    name: member
    for member, verbs in {
        "hubrank-analysis": "compare diff match-weights optimise-weights outlook rivalry robustness whatif",
        "hubrank-audit": "audit",
        "hubrank-discover": "discover",
        "hubrank-fetching": "fetch",
        "hubrank-output": "import report",
        "hubrank-research": "openalex",
        "hubrank-start": "check-plugin new start",
    }.items()
    for name in verbs.split()
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
        part = commands.find("command", name)
    except NotFoundError as error:
        if name in BRINGS and not commands.parts["command"].get(name):
            raise _absent(commands, name, BRINGS[name]) from error
        raise UsageError(str(error)) from error
    if part.version and not part.built_in:
        try:
            check_versions(importlib.metadata.requires(part.distribution))
        except UnfitError as error:
            raise part.broke(str(error)) from error
    return part


def _absent(commands: Registry, name: str, member: str) -> UsageError | PluginError:
    """The error for a missing verb that a distribution of this project provides."""
    for item in commands.broken:
        if item.distribution == member:
            return PluginError(member, f"command '{name}'", f"could not be loaded: {exception_text(item.error)}")
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
