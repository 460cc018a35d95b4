"""Regular expressions against long texts of pieces that they know: time in proportion to length."""

import ast
import functools
import importlib
import re
import re._constants as kinds
import re._parser as parser
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
METHODS = ("match", "search", "fullmatch", "sub", "findall", "split")
#: What is repeated beside the signs of the pattern itself.
USUAL = {" ", "1", "a", "(", "*", ","}
#: The lengths of the texts tried. Shorter times are not examined: a call by chance takes longer.
LETTERS, SECONDS = 16_000, 0.01
#: A quarter of the text must take at least this share of the whole's time; of a square of the length it is 1/16.
SHARE, TIMES = 1 / 9, 5
#: What is broken off: exponential time.
MOST_SECONDS = 4.0


def evaluated(node: Any, module: Any) -> Any:
    """What an expression is in a module; None if it needs what only a function has."""
    try:
        return eval(compile(ast.Expression(node), "pattern", "eval"), dict(vars(module)))  # noqa: S307  # our own code
    except (NameError, AttributeError, TypeError, KeyError):
        return None


@functools.cache
def uses() -> dict[tuple[re.Pattern[Any], str], str]:
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
    return found


def source_of(pattern: re.Pattern[Any]) -> str:
    """A pattern as it is written, of bytes as their letters."""
    return pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")


def matching(parsed: Any, times: int) -> str:
    """A text that a parsed pattern matches except what it looks around for; what may be left out stands `times`."""
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


def wholes(pattern: re.Pattern[Any]) -> list[str]:
    """What a pattern matches, without and with what may be left out."""
    return [matching(parser.parse(source_of(pattern), pattern.flags & ~re.UNICODE), times) for times in (0, 1)]


def signs(pattern: re.Pattern[Any]) -> list[str]:
    """The signs that a pattern knows, and usual ones."""
    return sorted(USUAL | set(re.sub(r"\\\w|[\\^+?{}]", "", source_of(pattern))[:40]))


def calling(pattern: re.Pattern[Any], method: str, text: str) -> Callable[[], Any]:
    """A use of a pattern on a text."""
    given = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
    return functools.partial(getattr(pattern, method), *(("",) if method == "sub" else ()), given)


class TooSlowError(Exception):
    """A text took too long."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Break off what takes more seconds of the processor."""

    def stop(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def cases() -> st.SearchStrategy[Any]:
    """A use of a pattern, a beginning, what is repeated, and an end."""

    def of(at: int) -> st.SearchStrategy[Any]:
        pattern, _ = list(uses())[at]
        pieces = [
            *signs(pattern),
            *(piece for whole in wholes(pattern) for piece in (whole[:12], whole[-3:], whole[:2])),
        ]
        some = st.lists(st.sampled_from([piece for piece in pieces if piece]), max_size=4).map("".join)
        return st.tuples(st.just(at), some, some, st.one_of(st.just("\1!\n"), some))

    return st.integers(0, len(uses()) - 1).flatmap(of)


def seconds(use: Callable[[], Any], times: int = 1) -> float:
    """Of the processor; the least of several times."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        use()
        taken.append(time.process_time() - start)
    return min(taken)


def takes_long(pattern: re.Pattern[Any], method: str, beginning: str, unit: str, end: str) -> bool:
    """Whether a use of a pattern takes more time than in proportion where a text is repeated in the middle."""
    short, long = (
        calling(pattern, method, beginning + (unit * letters)[:letters] + end) for letters in (LETTERS // 4, LETTERS)
    )
    try:
        with at_most(MOST_SECONDS):  # while a timer runs, so short times are known only to some thousandths of a second
            taken = seconds(long)
    except TooSlowError:
        return True
    return taken > SECONDS and not any(seconds(short, TIMES) > SHARE * seconds(long, TIMES) for _ in range(TIMES))


def check(case: tuple[int, str, str, str]) -> None:
    """Four times the text takes about four times as long."""
    at, *texts = case
    pattern, method = list(uses())[at]
    assert not takes_long(pattern, method, *texts), f"{method} of {source_of(pattern)!r}"
