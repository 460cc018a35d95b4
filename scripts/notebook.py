"""Make the notebook of a page: `python scripts/notebook.py` runs docs/quickstart-python.md in Jupyter."""

import re
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

PAGE = Path(__file__).parents[1] / "docs" / "quickstart-python.md"
NOTEBOOK = PAGE.with_suffix(".ipynb")
#: A block of Python, and the text below it that says what it shows; a notebook shows that itself.
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n.*?^```\n)?", re.DOTALL | re.MULTILINE)


def executed(page: str) -> Any:
    """The page as a notebook, a cell a block of prose or code, run in their order in a folder of its own.

    What a block prints last, its cell shows, as a table of HTML.
    """
    kinds = (nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell)
    shown = (re.sub(r"^print\((.*)\)\Z", r"\1", text.strip(), flags=re.MULTILINE) for text in BLOCK.split(page))
    texts = enumerate(shown)
    cells = [kinds[at % 2](text, id=f"cell-{at}") for at, text in texts if text]
    result = nbformat.v4.new_notebook(cells=cells)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"kernel_name": "python3", "record_timing": False, "coalesce_streams": True}
        NotebookClient(result, resources={"metadata": {"path": folder}}, **settings).execute()
    result.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return result


if __name__ == "__main__":
    nbformat.write(executed(PAGE.read_text(encoding="utf-8")), NOTEBOOK)
