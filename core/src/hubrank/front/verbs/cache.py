"""`hubrank cache`."""

from __future__ import annotations

import typer

from hubrank.measuring.cache import Cache

app = typer.Typer(help="Look at the totals of inputs that are kept.", no_args_is_help=True)


@app.command("list")
def list_entries() -> None:
    """List the entries with their sizes."""
    cache = Cache.default()
    total = 0
    for path in cache.entries():
        size = path.stat().st_size
        total += size
        about = cache.about(path)
        typer.echo(f"{size:>12,}  {about.get('source', '?')} {about.get('table', '?')} for {about.get('units', '?')}")
    typer.echo(f"{total:>12,}  bytes in {cache.folder}")


@app.command("verify")
def verify() -> None:
    """Check every entry against the digest in its name."""
    cache = Cache.default()
    broken = cache.broken()
    for path in broken:
        typer.echo(f"broken: {path.name}")
    typer.echo(f"{len(list(cache.entries())) - len(broken)} good, {len(broken)} broken")
    raise typer.Exit(4 if broken else 0)


@app.command("prune")
def prune() -> None:
    """Delete all entries, and what interrupted writers left behind; they are counted again when needed."""
    cache = Cache.default()
    files = [*cache.entries(), *cache.leftovers()]
    for path in files:
        path.unlink(missing_ok=True)
    typer.echo(f"deleted {len(files)} files of {cache.folder}")
