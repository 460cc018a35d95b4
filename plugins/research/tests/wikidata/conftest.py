"""Shared parts of the tests: the service on this machine, and its data."""

import json
import re
from importlib import resources

import pytest
from hubrank_research import wikidata
from werkzeug import Response

from tests.services import fetched_rows, moved

QUERIES = {
    each.name.removesuffix(".rq"): each.read_text(encoding="utf-8")
    for each in resources.files("hubrank_research.wikidata").joinpath("queries").iterdir()
}
RESULTS = "application/sparql-results+json"
#: What the service appends to half a reply whose time is over.
TRACE = b"""
SPARQL-QUERY: queryStr=SELECT ...
java.util.concurrent.TimeoutException
\tat java.util.concurrent.FutureTask.get(FutureTask.java:205)
Caused by: com.bigdata.bop.engine.QueryTimeoutException: Query timeout limit reached
"""
UNITS = "unit,name,country,lat,lon,radius_km\nparis,Paris,FRA,48.86,2.35,40\nzurich,Zurich,CHE,47.37,8.54,40\n"


def row(**values):
    """A row: items, points and texts; a variable without a value is no key."""
    return {name: {"type": "literal", "value": _value(text)} for name, text in values.items()}


def _value(text):
    return f"http://www.wikidata.org/entity/{text}" if re.fullmatch(r"Q[0-9]+", text) else text


#: Where items lie; one lies on Mars, and one has no point.
PLACES = [
    row(place="Q90", point="Point(2.351944444 48.856666666)", geonames="2988507", country="FRA"),
    row(place="Q72", point="Point(8.540833333 47.374444444)", geonames="2657896", country="CHE"),
    row(place="Q8646", point="Point(114.16 22.28)", geonames="1819729", own="HKG", country="CHN"),
    row(place="Q64", point="Point(13.38 52.51)", geonames="2950159", country="DEU"),
    row(place="Q64", point="Point(13.38 52.51)", geonames="6547383", country="DEU"),
    row(place="Q999", point="<http://www.wikidata.org/entity/Q111> Point(137.4 -4.6)"),
    row(place="Q998", country="FRA"),
]
COUNTRIES = [row(country="Q142", code="FRA"), row(country="Q39", code="CHE"), row(country="Q30", code="USA")]


class World:
    """The service: it answers the queries of this package from given data, item by item."""

    def __init__(self):
        self.rows = {"places": PLACES, "countries": COUNTRIES, "members": [], "seats": [], "laureates": []}
        self.slow, self.halves, self.asked, self.headers = {}, True, [], []

    def __call__(self, request):
        """Answer a query."""
        query = request.args["query"]
        (name,) = (name for name, text in QUERIES.items() if _made_of(query, text))
        named = re.search(r"VALUES \?(\w+) \{([^}]*)\}", query)
        items = re.findall(r"wd:(Q[0-9]+)", named[2]) if named else []
        self.asked.append((name, items))
        self.headers.append(dict(request.headers))
        of = (lambda each: each[named[1]]["value"].rpartition("/")[2] in items) if named else (lambda _: True)
        content = results([each for each in self.rows[name] if of(each)]).encode()
        if len(items) < self.slow.get(name, 1_000_000):
            return Response(content, content_type=f"{RESULTS};charset=utf-8")
        if self.halves:
            return Response(content[: len(content) // 2] + TRACE, content_type=f"{RESULTS};charset=utf-8")
        return Response(TRACE, 500, content_type="text/plain")

    def items(self, query):
        """The items of each time that a query was asked."""
        return [items for name, items in self.asked if name == query]


def results(rows):
    """A reply."""
    return json.dumps({"head": {"vars": []}, "results": {"bindings": rows}})


def _made_of(query, text):
    """Whether a query was made of a file, whatever is in its braces."""
    form = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return re.fullmatch(re.sub(r"\\\$\\\{\w+\\\}", ".*", re.escape(form)), query) is not None


@pytest.fixture
def world(httpserver, monkeypatch, tmp_path):
    """The service on this machine, and a folder with units."""
    moved(httpserver, monkeypatch, tmp_path, {"units.csv": UNITS}, wikidata="/sparql")
    made = World()
    httpserver.expect_request("/sparql").respond_with_handler(made)
    return made


@pytest.fixture
def universities(world):
    """Five universities: of one seat, of two, of a seat that ended, of a district, and of nothing."""
    world.rows["members"] = [row(item=f"Q{number}", country="Q142") for number in (1001, 1002, 1003, 1004)]
    world.rows["members"] += [row(item="Q1005", country="Q39"), row(item="Q1002", country="Q39")]
    world.rows["seats"] = [
        row(item="Q1001", ror="02feahw73", own="Point(2.2 48.7)", district="Q998", seat="s1", city="Q90"),
        row(item="Q1002", own="Point(9 9)", seat="s2", city="Q90"),
        row(item="Q1002", own="Point(9 9)", seat="s3", city="Q72", at="Point(8.55 47.38)"),
        row(item="Q1003", seat="s4", city="Q90", ended="1968-01-01T00:00:00Z"),
        row(item="Q1004", district="Q72"),
        row(item="Q1005", district="Q998"),
    ]


def table(name, **options):
    """The rows of a table."""
    return fetched_rows(wikidata, name, **options)


def shown(frame, *columns):
    """Some columns of rows, with None for what is not there."""
    found = frame[[*columns]].astype(object)
    return found.where(found.notna(), None).values.tolist()
