"""What a shell is offered while a command is typed."""

import pytest
from hubrank.cli.app import run


@pytest.fixture
def completed(monkeypatch, capsys, lands, tmp_path):
    """The words that bash is offered for the last of a line, with a good and a broken scenario in the folder."""
    (tmp_path / "units.csv").write_text("unit,name\nAAA,Aland\nBBB,B\x1b[2Jeland\nCCC,Celand\n")
    (tmp_path / "broken.toml").write_text("editions = [")
    (tmp_path / "run").mkdir()

    def complete(line):
        monkeypatch.setenv("_HUBRANK_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
        run([])
        printed = capsys.readouterr()
        assert printed.err == ""
        return printed.out.split()

    return complete


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hubrank ex", ["explain", "export"]),
        ("hubrank rank lan", ["lands.toml"]),
        ("hubrank rank ru", ["run/"]),
        ("hubrank explain lands.toml ", ["AAA", "BBB", "CCC"]),
        ("hubrank explain lands.toml cel", ["CCC"]),
        ("hubrank explain lands.toml AAA --against b", ["BBB"]),
        ("hubrank explain lands.toml AAA --indicator pa", ["a", "b"]),
        ("hubrank rank lands.toml --edition ", ["2023", "2024"]),
        ("hubrank rank lands.toml --format m", ["markdown"]),
        ("hubrank list agg", ["aggregators"]),
        ("hubrank show arithm", ["arithmetic"]),
        # Errors that the command itself will report: nothing, and no traceback.
        ("hubrank explain broken.toml ", []),
        ("hubrank explain nowhere a", []),
        ("hubrank nowhere a", []),
    ],
)
def test_words_that_are_offered(completed, line, words):
    """Verbs, files, units by code or name, indicators, editions, formats, kinds and parts."""
    assert completed(line) == words
