"""A studio on a port of its own, as a browser meets it."""

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from attrs import frozen
from hubrank_studio import studio_command
from hubrank_studio.opening import begun
from hubrank_studio.session import Session

TOWNS = """Quality of life 2024;;;
Town;Income (EUR);Unemployment;Green space
Aachen;21.500,0;6,9%;31
Bonn;24.300,0;5,8%;42*
Celle;19.900,0;k.A.;38
Dessau;17.800,0;7,6%;45
"""


@frozen
class Reply:
    """What a server said."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self):
        """The body as JSON; of a state with the units in the order of their ranks, as the page has them."""
        said = json.loads(self.body)
        if isinstance(said, dict) and (result := said.get("result")) and "names" in result["named"]:
            for part in ("codes", "names"):
                result[part] = [result["named"][part][unit] for unit in result["order"]]
        return said


@frozen
class Running:
    """A studio that runs, at an address, with its session."""

    address: str
    session: Session

    def ask(self, path="", body=None, method=None, headers=()):
        """Its reply; a body that is no bytes is sent as JSON."""
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, content, dict(headers), method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310  # a loopback address
                return Reply(reply.status, reply.read(), dict(reply.headers))
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.read(), dict(error.headers))

    def do(self, action, **said):
        """Do something, as the page does; the state, or the problems."""
        return self.ask("do", {"do": action, **said}).json

    def edit(self, *path, value):
        """Change one key of the scenario."""
        return self.do("edit", edits=[{"path": list(path), "value": value}])

    def settled(self):
        """The state once no more draws are being made."""
        until = time.monotonic() + 60
        while self.session.growing and time.monotonic() < until:
            time.sleep(0.02)
        return self.ask("state").json


@contextlib.contextmanager
def served(session, **access):
    """A server of a session, closed at the end."""
    with studio_command.served(session, **access) as address:
        yield Running(address, session)


@pytest.fixture
def serving():
    """The function that serves a session."""
    return served


@pytest.fixture
def visit(browser):
    """Opens a studio's page; one whose scripts failed, or were not allowed something, fails the test."""
    opened, failed = [], []

    def open_page(studio, query="", **options):
        opened.append(page := browser.new_page(**({"viewport": {"width": 1280, "height": 900}} | options)))
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.on("console", lambda said: failed.append(said.text) if "Content Security" in said.text else None)
        page.goto(studio.address + query)
        page.wait_for_selector("#example, #rows tbody button")
        return page

    yield open_page
    for page in opened:
        page.close()
    assert failed == []


@pytest.fixture(autouse=True)
def _no_draws_left():
    """No draws of one test go on in the next, where what they print would be that test's."""
    yield
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
            thread.function.__self__.step = None  # so that draws are of a step that is past
            if thread.is_alive():  # or is about to be started, and then finds that it was cancelled
                thread.join(60)


@pytest.fixture
def towns(tmp_path):
    """A messy table of four towns."""
    path = tmp_path / "towns.csv"
    path.write_text(TOWNS, encoding="utf-8")
    return path


@pytest.fixture
def studio(towns):
    """A studio that began with the towns."""
    with served(begun(str(towns), towns.parent / "work")) as running:
        yield running


@pytest.fixture
def empty(tmp_path):
    """A studio that has nothing yet."""
    with served(begun(None, Path(tmp_path / "work"))) as running:
        yield running
