"""`hubrank cache`."""

from __future__ import annotations

import typer

from hubrank.cli.console import progress, say
from hubrank.i18n import counted, grouped, worded
from hubrank.io.cache import Cache

app = typer.Typer(help="List, verify or delete cached totals, and replies and files of services.", no_args_is_help=True)


@app.command("list")
def list_entries() -> None:
    """List cached entries and their sizes."""
    cache = Cache.default()
    total = 0
    for path in cache.entries():
        size = path.stat().st_size
        total += size
        about = cache.about(path)
        said = worded(
            "{source} {table} for {units}",
            source=about.get("source", "?"),
            table=about.get("table", "?"),
            units=about.get("units", "?"),
        )
        said = worded("reply: {what}", what=about["reply"]) if "reply" in about else said
        said = worded("file: {what}", what=about["file"]) if "file" in about else said
        say(f"{grouped(size):>12}  {said}")
    said = worded("bytes in {folder}", folder=cache.folder)
    say(f"{grouped(total):>12}  {said}")


@app.command("verify")
def verify() -> None:
    """Check every entry against its checksum."""
    cache = Cache.default()
    with progress("verifying"):
        broken = cache.broken()
    for path in broken:
        say(worded("broken: {file}", file=path.name))
    valid = len(list(cache.entries())) - len(broken)
    say(worded("{valid} valid, {broken} broken", valid=valid, broken=len(broken)))
    raise typer.Exit(4 if broken else 0)


@app.command("prune")
def prune() -> None:
    """Delete all entries and temporary files."""
    cache = Cache.default()
    say(worded("deleted {files} from {folder}", files=counted(cache.prune(), "file"), folder=cache.folder))
