"""Keys that have another name now: read with a word, and rewritten on demand."""

import pytest
from hubrank.front import run
from hubrank.scenario.old_keys import rewritten, with_new_keys

OLD = """\
# over and after are old
extends = "base.toml"  # mine
[inputs.works]
at_most_age = "any" # keep me
[normalisation]
method = "min-max"
"over" = 'pooled'  # over = all
[indicators]
a = { options = { over = 3 }, treatment = { steps = ["log"], over = "pooled" } }
[dimensions]
ideas = { passes = "before", weighting.over = "pooled" }
[[ranking.after]]
step = "best-100"
over = "pooled"
[[ranking.after]]
step = "reverse"
"""
NEW = """\
# over and after are old
extends = "base.toml"  # mine
[inputs.works]
max_age = "any" # keep me
[normalisation]
method = "min-max"
fitted_on = 'pooled'  # over = all
[indicators]
a = { options = { over = 3 }, treatment = { steps = ["log"], fitted_on = "pooled" } }
[dimensions]
ideas = { hands_up = "before", weighting.fitted_on = "pooled" }
[[ranking.post_processing]]
step = "best-100"
fitted_on = "pooled"
[[ranking.post_processing]]
step = "reverse"
"""


def test_rewritten():
    """Keys are renamed where they stand; comments, texts, options of the same name and all else stay."""
    assert rewritten(OLD) == (NEW, ())
    assert rewritten(NEW) == (NEW, ())


def test_both_names():
    """An old key beside the new one is none that can be read: which of them is meant is not known."""
    table = {"ranking": {"after": ["reverse"], "post_processing": ["round"]}}

    assert with_new_keys(table) == (table, ())


BASE = """
title = "Three"
editions = [2024]
units.file = "table.csv"
inputs.all = { source = "files", options = { file = "table.csv", kind = "stock" } }
normalisation = { method = "min-max" }
aggregation = "arithmetic"
dimensions.ideas = {}
indicators.a = { indicator = "value", dimension = "ideas", inputs = { values = "all" } }
"""


@pytest.fixture
def mine(tmp_path):
    """A scenario that extends a good one and has two old keys in lines 3 and 5."""
    (tmp_path / "table.csv").write_text("unit,year,a\nA,2024,1\nB,2024,3\nC,2024,2\n")
    (tmp_path / "base.toml").write_text(BASE)
    path = tmp_path / "mine.toml"
    text = "extends = 'base.toml'\r\n[ranking]\r\nafter = ['reverse'] # last\r\n[normalisation]\r\nover = 'pooled'\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    return path


def test_read_with_a_word(mine, capsys):
    """It ranks as with the new names, and says so beside the ranking; `check` gives the lines."""
    assert run(["rank", str(mine)]) == 0
    old = capsys.readouterr().out
    assert run(["check", str(mine)]) == 0
    checked = capsys.readouterr().out
    run(["update", str(mine)])
    capsys.readouterr()
    assert run(["rank", str(mine)]) == 0
    new = capsys.readouterr().out

    said = "2 keys have other names since; hubrank update gives them"
    places = {"ranking.after": ("3", "post_processing"), "normalisation.over": ("5", "fitted_on")}
    assert said in old
    assert said not in new
    assert old.replace(said, "").split() == new.split()
    assert checked.splitlines()[1:] == [
        f"mine.toml, line {line}: {where} is now {name}" for where, (line, name) in places.items()
    ]


def test_updated_in_place(mine, capsys):
    """Only the names change, not the line ends nor the mark before the text; a trial changes nothing."""
    before = mine.read_bytes()
    assert run(["update", str(mine), "--dry-run"]) == 0
    assert mine.read_bytes() == before
    told = capsys.readouterr().out

    assert run(["update", str(mine)]) == 0
    assert capsys.readouterr().out == told
    assert mine.read_bytes() == before.replace(b"after", b"post_processing").replace(b"over", b"fitted_on")
    assert run(["update", str(mine)]) == 0
    assert capsys.readouterr().out == "mine.toml: has no old keys\n"


def test_line_ends_that_toml_does_not_know(mine, capsys):
    """A file whose lines end in a carriage return alone is read as any other, and has those of TOML afterwards."""
    text = mine.read_bytes()
    mine.write_bytes(text.replace(b"\r\n", b"\r"))

    assert run(["update", str(mine)]) == 0
    assert "line 3: ranking.after is now post_processing" in capsys.readouterr().out
    renamed = text.replace(b"after", b"post_processing").replace(b"over", b"fitted_on")
    assert mine.read_bytes() == renamed.replace(b"\r\n", b"\n")


def test_no_scenario(tmp_path, capsys):
    """What is no file of TOML is refused, and stays as it is."""
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[ranking\nafter = 1\n")

    assert run(["update", "global"]) == 2
    assert capsys.readouterr().err == "hubrank: global: specify the TOML file of a scenario\n"
    assert run(["update", str(wrong)]) == 2
    assert wrong.read_text() == "[ranking\nafter = 1\n"
