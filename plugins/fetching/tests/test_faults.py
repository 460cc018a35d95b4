"""All that networks and services do wrong: nothing is lost or kept twice, and who can mend it is said."""

import errno
import gzip
import socket
import struct
from pathlib import Path

import pytest
from attrs import evolve
from hubrank.io.cache import Cache
from hubrank.plugin import UsageError
from hubrank_fetching import FetchError, clock
from werkzeug import Response

from .conftest import SERVICE, failure, page, rows_of

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def whole(connection):
    """A whole reply of one page."""
    body = page([1, 2]).encode()
    connection.sendall(HEAD + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)


def cut(connection):
    """Half of what was announced."""
    connection.sendall(HEAD + b'Content-Length: 100\r\nConnection: close\r\n\r\n{"rows": [1')


def reset(connection):
    """Half of it, then a reset."""
    cut(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def trickle(connection):
    """A byte at a time, without end."""
    connection.sendall(HEAD + b"Connection: close\r\n\r\n")
    for _ in range(10_000):
        connection.sendall(b" ")


def kept(tmp_path):
    """How many replies are kept."""
    return len(list(Cache(tmp_path / "cache").entries()))


def test_refused(open_session, monkeypatch, naps, tmp_path):
    """Five attempts, then it is the network's."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("HUBRANK_TRIAL_ADDRESS", f"http://127.0.0.1:{free.getsockname()[1]}")
    session = open_session()
    error = failure(session)

    assert (error.mender, session.budget.asked, len(naps), kept(tmp_path)) == ("network", 5, 4, 0)
    assert str(error).startswith("trial: cannot be reached; check the network")


@pytest.mark.parametrize("broken", [cut, reset])
def test_cut_off_in_the_middle(open_session, raw, tmp_path, broken):
    """What is cut off or reset is asked for again; the whole one is kept, once."""
    asked = raw(broken, broken, whole)

    assert rows_of(open_session()) == [1, 2]
    assert (len(asked), kept(tmp_path)) == (3, 1)


def test_slow_trickle(open_session, raw, monkeypatch, tmp_path):
    """A reply has ten minutes, however lively its bytes come."""
    raw(trickle)
    moments = iter(range(0, 1_000_000, 700))
    monkeypatch.setattr(clock, "passed", lambda: next(moments))
    error = failure(open_session())

    assert (error.mender, kept(tmp_path)) == ("service", 0)
    assert "600 seconds were not enough" in str(error)


@pytest.mark.parametrize("wait", ["7", "9" * 14, "9" * 5000, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_wait_of_seconds(open_session, trial, naps, wait):
    """The seconds that a service asks for are waited; beyond all sense it is asked again as if it said nothing."""
    trial.expect_ordered_request("/v1/rows").respond_with_data("", 429, {"Retry-After": wait})
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([1]), content_type="application/json")

    assert rows_of(open_session()) == [1]
    assert naps == [7] if wait == "7" else max(naps) < 10


@pytest.mark.parametrize(
    "cell", ["9" * 400, '"' + "9" * 5000 + '"', "9" * 5000, "1e400", "-Infinity", r'"\ud800"', '"\udc80"']
)
def test_what_there_cannot_be(open_session, trial, tmp_path, cell):
    """A number that no float holds and half a letter are the service's, and are not kept."""
    body = page([1], total=1).replace("[1]", f"[{cell}]").encode(errors="surrogatepass")
    trial.expect_request("/v1/rows").respond_with_data(body, content_type="application/json")
    error = failure(open_session())

    assert (error.mender, kept(tmp_path)) == ("service", 0)
    assert "sent " in str(error)


def test_letters_and_numbers_that_there_are(open_session, trial):
    """A pair of halves is a letter, and many digits behind a point are a number."""
    body = page([1], title="🐌", share=0.12345678901234567, code="3e345")
    trial.expect_request("/v1/rows").respond_with_data(body, content_type="application/json")

    assert rows_of(open_session()) == [1]


def test_a_message_is_one_line():
    """Whatever a service says, it forges no line of hubrank's."""
    assert str(FetchError("trial", "refuses 'x': no\nhubrank: all is well", "you")) == (
        "trial: refuses 'x': no hubrank: all is well; what is fetched is kept"
    )


def test_wait_of_hours(open_session, trial, naps, time_is):
    """Two hours are not waited: it is said until when, and the next run continues behind the page that is kept."""
    time_is(1_795_694_400)  # 2026-11-26 12:00 UTC
    trial.expect_ordered_request(
        "/v1/rows", query_string={"cursor": "a", "apikey": "s3cret/k3y+0815"}
    ).respond_with_data(page([1], "b"), content_type="application/json")
    trial.expect_ordered_request("/v1/rows").respond_with_data("", 429, {"Retry-After": "7200"})
    first = open_session()
    error = failure(first)
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([2]), content_type="application/json")
    second = open_session()

    assert "asks to wait 7,200 seconds, until 2026-11-26 14:00 UTC; run the same command after that" in str(error)
    assert (first.budget.asked, naps) == (2, [])
    assert rows_of(second) == [1, 2]
    assert second.budget.asked == 1


def test_503_for_ever(open_session, trial, tmp_path):
    """Five attempts, then it is the service's; the page before is kept and not asked for again."""
    trial.expect_request("/v1/rows", query_string={"cursor": "a", "apikey": "s3cret/k3y+0815"}).respond_with_data(
        page([1], "b"), content_type="application/json"
    )
    handler = trial.expect_request("/v1/rows")
    handler.respond_with_data("", 503)
    session = open_session()
    error = failure(session)
    handler.respond_with_data(page([2]), content_type="application/json")
    following = open_session()

    assert (error.mender, session.budget.asked, kept(tmp_path)) == ("service", 6, 1)
    assert "answered 503 (service unavailable); only the service can fix it" in str(error)
    assert rows_of(following) == [1, 2]
    assert following.budget.asked == 1


@pytest.mark.parametrize(
    ("body", "media", "mender", "asked", "said"),
    [
        ('{"rows": [1, 2', "application/json", "service", 5, "invalid or incomplete JSON"),
        ("<html>", "text/html", "service", 5, "sent text/html in place of application/json"),
        ('{"rows": ["1"], "next": null}', "application/json", "us", 1, "another form: reply.rows[0]: str"),
        ('{"rows": []}', "application/json", "us", 1, "another form: reply.next: -"),
    ],
    ids=["truncated JSON", "wrong content type", "schema changed", "key missing"],
)
def test_reply_of_another_form(open_session, trial, tmp_path, body, media, mender, asked, said):
    """What is not as it should be is not kept."""
    trial.expect_request("/v1/rows").respond_with_data(body, content_type=media)
    session = open_session()
    error = failure(session)

    assert (error.mender, session.budget.asked, kept(tmp_path)) == (mender, asked, 0)
    assert said in str(error)


def test_gzip_bomb(open_session, trial, tmp_path):
    """What unpacks to a thousand times its size is not unpacked to the end."""
    reply = Response(gzip.compress(bytes(20_000_000)), mimetype="application/json")
    reply.headers["Content-Encoding"] = "gzip"
    trial.expect_request("/v1/rows").respond_with_response(reply)
    error = failure(open_session())

    assert (error.mender, kept(tmp_path)) == ("service", 0)
    assert "unpacked_ratio" in str(error)


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ([page([1], "b"), page([1], "c")], "gave the same page twice"),
        ([page([1], "b"), page([2], "a")], "leads back to a page that was read"),
        ([page([1], "a")], "leads back to a page that was read"),
        ([page([1], "b", total=3), page([2], total=3)], "reported 3 rows but gave 2"),
        ([page([1], "b", total=3), page([2], total=4)], "values changed while they were fetched"),
    ],
)
def test_pages_that_go_wrong(open_session, trial, replies, said):
    """No page is counted twice, no circle is walked, and no row is lost unsaid."""
    for each in replies:
        trial.expect_ordered_request("/v1/rows").respond_with_data(each, content_type="application/json")

    assert said in str(failure(open_session()))


def test_disk_full(open_session, trial, tmp_path, monkeypatch):
    """It is said, nothing half is left, and with room the next run goes on."""
    trial.expect_request("/v1/rows").respond_with_data(page([1]), content_type="application/json")
    with monkeypatch.context() as full:

        def refuse(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(Path, "write_bytes", refuse)
        with pytest.raises(UsageError, match="no space left on device; free some"):
            rows_of(open_session())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    assert rows_of(open_session()) == [1]


def test_redirect_to_a_local_address(open_session, trial, raw, monkeypatch):
    """A redirect to another server of this machine is not followed, though this one is allowed."""
    asked = raw(whole)
    monkeypatch.setenv("HUBRANK_TRIAL_ADDRESS", trial.url_for("/v1"))
    trial.expect_request("/v1/rows").respond_with_data("", 302, {"Location": "http://localhost:1/v1/rows"})
    error = failure(open_session())

    assert (error.mender, asked) == ("service", [])
    assert "leads to http://localhost, which it must not" in str(error)


@pytest.mark.parametrize(
    ("body", "said", "mender"),
    [
        ('{"error": "Invalid query.", "message": "no such  filter."}', "says: no such filter; what is fetched", "you"),
        ('{"error": "Invalid query.", "message": ["no"]}', "answered 400 (bad request)", "us"),
        ("<html>", "answered 400 (bad request)", "us"),
    ],
)
def test_a_refusal_in_the_words_of_the_service(open_session, trial, body, said, mender):
    """What a refusal means is the service's to say; where it says nothing, its status does."""

    def refusal(found):
        assert found.address == trial.url_for("/v1/rows?cursor=a")
        if found.status != 400 or not (text := found.text_at("message")):
            return None
        return FetchError("trial", f"says: {text}", "you")

    trial.expect_request("/v1/rows").respond_with_data(body, 400)

    error = failure(open_session(evolve(SERVICE, refusal=refusal)))

    assert said in str(error)
    assert error.mender == mender
