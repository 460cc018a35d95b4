"""Verbs of plugins: found by name, listed under their headings, and blamed on their distribution where they fail."""

import os
import subprocess
import sys

import pytest
from hubrank.plugin import Registry, UsageError
from hubrank.plugin.registry import verb

VERB = """
from hubrank.plugin import Command, hookimpl


def greet(name: str = "world"):
    print(f"Hello, {{name}}")


@hookimpl
def hubrank_commands():
    yield Command(name="{name}", help="Say hello.", function="{function}", group="{group}")
"""


def brought(name="greet", function="hubrank_odd:greet", group="Greetings"):
    """The code of a plugin that brings one command."""
    return VERB.format(name=name, function=function, group=group)


def test_verb_of_a_plugin(run, install):
    """It runs with its options, and is listed under its heading, after those of this project for users."""
    install(brought(), group="hubrank.commands")
    _, listed, _ = run("--help")
    lines = listed.splitlines()

    assert run("greet", "--name", "you") == (0, "Hello, you\n", "")
    assert lines.index("Greetings:") > lines.index("Scenarios and plugins:")
    assert lines[lines.index("Greetings:") + 1].split() == ["greet", "Say", "hello."]


def test_two_distributions_of_one_verb(run, install):
    """Both are named, by the command and in the help; other commands work."""
    install(brought(), group="hubrank.commands")
    install(brought(function="hubrank_other:greet"), "hubrank-other", group="hubrank.commands")
    code, out, err = run("greet")
    _, listed, _ = run("--help")

    assert (code, out) == (2, "")
    assert err.startswith("hubrank: 'greet' is provided by hubrank-o")
    for text in (err, listed):
        assert all(
            each in " ".join(text.split())
            for each in ("hubrank-odd 0.1", "hubrank-other 0.1", 'write "hubrank-odd:greet"')
        )
    assert run("version")[0] == 0
    assert run("hubrank-odd:greet", "--name", "you") == (0, "Hello, you\n", "")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(7)", "SystemExit: 7"),
        (
            "from hubrank.plugin import hookimpl\n\n\n@hookimpl\ndef hubrank_commands():\n    raise SystemExit(7)",
            "SystemExit: 7",
        ),
        (brought().replace('help="Say hello."', "help=None"), "TypeError: "),
    ],
    ids=["raises at import", "leaves at import", "leaves in the hook", "yields no help"],
)
def test_broken_plugin_breaks_no_other_verb(run, install, code, error):
    """Other verbs and the help work; the help, and a verb that is not there, name the plugin and what it raised."""
    install(code, group="hubrank.commands")
    helped, listed, _ = run("--help")
    missing, _, err = run("greet")

    assert run("version")[0] == 0
    assert helped == 0
    assert "rank" in listed
    assert f"hubrank-odd  {error}" in listed
    assert missing == 2
    assert f"these plugins could not be loaded: hubrank-odd ({error}" in err


def test_missing_member_is_named():
    """A core without members says which one brings a command of this project."""
    with pytest.raises(UsageError) as caught:
        verb(Registry.of(), "match-weights")

    assert (
        str(caught.value)
        == "'match-weights' is provided by hubrank-analysis, which is not installed; pip install hubrank-analysis"
    )


@pytest.mark.parametrize("words", ["--help", "list", pytest.param("show files", marks=pytest.mark.long)])
def test_help_loads_little(words, tmp_path):
    """The help, and the list of what is installed, need no arrays, tables or pictures, so that they come at once.

    Nor does what is shown of sources, which looks at all of them, need the libraries of the network or of engines.
    """
    heavy = ("requests", "requests_cache", "boto3", "duckdb", "scipy", "altair", "jinja2", "distributed", "sklearn")
    heavy += ("numpy", "pandas", "pyarrow", "shapely") if words != "show files" else ()
    heavy += ("rich", "decimal") if words == "--help" else ()
    code = f"import sys\nfrom hubrank.cli.app import run\nrun({words.split()})\nprint(set({heavy}) & set(sys.modules))"
    for _ in range(2):  # the second has the index of the first
        command, env = [sys.executable, "-P", "-c", code], os.environ | {"HUBRANK_CACHE": str(tmp_path)}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)

    assert ("delimiter" if words == "show files" else "robustness") in done.stdout
    assert done.stdout.splitlines()[-1] == "set()"
