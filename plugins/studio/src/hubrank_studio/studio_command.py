"""`hubrank studio`: the page's server, on this computer alone unless the user says otherwise."""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import logging
import os
import re
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from hubrank.cli.console import write_text
from hubrank.plugin import UsageError, gettext

from hubrank_studio.folder import Folder
from hubrank_studio.opening import begun
from hubrank_studio.server import Access, Studio
from hubrank_studio.session import Session

LOCAL = "127.0.0.1"
#: The fewest letters of a token that a user makes up.
_SECRET = 16


def studio(
    what: Annotated[
        str | None, typer.Argument(metavar="[FILE|SCENARIO|RUN]", help="Table, scenario, run, or folder of a studio.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder to work in.", show_default="named after the table")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port.", show_default="any free one")] = 0,
    host: Annotated[str, typer.Option(help="Address to listen on; another computer's needs a token.")] = LOCAL,
    name: Annotated[
        list[str] | None, typer.Option(help="Name that browsers call the server by, such as studio.example.org.")
    ] = None,
    token: Annotated[
        str, typer.Option(envvar="HUBRANK_STUDIO_TOKEN", help="Secret in the address.", show_default="made up")
    ] = "",
    person: Annotated[
        str, typer.Option(metavar="HEADER", help="Header in which a proxy names the person; a folder for each.")
    ] = "",
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
) -> None:
    """Open a page in which a table becomes a ranking; every step is kept in a scenario file."""
    alone = is_loopback(host)
    if not alone and not token and not person:
        raise UsageError("--host: others can reach it, so it needs --token, or --person behind a proxy that knows them")
    if token and not re.fullmatch(rf"[\w~.-]{{{_SECRET},}}", token, re.ASCII):
        raise UsageError(f"--token: must be {_SECRET} or more letters and digits")
    if person and what is not None:
        raise UsageError("--person: each person begins with a table of their own; leave out the table")
    root = folder or Path("studio")
    session = None if person else begun(what, folder, confined=not alone)
    token = token or ("studio" if person else secrets.token_urlsafe(24))
    listening = bound(port, host)
    port = listening.getsockname()[1]
    names = [*(name or ()), *((LOCAL, "localhost") if alone else (host,))]
    access = Access(token=token, hosts=hosts_of(names, port), person=person)
    address = f"http://{names[0]}:{port}/{token}/"
    write_text(
        gettext(
            "The studio is at {address}\nIt works in {folder}; Ctrl-C ends it, and every step is kept.",
            address=address,
            folder=root if session is None else session.folder.path,
        )
    )
    if open_ and alone and not person:
        webbrowser.open(address)
    session_of = persons(root) if session is None else (lambda _person: session)
    server = server_of(Studio(access, session_of))
    logging.getLogger("uvicorn.error").addFilter(lambda _record: not server.should_exit)  # what the end interrupts
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def hosts_of(names: list[str], port: int) -> frozenset[str]:
    """The names of a server as browsers say them, with its port and without one, as a proxy passes them on."""
    named = [f"[{name}]" if ":" in name else name.lower() for name in names]
    local = {LOCAL, "localhost", "[::1]"}
    return frozenset({f"{name}:{port}" for name in named} | {name for name in named if name not in local})


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def persons(root: Path) -> Callable[[str], Session]:
    """What gives each person, as a proxy names them, a session in a folder of their own below `root`."""
    sessions: dict[str, Session] = {}
    lock = threading.Lock()

    def session_of(person: str) -> Session:
        name = person.lower()
        if not re.fullmatch(r"\w[\w.@-]{0,60}", name, re.ASCII):
            name = hashlib.sha256(person.encode()).hexdigest()[:32]
        with lock:
            if name not in sessions:
                sessions[name] = Session(Folder(path=root / name, confined=True))
            return sessions[name]

    return session_of


def server_of(studio: Studio) -> uvicorn.Server:
    """A server that ends at Ctrl-C, however many pages listen."""
    config = uvicorn.Config(studio.application(), log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    studio.ending = lambda: server.should_exit
    return server


@contextlib.contextmanager
def served(session: Session, person: str = "") -> Iterator[str]:
    """The address of a session's studio on this computer, which a thread serves until shortly after it is left.

    Args:
        session: The session.
        person: As in `Access`.
    """
    listening = bound(0)
    port, token = listening.getsockname()[1], secrets.token_urlsafe(24)
    access = Access(token=token, hosts=hosts_of([LOCAL, "localhost"], port), person=person)
    server = server_of(Studio(access, lambda _person: session))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    yield f"http://{LOCAL}:{port}/{token}/"
    server.should_exit = True


def bound(port: int, host: str = LOCAL) -> socket.socket:
    """A socket on one of this computer's addresses; a `UsageError` if that cannot be had."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UsageError(
            gettext("port {port} cannot be used: {why}", port=port, why=os.strerror(error.errno or 0))
        ) from error
