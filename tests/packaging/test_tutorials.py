"""Tutorials as a stranger does them: from wheels, outside the workspace, literally as printed."""

import sys
from pathlib import Path

import pytest
from hubrank.testing import examples

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.long
def test_tutorials(environment, done, module_at, pip, tmp_path):
    """Five minutes first, whose first line installs all; then the others, each in an empty folder, line by line."""
    absent = module_at("tests/test_docs.py").absent
    inside = environment(sys.executable)
    inside |= {"PATH": f"{pip}:{inside['PATH']}", "HUBRANK_WIDTH": "500", "HUBRANK_LANGUAGE": "en"}
    others = sorted(DOCS.glob("tutorials/*.md"))
    for page in (DOCS / "five-minutes.md", *others, DOCS / "regions.md", DOCS / "cluster.md"):
        folder, printed = tmp_path / page.stem, ""
        folder.mkdir()
        for block in examples(page.read_text(encoding="utf-8")):
            if block.file:
                (folder / block.file).parent.mkdir(exist_ok=True)
                (folder / block.file).write_text(block.code, encoding="utf-8")
            elif block.language == "sh":
                printed = "".join(done(["sh", "-c", line], folder, inside) for line in block.code.splitlines())
            elif block.language == "text" and printed:
                assert (page.stem, absent(unindented(block.code), unindented(printed))) == (page.stem, "")
                printed = ""


def unindented(text):
    """A text whose lines begin with what they say."""
    return "\n".join(line.strip() for line in text.splitlines())
