"""The field's words: no retired one names a module, a class or a function of the source."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Words that said little to a reader, and what stands for them: docs/reference/glossary.md.
RETIRED = {
    *(
        "basis",
        "contract",
        "composing",
        "measuring",
        "drafting",
        "questions",
        "interactive",
        "front",
        "nowhere",
        "doors",
    ),
    *("worded", "plural", "hosted", "handed", "guests", "promises", "faces", "workplaces", "arrivals", "kept_frames"),
    *("doubts", "tallies", "hands_up", "at_zero", "leave_out", "lost_table", "told", "said"),
}
NAMED = re.compile(r"^ *(?:async )?(?:def|class) (\w+)", re.MULTILINE)
FOLDERS = ("core/src", "plugins", "indicators", "scenarios", "tools", "scripts")


def named(path: Path) -> set[str]:
    """The module's name, and those of its classes and functions."""
    return {path.stem, *NAMED.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_retired_word_is_a_name(folder):
    """A word that went does not come back as a name; the glossary has the word instead."""
    files = [path for path in (ROOT / folder).rglob("*.py") if "tests" not in path.parts and ".venv" not in path.parts]
    found = {
        f"{path.relative_to(ROOT)}: {name}" for path in files for name in named(path) if name.strip("_") in RETIRED
    }

    assert files
    assert not found


def notes(path: Path) -> Iterator[str]:
    """A source's comments and docstrings in prose: without doctests, names of attributes and code."""
    with tokenize.open(path) as file:
        yield from (each.string for each in tokenize.generate_tokens(file.readline) if each.type == tokenize.COMMENT)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = re.sub(r">>> .*?(?:\n\s*\n|$)|`[^`]*`", "", ast.get_docstring(node) or "", flags=re.DOTALL)
            yield re.sub(r"^ *\**\w+: ", "", text, flags=re.MULTILINE)


@pytest.mark.long
@pytest.mark.parametrize("folder", FOLDERS)
def test_no_comment_has_a_word_that_readers_stumble_on(folder, module_at):
    """The words that pages avoid are not in comments and docstrings of the source either."""
    banned = module_at("tests/test_pages.py").BANNED
    files = [path for path in (ROOT / folder).rglob("*.py") if not {"tests", ".venv"} & {*path.parts}]
    found = {f"{path.relative_to(ROOT)}: {note}" for path in files for note in notes(path) if banned.search(note)}

    assert not found


def test_the_glossary_is_whole():
    """Each row of the glossary has a word, a meaning and a place."""
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8"), re.M
    )

    assert len(rows) > 30
    assert all(cell.strip() for row in rows for cell in row)
