"""Pages of Python: each block of code runs after those above it and shows the text below it.

`python3 run.py python tests/test_python_page.py` rewrites the pages with what the blocks show.
"""

import contextlib
import io
import re
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = {
    "docs/quickstart-python.md": ["towns.html", "towns.xlsx"],
    "docs/how-to/python.md": ["ranges.svg", "mine/scenario.toml"],
    "docs/how-to/share-results.md": ["global.html", "global.xlsx"],
    "README.md": [],
}
BLOCK = re.compile(r"^```python([^\n]*)\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)


def shown(code, names):
    """What a block prints, as part of a script."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "page", "exec"), names)  # noqa: S102  # the page is ours
    return out.getvalue()


def renewed(page):
    """The page with what its blocks show now, run in the working folder; a block without a text below keeps none."""
    names = {}

    def block(match):
        made = "\n".join(line.rstrip() for line in shown(match[2], names).splitlines())
        return match[0] if match[3] is None else f"```python{match[1]}\n{match[2]}```\n\n```text\n{made}\n```"

    return BLOCK.sub(block, page)


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_page(tmp_path, monkeypatch, name):
    """In a folder of its own, so that what it writes is read again by the blocks below."""
    monkeypatch.chdir(tmp_path)
    page = (ROOT / name).read_text(encoding="utf-8")

    assert renewed(page).splitlines() == page.splitlines()
    assert all((tmp_path / each).is_file() for each in PAGES[name])


def test_what_a_block_shows():
    """What it prints, with the names of the blocks above it."""
    page = "```python\nx = 1\n```\n\n```python\nprint(x)\nx + 1\n```\n\n```text\nold\n```\n"

    assert renewed(page) == page.replace("old", "1")


if __name__ == "__main__":
    for each in map(ROOT.joinpath, PAGES):
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            new = renewed(each.read_text(encoding="utf-8"))
        each.write_text(new, encoding="utf-8")
