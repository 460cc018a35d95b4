"""From nothing to a ranking, what counts at its place, and what is said of refusals."""

from pathlib import Path

import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank_fetching import FetchError
from hubrank_fetching.session import Session
from hubrank_fetching.testing import traces
from hubrank_research import openalex
from hubrank_research.openalex import institutions
from hubrank_research.openalex.options import SERVICE, Options
from werkzeug import Response

from tests.services import fetched_rows, from_nothing

from .conftest import BUDGET, SECRET, TOO_FAST, institution, limited, world
from .test_counting import by_hand, ids_of

UNITS = "unit,name,country,lat,lon\nmetro,Metro,NOR,60.03,10\ntown,Town,SWE,65,20\nempty,Empty,FIN,62,25\n"
SCENARIO = """
title = "Works of a metro and a town"
editions = [2024]
window = 5
normalisation = "none"
aggregation = "arithmetic"
units = { file = "units.csv", within_km = 30 }

[inputs.works]
source = "openalex"
options = { first_year = 2020, last_year = 2024 }

[dimensions.research]

[indicators]
papers = { dimension = "research" }
top-papers = { dimension = "research" }
industry-papers = { dimension = "research" }
international-papers = { dimension = "research" }
"""


@pytest.fixture
def scenario(serve):
    """The files of a ranking."""
    Path("units.csv").write_text(UNITS)
    Path("works.toml").write_text(SCENARIO)
    return serve


@pytest.mark.long
def test_from_nothing_to_a_ranking(scenario, capsys, monkeypatch):
    """Each work counts once in the metro, the budget is reported before and after, and the key is in none of it."""
    monkeypatch.setenv("HUBRANK_OPENALEX_KEY", SECRET)
    there, works = world()
    api = scenario(there, works)
    _, told = from_nothing("works.toml", "openalex", capsys, api.asked)
    assert "0.68" in told.before
    assert "HUBRANK_OPENALEX_KEY" in told.before
    fetched = " ".join(told.fetched.split())
    assert "openalex charged 0.0019 US dollars; 0.9981 of its budget remain" in fetched
    assert "with 19 requests" in fetched
    assert {each.headers["Authorization"] for each in api.asked} == {f"Bearer {SECRET}"}

    values = pd.read_csv("run/values.csv").set_index(["unit", "indicator"])["measured"].to_dict()
    metro, town = ids_of(there)[:250], ids_of(there)[250:]
    holds = {
        "papers": lambda each: True,
        "top-papers": lambda each: each["top"] in (1, 10),
        "industry-papers": lambda each: "company" in each["types"],
        "international-papers": lambda each: each["countries"] > 1,
    }
    wanted = {
        (unit, name): sum(by_hand(works, ids, test).values())
        for unit, ids in (("metro", metro), ("town", town))
        for name, test in holds.items()
    }
    assert {key: number for key, number in values.items() if key in wanted} == wanted
    assert values["empty", "papers"] == 0
    assert len(api.asked) == 19
    assert traces(SECRET, Path.cwd(), vars(told).values()) == []


def test_what_counts_at_its_place(serve):
    """No super system, nothing inactive, and no body at its seat whose parts lie in many cities: those count."""
    parts = [
        institution(100 + at, at, 0, type="facility", lineage=[f"https://openalex.org/I{n}" for n in (100 + at, 9)])
        for at in range(10)
    ]
    campuses = [
        institution(200 + at, at, 1, lineage=[f"https://openalex.org/I{n}" for n in (200 + at, 8)]) for at in range(10)
    ]
    there = [
        institution(9, 50, 0, type="government"),
        institution(8, 51, 0, type="education"),
        institution(7, 52, 0, is_super_system=True),
        institution(6, 53, 0, status="inactive"),
        *parts,
        *campuses,
    ]
    serve(there, [])

    made = institutions(Options(), Session(SERVICE, online=True)).set_index("id")
    why = made.loc[made["why"] != "", "why"].to_dict()
    assert why == {"I9": "institutions in many cities", "I7": "super systems", "I6": "inactive"}
    (origin,) = openalex.origins(Options())
    told = {"1 institutions in many cities", "1 inactive", "1 super systems"}
    assert set(origin.note.rpartition(": ")[2].rstrip(".").split(", ")) == told
    assert len(origin.accessed) == 10
    assert "I9" not in set(institutions(Options(sites=11), Session(SERVICE, online=True)).query("why != ''")["id"])


@pytest.mark.long
def test_a_run_that_was_asked_to_wait(scenario, capsys):
    """Too fast: it is asked again after a second. Nothing left of the day: it stops, says when more is, and goes on."""
    there, works = world(size=150)
    api = scenario(there, works)
    api.next = [None, limited(TOO_FAST, 1), None, None, limited(BUDGET, 41233)]
    assert run(["fetch", "works.toml", "--yes"]) == 4
    told = capsys.readouterr()
    assert "openalex: has nothing left of the day's budget; there is more at 20" in told.err
    assert "with a free key in HUBRANK_OPENALEX_KEY the budget is ten times as large" in told.err
    assert "openalex charged 0.0003 US dollars" in " ".join(told.out.split())
    assert len(api.asked) == 5

    assert run(["fetch", "works.toml", "--yes"]) == 0
    assert len({each.url for each in api.asked}) == len(api.asked) - 2


@pytest.mark.parametrize(
    ("answer", "said", "mender", "requests"),
    [
        (limited(BUDGET, None), "has nothing left of the day's budget", "service", 1),
        (
            limited({"error": "Plan upgrade required", "message": "from_created_date needs a plan"}, None),
            "wants a paid plan for this: from_created_date needs a plan",
            "you",
            1,
        ),
        (
            Response('{"error":"Invalid or missing API key","message":"API key not found"}', 401),
            "refuses the key: API key not found; check HUBRANK_OPENALEX_KEY",
            "you",
            1,
        ),
        (
            Response('{"error":"Pagination error.","message":"Unable to paginate"}', 400),
            "refuses a question: Unable to paginate",
            "us",
            1,
        ),
        (Response("<html>", 404), "answered 404 (not found)", "us", 1),
        (Response("upstream request timeout", 504), "took too long to answer", "service", 5),
        (Response("busy", 503, {"Retry-After": "2"}), "answered 503 (service unavailable)", "service", 5),
        (limited(TOO_FAST, None), "asks for slower requests", "service", 5),
    ],
    ids=["budget", "plan", "key", "question", "unknown", "slow", "busy", "fast"],
)
def test_refusals(serve, answer, said, mender, requests):
    """Each in the service's own words, with who can mend it; what may help is asked again."""
    api = serve([], [])
    api.next = [answer] * 5

    with pytest.raises(FetchError) as raised:
        fetched_rows(openalex, "works", ("papers",))
    assert said in str(raised.value)
    assert raised.value.mender == mender
    assert len(api.asked) == requests


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"first_year": 2020, "last_year": 2019}, "last_year: is before first_year"),
        ({"types": ("article|review",)}, "types: must be types of OpenAlex"),
        ({"fields": (9,)}, "fields: must be from 11 to 36"),
        ({"countries": ("NOW",)}, "countries: there is no country 'NOW'; did you mean 'NOR'"),
        ({"least_works": 0}, "least_works: must be at least 1"),
        ({"sites": 1}, "sites: must be at least 2"),
    ],
)
def test_options_that_are_none(said, wrong):
    """Nothing else gets into an address."""
    with pytest.raises(ValueError, match=wrong.partition(";")[0].replace("|", r"\|")):
        Options(**said)
