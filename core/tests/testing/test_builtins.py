"""The built-in parts keep the contract of their kinds."""

from pathlib import Path

import hubrank.methods.derived
import hubrank.scenario.files
from hubrank.testing import conforms


@conforms(hubrank.methods.derived, sample_options={"value": {"column": "papers"}})
def test_indicators(check):
    """The built-in indicators keep an indicator's promises."""
    check()


@conforms(hubrank.scenario.files, sample_options={"files": {"file": "figures.csv"}})
def test_files(check, tmp_path, monkeypatch):
    """The source of files keeps what can be promised before a file is read."""
    monkeypatch.chdir(tmp_path)
    Path("figures.csv").write_text("unit,year,papers\nAAA,2024,3\n", encoding="utf-8")

    check()
