"""The page as an answer in Python."""

from __future__ import annotations

from pathlib import Path

from hubrank import Answer, Ranking, Registry
from hubrank.front import write_file

from hubrank_report.catalogues import LANGUAGE
from hubrank_report.command import page_of


def report(ranking: Ranking, *, output: Path, language: str = LANGUAGE) -> Answer:
    """Write the page.

    Args:
        ranking: The ranking.
        output: The HTML file to write.
        language: The language that the page opens in, as its file of texts is called.

    Returns:
        Its path, as the record and in a table `files`.

    Raises:
        UsageError: The file's name does not end in .html, it is a folder, or the page does not speak the
            language.
    """
    import pandas as pd

    write_file(page_of(output, Registry.installed(), language), ranking, output)
    table = pd.DataFrame({"file": [str(output)], "bytes": [output.stat().st_size]})
    return Answer(title=f"{ranking.title}: the page", tables={"files": table}, record=output)
