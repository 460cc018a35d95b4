"""The queries asked of a small Wikidata by an engine of SPARQL 1.1 that is not Wikidata's."""

from string import Template

import rdflib

from .conftest import QUERIES

#: Organisations in France and Switzerland, Hong Kong, and a laureate; each query has something that it must leave out.
GRAPH = """
@prefix p: <http://www.wikidata.org/prop/> .
@prefix pq: <http://www.wikidata.org/prop/qualifier/> .
@prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix s: <http://www.wikidata.org/entity/statement/> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix wikibase: <http://wikiba.se/ontology#> .

wd:Q142 wdt:P298 "FRA" .
wd:Q39 wdt:P298 "CHE" .
wd:Q90 wdt:P625 "Point(2.35 48.85)" ; wdt:P1566 "2988507" ; wdt:P17 wd:Q142 .
wd:Q8646 wdt:P298 "HKG" ; wdt:P625 "Point(114 22)" .

wd:Q900 wdt:P279 wd:Q3918 .
wd:Q1001 wdt:P31 wd:Q900 ; wdt:P17 wd:Q142 ; wdt:P6782 "02feahw73" ; wdt:P625 "Point(2 48)" ; wdt:P131 wd:Q90 ;
    p:P159 s:1, s:2, s:3 .
s:1 a wikibase:BestRank ; ps:P159 wd:Q90 ; pq:P625 "Point(2.1 48.1)" .
s:2 a wikibase:BestRank ; ps:P159 wd:Q72 ; pq:P582 "1968" .
s:3 ps:P159 wd:Q64 .
wd:Q1002 wdt:P31 wd:Q3918 ; wdt:P17 wd:Q142 ; wdt:P576 "1793" .
wd:Q1003 wdt:P31 wd:Q3918 ; wdt:P17 wd:Q39 .
wd:Q1004 wdt:P31 wd:Q5 ; wdt:P17 wd:Q39 .

wd:Q7186 wdt:P8024 "6" ; p:P166 s:4, s:5 ; p:P108 s:6, s:7 .
s:4 ps:P166 wd:Q38104 ; pq:P585 "1903" ; wikibase:rank wikibase:NormalRank .
s:5 ps:P166 wd:Q44585 ; pq:P585 "1911" ; wikibase:rank wikibase:DeprecatedRank .
s:6 ps:P108 wd:Q1001 ; pq:P580 "1900" .
s:7 ps:P108 wd:Q1003 ; wikibase:rank wikibase:DeprecatedRank .
"""


def asked(query, **said):
    """The rows of a query, ids without what stands before them, in order."""
    graph = rdflib.Graph().parse(data=GRAPH, format="turtle")
    found = graph.query(Template(QUERIES[query]).substitute(said)).bindings
    rows = [{str(name): str(value).rpartition("/")[2] for name, value in each.items()} for each in found]
    return sorted(rows, key=lambda each: sorted(each.items()))


def test_countries():
    """All that have a code."""
    assert [each["code"] for each in asked("countries")] == ["CHE", "FRA", "HKG"]


def test_places():
    """A city with its country's code, and a place with a code of its own."""
    assert asked("places", items="wd:Q90 wd:Q8646") == [
        {"place": "Q90", "point": "Point(2.35 48.85)", "geonames": "2988507", "country": "FRA"},
        {"place": "Q8646", "point": "Point(114 22)", "own": "HKG"},
    ]


def test_members():
    """One of a subclass and one of the class itself; neither what was dissolved nor what is something else."""
    found = asked("members", items="wd:Q142 wd:Q39", of="Q3918")

    assert [(each["item"], each["country"]) for each in found] == [("Q1001", "Q142"), ("Q1003", "Q39")]


def test_seats():
    """Those of the best rank with their points and ends; an organisation of which nothing is known has none."""
    known = {"item": "Q1001", "ror": "02feahw73", "own": "Point(2 48)", "district": "Q90"}
    assert [each for each in asked("seats", items="wd:Q1001 wd:Q1003") if len(each) > 1] == [
        known | {"seat": "1", "city": "Q90", "at": "Point(2.1 48.1)"},
        known | {"seat": "2", "city": "Q72", "ended": "1968"},
    ]


def test_laureates():
    """Neither a prize nor a job of which Wikidata knows that it is wrong."""
    assert asked("laureates", items="wd:Q38104 wd:Q44585") == [
        {"laureate": "6", "prize": "Q38104", "when": "1903", "job": "6", "employer": "Q1001", "from": "1900"}
    ]
