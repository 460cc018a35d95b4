"""The checks of a plugin's parts without pytest: what came of each."""

from __future__ import annotations

import inspect
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Literal

from attrs import frozen

from hubrank.basis.errors import FileProblem, HubrankError, MethodError, PluginError
from hubrank.contract.guests import hosted, told
from hubrank.contract.registry import Part
from hubrank.testing.conformance import checks_of
from hubrank.testing.parts import Sampled, Table, parts_of, with_options
from hubrank.testing.promises import ContractError, RefusedError

#: Functions of records, the one first that most of a part is.
_FUNCTIONS = ("measure", "derive", "apply", "read", "write", "count", "units")


@frozen(kw_only=True)
class Finding:
    """What came of one check of one part.

    Attributes:
        part: The part.
        label: What it is called here: its name, and the options where there are several samples.
        check: The check's name; empty where none could be made.
        promise: What the part promises by it.
        state: `kept`, `broken`, or `unchecked` where the part refuses what it was given, with its own words.
        what: What it did instead, or why nothing is known.
        where: The file and line to look at.
    """

    part: Part
    label: str
    check: str
    promise: str
    state: Literal["kept", "broken", "unchecked"]
    what: str = ""
    where: str = ""


def tried(module: ModuleType | Any, samples: Mapping[str, Table | Sequence[Table]] | None = None) -> Iterator[Finding]:
    """Each check of each part that a module yields.

    Args:
        module: The plugin.
        samples: Options to try parts with, as `conforms` takes them.

    Raises:
        UnfitError: Its hooks cannot be called or yield nothing, or sample options fit no part.
    """
    for sampled in with_options(parts_of(module), samples or {}):
        if sampled.why_not:
            yield _unchecked(sampled)
            continue
        for check in checks_of(sampled.part):
            yield _found(sampled, check)


def _unchecked(sampled: Sampled) -> Finding:
    return Finding(
        part=sampled.part, label=sampled.label, check="", promise="", state="unchecked", what=sampled.why_not
    )


def _found(sampled: Sampled, check: Callable[..., None]) -> Finding:
    """What came of a check.

    What a part refuses in the words that are there for it is no promise broken: a method says so of values, an exporter
    of a ranking.
    """
    state: Literal["kept", "broken", "unchecked"] = "broken"
    what, where = "", _place(sampled.part)
    try:
        with hosted(), warnings.catch_warnings(action="ignore"):
            check(*sampled.arguments)
        state, where = "kept", ""
    except (RefusedError, MethodError, FileProblem) as error:
        state, what = "unchecked", str(error)
    except ContractError as error:
        what = str(error)
    except PluginError as error:
        what = str(error)
    except HubrankError as error:
        state, what = "unchecked", str(error)
    except Exception as error:  # noqa: BLE001  # whatever it raises, the other checks are made
        what, where = f"raised {told(error)}", _line(error, where)
    return Finding(
        part=sampled.part,
        label=sampled.label,
        check=check.__name__,
        promise=inspect.cleandoc(check.__doc__ or "").partition("\n")[0],
        state=state,
        what=what,
        where=where,
    )


def _place(part: Part) -> str:
    """Where the function of a part begins; empty where none is its own."""
    for name in _FUNCTIONS:
        function = inspect.unwrap(getattr(part.record, name, None) or _place)
        if function is not _place and (code := getattr(function, "__code__", None)):
            return f"{code.co_filename}:{code.co_firstlineno}"
    return str(getattr(part.record, "function", "") or getattr(part.record, "path", ""))


def _line(error: BaseException, place: str) -> str:
    """The last line of the plugin that led to an error; the place of its function where none did."""
    file = place.rpartition(":")[0]
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"{file}:{lines[-1].lineno}" if lines else place
