"""A type checker sees the public module whole."""

import pytest
from mypy import api

CODE = """
import hubrank
import pandas as pd

ranked = hubrank.rank(pd.DataFrame(), weights={"health": 2}, direction={"mortality": -1})
reveal_type(ranked)
reveal_type(ranked.table())
reveal_type(ranked["SWE"].explain())
reveal_type(ranked.robustness(draws=100).acceptability())
reveal_type(hubrank.read("run"))
reveal_type(ranked.scenario.to_toml())
hubrank.rank("global", wieghts={})
"""

SEEN = ["Ranked", "DataFrame", "Answer", "DataFrame", "Ranked", "str"]


@pytest.mark.long
def test_types(tmp_path):
    """What each call gives, and an argument that is none."""
    path = tmp_path / "mine.py"
    path.write_text(CODE, encoding="utf-8")
    said, wrong, _ = api.run(["--strict", str(path)])
    lines = said.splitlines()

    assert wrong == ""
    assert [line.split('"')[1].rpartition(".")[2] for line in lines if "Revealed" in line] == SEEN
    assert [line for line in lines if "error" in line and "wieghts" in line]
    assert "Found 1 error" in lines[-1]
