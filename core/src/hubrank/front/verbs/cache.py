"""`hubrank cache`."""

from __future__ import annotations

import typer

from hubrank.basis.words import counted
from hubrank.front.pages import say
from hubrank.front.waiting import progress
from hubrank.measuring.cache import Cache

app = typer.Typer(help="List, verify or delete cached totals.", no_args_is_help=True)


@app.command("list")
def list_entries() -> None:
    """List cached entries and their sizes."""
    cache = Cache.default()
    total = 0
    for path in cache.entries():
        size = path.stat().st_size
        total += size
        about = cache.about(path)
        say(f"{size:>12,}  {about.get('source', '?')} {about.get('table', '?')} for {about.get('units', '?')}")
    say(f"{total:>12,}  bytes in {cache.folder}")


@app.command("verify")
def verify() -> None:
    """Check every entry against its checksum."""
    cache = Cache.default()
    with progress("verifying"):
        broken = cache.broken()
    for path in broken:
        say(f"broken: {path.name}")
    say(f"{len(list(cache.entries())) - len(broken)} valid, {len(broken)} broken")
    raise typer.Exit(4 if broken else 0)


@app.command("prune")
def prune() -> None:
    """Delete all entries and temporary files."""
    cache = Cache.default()
    say(f"deleted {counted(cache.prune(), 'file')} from {cache.folder}")
