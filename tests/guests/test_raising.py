"""What a plugin raises is reported with its name, whatever it is."""

import pytest

from .conftest import COMMAND, GOOD, USES, parts, words_for

pytestmark = pytest.mark.long

OUTBURSTS = {
    "raise SystemExit(0)": "SystemExit: 0",
    "sys.exit('bye')": "SystemExit: bye",
    "raise KeyboardInterrupt": "KeyboardInterrupt: ",
    "raise GeneratorExit": "GeneratorExit: ",
    "raise MemoryError('all of it')": "MemoryError: all of it",
    "deeper()": "RecursionError: maximum recursion depth exceeded",
    "raise Mute": "Mute: (its text is not available: ValueError)",
    "raise BaseException('odd')": "BaseException: odd",
    "raise StopIteration": "",
    "raise BaseExceptionGroup('two', [SystemExit(0)])": "BaseExceptionGroup: two (1 sub-exception)",
}


@pytest.mark.parametrize(
    ("kind", "body"),
    [*((kind, "raise SystemExit(0)") for kind in USES), *(("aggregator", body) for body in list(OUTBURSTS)[1:])],
)
def test_whatever_a_part_raises_is_its_own(place, said, tmp_path, kind, body):
    """The distribution, the part and the function are named, nothing is printed, and the exit code is 3."""
    place(parts(body))
    code, out, err = said(*words_for(kind, tmp_path))

    assert (code, out) == (3, "")
    assert err.startswith(f"hubrank: hubrank-odd: {kind} 'odd': {USES[kind][1]} raised {OUTBURSTS[body]}")


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
        ("from hubrank.plugin import UsageError; raise UsageError('no such name')", 2, "", "hubrank: no such name\n"),
    ],
)
def test_verbs_that_are_right(place, said, body, code, out, err):
    """A command prints its answer, returns its exit code, and reports errors in the command line."""
    place(commands=COMMAND.format(body=body))

    assert said("greet") == (code, out, err)


@pytest.mark.parametrize("body", ["sys.exit('bye')", "raise Mute"])
@pytest.mark.parametrize("where", ["at import", "in a hook"])
def test_outbursts_on_the_way_in_concern_those_who_use_it(place, said, tmp_path, body, where):
    """Others rank; a request for a part of it gets the error that it raised."""
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
