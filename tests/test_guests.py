"""Plugins are guests: what their code raises, prints, returns or changes is told with their name."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hubrank.front.app import run

GOOD = Path(__file__).parent / "wrong" / "good.toml"

#: A plugin of every kind of part, named odd; `doom` is called in the function of each.
PARTS = """
import os
import shutil
import signal
import sys

import numpy as np
import pandas as pd
from attrs import frozen
from hubrank import (
    Aggregator, DataSource, DrawCounter, Exporter, Imputation, Indicator, Normalisation, Origin, Rescaling,
    ScenarioFile, Table, Treatment, UnitSet, Weighting, hookimpl,
)


class Mute(Exception):
    def __str__(self):
        raise ValueError("nothing to say")


def deeper():
    return deeper() + 1


def doom({given}):
    {body}


def rows():
    return pd.DataFrame({{"unit": ["AAA", "BBB", "CCC", "DDD", "EEE"], "year": 2024, "odd": [1.0, 2, 3, 4, 5]}})


def units():
    doom()
    return pd.DataFrame({{"unit": ["AAA", "BBB", "CCC", "DDD", "EEE"]}})


def places():
    return pd.DataFrame({{"unit": ["AAA", "BBB", "CCC", "DDD", "EEE"]}})


def read(request):
    doom()
    yield rows()


def measure(inputs, units, options):
    values = inputs["values"].latest("health")
    doom()
    return values


def changed(values, *_):
    doom()
    return values


def write(ranking, path):
    doom()
    path.write_text("ranked")


def count(analysis, draws, address):
    from hubrank.robustness import run

    doom()
    return run(analysis, draws, cores=1).tally


@hookimpl
def hubrank_unit_sets():
    yield UnitSet(name="odd", title="Odd", units=units, places=places)


@hookimpl
def hubrank_data_sources():
    yield DataSource(
        name="odd",
        title="Odd",
        read=read,
        sample=lambda table, options: rows(),
        tables=(Table(name="odd", kind="stock", columns={{"unit": "", "year": "", "odd": ""}}, origin="odd"),),
        origins=(Origin(name="odd", producer="odd", title="odd", licence="CC0-1.0"),),
    )


@hookimpl
def hubrank_indicators():
    yield Indicator(name="odd", title="", unit_of_measure="", inputs={{"values": {{"health": float}}}}, measure=measure)


@hookimpl
def hubrank_imputations():
    yield Imputation(name="odd", apply=lambda values, context, options: changed(np.nan_to_num(values)))


@hookimpl
def hubrank_treatments():
    yield Treatment(name="odd", apply=changed)


@hookimpl
def hubrank_normalisations():
    yield Normalisation(name="odd", fit=lambda *_: None, apply=changed)


@hookimpl
def hubrank_weightings():
    yield Weighting(name="odd", apply=lambda scores, context, options: changed(context.weights))


@hookimpl
def hubrank_aggregators():
    yield Aggregator(name="odd", apply=lambda scores, weights, *_: changed((scores * weights).sum(axis=-1)))


@hookimpl
def hubrank_rescalings():
    yield Rescaling(name="odd", apply=changed)


@hookimpl
def hubrank_exporters():
    yield Exporter(name="odd", suffix=".odd", write=write)


@hookimpl
def hubrank_draw_counters():
    yield DrawCounter(name="odd", count=count)
"""

COMMAND = """
import os
import shutil
import signal
import sys
from hubrank import Command, hookimpl


class Mute(Exception):
    def __str__(self):
        raise ValueError("nothing to say")


def deeper():
    return deeper() + 1


def greet(name: str = "world"):
    {body}


@hookimpl
def hubrank_commands():
    yield Command(name="greet", help="Say hello.", function=f"{{__name__}}:greet")
"""

BASE = 'extends = "{good}"\n'
GAPS = """
title = "Lands"
editions = [2024]
units = {{ file = "units.csv" }}
inputs.values = {{ source = "files", options = {{ file = "gaps.csv" }} }}
dimensions.life = {{}}
indicators.health = {{ indicator = "value", dimension = "life" }}
indicators.income = {{ indicator = "value", dimension = "life" }}
normalisation.method = "min-max"
aggregation.method = "arithmetic"
imputation.method = "odd"
"""
SOURCE = """
[inputs.strange]
source = "odd"
table = "odd"
[indicators.strange]
indicator = "value"
dimension = "life"
inputs = {{ values = "strange" }}
options = {{ column = "odd" }}
"""
DOUBT = '[robustness]\ndraws = 20\nweights = {{ distribution = "dirichlet", concentration = 10 }}\n'

#: For each kind of part a scenario that uses it, and the function that is called.
USES = {
    "unit set": (
        GAPS.replace('imputation.method = "odd"', 'imputation.method = "median"').replace(
            'file = "units.csv"', 'set = "odd"'
        ),
        "units",
    ),
    "source": (BASE + SOURCE, "read"),
    "indicator": (BASE + '[indicators]\nodd = {{ dimension = "life" }}\n', "measure"),
    "imputation": (GAPS, "apply"),
    "treatment": (BASE + 'treatment.steps = [{{ method = "odd" }}]\n', "apply"),
    "normalisation": (BASE + '[normalisation]\nmethod = "odd"\n', "apply"),
    "weighting": (BASE + '[weighting]\nmethod = "odd"\n', "apply"),
    "aggregator": (BASE + '[aggregation]\nmethod = "odd"\n', "apply"),
    "rescaling": (BASE + 'ranking.post_processing = [{{ method = "odd" }}]\n', "apply"),
    "exporter": (BASE, "write"),
    "draw counter": (BASE + DOUBT, "count"),
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A function that puts a distribution on the path: its parts, its commands, or both."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def put(parts="", commands=""):
        info = tmp_path / "hubrank_odd-0.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hubrank-odd\nVersion: 0.1\n", encoding="utf-8")
        groups = ""
        for group, module, code in (("hubrank", "odd_parts", parts), ("hubrank.commands", "odd_commands", commands)):
            if code:
                (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
                monkeypatch.delitem(sys.modules, module, raising=False)
                groups += f"[{group}]\nodd = {module}\n"
        (info / "entry_points.txt").write_text(groups, encoding="utf-8")

    return put


@pytest.fixture
def said(capfd):
    """A function that runs a command line here and gives its exit code, its output and its errors."""

    def do(*words):
        capfd.readouterr()
        code = run(list(words))
        out, err = capfd.readouterr()
        return code, out, err

    return do


def words_for(kind, folder):
    """The command line that uses the odd part of a kind."""
    scenario, _ = USES[kind]
    path = folder / "mine.toml"
    path.write_text(scenario.format(good=GOOD.as_posix()), encoding="utf-8")
    units = (GOOD.parent / "data" / "units.csv").read_text(encoding="utf-8")
    (folder / "units.csv").write_text(units, encoding="utf-8")
    lines = (GOOD.parent / "data" / "figures.csv").read_text(encoding="utf-8").splitlines()
    lines[1] = ",".join([*lines[1].split(",")[:-1], ""])
    (folder / "gaps.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        "exporter": ["export", str(path), "--output", "ranking.odd"],
        "draw counter": ["robustness", str(path), "--count-with", "odd", "--format", "csv"],
    }.get(kind, ["rank", str(path), "--format", "csv"])


def parts(body="pass", given="*_"):
    """The module of odd parts with something to do in their functions."""
    return PARTS.format(body=body, given=given)


OUTBURSTS = {
    "raise SystemExit(0)": "SystemExit: 0",
    "sys.exit('bye')": "SystemExit: bye",
    "raise KeyboardInterrupt": "KeyboardInterrupt: ",
    "raise GeneratorExit": "GeneratorExit: ",
    "raise MemoryError('all of it')": "MemoryError: all of it",
    "deeper()": "RecursionError: maximum recursion depth exceeded",
    "raise Mute": "Mute: (its text cannot be told: ValueError)",
    "raise BaseException('odd')": "BaseException: odd",
    "raise StopIteration": "",
    "raise BaseExceptionGroup('two', [SystemExit(0)])": "BaseExceptionGroup: two (1 sub-exception)",
}


@pytest.mark.parametrize("kind", USES)
def test_right_parts_are_not_accused(place, said, tmp_path, kind):
    """The odd plugin does its work where nothing dooms it."""
    place(parts())
    code, _, err = said(*words_for(kind, tmp_path))

    assert (code, err) == (0, "")


@pytest.mark.parametrize("kind", USES)
@pytest.mark.parametrize("body", OUTBURSTS)
def test_whatever_a_part_raises_is_its_own(place, said, tmp_path, kind, body):
    """The distribution, the part and the function are named, nothing is printed, and the exit code is 3."""
    place(parts(body))
    code, out, err = said(*words_for(kind, tmp_path))

    assert (code, out) == (3, "")
    assert err.startswith(f"hubrank: hubrank-odd: {kind} 'odd': {USES[kind][1]} raised {OUTBURSTS[body]}")


@pytest.mark.parametrize("body", [each for each in OUTBURSTS if "xit" not in each or "Gen" in each])
def test_whatever_a_verb_raises_is_its_own(place, said, body):
    """A verb too; with `SystemExit` it says its exit code itself."""
    place(commands=COMMAND.format(body=body))
    code, out, err = said("greet")

    assert (code, out) == (3, "")
    assert err.startswith(f"hubrank: hubrank-odd: command 'greet': odd_commands:greet raised {OUTBURSTS[body]}")


@pytest.mark.parametrize(
    ("body", "code", "out", "err"),
    [
        ("print('hello')", 0, "hello\n", ""),
        ("print('hello', file=sys.stderr)", 0, "", "hello\n"),
        ("raise SystemExit(5)", 5, "", ""),
        ("sys.exit()", 0, "", ""),
        ("sys.exit('no such name')", 1, "", "no such name\n"),
        ("os.write(1, b'bytes')", 0, "bytes", ""),
        ("import typer; raise typer.Exit(4)", 4, "", ""),
        ("from hubrank import UsageError; raise UsageError('no such name')", 2, "", "hubrank: no such name\n"),
    ],
)
def test_verbs_that_are_right(place, said, body, code, out, err):
    """A verb prints its answer, says its exit code, and tells a person what is wrong with the command line."""
    place(commands=COMMAND.format(body=body))

    assert said("greet") == (code, out, err)


@pytest.mark.parametrize("body", OUTBURSTS)
@pytest.mark.parametrize("where", ["at import", "in a hook"])
def test_outbursts_on_the_way_in_concern_those_who_use_it(place, said, tmp_path, body, where):
    """Others rank; who asks for a part of it is told what it raised."""
    code = parts(body)
    if where == "at import":
        code += "\n\ndoom()\n"
    else:
        code += "\n\n@hookimpl\ndef hubrank_scenarios():\n    doom()\n    return []\n"
    place(code, commands=COMMAND.format(body="pass") + f"\n\ndef doom():\n    {body}\n\n\ndoom()\n")
    good = said("rank", str(GOOD), "--format", "csv")
    needed, _, err = said(*words_for("aggregator", tmp_path))

    assert (good[0], good[2]) == (0, "")
    assert needed == 2
    assert "no installed plugin has an aggregator 'odd'" in err
    assert f"these plugins could not be loaded: hubrank-odd ({OUTBURSTS[body]}" in err
    assert said("--help")[0] == 0


PRINTS = {
    "print('noise')": "noise",
    "sys.stdout.write('noise')": "noise",
    "os.write(1, b'noise')": "noise",
    "sys.__stdout__.write('noise')": "noise",
    "import ctypes; ctypes.CDLL(None).puts(b'noise')": "noise",
    "os.system('echo noise')": "noise",
}


@pytest.mark.skipif(sys.platform == "win32", reason="C's library is found otherwise there")
@pytest.mark.parametrize("body", PRINTS)
@pytest.mark.parametrize("kind", ["source", "aggregator", "draw counter"])
def test_output_of_a_part_is_no_answer(place, said, tmp_path, kind, body):
    """What is printed within a function, by Python, by C or by another program, goes to standard error."""
    place(parts())
    quiet = said(*words_for(kind, tmp_path))
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "odd_parts.py").write_text(parts(body), encoding="utf-8")
    sys.modules.pop("odd_parts")
    loud = said(*words_for(kind, tmp_path))

    assert loud[:2] == quiet[:2]
    assert "noise" in loud[2]
    assert "noise" not in loud[1]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_output_on_the_way_in_and_out_is_no_answer(place, tmp_path, form):
    """What is printed at import, in a hook, by a thread of it and at the end of all goes to standard error."""
    loud = """

import atexit

print("at import")
atexit.register(lambda: print("at the end"))
atexit.register(lambda: os.write(1, b"at the end"))


@hookimpl
def hubrank_scenarios():
    print("in a hook")
    return []
"""
    place(parts() + loud, commands=COMMAND.format(body="pass") + "\n\nprint('at import of verbs')\n")
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    words = [sys.executable, "-m", "hubrank.front", *words_for("aggregator", tmp_path)[:-1], form]
    program = f"import sys; sys.argv = {['hubrank', *words[3:]]!r}; from hubrank.front import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": paths},
    )

    for noise in ("at import", "in a hook", "at import of verbs", "at the end"):
        assert noise in done.stderr
        assert noise not in done.stdout
    if form == "json":
        json.loads(done.stdout)


CHANGES = {
    "treatment": ("values[0][..., 0] = 0", "assignment destination is read-only"),
    "normalisation": ("values[0] *= 0", "output array is read-only"),
    "rescaling": ("values[0].sort(axis=-1)", "sort array is read-only"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_arrays_cannot_be_changed(place, said, tmp_path, kind):
    """Who writes into what it was handed is told to change a copy."""
    body, what = CHANGES[kind]
    code = parts(body.replace("values[0]", "values"), "values=None").replace(
        "doom()\n    return values", "doom(values)\n    return values"
    )
    place(code)
    got = said(*words_for(kind, tmp_path))

    assert got[:2] == (3, "")
    assert got[2] == (
        f"hubrank: hubrank-odd: {kind} 'odd': apply raised ValueError: {what}; "
        "what a plugin is handed cannot be changed, so it must change a copy\n"
    )


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("fit=lambda reference, *_: reference.fill(0)", "fit"),
        ("fit=lambda reference, *_: np.multiply(reference, 0, out=reference)", "fit"),
        ("fit=lambda reference, *_: np.nan_to_num(reference, copy=False, nan=1.0)", "fit"),
        ("fit=lambda reference, *_: reference.__setitem__(..., reference.mean())", "fit"),
    ],
)
def test_fit_cannot_change_the_reference(place, said, tmp_path, function, name):
    """A scale that is learnt from values leaves them as they are."""
    place(parts().replace("fit=lambda *_: None", function))
    code, out, err = said(*words_for("normalisation", tmp_path))

    assert (code, out) == (3, "")
    assert err.startswith(f"hubrank: hubrank-odd: normalisation 'odd': {name} raised ValueError: ")
    assert err.endswith("read-only; what a plugin is handed cannot be changed, so it must change a copy\n")


@pytest.mark.parametrize(
    "body",
    [
        "units.frame['name'] = 'same'",
        "units.frame.loc['AAA', 'name'] = 'same'",
        "units.frame.iloc[0, 0] = 'same'",
        "units.frame.drop(index='AAA', inplace=True)",
        "units.frame.insert(0, 'new', 1)",
        "units.frame.columns = ['other'] * len(units.frame.columns)",
        "del units.frame['name']",
        "units.frame = None",
        "inputs['values'] = None",
        "inputs['other'] = inputs['values']",
    ],
)
def test_units_and_inputs_cannot_be_changed(place, said, tmp_path, body):
    """An indicator that changes what all others see is refused."""
    place(parts().replace('    values = inputs["values"]', f'    {body}\n    values = inputs["values"]'))
    code, out, err = said(*words_for("indicator", tmp_path))

    assert (code, out) == (3, "")
    assert err.startswith("hubrank: hubrank-odd: indicator 'odd': measure raised ")


RESULTS = {
    "made * (1 + 0j)": "ndarray of complex128; expected real numbers",
    "made.astype(object)": "ndarray of object; expected real numbers",
    "made.astype(str)": "ndarray of <U32; expected real numbers",
    "made.astype('datetime64[s]')": "ndarray of datetime64[s]; expected real numbers",
    "None": "NoneType; expected real numbers",
    "'scores'": "str; expected real numbers",
    "(each for each in made)": "generator; expected real numbers",
    "{'scores': made}": "dict; expected real numbers",
}


@pytest.mark.parametrize("kind", ["treatment", "normalisation", "weighting", "aggregator", "rescaling", "imputation"])
@pytest.mark.parametrize("made", RESULTS)
def test_results_that_are_no_numbers(place, said, tmp_path, kind, made):
    """Complex numbers, objects, texts and what is no array are refused before they are used."""
    place(
        parts().replace(
            "    doom()\n    return values\n\n\ndef write",
            f"    made = np.asarray(values)\n    return {made}\n\n\ndef write",
        )
    )
    code, out, err = said(*words_for(kind, tmp_path))

    assert (code, out) == (3, "")
    assert err == f"hubrank: hubrank-odd: {kind} 'odd': apply returned {RESULTS[made]}\n"


@pytest.mark.parametrize(
    "made",
    [
        "made.astype(np.longdouble)",
        "made[...]",
        "np.asfortranarray(made)",
        "made.astype('>f8')",
        "np.ma.masked_invalid(made)",
        "made.tolist()",
        "np.array(made)[..., ::-1][..., ::-1]",
        "made.view(type('Named', (np.ndarray,), {}))",
    ],
)
@pytest.mark.parametrize("kind", ["treatment", "aggregator", "weighting"])
def test_unusual_results_that_are_right(place, said, tmp_path, kind, made):
    """A view, another order of axes or bytes, a list, a masked array or an own kind of array ranks as any other."""
    place(parts())
    usual = said(*words_for(kind, tmp_path))
    code = parts().replace(
        "    doom()\n    return values\n\n\ndef write",
        f"    made = np.asarray(values)\n    return {made}\n\n\ndef write",
    )
    (tmp_path / "odd_parts.py").write_text(code, encoding="utf-8")
    sys.modules.pop("odd_parts")

    assert said(*words_for(kind, tmp_path)) == usual


def test_single_precision_is_right(place, said, tmp_path):
    """Numbers of fewer digits are numbers."""
    place(parts().replace("changed((scores * weights).sum(axis=-1))", "(scores * weights).sum(axis=-1).astype('f4')"))
    code, out, err = said(*words_for("aggregator", tmp_path))

    assert (code, err) == (0, "")
    assert '"CCC","Celand","CCC",1' in out


RECORDS = {
    'Aggregator(name="odd", apply=None)': "an Aggregator with an apply that is not a function",
    'Aggregator(name="odd", apply=changed, title=3)': "an Aggregator with a title that is not text",
    'Aggregator(name="odd", apply=changed, options=dict)': "an Aggregator with an options that is not an attrs class",
    'Aggregator(name="odd", apply=changed, weights="raws")': "an Aggregator with a weights that is not 'shares' or ",
    'Aggregator(name="odd", apply=changed, form=1.0)': "an Aggregator with a form that is not a Form or None",
    "3": "an int; expected an Aggregator",
}
YIELDED = 'Aggregator(name="odd", apply=lambda scores, weights, *_: changed((scores * weights).sum(axis=-1)))'


@pytest.mark.parametrize("made", RECORDS)
def test_records_are_checked(place, said, tmp_path, made):
    """A record with something else where a function, a text or options must be makes its plugin broken."""
    place(parts().replace(YIELDED, made))
    good = said("rank", str(GOOD), "--format", "csv")
    code, out, err = said(*words_for("aggregator", tmp_path))

    assert (good[0], good[2]) == (0, "")
    assert (code, out) == (2, "")
    assert f"hubrank-odd (TypeError: hubrank_aggregators yielded {RECORDS[made]}" in err


READS, ROWS = "        read=read,", "    yield rows()\n"
SOURCES = [
    (ROWS, "    yield 3\n", "read returned int; expected a pandas DataFrame or a narwhals LazyFrame"),
    (ROWS, f"{ROWS}    raise SystemExit(0)\n", "read raised SystemExit: 0"),
    (READS, f"{READS}\n        fingerprint=lambda request: 3,", "fingerprint returned int; expected a text"),
    (READS, f"{READS}\n        parts=lambda request: 0,", "parts returned 0; expected a whole number from 1"),
    (READS, f"{READS}\n        parts=lambda request: True,", "parts returned true; expected a whole number from 1"),
]


@pytest.mark.parametrize(("old", "new", "what"), SOURCES)
def test_sources_are_checked(place, said, tmp_path, old, new, what):
    """What a source's functions give is looked at before it is used."""
    place(parts().replace(old, new))

    assert said(*words_for("source", tmp_path)) == (3, "", f"hubrank: hubrank-odd: source 'odd': {what}\n")


MEASURED = "    return values\n\n\ndef changed"


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("values * 1j", "values that are not numbers"),
        ("values.astype(object)", "values that are not numbers"),
        ("values.astype(str)", "values that are not numbers"),
        ("dict(values)", "dict; expected a pandas Series by unit"),
    ],
)
def test_measures_are_checked(place, said, tmp_path, made, what):
    """Complex numbers, objects and texts are no figures."""
    place(parts().replace(MEASURED, MEASURED.replace("values", made, 1)))
    code, out, err = said(*words_for("indicator", tmp_path))

    assert (code, out) == (3, "")
    assert err == f"hubrank: hubrank-odd: indicator 'odd': measure returned {what}\n"


@pytest.mark.parametrize("made", ["values.astype('float32')", "values.astype('Int64')", "values[::-1]", "values * 1"])
def test_unusual_measures_that_are_right(place, said, tmp_path, made):
    """Other kinds of numbers, and another order of units, are figures."""
    place(parts().replace(MEASURED, MEASURED.replace("values", made, 1)))
    code, _, err = said(*words_for("indicator", tmp_path))

    assert (code, err) == (0, "")


SPOTS = "def places():\n    return "


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("    doom()\n    return pd", "    return 3 or pd", "units returned int; expected a pandas DataFrame"),
        (SPOTS, f"{SPOTS}None and ", "places returned NoneType; expected a pandas DataFrame"),
        (SPOTS, f"{SPOTS}1 / 0 or ", "places raised ZeroDivisionError: division by zero"),
    ],
)
def test_unit_sets_are_checked(place, said, tmp_path, old, new, what):
    """A unit set makes frames."""
    place(parts().replace(old, new))

    assert said(*words_for("unit set", tmp_path)) == (3, "", f"hubrank: hubrank-odd: unit set 'odd': {what}\n")


def test_exporter_that_writes_nothing(place, said, tmp_path):
    """No file is told to be written that is not."""
    place(parts().replace('    path.write_text("ranked")\n', ""))
    code, out, err = said(*words_for("exporter", tmp_path))

    assert (code, out, err) == (3, "", "hubrank: hubrank-odd: exporter 'odd': write made no file\n")
    assert not (tmp_path / "ranking.odd").exists()


posix = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="there is no alarm")


@posix
@pytest.mark.parametrize("body", ["time.sleep(60)", "while True: pass", "os.read(os.pipe()[0], 1)"])
@pytest.mark.parametrize("kind", ["aggregator", "source", "exporter"])
def test_hang_in_a_part(place, said, tmp_path, monkeypatch, kind, body):
    """A function that never ends is ended, and told."""
    monkeypatch.setenv("HUBRANK_LIMITS", "plugin_seconds=1")
    place("import time\n" + parts(body))
    code, out, err = said(*words_for(kind, tmp_path))

    assert (code, out) == (3, "")
    assert err == (
        f"hubrank: hubrank-odd: {kind} 'odd': {USES[kind][1]}: took longer than 1 second, the limit plugin_seconds\n"
    )


@posix
def test_hang_at_import(place, said, monkeypatch):
    """It concerns those who use the plugin."""
    monkeypatch.setenv("HUBRANK_LIMITS", "plugin_seconds=1")
    place("import time\ntime.sleep(60)\n")
    code, out, err = said("list", "aggregators")

    assert code == 0
    assert "arithmetic" in out
    assert err == "could not be loaded: hubrank-odd (took longer than 1 second, the limit plugin_seconds)\n"


@posix
def test_hang_that_swallows_the_alarm(place, tmp_path):
    """One that catches everything and goes on ends the command line with its message."""
    forever = "while True:\n        try:\n            time.sleep(60)\n        except BaseException:\n            pass"
    place("import time\n" + parts(forever))
    words = ["hubrank", *words_for("aggregator", tmp_path)]
    program = (
        "import sys, hubrank.contract.guests as guests; guests.ALARMS = 1; "
        f"sys.argv = {words!r}; from hubrank.front import main; main()"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    env["HUBRANK_LIMITS"] = "plugin_seconds=2"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=env)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "hubrank: hubrank-odd: aggregator 'odd': took longer than 2 seconds, the limit plugin_seconds\n"
    )


@posix
@pytest.mark.parametrize("body", ["time.sleep(60)", "try: time.sleep(60)\n    except BaseException: pass"])
def test_interrupt_within_a_part(place, said, tmp_path, body):
    """Ctrl-C in a function of a plugin ends the command line, even where the plugin swallows it."""
    place("import time\n" + parts(body))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    press = threading.Timer(1.5, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
    press.start()
    try:
        code, out, err = said(*words_for("aggregator", tmp_path))
    finally:
        signal.signal(signal.SIGINT, before)
        press.join()

    assert (code, out) == (130, "")
    assert "hubrank-odd" not in err


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_memory_of_a_part(place, said, tmp_path, monkeypatch):
    """A function that takes more than it may is told."""
    monkeypatch.setenv("HUBRANK_LIMITS", "plugin_memory=1e9")
    place(parts("np.ones(10**12)"))
    code, out, err = said(*words_for("aggregator", tmp_path))

    assert (code, out) == (3, "")
    assert err == (
        "hubrank: hubrank-odd: aggregator 'odd': apply: took more than 1,000,000,000 bytes, the limit plugin_memory\n"
    )


def test_handlers_and_output_are_left_as_they_were(place, said, tmp_path):
    """After a run the handlers of signals and standard output are those of before."""
    place(parts("raise SystemExit(0)"))

    def state():
        return signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), sys.stdout, os.fstat(1).st_ino

    before = state()
    said(*words_for("aggregator", tmp_path))

    assert state() == before
