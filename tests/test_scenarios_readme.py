"""What scenarios/README.md walks through works when it is done literally."""

import re
import shlex
from pathlib import Path

import pytest
from hubrank.cli.app import run

README = Path(__file__).parents[1] / "scenarios" / "README.md"
BLOCKS = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
COMMANDS = [line for kind, _, text in BLOCKS if kind == "sh" for line in text.splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files that the page shows."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for _, name, text in BLOCKS:
        if name:
            Path(name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS)
def test_command(folder, capsys, command):
    """Each command of the page succeeds and prints something."""
    code = run(shlex.split(command)[1:])

    assert (code, capsys.readouterr().err) == (0, "")


@pytest.mark.long
def test_own_figures_count(folder, capsys):
    """The five towns are ranked, and the theses of the table are among their values."""
    run(["rank", "towns.toml", "--output", "run"])

    values = (folder / "run" / "values.csv").read_text(encoding="utf-8")
    ranking = (folder / "run" / "ranking.csv").read_text(encoding="utf-8")

    assert '2024,"aachen","theses",1010,' in values
    assert len(ranking.splitlines()) == 6
