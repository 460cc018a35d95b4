"""What the service does that others do not, and where items lie."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from hubrank_fetching import misfit
from hubrank_fetching.session import Session
from hubrank_research.wikidata import SERVICE, Options, asking, places, point_of

from tests.services import recorded

from .conftest import QUERIES, table


@pytest.mark.usefixtures("universities")
@pytest.mark.parametrize("halves", [True, False])
def test_timeout(world, halves):
    """A query that takes too long, answered with 200 or 500, is asked in halves, which are cached as such."""
    world.slow, world.halves = {"seats": 3}, halves
    whole = table("universities")

    first, second = ["Q1001", "Q1002"], ["Q1003", "Q1004", "Q1005"]
    assert world.items("seats") == [first + second, first, second, ["Q1003"], ["Q1004", "Q1005"]]
    assert len(whole) == 6
    number = len(world.asked)
    pd.testing.assert_frame_equal(table("universities", online=False), whole)
    assert len(world.asked) == number
    assert not [path for path in Path("cache").rglob("*") if path.is_file() and b"java" in path.read_bytes()]


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
        ("Point(- 2)", None),
        ("t1593", None),
    ],
)
def test_points(text, point):
    """The longitude comes first, and the globe is the Earth."""
    assert point_of(text) == point


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_queries_are_portable(name):
    """Each is of SPARQL 1.1 alone, with its own prefixes, and says what it is for."""
    text = QUERIES[name]
    body = re.sub(r"<[^>]*>|#.*", "", text)

    assert text.startswith("# ")
    assert not re.search(r"SERVICE|\bbd:|\bgas:|\bhint:|wikibase:(label|around|box)", text)
    assert set(re.findall(r"\b([a-z]+):", body)) == set(re.findall(r"PREFIX ([a-z]+):", text))


@pytest.mark.parametrize("path", recorded("wikidata", "*.json"))
def test_recorded(path):
    """A recorded reply has the form that is known, with a variable that has no value, and its point is read."""
    reply = json.loads(path.read_text())
    asking.check(reply)

    assert misfit(reply, asking.SHAPE) == ""
    (found,) = reply["results"]["bindings"]
    assert "image" in set(reply["head"]["vars"]) - set(found)
    assert point_of(found["coord"]["value"]) == (48.85, 2.29166667)
