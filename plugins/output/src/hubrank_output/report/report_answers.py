"""The page as an answer in Python."""

from __future__ import annotations

from pathlib import Path

from hubrank import Answer, Ranking, Registry
from hubrank.cli.commands.rank import write_file

from hubrank_output.report.report_command import page_of


def report(ranking: Ranking, *, output: Path) -> Answer:
    """Write the page, which opens in the language that is spoken.

    Args:
        ranking: The ranking.
        output: The HTML file to write.

    Returns:
        Its path, as the record and in a table `files`.

    Raises:
        UsageError: The file's name does not end in .html, or it is a folder.
    """
    import pandas as pd

    write_file(page_of(output, Registry.installed()), ranking, output)
    table = pd.DataFrame({"file": [str(output)], "bytes": [output.stat().st_size]})
    return Answer(title=f"{ranking.title}: the page", tables={"files": table}, record=output)
