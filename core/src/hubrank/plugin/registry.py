"""Find components by entry points: lookup, conflicts, versions, components that are not installed."""

from __future__ import annotations

import errno
import functools
import importlib
import itertools
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import attrs
from attrs import field, frozen

from hubrank.errors import FileProblem, HubrankError, MethodError, PluginError, UsageError, did_you_mean, fold_name
from hubrank.i18n import gettext_noop
from hubrank.plugin import part_index
from hubrank.plugin.calls import GIVEN, PluginCallError, article, exception_text, plugin_call, read_only, real_numbers
from hubrank.plugin.part_index import Listed, SearchPath, search_path

if TYPE_CHECKING:
    from hubrank.numeric import Array
    from hubrank.plugin.loading import Entry

#: The version of hubrank.
__version__ = "0.1.0"

#: The version of the plugin contract: hooks, records, and the content of the public modules. It grows with additions
#: that plugins can rely on; features are removed after two minor versions of deprecation.
CONTRACT = 1
#: The oldest contract version whose plugins still work.
OLDEST_CONTRACT = 1


#: A requirement of hubrank itself with versions, in a distribution's metadata.
_OURS = re.compile(
    r"hubrank\s*+(?:\[[^\]]*+\]\s*+)?\(?\s*+([<>=!~][^;)]*+)\)?\s*+(?:;(.*))?", re.IGNORECASE | re.DOTALL
)


class UnfitError(PluginCallError):
    """A plugin is made for another version of hubrank."""


def check_versions(requires: Iterable[str] | None) -> None:
    """Reject a distribution whose metadata require other versions of hubrank."""
    for match in filter(None, map(_OURS.fullmatch, requires or ())):
        from packaging.markers import Marker
        from packaging.specifiers import SpecifierSet

        versions = SpecifierSet(match[1].strip())
        if versions.contains(__version__, prereleases=True):
            continue
        if not match[2] or Marker(match[2]).evaluate({"extra": ""}):
            raise UnfitError(f"requires hubrank {versions}; installed: {__version__}")


#: Each kind of component, with its English name in messages and `hubrank list`, and its hook.
KINDS: dict[str, str] = {
    gettext_noop("unit set"): "hubrank_unit_sets",
    gettext_noop("source"): "hubrank_data_sources",
    gettext_noop("indicator"): "hubrank_indicators",
    gettext_noop("imputation"): "hubrank_imputations",
    gettext_noop("treatment"): "hubrank_treatments",
    gettext_noop("normalisation"): "hubrank_normalisations",
    gettext_noop("weighting"): "hubrank_weightings",
    gettext_noop("aggregator"): "hubrank_aggregators",
    gettext_noop("rescaling"): "hubrank_rescalings",
    gettext_noop("exporter"): "hubrank_exporters",
    gettext_noop("scenario"): "hubrank_scenarios",
    gettext_noop("command"): "hubrank_commands",
}

#: The names of methods in other tools, in letters alone, and our names.
_ELSEWHERE = {
    ("aggregator", "arithmetic"): "mean average avg amean additive weightedsum weightedmean weightedaverage saw wsm",
    ("aggregator", "geometric"): "gmean geomean geometricmean multiplicative",
    ("normalisation", "min-max"): "minmaxscaler nminmax rescale scale",
    ("normalisation", "z-score"): "nzscore standard standardscaler standardise standardize",
    ("weighting", "equal"): "uniform eq same",
    ("weighting", "standard-deviation"): "std sd",
}

#: Entry points of modules that yield components.
PARTS = "hubrank"
#: Entry points of modules that yield commands, apart from the others so that `hubrank --help` loads little.
COMMANDS = "hubrank.commands"


@frozen
class Part:
    """A component that a plugin yields, and its distribution, or the module that is not installed.

    Attributes:
        kind: One of `KINDS`.
        texts: All attributes of its record that are texts or paths; they are known without importing the plugin.
    """

    kind: str
    texts: Mapping[str, str]
    distribution: str
    version: str
    _give: Callable[[], Any] = field(eq=False, repr=False)

    @classmethod
    def of(cls, kind: str, record: Any, distribution: str, version: str) -> Part:
        """A component by its record."""
        named = {item.name: getattr(record, item.name) for item in attrs.fields(type(record))}
        paths = {name: str(value) for name, value in named.items() if isinstance(value, Path)}
        texts = {name: value for name, value in named.items() if isinstance(value, str)} | paths
        return cls(kind, texts, distribution, version, lambda: record)

    @functools.cached_property
    def record(self) -> Any:
        """The record that the plugin yields, which is imported for it; `PluginError` if it cannot be."""
        return self._give()

    @property
    def name(self) -> str:
        """The name in a scenario, unless another component of the kind has it too."""
        return self.texts["name"]

    @property
    def full_name(self) -> str:
        """The unique name, such as `hubrank-papers:papers`."""
        return f"{self.distribution}:{self.name}"

    @property
    def built_in(self) -> bool:
        """Whether it is built into hubrank, so that no plugin author can fix it."""
        return self.distribution.partition(".")[0] == "hubrank"

    def is_own(self, *names: str) -> bool:
        """Whether it is hubrank's own component with one of these names, even if others share the name."""
        return self.built_in and self.name in names

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}'"

    def function(self, place: str) -> Callable[..., Any]:
        """The function that a command names as `"module:name"`; a `PluginError` if it cannot be imported."""
        module, _colon, name = place.partition(":")
        try:
            with plugin_call():
                found: Callable[..., Any] = getattr(importlib.import_module(module), name)
        except Exception as error:
            raise self.broke(f"{place} cannot be imported: {exception_text(error)}") from error
        return found

    def call(self, name: str, *arguments: Any, function: Callable[..., Any] | None = None) -> Any:
        """Call a function of the record by name: it prints to standard error and cannot change its arguments.

        Raises:
            HubrankError: The function raised it; so are `MethodError`, `FileProblem` and `MissingColumnError`.
            OSError: A disk is full or broken, or an exporter may not write to the given path.
            PluginError: The function raised anything else.
        """
        from hubrank.plugin.units import MissingColumnError

        function = function or getattr(self.record, name)
        try:
            with plugin_call():
                return function(*map(read_only, arguments))
        except (HubrankError, MethodError, FileProblem, MissingColumnError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and (error.errno in _MACHINE or _is_forbidden(name, error, arguments)):
                raise
            text = exception_text(error)
            hint = "; a plugin cannot change what it is given; it must change a copy"
            changes = any(item in text for item in _READ_ONLY)
            raise self.broke(f"{name} raised {text}{hint if changes else ''}") from error

    def ask(self, name: str, options: Any) -> Any:
        """The value of an attribute of `GIVEN` with some options; calls the function if it is one."""
        value = getattr(self.record, name)
        if not callable(value):
            return value
        holds, expected = GIVEN[name]
        result, valid = self.call(name, options, function=lambda options: (result := value(options), holds(result)))
        if not valid:
            raise self.broke(f"{name} returned {type(result).__name__}; expected {expected}")
        return result

    def numbers(self, result: Any, name: str = "apply", dtype: Any = float) -> Array:
        """The result of one of its functions as an array of floats; rejected if it holds anything else."""
        plain = type(result).__module__ == "numpy"  # no code of the plugin is called to find out
        function = functools.partial(real_numbers, dtype=dtype)
        array: Array | None = function(result) if plain else self.call(name, result, function=function)
        if array is None:
            kind = f"{type(result).__name__} of {result.dtype}" if plain else type(result).__name__
            raise self.broke(f"{name} returned {kind}; expected real numbers")
        return array

    def broke(self, what: str) -> PluginError:
        """The error for a component that violates the plugin contract."""
        return PluginError(self.distribution, str(self), what)


@frozen
class Broken:
    """A plugin that could not be imported or whose hook raised, and the exception."""

    distribution: str
    error: BaseException

    def __str__(self) -> str:
        return f"{self.distribution} ({exception_text(self.error)})"


class NotFoundError(Exception):
    """No component, or more than one, has the name; the message lists what is available."""


@frozen
class Registry:
    """All components of all installed plugins.

    A broken plugin, or two plugins that provide the same name, only affect scenarios that use that name.

    Attributes:
        parts: By kind and name, all components with the name.
        broken: The plugins that could not be imported, or whose hooks raised.
    """

    parts: Mapping[str, Mapping[str, tuple[Part, ...]]]
    broken: tuple[Broken, ...] = field(factory=tuple)
    #: The same components by importing all plugins, where they come from the index.
    _imported: Callable[[], Registry] | None = field(default=None, eq=False, repr=False)

    @classmethod
    def installed(cls) -> Registry:
        """All components of the installed distributions; read again when one is installed or removed."""
        return _installed(search_path())

    @classmethod
    def of_commands(cls) -> Registry:
        """The commands that modules of the group `hubrank.commands` yield; no other hook is called."""
        return _of_commands(search_path())

    @classmethod
    def of(cls, *modules: ModuleType | Any) -> Registry:
        """The components of these modules, without installing them and without the built-ins."""
        return _registry(part for module in modules for part in _yielded(module, module.__name__))

    def joined(self, plugin: Any, distribution: str) -> Registry:
        """These components and those of a plugin that is not installed, with its name for messages."""
        imported = self._imported
        return attrs.evolve(
            _registry([*self, *self.broken, *_yielded(plugin, distribution)]),
            imported=None if imported is None else lambda: imported().joined(plugin, distribution),
        )

    def find(self, kind: str, name: str) -> Part:
        """The one component of a kind with a name or a full name: `distribution:name`; its plugin is imported.

        Where it cannot be, or has no such component, all are, lest a plugin yield other components than the index says.

        Raises:
            NotFoundError: There is none, or there are several.
        """
        if self._imported is None:
            return self.listed(kind, name)
        try:
            part = self.listed(kind, name)
            _ = part.record
        except (NotFoundError, PluginError):
            return self._imported().listed(kind, name)
        return part

    def listed(self, kind: str, name: str) -> Part:
        """As `find`, without importing a plugin."""
        parts = self.called(kind, name)
        if len(parts) == 1:
            return parts[0]
        if parts:
            ordered = sorted(parts, key=lambda part: part.full_name)
            owners = " and ".join(dict.fromkeys(f"{part.distribution} {part.version}".strip() for part in ordered))
            full = dict.fromkeys(f'"{part.full_name}"' for part in ordered)
            if len(full) == 1:
                raise NotFoundError(f"{owners} provides '{name}' {len(parts):,} times; uninstall it")
            raise NotFoundError(f"'{name}' is provided by {owners}; write {' or '.join(full)}")
        known = self.parts[kind] if ":" not in name else [item.full_name for item in self if item.kind == kind]
        broken = f"; these plugins could not be loaded: {', '.join(map(str, self.broken))}" if self.broken else ""
        ours = (item for (of, item), others in _ELSEWHERE.items() if of == kind and fold_name(name) in others.split())
        hint = did_you_mean(next(ours, name), known)
        raise NotFoundError(f"no installed plugin has {article(kind)} '{name}'{hint}{broken}")

    def called(self, kind: str, name: str) -> tuple[Part, ...]:
        """All components of a kind with a name or a full name."""
        owner, _, short = name.rpartition(":")
        parts = self.parts[kind].get(short, ())
        return tuple(item for item in parts if _key(item.distribution) == _key(owner)) if owner else parts

    def name_of(self, part: Part) -> str:
        """The shortest unique name of a component: its name, or the full one if others share it."""
        return part.name if len(self.called(part.kind, part.name)) <= 1 else part.full_name

    def names(self, kind: str) -> tuple[str, ...]:
        """All names of a kind, sorted."""
        return tuple(sorted(self.parts[kind]))

    def __iter__(self) -> Iterator[Part]:
        for kind in KINDS:
            for name in self.names(kind):
                yield from self.parts[kind][name]


def _key(distribution: str) -> str:
    """The normalised spelling of a distribution's name."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _registry(items: Iterable[Part | Broken]) -> Registry:
    parts: dict[str, dict[str, tuple[Part, ...]]] = {kind: {} for kind in KINDS}
    broken = []
    for item in items:
        if isinstance(item, Broken):
            broken.append(item)
        else:
            parts[item.kind][item.name] = (*parts[item.kind].get(item.name, ()), item)
    return Registry(parts, tuple(broken))


def _check_contract(number: Any) -> None:
    """Reject a contract version that is newer than this hubrank, older than supported, or missing."""
    if type(number) is not int or number < 1:
        raise UnfitError(f"hubrank_contract must be a whole number of at least 1; got {number!r}")
    if not OLDEST_CONTRACT <= number <= CONTRACT:
        update = "update hubrank" if number > CONTRACT else "update it"
        raise UnfitError(f"is made for contract {number}; hubrank {__version__} has contract {CONTRACT}: {update}")


def _yielded(
    module: Any, distribution: str, version: str = "", requires: Iterable[str] = (), kinds: Iterable[str] = KINDS
) -> Sequence[Part | Broken]:
    """The components of some kinds in a plugin or at the place of one; if it breaks the contract, the error."""
    try:
        check_versions(requires)
        with plugin_call():
            from hubrank.plugin import loading

            plugin = loading.module_at(module) if isinstance(module, str) else module
            number = getattr(plugin, "hubrank_contract", CONTRACT)
            if type(number) is not int or number != CONTRACT:
                _check_contract(number)
            kind_of = {KINDS[kind]: kind for kind in kinds}
            return [
                Part.of(kind_of[hook], record, distribution, version)
                for hook, record in loading.yielded(plugin, kind_of)
            ]
    except Exception as error:  # noqa: BLE001  # whatever a plugin raises, the others still work
        return [Broken(distribution, error)]


@functools.lru_cache(maxsize=1)
def _entries(_path: SearchPath) -> Sequence[Entry]:
    from hubrank.plugin.loading import entries_of

    return entries_of(PARTS, COMMANDS)


@functools.lru_cache(maxsize=1)
def _commands(path: SearchPath) -> Mapping[str, Sequence[Part | Broken]]:
    """The records of the commands hook, by module. Requirements are checked when a command is used, see `verb`."""
    return {
        entry.place: _yielded(entry.place, entry.distribution, entry.version, kinds=["command"])
        for entry in _entries(path)
        if entry.group == COMMANDS
    }


@functools.lru_cache(maxsize=1)
def _imported(path: SearchPath) -> Registry:
    """All components, by importing every plugin; if all of them work, they are kept in the index."""
    commands = _commands(path)
    entries = {entry.place: entry for entry in _entries(path)}  # of a module in both groups the second
    items = dict(commands)
    for place, entry in entries.items():
        known = commands.get(place, ())
        if not any(isinstance(item, Broken) for item in known):
            kinds = [kind for kind in KINDS if kind != "command" or place not in commands]
            rest = _yielded(place, entry.distribution, entry.version, entry.requires, kinds)
            items[place] = rest if any(isinstance(item, Broken) for item in rest) else [*known, *rest]
    part_index.keep(path, _index(items, entries))
    return _registry(itertools.chain(*items.values()))


def _index(items: Mapping[str, Sequence[Part | Broken]], entries: Mapping[str, Entry]) -> Sequence[Listed]:
    """What the index says of modules; nothing if one is broken."""
    listed = []
    for place, entry in entries.items():
        parts = [(item.kind, item.texts) for item in items[place] if isinstance(item, Part)]
        if len(parts) < len(items[place]):
            return ()
        listed.append(Listed(entry.group, place, entry.distribution, entry.version, parts))
    return listed


@functools.lru_cache(maxsize=1)
def _listed(path: SearchPath) -> Sequence[Listed] | None:
    return part_index.listed(path)


@functools.lru_cache(maxsize=1)
def _installed(path: SearchPath) -> Registry:
    known = _listed(path)
    if known is None:
        return _imported(path)
    items = itertools.chain(*map(_unimported, known))
    return attrs.evolve(_registry(items), imported=functools.partial(_imported, path))


@functools.lru_cache(maxsize=1)
def _of_commands(path: SearchPath) -> Registry:
    known = _listed(path)
    if known is None:
        return _registry(itertools.chain(*_commands(path).values()))
    modules = itertools.chain(*(_unimported(module) for module in known if module.group == COMMANDS))
    commands = _registry(part for part in modules if part.kind == "command")
    return attrs.evolve(commands, imported=lambda: _registry(itertools.chain(*_commands(path).values())))


def _unimported(module: Listed) -> Iterator[Part]:
    """The components of a module in the index; it is imported for the record of one."""
    before: Counter[str] = Counter()
    for kind, texts in module.parts:
        yield Part(
            kind,
            texts,
            module.distribution,
            module.version,
            functools.partial(_record, (module.place, module.distribution, module.version), kind, before[kind], texts),
        )
        before[kind] += 1


@functools.cache
def _of_kind(module: tuple[str, str, str], kind: str) -> Sequence[Part | Broken]:
    return _yielded(*module, kinds=[kind])


def _record(module: tuple[str, str, str], kind: str, at: int, texts: Mapping[str, str]) -> Any:
    """The record of a module's component, by its position among those of its kind; `PluginError` if it is another."""
    found = _of_kind(module, kind)
    item = found[at] if at < len(found) else None
    if isinstance(item, Part) and item.texts == texts:
        return item.record
    why = exception_text(found[0].error) if found and isinstance(found[0], Broken) else "it has changed"
    raise PluginError(module[1], f"{kind} '{texts['name']}'", f"could not be loaded: {why}")


def distributions() -> dict[str, str]:
    """The names and versions of all distributions with components or commands, without importing anything."""
    entries = sorted(_entries(search_path()), key=lambda entry: (entry.distribution, entry.version))
    return {entry.distribution: entry.version for entry in entries}


#: Errors of the machine's disks, which are not the plugin's fault.
_MACHINE = (errno.ENOSPC, errno.EROFS, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))
#: Errors of the system for a path that may not be written.
_FORBIDDEN = (errno.EACCES, errno.EPERM)
#: The text in the message for an attempt to change a constant.
_READ_ONLY = ("read-only", "mappingproxy")


def _is_forbidden(function: str, error: OSError, arguments: tuple[Any, ...]) -> bool:
    """Whether the system prevents an exporter from writing to its path or to temporary files."""
    places = [item.parent for item in arguments if isinstance(item, Path)]
    if function != "write" or error.errno not in _FORBIDDEN or not places:
        return False
    named = error.filename
    return named is None or (
        isinstance(named, str | os.PathLike)
        and any(Path(named).is_relative_to(item) for item in (*places, Path(tempfile.gettempdir())))
    )


#: The commands beyond those of the core, each with the distribution of this project that provides it.
BRINGS = {
    name: member
    for member, verbs in {
        "hubrank-analysis": "compare diff match-weights optimise-weights outlook rivalry robustness sweep whatif",
        "hubrank-audit": "audit",
        "hubrank-discover": "discover",
        "hubrank-fetching": "fetch",
        "hubrank-output": "import report",
        "hubrank-research": "openalex",
        "hubrank-start": "check-plugin new start",
        "hubrank-studio": "studio",
    }.items()
    for name in verbs.split()
}


def verb(commands: Registry, name: str) -> Part:
    """The one command of a name.

    Raises:
        UsageError: There is no such command, or two distributions provide it.
        PluginError: The distribution that provides it could not be loaded, or is made for another hubrank.
    """
    try:
        part = commands.find("command", name)
    except NotFoundError as error:
        member = BRINGS.get(name)
        if member is None or commands.parts["command"].get(name):
            raise UsageError(str(error)) from error
        for item in commands.broken:
            if item.distribution == member:
                text = f"could not be loaded: {exception_text(item.error)}"
                raise PluginError(member, f"command '{name}'", text) from error
        raise UsageError(f"'{name}' is provided by {member}, which is not installed; pip install {member}") from error
    if part.version and not part.built_in:
        import importlib.metadata

        try:
            check_versions(importlib.metadata.requires(part.distribution))
        except UnfitError as error:
            raise part.broke(str(error)) from error
    return part


def installed_part(kind: str, name: str) -> Part:
    """The one installed component of a kind with a name from the command line.

    Raises:
        UsageError: There is none, or two distributions provide it.
    """
    try:
        return Registry.installed().find(kind, name)
    except NotFoundError as error:
        raise UsageError(str(error)) from error


def help_of(commands: Registry, name: str) -> str:
    """A one-line description of a command; or the conflict, if several distributions provide it."""
    try:
        return commands.listed("command", name).texts["help"]
    except NotFoundError as error:
        return str(error)
