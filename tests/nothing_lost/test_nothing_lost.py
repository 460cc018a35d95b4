"""Whatever could be used at commit 4240467e can be used now, or `changes.toml` says what became of it."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("state", HERE / "state.py")
state = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(state)

LIST = (HERE / "list.txt").read_text(encoding="utf-8").splitlines()
CHANGES = tomllib.loads((HERE / "changes.toml").read_text(encoding="utf-8"))


def begun(line, entries):
    """The longest entry that a line begins with, up to the end of a word."""
    fitting = [each for each in entries if re.match(re.escape(each) + r"(?![\w-])", line)]
    return max(fitting, key=len, default=None)


def now(line, changes):
    """What a line of the list is called now."""
    for kinds, words in ((r"key | option ", changes["keys"]), (r" column |^answer ", changes["columns"])):
        if found := re.search(kinds, line):
            path = line[found.end() :]
            line = line[: found.end()] + re.sub(r"[\w-]+", lambda word, words=words: words.get(word[0], word[0]), path)
    start = begun(line, changes["renames"])
    if start is None:
        return line
    new, rest = changes["renames"][start], line[len(start) :]
    return new + (rest.lstrip() if new.endswith(".") else rest)


def lost(lines, there, changes):
    """What is neither there, nor renamed, nor said to be gone."""
    called = {line: now(line, changes) for line in lines if begun(line, changes["goes"]) is None}
    return [f"{line} (now: {new})" if new != line else line for line, new in called.items() if new not in there]


@pytest.fixture(scope="module")
def there():
    """What there is now."""
    return set(state.state())


@pytest.mark.long
def test_nothing_is_lost(there):
    """Every line of the list is accounted for."""
    assert lost(LIST, there, CHANGES) == []


def test_every_change_is_of_something():
    """No entry of the table speaks of what was never there."""
    words = {word for line in LIST for word in re.findall(r"[\w-]+", line)}

    assert [
        each for part in ("renames", "goes") for each in CHANGES[part] if not any(begun(x, [each]) for x in LIST)
    ] == []
    assert [each for part in ("keys", "columns") for each in CHANGES[part] if each not in words] == []


def test_a_loss_is_found():
    """A line without an entry is lost; renamed or gone it is not, and a new name must be there."""
    changes = {
        "renames": {"verb change": "verb diff"},
        "keys": {"low": "least"},
        "columns": {},
        "goes": {"verb update": "-"},
    }
    lines = ["verb change --top", "key ranking.low", "verb update file", "verb rank", "answer change low"]

    assert lost(lines, {"verb diff --top", "key ranking.least", "answer change low"}, changes) == ["verb rank"]
    assert lost(lines[:1], {"verb change --top"}, changes) == ["verb change --top (now: verb diff --top)"]
