"""Arguments and options that several verbs have, each with what a shell completes it by."""

from __future__ import annotations

from typing import Annotated

import typer

from hubrank.front.completing import complete_editions, complete_scenarios, complete_units

#: The argument that names what is ranked.
ScenarioName = Annotated[
    str,
    typer.Argument(help="An installed scenario, a TOML file, or a run folder.", autocompletion=complete_scenarios),
]
#: The argument that names a unit.
UnitName = Annotated[str, typer.Argument(help="A unit's code, name or alias.", autocompletion=complete_units)]
#: The option `--edition`.
OfEdition = Annotated[
    int | None,
    typer.Option("--edition", help="Edition to use (default: the latest).", autocompletion=complete_editions),
]
#: The option `--sample`.
Sample = Annotated[bool, typer.Option("--sample", help="Use the sources' sample data.")]
