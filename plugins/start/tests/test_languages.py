"""What start says is in the reader's language; what programs read of its folder is not."""

from .test_workbooks import with_other_columns


def test_the_folder_is_in_the_language(bracketed, start, tmp_path):
    """The command line with `--language`: the screen, the README and the reasons; the table of values is not."""
    start(with_other_columns(tmp_path), "--yes", "--language", "de")
    out, readme = start.out, (start.folder / "README.md").read_text(encoding="utf-8")

    assert "⟦columns not used⟧" in out
    assert "⟦written to ⟧" in out
    assert "⟦ units⟧" in out.partition("⟦written to ⟧")[0].rpartition("⟦assumed⟧")[2]  # the ranking speaks it as well
    assert "| `data.csv`, `units.csv` | ⟦the table as it was read⟧ |" in readme
    assert "## ⟦What was assumed⟧" in readme
    assert "⟦" not in (start.folder / "data.csv").read_text(encoding="utf-8")
    assert "⟦" not in (start.folder / "run" / "ranking.csv").read_text(encoding="utf-8")
