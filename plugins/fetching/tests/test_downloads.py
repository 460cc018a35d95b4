"""Files of any size: complete or not kept, resumed, requested once, whatever networks and services do."""

import errno
import hashlib
import re
from pathlib import Path

import pytest
from attrs import evolve
from hubrank.io.cache import Cache
from hubrank.plugin import UsageError
from hubrank_fetching import NotFetchedError, clock
from hubrank_fetching.services import Budget
from werkzeug import Response

from .conftest import SERVICE, failure

#: What the service has: more than is read at a time.
BODY = b"PK\x03\x04" + bytes(range(256)) * 1000
ZIP, SIZE, MD5 = BODY[:4], len(BODY), "5304deadcc2ffe1dbe993bdbf90e90d9"
TAG = {"ETag": '"one"', "Last-Modified": "Wed, 25 Nov 2026 10:00:00 GMT"}


def served(trial, body=BODY, headers=TAG, **more):
    """A service that gives a file, or the rest of it where it is asked for and the file is the same."""
    asked = []

    def answer(request):
        asked.append(dict(request.headers))
        tag = headers.get("ETag")
        if tag and request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers=headers)
        found = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if found and request.headers.get("If-Range") == tag:
            start = int(found[1])
            place = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
            return Response(body[start:], 206, headers=headers | place)
        return Response(body, 200, headers=headers, content_type="application/zip", **more)

    trial.expect_request("/v1/dump").respond_with_handler(answer)
    return asked


def download(session, **wanted):
    """The dump."""
    return session.download("dump", **wanted)


def failed(session, **wanted):
    """The error of a download."""
    return failure(session, lambda asked: download(asked, **wanted))


def there(tmp_path):
    """The files of the cache except locks, their keys left out."""
    paths = (path for path in (tmp_path / "cache").rglob("*") if path.suffix != ".lock")
    return sorted(re.sub(r"[0-9a-f]{16,}", "", path.name) for path in paths)


KEPT = ["-.file", ".said", "http"]


def head(*more, status="200 OK", length=SIZE):
    """How a reply begins."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {length}", 'ETag: "one"', "Connection: close", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def cut(connection):
    """The first half of the file, and no more."""
    connection.sendall(head() + BODY[: SIZE // 2])


def nothing(connection):
    """No answer at all."""


def rest(connection):
    """What is behind the first half."""
    half = SIZE // 2
    place = f"Content-Range: bytes {half}-{SIZE - 1}/{SIZE}"
    connection.sendall(head(place, status="206 Partial Content", length=SIZE - half) + BODY[half:])


def whole(connection):
    """The whole file."""
    connection.sendall(head() + BODY)


def test_a_file(open_session, trial, tmp_path):
    """It is in the cache, with the date, the digest and the service's version; offline it is the same."""
    asked = served(trial)
    found = download(open_session(), checksum=f"md5:{MD5}", size=SIZE, magic=ZIP)

    assert found.path.read_bytes() == BODY
    assert (found.size, found.digest, found.version) == (SIZE, hashlib.sha256(BODY).hexdigest(), "2026-11-25")
    assert len(found.date) == 10
    assert download(open_session(online=False)) == found
    assert download(open_session()) == found
    assert (len(asked), there(tmp_path)) == (1, KEPT)
    assert asked[0]["Accept-Encoding"] == "identity"


def test_gone_on_with(open_session, raw, tmp_path):
    """After a cut the rest is asked for, of the same file."""
    asked = raw(cut, rest)
    assert download(open_session()).path.read_bytes() == BODY
    assert f'Range: bytes={SIZE // 2}-\r\nIf-Range: "one"'.encode() in asked[1]
    assert there(tmp_path) == KEPT


def test_gone_on_with_by_the_next_run(open_session, raw, tmp_path):
    """What has come is no entry, nothing takes it for the file, and another run asks for the rest alone."""
    raw(cut, *[nothing] * 4, rest)
    assert failed(open_session()).mender == "network"
    assert list(Cache(tmp_path / "cache").entries()) == []
    with pytest.raises(NotFetchedError):
        download(open_session(online=False))
    session = open_session()

    assert download(session).path.read_bytes() == BODY
    assert session.budget.received == SIZE - SIZE // 2


def another_part(connection):
    """A part that is not the rest."""
    place = f"Content-Range: bytes 0-9/{SIZE}"
    connection.sendall(head(place, status="206 Partial Content", length=10) + BODY[:10])


def no_range(connection):
    """A refusal of the part."""
    connection.sendall(head(status="416 Range Not Satisfiable", length=0))


@pytest.mark.parametrize("answers", [[whole], [another_part, whole], [no_range, whole]])
def test_not_gone_on_with(open_session, raw, answers):
    """Where the service gives the whole, another part, or none, the file begins again."""
    raw(cut, *answers)

    assert download(open_session()).path.read_bytes() == BODY


def test_nothing_to_go_on_with(open_session, raw):
    """Without a tag or a date no one knows whether the rest is of the same file."""

    def untold(connection):
        connection.sendall(head().replace(b'ETag: "one"\r\n', b"") + BODY[:1000])

    asked = raw(untold, whole)

    assert download(open_session()).path.read_bytes() == BODY
    assert b"Range" not in asked[1]


def test_asked_whether_it_changed(open_session, trial, tmp_path):
    """On --refresh, and when it is old: once a run, by its ETag and date; unchanged it is fresh again."""
    asked = served(trial)
    download(open_session())
    session = open_session(refresh=True)

    assert download(session) == download(session)
    assert [each.get("If-None-Match") for each in asked] == [None, '"one"']
    assert asked[1]["If-Modified-Since"] == TAG["Last-Modified"]
    old = open_session(evolve(SERVICE, days=0), online=False)
    download(old)
    assert old.expired
    trial.clear()
    served(trial, b"PK\x03\x04new", {"ETag": '"two"'})
    found = download(open_session(refresh=True))
    assert (found.path.read_bytes(), found.version) == (b"PK\x03\x04new", "two")
    assert there(tmp_path) == KEPT


PAGE = b"\n<!DOCTYPE html><title>Just a moment</title>"


@pytest.mark.parametrize(
    ("body", "wanted", "said"),
    [
        (PAGE, {"magic": ZIP}, "sent a page of HTML in place of a file, or a firewall on the way did"),
        (PAGE, {}, "sent a page of HTML"),
        (b"x" + BODY, {"magic": ZIP}, "sent a file of an unexpected kind"),
        (b"PK", {"magic": ZIP}, "sent a file of an unexpected kind"),
        (b"", {}, "sent an empty file"),
        (BODY, {"checksum": "md5:" + "0" * 32}, "whose checksum is not the one that it states"),
        (BODY, {"checksum": "0" * 64}, "whose checksum is not the one that it states"),
        (BODY, {"size": 7}, f"sent {SIZE:,} bytes of a file of 7"),
    ],
)
def test_another_file_than_it_should_be(open_session, trial, tmp_path, body, wanted, said):
    """It is reported once, and neither kept nor gone on with."""
    asked = served(trial, body)
    error = failed(open_session(), **wanted)

    assert said in str(error)
    assert (error.mender, len(asked), there(tmp_path)) == ("service", 1, ["http"])


@pytest.mark.parametrize("length", [True, False])
def test_a_file_that_is_too_large(open_session, trial, raw, length):
    """If its size is stated, nothing of it is read."""

    def large(connection):
        connection.sendall((head() if length else head().replace(b"Content-Length", b"X-Length")) + BODY)

    raw(large)
    session = open_session(evolve(SERVICE, largest=1e5, most=1e3))

    assert "its file has " in str(failed(session))
    assert (session.budget.received == 0) is length


def test_budget_of_bytes(open_session, trial):
    """A file may be larger than a reply, but not than what the run may fetch; the next run goes on with it."""
    served(trial)
    service = evolve(SERVICE, most=1000)
    assert "the run may fetch 100,000 bytes" in str(failed(open_session(service, budget=Budget(bytes=1e5))))
    session = open_session(service)

    assert download(session).path.read_bytes() == BODY
    assert 0 < session.budget.received < SIZE


def test_slow_and_slower(open_session, trial, raw, monkeypatch, naps):
    """Over ten minutes are no fault; fewer bytes a second than there must be are."""
    served(trial)
    moments = iter(range(0, 10**9, 100))
    monkeypatch.setattr(clock, "passed", lambda: next(moments))
    monkeypatch.setattr(clock, "RATE", 1)
    assert download(open_session()).size == SIZE
    monkeypatch.setattr(clock, "RATE", 10**6)

    assert "sends fewer than 1,000,000 bytes a second" in str(failed(open_session(refresh=True), version="new"))
    assert len(naps) == 4


@pytest.mark.parametrize("at", ["take", "put"])
def test_disk_full(open_session, trial, tmp_path, monkeypatch, at):
    """It is said, nothing half is left, and with room the next run has it."""
    served(trial)

    class Full:
        def __init__(self, file):
            self._file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._file.close()

        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(path, mode="r", *more):
        file = really(path, mode, *more)
        return Full(file) if mode == "ab" else file

    def refuse(path):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        if at == "take":
            really = Path.open
            full.setattr(Path, "open", opened)
        else:
            full.setattr("os.fsync", refuse)
        with pytest.raises(UsageError, match="no space left on device; free some"):
            download(open_session())
    assert there(tmp_path) == ["http"] if at == "take" else list(Cache(tmp_path / "cache").entries()) == []

    assert download(open_session()).path.read_bytes() == BODY
    assert there(tmp_path) == KEPT
