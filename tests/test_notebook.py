"""The notebook is the page docs/quickstart-python.md, with the output that Jupyter shows."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.long
def test_notebook(module_at):
    """Run in a kernel, each cell shows the stored texts and tables; `scripts/notebook.py` rewrites them."""
    nbformat = pytest.importorskip("nbformat", reason="the development tools have it")
    script = module_at("scripts/notebook.py")
    kept = nbformat.read(ROOT / "docs" / "quickstart-python.ipynb", as_version=4)

    made = script.executed((ROOT / "docs" / "quickstart-python.md").read_text(encoding="utf-8"))

    assert [each.source for each in kept.cells] == [each.source for each in made.cells]
    assert [shown(each) for each in kept.cells] == [shown(each) for each in made.cells]
    tables = [html for each in made.cells for html in htmls(each) if "<table" in html]
    assert len(tables) == 3
    assert "Elsby" in tables[0]


def shown(cell):
    """What a cell shows as text, and of tables their HTML."""
    return [each.get("text") or dict(each.data) for each in cell.get("outputs", [])]


def htmls(cell):
    """The HTML that a cell shows."""
    return [each.data["text/html"] for each in cell.get("outputs", []) if "text/html" in each.get("data", {})]
