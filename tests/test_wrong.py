"""Every way of being wrong has its message: `wrong/*.toml`, whose first lines say which."""

import csv
import re
from pathlib import Path

import pytest
from hubrank.cli.app import run

WRONG = sorted((Path(__file__).parent / "wrong").glob("*.toml"))


@pytest.mark.parametrize("path", [path for path in WRONG if path.stem != "good"], ids=lambda path: path.stem)
def test_message(path, capsys, tmp_path, monkeypatch):
    """The command line says what the file's first lines say, and leaves with that exit code."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path))
    head = re.match(r"(?P<message>(?:# .*\n)+?)# exit (?P<code>\d)\n", path.read_text(encoding="utf-8"))
    message = "\n".join(line[2:] for line in head["message"].splitlines())

    code = run(["rank", str(path)])

    assert capsys.readouterr().err.rstrip("\n") == f"hubrank: {message}"
    assert code == int(head["code"])


def test_good(capsys, tmp_path, monkeypatch):
    """The scenario that the wrong ones extend is right: by hand, Celand leads with (15/20 + 1) / 2."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path))

    assert run(["rank", str(Path(__file__).parent / "wrong" / "good.toml"), "--format", "csv"]) == 0

    first = next(csv.DictReader(capsys.readouterr().out.splitlines()))

    assert (first["unit"], first["rank"], first["score"]) == ("CCC", "1", "0.875")
