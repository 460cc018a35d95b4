"""`hubrank report` from the command line."""

import shutil
from pathlib import Path

import pytest
from hubrank.cli.app import run


@pytest.fixture
def lands(forty, tmp_path, monkeypatch):
    """The forty lands' scenario, and a folder to write into."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    return str(forty.folder / "base.toml"), tmp_path / "out"


@pytest.mark.long
def test_a_page_is_one_file(lands, capsys):
    """One file, whole, and a line that says what it is."""
    scenario, folder = lands
    assert run(["report", scenario, "--output", str(folder / "lands.html")]) == 0
    assert sorted(each.name for each in folder.iterdir()) == ["lands.html"]
    assert capsys.readouterr().out.count("written to") == 1


@pytest.mark.long
def test_a_run_folder_gives_the_same_page(lands):
    """What a run left is enough: the page is the same, byte for byte, where the scenario's file has the same name."""
    base, folder = lands
    scenario = str(Path(base).with_name("scenario.toml"))
    shutil.copy(base, scenario)
    run(["rank", scenario, "--output", str(folder / "run"), "--quiet"])
    run(["report", scenario, "--output", str(folder / "a.html"), "--quiet"])
    run(["report", str(folder / "run"), "--output", str(folder / "b.html"), "--quiet"])

    assert (folder / "a.html").read_bytes() == (folder / "b.html").read_bytes()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lands.pdf", "the page's file name must end in .html"),
        (".", "the page's file name must end in .html"),
        ("d.html", "is a folder"),
    ],
)
def test_what_is_no_page_is_refused(lands, capsys, name, message):
    """Another ending and a folder are the command line's errors; nothing is written."""
    scenario, folder = lands
    (folder / "d.html").mkdir(parents=True)
    assert run(["report", scenario, "--output", str(folder / name)]) == 2
    assert message in capsys.readouterr().err
    assert [each.name for each in folder.iterdir()] == ["d.html"]
