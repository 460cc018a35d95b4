"""What tests of sources share: services on this machine, rows that are fetched of them, and the way to a ranking."""

import os
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.plugin import Request
from hubrank_fetching import clock
from hubrank_fetching.sources import fetched_of

#: Replies of services, recorded; they lie beside the data that tests compare with.
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).parents[2] / "shared" / "data"))
SAMPLES = REFERENCE.parent / "apis" / "samples"


def moved(httpserver, monkeypatch, tmp_path, files=(), **addresses):
    """Services moved to this machine, no one waiting for their pace, and a folder with files; gives all naps."""
    slept = []
    for name, path in addresses.items():
        monkeypatch.setenv(f"HUBRANK_{name.upper()}_ADDRESS", httpserver.url_for(path).rstrip("/"))
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(clock, "sleep", lambda _: None)
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=slept.append))
    monkeypatch.chdir(tmp_path)
    for name, text in dict(files).items():
        Path(name).write_text(text)
    return slept


def request(source, table, columns=(), **options):
    """A request for all years of a table, with options of the source's module."""
    return Request(table=table, columns=columns, first_year=None, last_year=None, options=source.Options(**options))


def fetched_rows(source, table, columns=(), *, online=True, **options):
    """The rows of a table as the module of a source fetches them, or has them kept."""
    known = fetched_of(source)
    frames = known.get(request(source, table, columns, **options), known.session(online=online))
    return pd.concat(frames, ignore_index=True)


def scenario(source, table, *, edition=2024, units="", column="", absent="nan", **lines):
    """A scenario of one indicator, measured as it is, of a source's table; lines of the input are TOML's."""
    inputs = "\n".join(f"{name} = {value}" for name, value in lines.items())
    options = f'{{ column = "{column}", absent = {absent} }}'
    value = f'indicator = "value"\ninputs = {{ values = "{table}" }}\noptions = {options}' if column else ""
    return f"""title = "A ranking"
editions = [{edition}]
normalisation = "none"
aggregation = "arithmetic"
units = {{ file = "units.csv", {units} }}

[inputs.{table}]
source = "{source}"
{inputs}

[dimensions.one]

[indicators.{table}]
dimension = "one"
{value}
"""


def ranked(path):
    """The values of a run of a scenario, by unit; those that are not there are left out."""
    assert run(["rank", path, "--output", "run"]) == 0
    return pd.read_csv("run/values.csv").set_index("unit")["measured"].dropna().to_dict()


def from_nothing(path, service, capsys, log):
    """From nothing to a ranking: nothing is fetched unasked, and nothing twice; returns the values and the output."""
    assert run(["rank", path]) == 4
    assert f"{service}: is not fetched yet; run `hubrank fetch`" in capsys.readouterr().err
    assert run(["fetch", path]) == 2
    told = capsys.readouterr()
    assert "nothing is fetched unasked; --yes fetches without asking" in told.err
    assert len(log) == 0
    assert run(["fetch", path, "--yes"]) == 0
    asked, fetched = len(log), capsys.readouterr().out
    found = ranked(path)
    shown = capsys.readouterr().out
    assert run(["fetch", path, "--yes"]) == 0
    assert "everything is cached" in capsys.readouterr().out
    assert len(log) == asked
    return found, SimpleNamespace(before=told.out, fetched=fetched, shown=shown)


def recorded(folder, *patterns):
    """Recorded files of a service as parameters, one that says why if there are none."""
    found = sorted({path for pattern in patterns for path in (SAMPLES / folder).glob(pattern)})
    lacking = pytest.param(None, marks=pytest.mark.skip(reason=f"there is nothing recorded of {folder}"))
    return [pytest.param(path, id=path.stem) for path in found] or [lacking]
