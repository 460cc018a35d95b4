"""`hubrank cache`."""

from __future__ import annotations

import typer

from hubrank.cli.console import progress, write_text
from hubrank.i18n import count_text, format_count, gettext
from hubrank.io.cache import Cache

app = typer.Typer(help="List, verify or delete cached results and downloads.", no_args_is_help=True)


@app.command("list", epilog="hubrank cache list")
def list_entries() -> None:
    """List cached entries and their sizes."""
    cache = Cache.default()
    total = 0
    for path in cache.entries():
        size = path.stat().st_size
        total += size
        about = cache.about(path)
        names = {name: about.get(name, "?") for name in ("source", "table", "units")}
        text = gettext("{source} {table} for {units}", **names)
        text = gettext("reply: {what}", what=about["reply"]) if "reply" in about else text
        text = gettext("file: {what}", what=about["file"]) if "file" in about else text
        text = gettext(about["note"]) if "note" in about else text
        write_text(f"{format_count(size):>12}  {text}")
    text = gettext("bytes in {folder}", folder=cache.folder)
    write_text(f"{format_count(total):>12}  {text}")


@app.command("verify", epilog="hubrank cache verify")
def verify() -> None:
    """Check every entry against its checksum."""
    cache = Cache.default()
    with progress("verifying"):
        broken = cache.broken()
    for path in broken:
        write_text(gettext("broken: {file}", file=path.name))
    valid = len(list(cache.entries())) - len(broken)
    write_text(gettext("{valid} valid, {broken} broken", valid=valid, broken=len(broken)))
    raise typer.Exit(4 if broken else 0)


@app.command("clean", epilog="hubrank cache clean")
def clean() -> None:
    """Delete all entries and temporary files."""
    cache = Cache.default()
    write_text(gettext("deleted {files} from {folder}", files=count_text(cache.prune(), "file"), folder=cache.folder))
