"""All commands; errors become messages and exit codes."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

import typer

from hubrank.cli import (
    asking,
    auditing,
    balancing,
    caching,
    changing,
    checking,
    comparing,
    explaining,
    exporting,
    fitting,
    importing,
    listing,
    outlook,
    ranking,
    reporting,
    rivalry,
    robustness,
    showing,
)
from hubrank.cli.screen import quieted
from hubrank.errors import HubrankError

app = typer.Typer(
    name="hubrank",
    help="Build, stress-test and explain rankings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("rank")(ranking.rank)
app.command("check")(checking.check)
app.command("list")(listing.list_parts)
app.command("show")(showing.show)
app.command("compare")(comparing.compare)
app.command("explain")(explaining.explain)
app.command("change")(changing.change)
app.command("whatif")(asking.whatif)
app.command("fit")(fitting.fit)
app.command("rivalry")(rivalry.rivalry)
app.command("outlook")(outlook.outlook)
app.command("robustness")(robustness.robustness)
app.command("audit")(auditing.audit)
app.command("balance")(balancing.balance)
app.command("export")(exporting.export)
app.command("report")(reporting.report)
app.add_typer(importing.app, name="import")
app.add_typer(caching.app, name="cache")


@app.command("version")
def version() -> None:
    """Print the version."""
    from hubrank.version import __version__

    typer.echo(__version__)


def run(arguments: Sequence[str]) -> int:
    """Run a command line.

    Args:
        arguments: The words after `hubrank`; `--debug` and `--quiet` may stand anywhere.

    Returns:
        The exit code.
    """
    words = [word for word in arguments if word not in ("--debug", "--quiet")]
    try:
        with quieted("--quiet" in arguments):
            app(args=words, prog_name="hubrank")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except HubrankError as error:
        if "--debug" in arguments:
            traceback.print_exc()
        typer.echo(f"hubrank: {error}", err=True)
        return error.exit_code
    except KeyboardInterrupt:
        typer.echo("hubrank: interrupted", err=True)
        return 130
    return 0
