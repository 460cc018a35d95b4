"""docs/python.md: each block of code runs after those before it, and shows what the page says that it shows."""

import ast
import contextlib
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "python.md"
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)


def shown(code, names):
    """What a notebook would show of a block as text: what it prints, then the value of its last line."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(tree, "page", "exec"), names)  # noqa: S102  # the page is ours
        value = None if last is None else eval(compile(ast.Expression(last.value), "page", "eval"), names)  # noqa: S307
    return "\n".join([*out.getvalue().splitlines(), *([] if value is None else repr(value).splitlines())])


def lines(text):
    """Lines without trailing blanks."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]


@pytest.mark.long
def test_page(tmp_path, monkeypatch):
    """In a folder of its own, so that what it writes is read again by the blocks below."""
    monkeypatch.chdir(tmp_path)
    names = {}
    for code, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        made = shown(code, names)
        if text:
            assert lines(made) == lines(text), code

    assert (tmp_path / "towns.html").is_file()
