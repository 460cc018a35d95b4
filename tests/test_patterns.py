"""Regular expressions: none takes longer than in proportion to its text, whatever that holds."""

from __future__ import annotations

import ast
import importlib
import itertools
import re
import re._constants as kinds
import re._parser as parser
import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
METHODS = ("match", "search", "fullmatch", "sub", "findall", "split")
#: So many letters are searched within so many seconds of the processor; in proportion they take about 0.001.
LETTERS, SECONDS = 20_000, 0.8
#: What is repeated beside the signs of the pattern itself.
USUAL = {" ", "1", "a", "(", "*", ","}


def evaluated(node, module):
    """What an expression is in a module; none where it needs what only a function has."""
    try:
        return eval(compile(ast.Expression(node), "pattern", "eval"), dict(vars(module)))  # noqa: S307  # our own code
    except (NameError, AttributeError, TypeError, KeyError):
        return None


def uses():
    """Every pattern of the house with the method by which it is used, and where."""
    found = {}
    for path in sorted([*ROOT.glob("core/src/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")]):
        text = path.read_text(encoding="utf-8")
        if "re." not in text or path.name == "__main__.py":
            continue
        parts = path.with_suffix("").parts
        module = importlib.import_module(".".join(parts[parts.index("src") + 1 :]).removesuffix(".__init__"))
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in METHODS:
                is_plain = isinstance(call.func.value, ast.Name) and call.func.value.id == "re"
                held = evaluated(call.args[0] if is_plain and call.args else call.func.value, module)
                if isinstance(held, re.Pattern) or (is_plain and isinstance(held, str | bytes)):
                    pattern = re.compile(held)
                    found[pattern, call.func.attr] = f"{path.stem}:{call.lineno}"
        for name, value in vars(module).items():
            for pattern in value if isinstance(value, tuple) else [value]:
                if isinstance(pattern, re.Pattern) and not any((pattern, item) in found for item in METHODS):
                    found[pattern, "fullmatch"] = f"{path.stem}: {name}"
    return [pytest.param(*key, id=where) for key, where in found.items()]


def matching(parsed, times):
    """A text that a parsed pattern matches but for what it looks around for; what may be left out stands `times`."""
    text = ""
    for kind, held in parsed:
        if kind is kinds.LITERAL:
            text += chr(held)
        elif kind is kinds.IN:
            kind, held = held[0]
            by_class = {kinds.CATEGORY_DIGIT: "1", kinds.CATEGORY_SPACE: " "}
            text += chr(held) if kind is kinds.LITERAL else chr(held[0]) if kind is kinds.RANGE else "a"
            text = text[:-1] + by_class[held] if kind is kinds.CATEGORY and held in by_class else text
        elif kind is kinds.BRANCH:
            text += matching(held[1][0], times)
        elif kind is kinds.SUBPATTERN:
            text += matching(held[3], times)
        elif kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            text += matching(held[2], times) * max(held[0], min(times, held[1]))
        elif kind in (kinds.ANY, kinds.NOT_LITERAL):
            text += "a"
    return text


class TooSlowError(Exception):
    """A text took too long."""


@pytest.mark.parametrize(("pattern", "method"), uses())
def test_patterns_are_as_fast_as_their_texts_are_long(pattern, method):
    """A beginning of what is matched, a long repetition of each of its signs and pairs, and an end that spoils it."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    signs = sorted(USUAL | set(re.sub(r"\\\w|[\\^+?{}]", "", source)[:40]))
    wholes = [matching(parser.parse(source, pattern.flags & ~re.UNICODE), times)[:12] for times in (0, 1)]
    beginnings = sorted({whole[:end] for whole in wholes for end in range(len(whole) + 1)} | {"a", "1"})

    def stop(*_):
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        pairs = (("", first + second) for first, second in itertools.permutations(signs[:16], 2))
        for beginning, unit in [*itertools.product(beginnings, signs), *pairs]:
            text = f"{beginning}{unit * (LETTERS // len(unit))}\1!\n"
            given = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            try:
                getattr(pattern, method)(*("",) if method == "sub" else (), given)
            except TooSlowError:
                pytest.fail(f"{method} of {source!r} is slow where {unit!r} stands often behind {beginning!r}")
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
