"""What docs/regions.md shows beside its commands: a mistake's message, and the package that makes a region a plugin."""

import importlib.util
import re
from pathlib import Path

import pytest
from hubrank import Registry
from hubrank.cli.main import run
from hubrank.testing import examples

PAGE = (Path(__file__).parents[1] / "docs" / "regions.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files of the page."""
    monkeypatch.chdir(tmp_path)
    for each in examples(PAGE):
        if each.file:
            Path(each.file).parent.mkdir(exist_ok=True)
            Path(each.file).write_text(each.code, encoding="utf-8")
    return tmp_path


def test_the_message(folder, capsys):
    """A file that is not there and an origin without an entry are told as the page has it."""
    path = folder / "lake" / "region.toml"
    text = (
        path.read_text(encoding="utf-8").replace('origin = "lake', 'origin = "').replace('"figures.csv', '"figure.csv')
    )
    path.write_text(text.replace('origin = "-council"', 'origin = "council"'), encoding="utf-8")

    assert run(["check", "lake"]) == 2
    assert capsys.readouterr().err == re.search(r"```text\n(hubrank: .*?)```", PAGE, re.DOTALL)[1]


def test_the_package(folder):
    """The folder with the module of the page brings the parts that the page names."""
    (folder / "lake").rename(folder / "moved")
    for path in (folder / "moved").iterdir():
        path.rename(folder / "hubrank_lake" / path.name)
    place = importlib.util.spec_from_file_location("hubrank_lake", folder / "hubrank_lake" / "__init__.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    known = Registry.of(module.region)

    assert known.broken == ()
    assert [known.names(kind) for kind in ("unit set", "source", "scenario")] == [
        ("lake",),
        ("lake",),
        ("lake", "lake-cheap"),
    ]
