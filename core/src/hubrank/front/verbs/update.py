"""`hubrank update`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hubrank.basis.doors import bytes_of
from hubrank.basis.errors import Problem, ScenarioError, UsageError
from hubrank.basis.files import replace_file
from hubrank.basis.language import worded
from hubrank.front.pages import say

#: What some editors put before a text in UTF-8.
_MARK = "\ufeff"


def update(
    scenario: Annotated[Path, typer.Argument(help="A scenario's TOML file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Give keys of a scenario that have another name now their new names; comments stay."""
    from hubrank.scenario.old_keys import rewritten
    from hubrank.scenario.toml_files import read_scenario

    if scenario.suffix != ".toml":
        raise UsageError(worded("{file}: specify the TOML file of a scenario", file=scenario))
    source = read_scenario(scenario)
    if not source.old_keys:
        say(worded("{file}: has no old keys", file=scenario.name))
        return
    text = bytes_of(scenario, "scenario_bytes").decode()
    ends_of_toml = "\r" not in text.replace("\r\n", "")
    made, left = rewritten(text.removeprefix(_MARK) if ends_of_toml else source.text)
    if left:
        raise ScenarioError(scenario.name, [Problem(each.where, str(each)) for each in left])
    if not dry_run:
        replace_file(scenario, (_MARK * text.startswith(_MARK) + made).encode())
    for each in source.old_key_texts():
        say(each)
