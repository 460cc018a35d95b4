"""`hubrank check-plugin`: the report on a plugin, found by its distribution, its module or its path."""

import pytest

WRONG = '''"""A plugin with two faults."""

import numpy as np
from attrs import frozen
from hubrank.plugin import MethodError, Rescaling, Treatment, hookimpl


@frozen
class Options:
    """What a scenario must say."""

    by: float


def halve(values, context, options):
    return -values / 2


def stumble(scores, context, options):
    return scores.mean(axis="units")


def refuse(values, context, options):
    raise MethodError("values must be even")


@hookimpl
def hubrank_treatments():
    yield Treatment(name="halve", apply=halve)
    yield Treatment(name="even", apply=refuse)


@hookimpl
def hubrank_rescalings():
    yield Rescaling(name="tenth", apply=lambda scores, context, options: scores / 10)
    yield Rescaling(name="times", apply=lambda scores, context, options: scores * options.by, options=Options)
    yield Rescaling(name="stumble", apply=stumble)
'''


@pytest.fixture
def wrong(tmp_path):
    """The path of a plugin that is wrong."""
    path = tmp_path / "odd_plugin.py"
    path.write_text(WRONG)
    return path


def line_of(text):
    """The number of the line that holds a text."""
    return next(at for at, line in enumerate(WRONG.splitlines(), 1) if text in line)


def test_the_report(run, wrong):
    """Of each part how it did; of each fault what, how it should be, and where; what is not known with its reason."""
    code, out, errors = run("check-plugin", str(wrong))
    lines = out.splitlines()
    at = lines.index("treatment halve: 1 of 9 checks failed")

    assert (code, errors) == (3, "")
    assert lines[at + 1 : at + 4] == [
        "  check_order_kept: reverses the order of two values of one member",
        "    expected: More is never worse; where a normalisation turns indicators itself, less is never worse for "
        "direction -1.",
        f"    where: {wrong}:{line_of('def halve')}",
    ]
    assert "rescaling tenth: 8 checks passed" in lines
    assert f"    where: {wrong}:{line_of('scores.mean')}" in lines
    assert lines[lines.index("treatment even: 1 check passed") + 1].endswith(
        "rejects values between 2 and 100, and between 0.1 and 0.9: values must be even"
    )
    assert lines[lines.index("rescaling times: not checked") + 1] == (
        "  not checked: all: options.by: missing; it has no default; give options in a file, with --options"
    )


def test_options(run, wrong, tmp_path):
    """A part is tried with each table of options that a file gives it."""
    (tmp_path / "options.toml").write_text("[[times]]\nby = 2\n[[times]]\nby = -1\n")
    _, out, _ = run("check-plugin", str(wrong), "--options", str(tmp_path / "options.toml"))
    lines = out.splitlines()

    assert "rescaling times(by=2): 8 checks passed" in lines
    assert "rescaling times(by=-1): 1 of 8 checks failed" in lines


def test_a_folder_that_is_not_installed(run, tmp_path):
    """What its `pyproject.toml` names is found beside it."""
    run("new", "exporter", "lines", "--into", str(tmp_path / "x"), "--yes", "--distribution", "lines-not-installed")
    code, out, _ = run("check-plugin", str(tmp_path / "x"))

    assert (code, out) == (0, "exporter lines: 4 checks passed\n")


@pytest.mark.parametrize(
    ("target", "code", "said"),
    [
        ("hubrank-strat", 2, "no distribution and no module 'hubrank-strat'; did you mean 'hubrank-start'?"),
        ("numpy", 2, "numpy: has no entry point in the groups hubrank, hubrank.commands"),
        ("nowhere.py", 2, "nowhere.py: file not found"),
        (".", 2, "is not a plugin: it has no pyproject.toml, no __init__.py and no region.toml"),
        ("json", 3, "json: its hooks: json: its hooks yield nothing; is @hookimpl missing?"),
    ],
)
def test_what_is_no_plugin(run, target, code, said, tmp_path, monkeypatch):
    """It is reported, and nothing is checked."""
    monkeypatch.chdir(tmp_path)
    made, out, errors = run("check-plugin", target)

    assert (made, out) == (code, "")
    assert said in errors
