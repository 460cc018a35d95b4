"""`hubrank studio`: the page's server, on this computer alone unless the user says otherwise."""

from __future__ import annotations

import contextlib
import secrets
import socket
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from hubrank.cli.console import write_text
from hubrank.plugin import Registry, UsageError, gettext
from hubrank.scenario.region import SCENARIO

from hubrank_studio.folder import Folder
from hubrank_studio.server import Access, Studio
from hubrank_studio.session import Session

LOCAL = "127.0.0.1"


def studio(
    what: Annotated[
        str | None, typer.Argument(metavar="[FILE|SCENARIO|RUN]", help="Table, scenario, run, or folder of a studio.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder to work in.", show_default="named after the table")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port.", show_default="any free one")] = 0,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
) -> None:
    """Open a page in which a table becomes a ranking; every step is kept in a scenario file."""
    session = begun(what, folder)
    token = secrets.token_urlsafe(24)
    listening = bound(port)
    port = listening.getsockname()[1]
    access = Access(token=token, hosts=frozenset(f"{name}:{port}" for name in (LOCAL, "localhost")))
    address = f"http://{LOCAL}:{port}/{token}/"
    write_text(
        gettext(
            "The studio is at {address}\nIt works in {folder}; Ctrl-C ends it, and every step is kept.",
            address=address,
            folder=session.folder.path,
        )
    )
    if open_:
        webbrowser.open(address)
    with contextlib.suppress(KeyboardInterrupt):
        server_of(Studio(access, lambda _person: session)).run(sockets=[listening])


def server_of(studio: Studio) -> uvicorn.Server:
    """A server that ends at Ctrl-C, however many pages listen."""
    config = uvicorn.Config(studio.application(), log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    studio.ending = lambda: server.should_exit
    return server


def begun(what: str | None, folder: Path | None) -> Session:
    """The session of a table, a scenario or a folder that a studio worked in.

    Raises:
        UsageError: It is none of them.
    """
    path = Path(what or "")
    if what is None:
        return Session(Folder(path=folder or Path("studio")))
    if what in Registry.of_commands().names("scenario"):
        return Session(Folder(path=folder or Path(what)), f'extends = "{what}"\n')
    if path.is_dir():
        return Session(Folder(path=path))
    if path.suffix == ".toml" and path.is_file():
        return Session(Folder(path=path.parent, scenario=path.name))
    if not path.is_file():
        raise UsageError(gettext("{file}: there is no such file", file=what))
    session = Session(Folder(path=folder or Path(path.name.split(".")[0]), scenario=SCENARIO))
    if session.step is None:
        session.take(path.name, path.read_bytes())
    return session


def bound(port: int) -> socket.socket:
    """A socket on this computer's own address; a `UsageError` if the port is taken."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOCAL, port))
    except OSError as error:
        raise UsageError(gettext("port {port} cannot be used: {why}", port=port, why=str(error))) from error
    return listening
