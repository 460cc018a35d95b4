"""Every value of every scenario is as recorded; `golden.py` explains how."""

import importlib.util
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("golden", Path(__file__).with_name("golden.py"))
golden = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(golden)


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """Rows that several scenarios read are counted once."""
    with golden.alike(tmp_path_factory.mktemp("cache")):
        yield


#: What the usual tests hold; `--long` holds all.
USUAL = ("global", "methods", "places", "ties", "weights")


@pytest.mark.parametrize(
    "name", [name if name in USUAL else pytest.param(name, marks=pytest.mark.long) for name in golden.names()]
)
def test_as_held(name, tmp_path):
    """Nothing differs."""
    assert golden.differences(name, tmp_path / "run") == []
