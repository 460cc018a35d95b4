"""Help that users read: verbs by job, what is wanted in capitals, defaults, and an example that runs."""

import re
import shlex

import pytest
import typer.main
from hubrank.cli.app import HEADINGS, LAST, app, run
from hubrank.plugin.registry import Registry, help_of

GROUP = typer.main.get_command(app)
VERBS = Registry.of_commands()
#: Examples that need neither data nor a file.
RUN = ("cache", "check-plugin", "list", "new", "show", "version")


def commands():
    """Every verb, and every command in one, with its words."""
    with GROUP.make_context("hubrank", [], resilient_parsing=True) as context:
        for name in VERBS.names("command"):
            command = GROUP.get_command(context, name)
            yield f"hubrank {name}", command
            yield from ((f"hubrank {name} {inner}", each) for inner, each in getattr(command, "commands", {}).items())


def shown(words, command):
    """The help, 80 columns wide."""
    return command.get_help(command.make_context(words, [], resilient_parsing=True, terminal_width=80))


def test_verbs_by_job(capsys):
    """Jobs of users in their order, those of maintainers last; a line says in 60 letters what each verb does."""
    run(["--help"])
    lines = capsys.readouterr().out.splitlines()
    groups = [line[:-1] for line in lines if re.fullmatch(r"[A-Z][a-z ]+:", line)]

    assert groups == ["Options", *HEADINGS, LAST]
    assert all(len(line) <= 80 for line in lines)
    for name in VERBS.names("command"):
        assert re.fullmatch(r"[A-Z].{1,58}\.", help_of(VERBS, name)), name
    assert sorted(" ".join(HEADINGS.values()).split()) == sorted(
        name for name in VERBS.names("command") if VERBS.parts["command"][name][0].record.group != LAST
    )


@pytest.mark.parametrize(("words", "command"), [*commands()], ids=lambda item: item if isinstance(item, str) else "")
def test_help_of_a_command(words, command):
    """Sentences, no types of Python, at most 80 columns, and an example at the end that the command takes."""
    text = shown(words, command)
    example = text.splitlines()[-1].strip()

    assert all(len(line) <= 80 for line in text.splitlines())
    assert not re.search(r"<\w|list\[|TEXT|\{\w|x>=|\(default", text)
    assert re.fullmatch(r"[A-Z].*\.", (command.help or "").split("\n\n")[0], re.DOTALL)
    for item in command.params:
        assert item.help.endswith("."), item.name
    assert example.startswith(words)
    if not hasattr(command, "commands"):
        command.make_context(words, shlex.split(example)[len(words.split()) :])


@pytest.mark.parametrize("name", RUN)
def test_examples_run(name, tmp_path, monkeypatch):
    """Those that need no data."""
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split(VERBS.parts["command"][name][0].record.example)[1:]) == 0
