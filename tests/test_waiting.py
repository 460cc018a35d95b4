"""Every command that may take long says on the terminal what it does."""

import io
import sys

import pytest
from hubrank.cli import console
from hubrank.cli.app import run as run_words

from tests.test_sample_labels import SCENARIO

#: What each command is asked, and work of it that must be reported, in this order.
VERBS = {
    "check two.toml": ["checking"],
    "rank two.toml --output run": ["composing", "writing", "writing tables", "writing values.csv"],
    "robustness two.toml --draws 50 --output out": [
        *["loading", "composing", "preparing draws", "drawing", "writing counts", "sensitivity to weights of index"],
        *["leaving members out", "effects of weights", "comparing pairs", "exact ranges"],
        *["comparing moves", "writing values.csv"],
    ],
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
    """A folder with all that the commands are asked of."""
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
def test_the_progress_on_a_terminal(folder, monkeypatch, words):
    """The stages come in this order, others between them; short ones leave nothing on the terminal."""
    told = []

    class Told(console._Bar):
        """A bar that notes its reports."""

        def __init__(self, what):
            told.append(what)
            super().__init__(what)

        def tell(self, what, done=None, of=1.0, unit=""):
            told.append(what)
            super().tell(what, done, of, unit)

    monkeypatch.setattr(console, "_Bar", Told)
    monkeypatch.setattr(console, "PATIENCE", 600)
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
