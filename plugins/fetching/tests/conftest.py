"""What the tests share: a service on this machine, its key, a clock no one waits for, and servers that misbehave."""

import contextlib
import json
import logging
import socket
import threading
import traceback
from types import SimpleNamespace

import pytest
from hubrank.io.cache import Cache
from hubrank_fetching import FetchError, Key, PageOf, Service, clock, pages
from hubrank_fetching.session import Session
from hubrank_fetching.testing import traces

SECRET = "s3cret/k3y+0815"  # noqa: S105  # a made-up one
SERVICE = Service(
    name="trial",
    address="https://trial.example/v1",
    key=Key(variable="HUBRANK_TRIAL_KEY", name="apikey", place="query", where="https://trial.example/keys"),
)
SHAPE = {"rows": [int], "next": (str, None)}


@pytest.fixture(autouse=True)
def no_key_is_left(tmp_path, monkeypatch, caplog):
    """No file and no log of any test holds the key, in whatever writing."""
    caplog.set_level(logging.CRITICAL, "werkzeug")  # for the server, which must know it
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HUBRANK_TRIAL_KEY", SECRET)
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    yield
    assert traces(SECRET, tmp_path, [caplog.handler.format(each) for each in caplog.get_records("call")]) == []


@pytest.fixture
def naps(monkeypatch):
    """The seconds that the library of retries would have slept."""
    slept = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=slept.append))
    return slept


@pytest.fixture
def trial(httpserver, monkeypatch, naps):
    """The service on this machine: it is there because a user said so."""
    monkeypatch.setenv("HUBRANK_TRIAL_ADDRESS", httpserver.url_for("/v1"))
    return httpserver


@pytest.fixture
def open_session(tmp_path):
    """A function that opens a session with the tests' cache."""
    return lambda service=SERVICE, online=True, **said: Session(
        service, online=online, cache=Cache(tmp_path / "cache"), **said
    )


def rows_of(session):
    """The rows of all pages, by the cursor of each."""

    def get(cursor):
        found = session.json("rows", {"cursor": cursor}, shape=SHAPE).content
        return PageOf(rows=found["rows"], next=found["next"], total=found.get("total"))

    return [row for page in pages(session.service.name, "a", get) for row in page]


def failure(session, ask=rows_of):
    """The error of a fetch; neither it nor its traceback names the key."""
    with pytest.raises(FetchError) as raised:
        ask(session)
    assert SECRET not in "".join(traceback.format_exception(raised.value))
    assert "s3cret" not in str(raised.value)
    assert raised.value.exit_code == 4
    return raised.value


def page(rows, following=None, **more):
    """A page as the service sends it."""
    return json.dumps({"rows": rows, "next": following, **more})


@pytest.fixture
def time_is(monkeypatch):
    """A function that sets the clock of the day."""
    return lambda seconds: monkeypatch.setattr(clock, "today", lambda: seconds)


@pytest.fixture
def raw(monkeypatch, naps):
    """A function that starts a server which answers each connection as a function of its socket does."""
    with contextlib.ExitStack() as stack:

        def start(*answers):
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            asked = []

            def serve():
                for answer in answers:
                    try:
                        connection, _ = server.accept()
                    except OSError:
                        return
                    with connection, contextlib.suppress(OSError):
                        asked.append(connection.recv(65536))
                        answer(connection)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            stack.callback(thread.join, 5)
            stack.callback(server.shutdown, socket.SHUT_RDWR)
            monkeypatch.setenv("HUBRANK_TRIAL_ADDRESS", f"http://127.0.0.1:{server.getsockname()[1]}/v1")
            return asked

        yield start
