"""What the service does that others do not, and where items lie."""

import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest
from hubrank_fetching import FetchError, NotFetchedError, misfit
from hubrank_fetching.session import Session
from hubrank_research.wikidata import SERVICE, Options, asking, locating, places

from .conftest import PLACES, QUERIES, RESULTS, results, table

#: Replies of services, recorded; they lie beside the data that tests compare with.
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).parents[5] / "shared" / "data"))
SAMPLES = REFERENCE.parent / "apis" / "samples" / "wikidata"
GOOD = results(PLACES[:1])


@pytest.mark.usefixtures("universities")
@pytest.mark.parametrize("halves", [True, False])
def test_timeout(world, halves):
    """A query that takes too long, told with 200 or 500, is asked in halves; what is kept is read as it was asked."""
    world.slow, world.halves = {"seats": 3}, halves
    whole = table("universities")

    first, second = ["Q1001", "Q1002"], ["Q1003", "Q1004", "Q1005"]
    assert world.items("seats") == [first + second, first, second, ["Q1003"], ["Q1004", "Q1005"]]
    assert len(whole) == 6
    number = len(world.asked)
    pd.testing.assert_frame_equal(table("universities", online=False), whole)
    assert len(world.asked) == number
    assert not [path for path in Path("cache").rglob("*") if path.is_file() and b"java" in path.read_bytes()]


@pytest.mark.usefixtures("universities")
def test_timeout_of_what_cannot_be_halved(world):
    """It is an error that says so, after one request, and not half a result."""
    world.slow = {"members": 1}

    with pytest.raises(FetchError, match="took more time for a query than it gives to one; the service must mend it"):
        table("universities")
    assert [name for name, _ in world.asked] == ["countries", "members"]
    with pytest.raises(NotFetchedError):
        table("universities", online=False)


def ask():
    """A small question."""
    return list(places(["Q90"], Session(SERVICE, online=True)))


def answers(httpserver, *replies):
    """Have the service give replies in their order."""
    httpserver.clear()
    for body, status, headers in replies:
        httpserver.expect_ordered_request("/sparql").respond_with_data(body, status, headers, content_type=RESULTS)


@pytest.mark.usefixtures("world")
def test_too_many_requests(httpserver, naps):
    """The service is asked again after as long as it says."""
    answers(httpserver, ("", 429, {"Retry-After": "17"}), (GOOD, 200, {}))

    assert ask() == ["Q90"]
    assert naps == [17.0]


@pytest.mark.usefixtures("world")
def test_banned(httpserver):
    """The service's own words say until when, and it is not asked again."""
    said = "You have been banned until 2026-11-27T10:00:00Z, please respect throttling and retry-after headers."
    answers(httpserver, (said, 403, {}))

    with pytest.raises(FetchError) as raised:
        ask()
    assert f"wikidata: refuses this machine: {said.rstrip('.')}; run the same command after that" in str(raised.value)
    assert len(httpserver.log) == 1


@pytest.mark.usefixtures("world")
def test_cut_off_without_a_word(httpserver, naps):
    """Half of JSON that says nothing of time is asked for again, and not in halves."""
    answers(httpserver, (GOOD[:-20], 200, {}), (GOOD, 200, {}))

    assert ask() == ["Q90"]
    assert len(naps) == 1


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ({"head": {"vars": []}}, "another form: reply.results: -"),
        ({"head": {"vars": []}, "results": {"bindings": [{"place": "Q90"}]}}, "reply.results.bindings[0].place"),
        ({"head": {"vars": []}, "results": {"bindings": [{"place": {"value": 1}}]}}, "reply.results.bindings[0].place"),
        ([], "another form: reply: list"),
    ],
)
def test_replies_of_another_form(httpserver, reply, said):
    """Each is told with its place, and not kept."""
    answers(httpserver, (json.dumps(reply), 200, {}))

    with pytest.raises(FetchError) as raised:
        ask()
    assert said in str(raised.value)
    with pytest.raises(NotFetchedError):
        places(["Q90"], Session(SERVICE))


def test_who_asks(world):
    """The service is told who asks and where to reach them, and which form is wanted."""
    ask()

    (headers,) = world.headers
    assert headers["Accept"] == RESULTS
    assert re.fullmatch(r"hubrank/\S+ \(\+https://\S+\)", headers["User-Agent"])


def test_places(world):
    """A place of its own code has it; of two GeoNames ids none is taken; another globe and no point are no place."""
    found = places(["Q999", "Q998", "Q64", "Q8646", "Q90", "Q90"], Session(SERVICE, online=True))

    told = {item: (each.lat, each.lon, each.geonames, each.country) for item, each in found.items()}
    assert told == {
        "Q64": (52.51, 13.38, None, "DEU"),
        "Q90": (48.856666666, 2.351944444, 2988507, "FRA"),
        "Q8646": (22.28, 114.16, 1819729, "HKG"),
    }
    assert world.asked == [("places", ["Q64", "Q90", "Q998", "Q999", "Q8646"])]


def test_many_places(world):
    """So many items as an address has room for are asked for at a time."""
    places([f"Q{number}" for number in range(1, 400)], Session(SERVICE, online=True))

    assert [len(items) for _, items in world.asked] == [150, 150, 99]


@pytest.mark.parametrize("item", ["62", "P625", "Q62 }", "Q0"])
def test_what_is_no_item(world, item):
    """Nothing but ids gets into a query."""
    with pytest.raises(ValueError, match="not the ids of items"):
        places([item], Session(SERVICE, online=True))
    with pytest.raises(ValueError, match="of: must be the id of an item of Wikidata, such as Q3918"):
        Options(of=item)
    assert world.asked == []


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("Point(2.29166667 48.85)", (48.85, 2.29166667)),
        ("POINT(-122.4 -1e-5)", (-1e-5, -122.4)),
        ("<http://www.wikidata.org/entity/Q2> Point(1 2)", (2.0, 1.0)),
        ("<http://www.wikidata.org/entity/Q405> Point(1 2)", None),
        ("Point(181 0)", None),
        ("Point(1 2 3)", None),
        ("Point(- 2)", None),
        ("t1593", None),
    ],
)
def test_points(text, point):
    """The longitude comes first, and the globe is the Earth."""
    assert locating.point_of(text) == point


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_queries_are_portable(name):
    """Each is of SPARQL 1.1 alone, with its own prefixes, and says what it is for."""
    text = QUERIES[name]
    body = re.sub(r"<[^>]*>|#.*", "", text)

    assert text.startswith("# ")
    assert not re.search(r"SERVICE|\bbd:|\bgas:|\bhint:|wikibase:(label|around|box)", text)
    assert set(re.findall(r"\b([a-z]+):", body)) == set(re.findall(r"PREFIX ([a-z]+):", text))


def recorded():
    """The recorded replies, one that says why where there are none."""
    found = sorted(SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []
    lacking = pytest.param(None, marks=pytest.mark.skip(reason=f"there are no recorded replies in {SAMPLES.name}"))
    return [pytest.param(path, id=path.stem) for path in found] or [lacking]


@pytest.mark.parametrize("path", recorded())
def test_recorded(path):
    """A recorded reply has the form that is known, with a variable that has no value, and its point is read."""
    reply = json.loads(path.read_text())
    asking.check(reply)

    assert misfit(reply, asking.SHAPE) == ""
    (found,) = reply["results"]["bindings"]
    assert "image" in set(reply["head"]["vars"]) - set(found)
    assert locating.point_of(found["coord"]["value"]) == (48.85, 2.29166667)
