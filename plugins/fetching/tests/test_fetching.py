"""What is asked of a service, what is kept of it, and that keys stay out of both."""

import socket
from types import SimpleNamespace

import pytest
from attrs import evolve
from hubrank import __version__
from hubrank.cli.app import run
from hubrank.cli.commands.check import cost_text
from hubrank.cli.console import console
from hubrank.io.cache import Cache
from hubrank.plugin import Request, Requirements
from hubrank_fetching import (
    FetchError,
    Key,
    Needs,
    NotFetchedError,
    Service,
    clock,
    fetch_command,
    fetched,
    kept_of,
    misfit,
)
from hubrank_fetching.services import Budget
from hubrank_fetching.sources import fetched_of
from hubrank_fetching.testing import traces

from .conftest import SECRET, SERVICE, failure, page, rows_of

JSON = {"content_type": "application/json"}


def test_what_is_sent(open_session, trial):
    """Who asks is said, the key is there, and no cookie comes back."""
    seen = []

    def answer(request):
        from werkzeug import Response

        seen.append(request)
        return Response(page([len(seen)], (None if len(seen) == 2 else "b")), headers={"Set-Cookie": "a=b"}, **JSON)

    trial.expect_request("/v1/rows").respond_with_handler(answer)

    assert rows_of(open_session()) == [1, 2]
    agent = f"hubrank/{__version__} (+https://github.com/hubrank/hubrank)"
    assert [each.headers["User-Agent"] for each in seen] == [agent] * 2
    assert [each.args["apikey"] for each in seen] == [SECRET] * 2
    assert [each.headers.get("Cookie") for each in seen] == [None] * 2


def test_a_key_in_a_header(open_session, trial):
    """It stands behind its prefix."""
    trial.expect_request("/v1/rows", headers={"Authorization": f"Bearer {SECRET}"}).respond_with_data(page([1]), **JSON)
    key = Key(variable="HUBRANK_TRIAL_KEY", name="Authorization", prefix="Bearer ")

    assert rows_of(open_session(evolve(SERVICE, key=key))) == [1]


def test_kept_without_key(open_session, trial, tmp_path):
    """What is kept does not depend on the key, and a service that repeats it has it taken out."""
    echo = f'{{"rows": [1], "next": null, "you": "{SECRET}", "url": "?apikey=s3cret%2Fk3y%2B0815"}}'
    trial.expect_request("/v1/rows").respond_with_data(echo, headers={"X-You": SECRET}, **JSON)

    assert rows_of(open_session()) == [1]
    assert rows_of(open_session(evolve(SERVICE, key=None), online=False)) == [1]


def test_the_search_for_keys_finds_them(tmp_path):
    """The check behind each test of this folder can fail."""
    (tmp_path / "a").write_text(f"x{SECRET}x")

    assert traces(SECRET, tmp_path, ["s3cret%2Fk3y%2B0815", "nothing"]) == [str(tmp_path / "a"), "text 0"]
    (tmp_path / "a").unlink()


@pytest.mark.parametrize("value", ["", "short", "a line\nand another"])
def test_no_key(monkeypatch, value):
    """What is missing, or can be no key, is reported with the place where one is had."""
    monkeypatch.setenv("HUBRANK_TRIAL_KEY", value)

    assert SERVICE.wanted.lacking == "needs a key; set HUBRANK_TRIAL_KEY (from https://trial.example/keys)"


def wish(*services, usd=0.0):
    """Two requests of services, by the name of what wants them."""
    return "rows", Requirements(services=[each.wanted for each in services], requests=2, bytes=1, seconds=1, usd=usd)


def test_what_a_service_charges(open_session, trial, capsys):
    """It is shown before, if about, and what the replies cost is reported after; what is kept costs nothing."""
    bill = {"X-Cost": "0.0001", "X-Left": "0.5"}
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([1], "b"), headers=bill, **JSON)
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([2]), headers=bill | {"X-Left": "0.4999"}, **JSON)
    charge = lambda headers: (float(headers["X-Cost"]), float(headers["x-left"]))  # noqa: E731
    service, budget = evolve(SERVICE, charge=charge), Budget()

    @fetched(service, None)
    def read(request, session):
        yield rows_of(session)

    source = fetched_of(SimpleNamespace(read=read))
    errand = fetch_command.Errand(name="rows", source=source, request=ROWS, wants=wish(service, usd=0.02)[1])
    for _ in range(2):
        fetch_command.fetch_errands([errand], budget, yes=True)
        told = " ".join(capsys.readouterr().out.split())
        assert "0.02" in told
        assert "trial charged 0.0002 US dollars; 0.4999 of its budget remain" in told


def test_what_a_source_wants(open_session, trial):
    """All as long as nothing is kept, which is absent; nothing then, unless it is old; it asks no one."""

    @fetched(evolve(SERVICE, days=1), lambda request: Needs(requests=1, bytes=5, seconds=2, usd=0.5))
    def read(request, session):
        yield rows_of(session)

    told = read.wants(ROWS)
    assert (told.absent, told.requests, told.bytes, told.seconds, told.usd) == (True, 1, 5, 2, 0.5)
    assert [(each.key, each.known) for each in told.services] == [("HUBRANK_TRIAL_KEY", True)]
    assert trial.log == []
    trial.expect_request("/v1/rows").respond_with_data(page([1]), **JSON)
    rows_of(open_session())
    told = read.wants(ROWS)
    assert (told.absent, told.requests) == (False, 0)
    assert fetched_of(SimpleNamespace(read=read)).wants(ROWS, refresh=True).requests == 1
    assert len(trial.log) == 1


def test_nothing_is_fetched_unasked(open_session, trial):
    """A session that is not online asks no one."""
    with pytest.raises(NotFetchedError, match="trial: is not fetched yet; run `hubrank fetch`"):
        rows_of(open_session(online=False))
    assert trial.log == []


def test_asked_whether_it_changed(open_session, trial, tmp_path):
    """An expired reply is asked for with its ETag; unchanged it is taken as it is, and is fresh again."""
    service = evolve(SERVICE, days=1e-9)
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([1]), headers={"ETag": '"x"'}, **JSON)
    trial.expect_ordered_request("/v1/rows", headers={"If-None-Match": '"x"'}).respond_with_data("", 304)

    first, second = open_session(service), open_session(service)

    assert rows_of(first) == [1]
    (path,) = (tmp_path / "cache" / "http").iterdir()
    before = path.read_bytes()
    assert rows_of(second) == [1]
    assert path.read_bytes() != before  # until when it is fresh is kept
    trial.check_assertions()
    assert len(trial.log) == 2


def test_pace(open_session, trial, monkeypatch):
    """Two requests of whatever sources begin as far apart as the service wants; what is kept is not waited for."""
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([1], "b"), **JSON)
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([2], "c"), **JSON)
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([3]), **JSON)
    moments, slept = (100.0, 100.25, 102.0, 102.0), []
    monkeypatch.setattr(clock, "_NEXT", {})
    monkeypatch.setattr(clock, "passed", lambda: moments[len(trial.log)])
    monkeypatch.setattr(clock, "sleep", slept.append)
    service = evolve(SERVICE, pace=1.5)
    assert "may make 1 request" in str(failure(open_session(service, budget=Budget(requests=1))))

    assert rows_of(open_session(service)) == [1, 2, 3]
    assert slept == [1.25, 1.0]
    assert rows_of(open_session(service)) == [1, 2, 3]


ROWS = Request(table="rows", columns=(), first_year=None, last_year=None, options=None)
OTHER = evolve(SERVICE, name="other", key=None)


def test_a_source_of_two_services(trial, open_session, monkeypatch, capsys):
    """Both are reported before, share the run's budget, and an old copy of either is reported as its own."""
    monkeypatch.setenv("HUBRANK_OTHER_ADDRESS", trial.url_for("/v2"))
    trial.expect_request("/v1/rows").respond_with_data(page([1]), **JSON)
    second = trial.expect_request("/v2/rows")
    second.respond_with_data(page([2]), headers={"ETag": '"x"'}, **JSON)

    @fetched(SERVICE, None, others=(evolve(OTHER, days=1e-9),))
    def read(request, session):
        yield rows_of(session) + rows_of(session.beside(OTHER))

    source = fetched_of(SimpleNamespace(read=read))
    console().table(cost_text([wish(*source.services)]))
    _, _, first, second_line = capsys.readouterr().out.splitlines()
    assert first.split() == ["rows", trial.url_for("/v1"), "2", "1", "1", "HUBRANK_TRIAL_KEY", "(set)"]
    assert second_line.split() == [trial.url_for("/v2"), "-"]
    assert list(source.get(None, source.session(online=True, budget=Budget(requests=2)))) == [[1, 2]]
    first = kept_of(read, ROWS)
    assert (len(first.digest), len(first.first), first.first) == (64, 10, first.last)
    kept = source.session()
    assert list(source.get(None, kept)) == [[1, 2]]
    assert kept.expired
    second.respond_with_data("", 503)
    late = source.session(online=True, stale=True)
    assert list(source.get(None, late)) == [[1, 2]]
    assert kept_of(read, ROWS) == first
    second.respond_with_data(page([3]), headers={"ETag": '"y"'}, **JSON)
    list(source.get(None, source.session(online=True)))
    assert kept_of(read, ROWS).digest != first.digest
    assert late.old == {trial.url_for("/v2/rows?cursor=a"): "other"}


def test_budget_of_requests(open_session, trial):
    """The request that would be one too many is not made; the next run goes on behind what is kept."""
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([1], "b"), **JSON)
    trial.expect_ordered_request("/v1/rows").respond_with_data(page([2]), **JSON)
    error = failure(open_session(budget=Budget(requests=1)))

    assert "the run may make 1 request; --max-requests allows more" in str(error)
    assert rows_of(open_session(budget=Budget(requests=1))) == [1, 2]


def test_budget_of_bytes(open_session, trial):
    """A reply that is too much is rejected while it comes."""
    trial.expect_request("/v1/rows").respond_with_data(page(list(range(100))), **JSON)

    assert "the run may fetch 100 bytes; --max-bytes allows more" in str(
        failure(open_session(budget=Budget(bytes=100)))
    )


def test_a_damaged_copy_is_fetched_again(open_session, trial, tmp_path, capsys):
    """`hubrank cache` lists it, finds the damage, and deletes it; a run does not read it."""
    trial.expect_request("/v1/rows").respond_with_data(page([7]), **JSON)
    rows_of(open_session())
    assert run(["cache", "list"]) == 0
    assert f"reply: {trial.url_for('/v1/rows?cursor=a')}" in capsys.readouterr().out
    (path,) = Cache(tmp_path / "cache").entries()
    path.write_bytes(path.read_bytes().replace(b'"status_code"', b'"status_kode"'))

    assert run(["cache", "verify"]) == 4
    assert f"broken: {path.name}" in capsys.readouterr().out
    with pytest.raises(NotFetchedError):
        rows_of(open_session(online=False))
    assert rows_of(open_session()) == [7]
    assert run(["cache", "verify"]) == 0
    assert run(["cache", "clean"]) == 0
    assert list(Cache(tmp_path / "cache").entries()) == []


PUBLIC = Service(name="open", address="https://api.example.org/v1", hosts=("files.example.org",))


@pytest.mark.parametrize(
    ("url", "number", "good"),
    [
        ("https://api.example.org/v1/rows", "93.184.216.34", True),
        ("https://files.example.org/x", "93.184.216.34", True),
        ("http://api.example.org/v1/rows", "93.184.216.34", False),
        ("https://api.example.org:8080/v1", "93.184.216.34", False),
        ("https://api.example.org@evil.example/v1", "93.184.216.34", False),
        ("https://evil.example/v1", "93.184.216.34", False),
        ("https://127.0.0.1/v1", "127.0.0.1", False),
        ("https://api.example.org/v1", "127.0.0.1", False),
        ("https://api.example.org/v1", "10.1.2.3", False),
        ("https://api.example.org/v1", "169.254.169.254", False),
        ("https://api.example.org/v1", "::1", False),
        ("https://api.example.org/v1", "::ffff:192.168.0.1", False),
    ],
)
def test_where_a_service_may_lead(monkeypatch, url, number, good):
    """To its own hosts by https, none of which is a machine of a local network."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (number, 443))])
    if good:
        assert PUBLIC.check_address(url) is None
    else:
        with pytest.raises(FetchError):
            PUBLIC.check_address(url)


def test_a_host_that_is_looked_up_as_local(open_session, monkeypatch):
    """The request is not made, whatever proxies are not to be used for; a proxy looks names up itself."""
    monkeypatch.setenv("no_proxy", "elsewhere.example")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("10.0.0.7", 443))])
    session = open_session(PUBLIC)

    assert "api.example.org resolves to a machine of a local network" in str(failure(session))
    assert session.budget.asked == 0
    assert PUBLIC.check_address("https://api.example.org/v1", proxied=True) is None


@pytest.mark.parametrize(
    ("value", "shape", "where"),
    [
        ({"a": 1, "more": 2}, {"a": int}, ""),
        ({"a": None}, {"a": (int, None)}, ""),
        ([{"a": 1}, {"a": "x"}], [{"a": int}], "reply[1].a: str"),
        ({"a": True}, {"a": int}, "reply.a: bool"),
        ({}, {"a": int}, "reply.a: -"),
        ([], {"a": int}, "reply: list"),
        (None, [int], "reply: NoneType"),
    ],
)
def test_misfit(value, shape, where):
    """The first place that is not as it should be; further keys are no error."""
    assert misfit(value, shape) == where
