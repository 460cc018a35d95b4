"""Made-up rows in the form of REGPAT's files, counted by hand."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hubrank.plugin import FileProblem, Request
from hubrank.testing import examples
from hubrank_inventions import regpat
from hubrank_inventions.regpat import Beside, Options

from tests.services import SAMPLES, ranked

HERE = Path(__file__).parent
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
INVENTORS, CLASSES, LOOKUP = HERE / "202401_EPO_Inv_reg.txt", HERE / "202401_EPO_IPC.txt", HERE / "lookup.csv"


def sums(options, *by, first=None):
    """The applications by place and year."""
    request = Request(table="patents", columns=("applications",), first_year=first, last_year=None, options=options)
    (frame,) = regpat.read(request)
    made = frame.collect("pandas").to_native().fillna({name: "-" for name in by if name != "year"})
    return made.groupby(list(by), dropna=False)["applications"].sum().to_dict()


def test_shares_of_regions_and_inventors():
    """Application 1 has two inventors, the second of whom has two regions; unknown regions are kept as they are."""
    counted = sums(Options(file=INVENTORS), "nuts")

    assert counted == {"DE111": 1.75, "DE112": 0.25, "DE211": 0.25, "US06037": 1.0, "ZZZZZ": 1.0}


def test_years():
    """An application has one year, however many classes; one without a year is reported, and no edition counts it."""
    dated = sums(Options(file=INVENTORS, years=Beside(file=CLASSES)), "nuts", "year")
    known = {key: value for key, value in dated.items() if key[0] != "no year"}

    assert known == {
        ("DE111", 2017): 1.0,
        ("DE111", 2018): 0.5,
        ("DE112", 2018): 0.25,
        ("DE211", 2018): 0.25,
        ("US06037", 2018): 1.0,
        ("ZZZZZ", 2018): 1.0,
    }
    assert sum(dated.values()) - sum(known.values()) == 0.25
    assert ("DE111", 2019) in sums(
        Options(file=INVENTORS, years=Beside(file=CLASSES), year="application"), "nuts", "year"
    )
    assert ("DE111", 2017) not in sums(Options(file=INVENTORS, years=Beside(file=CLASSES)), "nuts", "year", first=2018)


def test_lookup():
    """A region is a unit, a point, or where the table has none what it was."""
    rows = regpat.sample("patents", Options(file=INVENTORS, lookup=Beside(file=LOOKUP)))

    assert rows.groupby("unit")["applications"].sum().to_dict() == {
        "DE112": 0.25,
        "DE211": 0.25,
        "US06037": 1.0,
        "ZZZZZ": 1.0,
        "stuttgart": 1.75,
    }
    assert rows.set_index("unit").loc["US06037", ["lat", "lon"]].tolist() == [34.05, -118.24]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"file": "other.txt"}, "other.txt: file not found"),
        ({"years": "other.txt"}, "other.txt: file not found"),
        ({"lookup": "other.csv"}, "other.csv: file not found"),
        ({"file": CLASSES}, "no column 'inv_share' or 'app_share'; there are Appln_id, Prio_Year"),
        ({"years": INVENTORS}, "no column 'prio_year' or 'priority_year'; there are Appln_id, Person_id"),
        ({"lookup": CLASSES}, "must have the columns region and unit, or region, lat and lon"),
    ],
)
def test_files_that_are_not_as_they_should_be(change, said):
    """Each is reported with its name."""
    ((key, name),) = change.items()
    options = Options(**{"file": INVENTORS} | {key: Path(name) if key == "file" else Beside(file=Path(name))})
    with pytest.raises(FileProblem, match=said):
        regpat.tables(options), regpat.counted(options)


@pytest.mark.long
def test_the_scenario_of_the_page(tmp_path, monkeypatch, capsys):
    """Regions of NUTS 3 count in those of NUTS 2; all others are reported with their sums."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    for each in examples(README, "regpat"):
        if each.file:
            Path(each.file).write_text(each.code)
    for path in (INVENTORS, CLASSES):
        shutil.copy(path, path.name)

    assert ranked("patents.toml") == {"DE11": 0.75, "DE21": 0.25}
    lost = pd.read_csv("run/unassigned.csv").set_index("place")["sum_applications"]
    assert lost.to_dict() == {"US06037": 1.0, "ZZZZZ": 1.0, "no year": 0.25}
    (report,) = json.loads(Path("run/record.json").read_text())["inputs"]
    assert report["origins"][0]["published"] == "2024-01"


@pytest.mark.skipif(not (SAMPLES / "oecd_regpat").is_dir(), reason="there are no headers: set HUBRANK_REFERENCE")
@pytest.mark.parametrize("name", ["EPO_Inv_reg", "EPO_App_reg"])
def test_headers_of_releases(tmp_path, name):
    """The headers of real files are known."""
    file = tmp_path / f"201802_{name}.txt"
    file.write_text(f"{(SAMPLES / 'oecd_regpat' / f'{name}.header.txt').read_text().strip()}\n1|1|DE111|DE|0.5|0.5\n")

    assert sums(Options(file=file), "nuts") == {"DE111": 0.25}
