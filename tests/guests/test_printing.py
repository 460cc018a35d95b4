"""What a plugin prints is no answer: it goes to standard error."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from .conftest import COMMAND, parts, words_for

pytestmark = pytest.mark.long

PRINTS = {
    "print('noise')": "noise",
    "sys.stdout.write('noise')": "noise",
}


@pytest.mark.parametrize("body", PRINTS)
@pytest.mark.parametrize("kind", ["source", "aggregator"])
def test_output_of_a_part_is_no_answer(place, said, tmp_path, kind, body):
    """What is printed within a function goes to standard error."""
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
    words = [sys.executable, "-m", "hubrank.cli", *words_for("aggregator", tmp_path)[:-1], form]
    program = f"import sys; sys.argv = {['hubrank', *words[3:]]!r}; from hubrank.cli import main; main()"
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
