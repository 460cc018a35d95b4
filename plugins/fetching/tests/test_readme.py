"""The example for authors of sources, as it is printed, with a server of this machine."""

import importlib
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hubrank.plugin import Request
from hubrank.testing import examples, tried
from hubrank_fetching import NotFetchedError
from hubrank_fetching.session import Session
from hubrank_fetching.sources import fetched_of

from .conftest import SECRET, SERVICE

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8").partition("\n## geonames\n")[0]
ROWS = [{"country": "SWE", "year": 2024, "prizes": 1.0}, {"country": "NOR", "year": 2024, "prizes": 2}]


@pytest.fixture
def prizes(tmp_path, monkeypatch):
    """The module of the page."""
    (shown,) = [each for each in examples(README) if each.file]
    (tmp_path / shown.file).write_text(shown.code)
    monkeypatch.syspath_prepend(str(tmp_path))
    name = Path(shown.file).stem
    monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module(name)
    del sys.modules[name]


def test_the_example_conforms(prizes):
    """The kit finds nothing wrong with it."""
    found = tried(prizes)

    assert "kept" in {each.state for each in found}
    assert [each for each in found if each.state == "broken"] == []


def test_the_example_reads_what_was_fetched(prizes, httpserver, monkeypatch):
    """Two pages by the key of the environment; before, nothing is there and nothing is asked."""
    monkeypatch.setenv("HUBRANK_PRIZES_ADDRESS", httpserver.url_for("/v1"))
    monkeypatch.setenv("HUBRANK_PRIZES_KEY", SECRET)
    for cursor, following, row in (("*", "x", ROWS[0]), ("x", None, ROWS[1])):
        asked = httpserver.expect_request(
            "/v1/prizes", query_string={"cursor": cursor}, headers={"Authorization": f"Bearer {SECRET}"}
        )
        asked.respond_with_json({"count": 2, "next": following, "rows": [row]})
    (source,) = prizes.hubrank_data_sources()
    request = Request(table="prizes", columns=("prizes",), first_year=None, last_year=None, options=None)

    with pytest.raises(NotFetchedError):
        list(source.read(request))
    list(fetched_of(source).get(request, Session(prizes.SERVICE, online=True)))
    assert [row for frame in source.read(request) for row in frame.to_dict("records")] == ROWS


def test_the_example_of_a_file(tmp_path, httpserver, monkeypatch):
    """A table in a zip, downloaded and read as it is printed."""
    (shown,) = [each for each in examples(README) if each.language == "python" and not each.file]
    monkeypatch.setenv("HUBRANK_TRIAL_ADDRESS", httpserver.url_for("/v1"))
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as made:
        made.writestr("prizes.csv", "country,prizes\nSWE,1\n")
    httpserver.expect_request("/v1/files/prizes.zip").respond_with_data((tmp_path / "made.zip").read_bytes())
    names = {"session": Session(SERVICE, online=True), "pd": pd}
    exec(shown.code, names)  # noqa: S102  # what a reader types

    assert names["frame"].to_dict("records") == [{"country": "SWE", "prizes": 1}]
