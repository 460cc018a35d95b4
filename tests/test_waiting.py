"""Every verb that may take long says on the terminal what it does."""

import io
import sys

import pytest
from hubrank.front import waiting
from hubrank.front.app import run as run_words

from tests.test_sample_labels import SCENARIO

#: What each verb is asked, and work of it that must be told, in this order.
VERBS = {
    "check two.toml": ["checking"],
    "cache verify": ["verifying"],
    "rank two.toml": ["loading", "reading values", "measuring a", "composing", "preparing draws", "drawing"],
    "rank two.toml --output run": ["composing", "writing", "writing tables", "writing values.csv"],
    "explain two.toml U1 --indicator a": ["loading", "composing", "explaining", "reading rows"],
    "export two.toml --output made.md": ["loading", "composing", "writing made.md"],
    "report two.toml --output made.html": ["composing", "drawing", "writing made.html"],
    "change two.toml": ["loading", "composing", "drawing", "splitting moves"],
    "change two.toml U1 --against two.toml": ["loading", "composing", "loading", "composing", "comparing"],
    "whatif two.toml U2 --rank 2": ["loading", "trying a", "trying b", "trying all together"],
    "outlook two.toml --back-test": ["loading", "projecting", "testing past projections"],
    "balance two.toml one two": ["loading", "balancing weights"],
    "compare two.toml two.toml": ["loading", "composing", "loading", "composing", "comparing"],
    "fit two.toml --to published.csv": ["loading", "composing", "fitting weights"],
    "rivalry two.toml": ["loading", "composing", "comparing groups"],
    "audit two.toml --output out": ["auditing", "leaving members out", "drawing the page", "writing values.csv"],
    "robustness two.toml --draws 50 --output out": [
        *["loading", "composing", "preparing draws", "drawing", "writing counts", "sensitivity to weights of index"],
        *["intervals of sensitivity", "leaving members out", "effects of weights", "comparing pairs", "exact ranges"],
        *["comparing moves", "writing values.csv"],
    ],
    "robustness two.toml --precision 0.2": ["preparing draws", "drawing"],
    "robustness two.toml --winner U1": ["loading", "comparing pairs", "searching weights"],
    "robustness two.toml --draws 50 --shards 1/2 --output out": ["preparing draws", "drawing"],
    "import coinr idata.csv imeta.csv --output new": ["reading idata.csv", "writing new"],
}
IDATA = "uCode,uName,a,b\n" + "".join(f"U{at},U{at},{at},{at * at}\n" for at in range(6))
IMETA = """iCode,Level,Type,Parent,Direction,Weight
a,1,Indicator,index,1,1
b,1,Indicator,index,1,1
index,2,Aggregate,,1,1
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with all that the verbs are asked of."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    rows = [
        f"U{at},{year},{(at * 7 + year) % 5 + at},{(at * 3 + year) % 4}"
        for at in range(8)
        for year in range(2021, 2025)
    ]
    (tmp_path / "values.csv").write_text("unit,year,a,b\n" + "\n".join(rows) + "\n")
    units = [f"U{at},U{at},{'AB'[at % 2] * 3},{at},{at}" for at in range(8)]
    (tmp_path / "units.csv").write_text("unit,name,country,lat,lon\n" + "\n".join(units) + "\n")
    (tmp_path / "published.csv").write_text("unit,rank\n" + "".join(f"U{at},{8 - at}\n" for at in range(8)))
    (tmp_path / "two.toml").write_text(SCENARIO.replace("[2023, 2024]", "[2021, 2022, 2023, 2024]"))
    (tmp_path / "idata.csv").write_text(IDATA)
    (tmp_path / "imeta.csv").write_text(IMETA)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", VERBS)
def test_what_a_terminal_is_told(folder, monkeypatch, words):
    """The stages come in this order, others between them; short ones leave nothing on the terminal."""
    told = []

    class Told(waiting._Bar):
        """A bar that notes what it is told."""

        def __init__(self, what):
            told.append(what)
            super().__init__(what)

        def tell(self, what, done=None, of=1.0, unit=""):
            told.append(what)
            super().tell(what, done, of, unit)

    monkeypatch.setattr(waiting, "_Bar", Told)
    monkeypatch.setattr(waiting, "PATIENCE", 600)
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert run_words(words.split()) == 0, sys.stderr.getvalue()
    assert sys.stderr.getvalue() == ""
    stages = iter(told)
    missing = [each for each in VERBS[words] if each not in stages]

    assert not missing, (missing, told)


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self):
        """It is."""
        return True
