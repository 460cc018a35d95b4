"""TOML to attrs classes, all problems with their lines."""

from __future__ import annotations

import functools
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import attrs
import tomli
from attrs import evolve, frozen

from hubrank.errors import FileProblem, Problem, ScenarioError, did_you_mean
from hubrank.i18n import library_message
from hubrank.io.limits import limits, refuse
from hubrank.io.safe_input import deepest, read_bytes

T = TypeVar("T")
#: The class method of classes that make themselves of a TOML value.
_MAKES_ITSELF = "from_toml"

_NAMES: dict[Any, str] = {
    str: "a text",
    Path: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
    tuple: "a list",
}


def parse_toml(cls: type[T], table: Mapping[str, Any], where: str = "") -> tuple[T | None, list[Problem]]:
    """An attrs object of a TOML table, whose key messages name, or none; and every problem.

    TOML types are meant: "2" is no number, 1.0 no whole number, 1 no truth value. A class with a class method
    `from_toml` builds itself from any value and raises `ValueError` if it cannot.
    """
    problems: list[Problem] = []
    result = _structure(cls, table, where, problems)
    return (None if problems else result), problems


def describe_value(value: Any) -> str:
    """A value with its type, for messages: `the text "2"`."""
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, Mapping | list):
        return "a list" if isinstance(value, list) else "a table"
    return str(value).lower() if isinstance(value, bool) else str(value)


def toml_type_text(cls: Any) -> str:
    """A type in terms of TOML: `a number`, `"low" or "high"`, `a list of texts`."""
    kind = _kind(cls)
    if kind is Union:
        return " or ".join(toml_type_text(choice) for choice in get_args(cls) if choice is not type(None))
    if kind is Any:
        return "any value"
    if kind is attrs:
        return f"a table of {', '.join(_fields(cls))}"
    inner = [item for item in get_args(cls) if item is not Ellipsis][-1:] if kind in (dict, tuple) else []
    if not inner or inner[0] is Any:
        return _called(cls)
    each = toml_type_text(inner[0])
    simple = each in ("a text", "a number", "a whole number")
    return f"{_called(cls)} of {each.removeprefix('a ')}s" if simple else f"{_called(cls)}, each {each}"


def _structure(cls: Any, value: Any, where: str, problems: list[Problem]) -> Any:
    """The value as the type asks for it; problems are added and anything may come back then."""
    kind = _kind(cls)
    if kind is Any:
        return value
    choices = [choice for choice in get_args(cls) if choice is not type(None)] if kind is Union else [cls]
    fitting = next((choice for choice in choices if _fits(choice, value)), None)
    if fitting is None:
        problems.append(Problem(where, f"must be {' or '.join(map(_called, choices))}; got {describe_value(value)}"))
        return None
    if kind is Union:
        return _structure(fitting, value, where, problems)
    if kind is attrs:
        return _object(cls, value, where, problems)
    if kind is dict:
        inner = (get_args(cls) or (str, Any))[1]
        return {key: _structure(inner, item, f"{where}.{key}", problems) for key, item in value.items()}
    if kind is tuple:
        inner = get_args(cls)[0]
        return tuple(_structure(inner, item, f"{where}[{at}]", problems) for at, item in enumerate(value))
    if kind is _MAKES_ITSELF:
        return _attempt(lambda: cls.from_toml(value), where, problems)
    return Path(value) if kind is Path else float(value) if kind is float else value


def _kind(cls: Any) -> Any:
    origin = get_origin(cls) or cls
    if origin in (Union, types.UnionType):
        return Union
    if hasattr(origin, _MAKES_ITSELF):
        return _MAKES_ITSELF
    if isinstance(origin, type) and attrs.has(origin):
        return attrs
    return {Mapping: dict, list: tuple}.get(origin, origin)


def _fits(cls: Any, value: Any) -> bool:
    """Whether a TOML value is of the type, without looking into it."""
    kind = _kind(cls)
    if kind is Literal:
        return any(value == choice and type(value) is type(choice) for choice in get_args(cls))
    if kind in (_MAKES_ITSELF, Any):
        return True
    if isinstance(value, bool):
        return kind is bool
    wanted: Any = {attrs: dict, dict: dict, tuple: (list, tuple), Path: str, float: (int, float)}.get(kind, kind)
    return isinstance(value, wanted)


def _called(cls: Any) -> str:
    kind = _kind(cls)
    if kind is Literal:
        return " or ".join(f'"{item}"' if isinstance(item, str) else str(item).lower() for item in get_args(cls))
    return _NAMES.get(dict if kind in (attrs, _MAKES_ITSELF) else kind, str(kind))


def _object(cls: Any, table: Mapping[str, Any], where: str, problems: list[Problem]) -> Any:
    fields = _fields(cls)
    before = f"{where}." if where else ""
    wrong = [Problem(before + key, f"unknown key{did_you_mean(key, fields)}") for key in table if key not in fields]
    values = {}
    for key, (attribute, hint) in fields.items():
        if key in table:
            values[str(attribute.alias)] = _structure(hint, table[key], before + key, wrong)
        elif attribute.default is attrs.NOTHING:
            wrong.append(Problem(before + key, "missing; it has no default"))
    problems += wrong
    return None if wrong else _attempt(lambda: cls(**values), where, problems)


@functools.cache
def _fields(cls: Any) -> dict[str, tuple[attrs.Attribute[Any], Any]]:
    """The fields of a class and their types by key: the name, or the metadata's where the name is a word of Python."""
    hints = typing.get_type_hints(cls)
    fields = (item for item in attrs.fields(cls) if item.init)
    return {str(item.metadata.get("key", item.name)): (item, hints[item.name]) for item in fields}


def _attempt(make: Callable[[], Any], where: str, problems: list[Problem]) -> Any:
    """Make it; a `ValueError` of a validator becomes a problem, and may name a key as `key: what`."""
    try:
        return make()
    except ValueError as error:
        key, colon, what = str(error).partition(": ")
        named = colon and key.replace("_", "").replace("-", "").isalnum()
        problems.append(Problem(f"{where}.{key}".lstrip("."), what) if named else Problem(where, str(error)))
        return None


_HEADER = re.compile(r"^\s*+\[\[?+(?P<key>[^\]]++)\]\]?+\s*+(#.*)?$")
_KEY = re.compile(
    r"""^\s*(?P<key>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")

#: Texts, comments, and the signs by which tables nest and keys have parts.
SIGN = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[\[\]{}.=,\n]''', re.DOTALL
)


def nesting(text: str) -> tuple[int, int]:
    """The greatest depth of brackets in a TOML text, and the number of parts of its longest key."""
    depth = deepest = dots = most = 0
    for sign in SIGN.findall(text):
        if sign == ".":
            dots += 1
            most = max(most, dots)
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth, dots = depth - 1, 0
        elif sign in "=,\n":
            dots = 0
    return deepest, most + 1


def line_of(text: str, where: str) -> tuple[int, int | None]:
    """The number of parts of a text's dotted keys, such as `ranking.post_processing[1].step`, and the last one's line.

    Keys in an inline table have that table's line.
    """
    wanted = [part for part in re.sub(r"\[\d+\]", "", where).split(".") if part]
    best: tuple[int, int | None] = (0, None)
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if found := header or _KEY.match(line):
            parts = [part.strip("\"'") for part in _PART.findall(found["key"])]
            table, parts = (parts, parts) if header else (table, table + parts)
            if len(parts) > best[0] and parts == wanted[: len(parts)]:
                best = (len(parts), number)
    return best


@frozen(kw_only=True)
class Source:
    """One TOML file, such as one of the chain of `extends`: its text, with line ends of one kind, and its table."""

    path: Path
    text: str
    table: Mapping[str, Any]


_DIGITS = re.compile(r"[\d_]+")
_TOO_LARGE = "is a whole number beyond 2^63, which TOML does not have"


def read_toml(path: Path) -> Source:
    """Read a file; a `ScenarioError` if it is missing, too large or too deep, or no TOML."""
    try:
        text = read_bytes(path, "scenario_bytes").decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        depth, parts = nesting(text)  # before it is parsed
        refuse("depth", depth, path.name)
        refuse("key_parts", parts, path.name)
        table = tomli.loads(text)
        refuse("depth", deepest(table, limits().depth), path.name)
        source = Source(path=path, text=text, table=table)
        if large := list(_large_numbers(table)):
            raise ScenarioError(path.name, located([Problem(where, _TOO_LARGE) for where in large], [source]))
    except FileProblem as error:
        problems = [Problem("", item.removeprefix(f"{path.name}: ")) for item in error.problems]
        raise ScenarioError(path.name, problems) from error
    except (RecursionError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            problem = Problem("", f"is not UTF-8: {error.reason} at byte {error.start}")
        elif isinstance(error, tomli.TOMLDecodeError):
            problem = Problem("", f"{library_message(error.msg)}, at column {error.colno}", error.lineno)
        elif isinstance(error, RecursionError):
            problem = Problem("", f"cannot be read: {library_message(error)}")
        else:  # Python makes no number of this many digits
            longest = max(_DIGITS.finditer(text), key=lambda found: len(found[0]))
            problem = Problem("", f"{longest[0][:20]}... {_TOO_LARGE}", text.count("\n", 0, longest.start()) + 1)
        raise ScenarioError(path.name, [problem]) from error
    return source


def _large_numbers(value: Any, where: str = "") -> Iterator[str]:
    """The keys of whole numbers of more than 64 bits."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _large_numbers(item, f"{where}.{key}".lstrip("."))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _large_numbers(item, f"{where}[{at}]")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        yield where


def located(problems: Iterable[Problem], sources: Sequence[Source]) -> list[Problem]:
    """The problems with their lines, in the order of the file; those without a line last."""
    main, lines = sources[0].path.name if sources else "", [placed(problem, sources) for problem in problems]
    return sorted(lines, key=lambda item: (item.file not in (None, main), item.line is None, item.line or 0))


def placed(problem: Problem, sources: Iterable[Source]) -> Problem:
    """The problem with its line, in the nearest file that has its key or most of it."""
    if problem.line is not None:
        return problem
    best: tuple[int, Source | None] = (0, None)
    for source in sources:
        depth, line = line_of(source.text, problem.where)
        if line is not None and depth > best[0]:
            best = (depth, source)
            problem = evolve(problem, line=line, file=source.path.name)
    return problem
