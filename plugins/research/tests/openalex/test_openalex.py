"""From nothing to a ranking, what counts at its place, and what is said of refusals."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hubrank import Request
from hubrank.cli.main import run
from hubrank.testing import conforms, examples
from hubrank_fetching import FetchError, misfit
from hubrank_fetching.session import Session
from hubrank_fetching.sources import fetched_of
from hubrank_fetching.testing import traces
from hubrank_research import openalex
from hubrank_research.openalex import counting, institutions
from hubrank_research.openalex.asking import GROUPS
from hubrank_research.openalex.options import Options
from hubrank_research.openalex.service import SERVICE
from werkzeug import Response

from .conftest import BUDGET, SECRET, TOO_FAST, institution, limited, work, world
from .test_counting import by_hand, ids_of

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
#: Replies of services, recorded; they lie beside the data that tests compare with.
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).parents[5] / "shared" / "data"))
SAMPLES = REFERENCE.parent / "apis" / "samples" / "openalex"

(SOURCE,) = openalex.hubrank_data_sources()

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


@conforms(openalex)
def test_conformance(check):
    """The source keeps what the contract promises."""
    check()


@pytest.fixture
def scenario(serve):
    """The files of a ranking."""
    Path("units.csv").write_text(UNITS)
    Path("works.toml").write_text(SCENARIO)
    return serve


def values():
    """The figures of the run, by unit and indicator."""
    frame = pd.read_csv("run/values.csv")
    return frame.set_index(["unit", "indicator"]).iloc[:, 1].to_dict()


def test_from_nothing_to_a_ranking(scenario, capsys, monkeypatch):
    """Each work counts once in the metro, the budget is told before and after, and the key is in none of it."""
    monkeypatch.setenv("HUBRANK_OPENALEX_KEY", SECRET)
    there, works = world()
    api = scenario(there, works)
    assert run(["rank", "works.toml"]) == 4
    assert "openalex: is not fetched yet; run `hubrank fetch`" in capsys.readouterr().err
    assert run(["fetch", "works.toml"]) == 2
    told = capsys.readouterr()
    assert "0.68" in told.out
    assert "HUBRANK_OPENALEX_KEY" in told.out
    assert api.asked == []

    assert run(["fetch", "works.toml", "--yes"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "openalex charged 0.0019 US dollars; 0.9981 are left of the budget that it grants" in told
    assert "with 19 requests" in told
    assert {each.headers["Authorization"] for each in api.asked} == {f"Bearer {SECRET}"}

    assert run(["rank", "works.toml", "--output", "run"]) == 0
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
    found = {key: number for key, number in values().items() if key in wanted}
    assert found == wanted
    assert values()["empty", "papers"] == 0
    assert run(["fetch", "works.toml", "--yes"]) == 0
    assert "all is kept already" in capsys.readouterr().out
    assert len(api.asked) == 19
    assert traces(SECRET, Path.cwd(), [told]) == []


def test_the_scenario_of_the_page(serve):
    """The README's scenario, with institutions that are there."""
    for each in examples(README, "openalex"):
        if each.file:
            Path(each.file).write_text(each.code)
    there = [institution(1, 52.2, 0.1, "GB"), institution(2, 51.75, -1.25, "GB"), institution(3, 52.2, 0.1, "SE")]
    made = [work(1, [1, 2], countries=2, top=10), work(2, [1], countries=3, top=1, types={"company"}), work(3, [3])]
    serve(there, made)

    assert run(["fetch", "papers.toml", "--yes"]) == 0
    assert run(["rank", "papers.toml", "--output", "run"]) == 0
    names = ("papers", "top-papers", "industry-papers", "international-papers")
    assert [values()["cambridge", name] for name in names] == [2, 2, 1, 2]
    assert [values()["oxford", name] for name in names] == [1, 1, 0, 1]


def table(name="works", columns=("papers",), locate=None, **options):
    """The rows of a table, fetched."""
    options = Options(first_year=2020, last_year=2024, **options)
    request = Request(table=name, columns=columns, first_year=None, last_year=None, options=options, locate=locate)
    (frame,) = fetched_of(SOURCE).get(request, Session(SERVICE, online=True))
    return frame


def test_without_units(serve):
    """Then each work counts once in each of its cities, and the rows say so."""
    there = [institution(1), institution(2), institution(3, 5.0, 5.0), institution(4, geo=None)]
    serve(there, [work(1, [1, 2]), work(2, [2, 3]), work(3, [4])])

    found = table().query("year == 2023")
    assert found.fillna({"geonames": "?"}).set_index("geonames")["papers"].to_dict() == {"70": 2, "750": 1, "?": 1}
    assert set(found["method"]) == {"full counting, each work once in each of its cities"}
    assert found.loc[found["geonames"] == "750", ["lat", "lon", "country"]].to_numpy().tolist() == [[5.0, 5.0, "NOR"]]


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

    made = institutions.institutions(Options(), Session(SERVICE, online=True)).set_index("id")
    why = made.loc[made["why"] != "", "why"].to_dict()
    assert why == {"I9": "bodies of many cities", "I7": "super systems", "I6": "inactive"}
    (origin,) = openalex.origins(Options())
    told = "Not counted at their seats: 1 bodies of many cities, 1 inactive, 1 super systems."
    assert sorted(origin.note.rpartition(": ")[2].rstrip(".").split(", ")) == sorted(
        told.partition(": ")[2].rstrip(".").split(", ")
    )
    assert len(origin.accessed) == 10
    assert "I9" not in set(
        institutions.institutions(Options(sites=11), Session(SERVICE, online=True)).query("why != ''")["id"]
    )


def test_the_number_of_another_city(serve):
    """Manila's institution with Bangkok's number has its own point and no number, and so is in no unit of Bangkok's."""
    there = [institution(1, 13.75, 100.5, "TH"), institution(2, 13.75, 100.5, "TH"), institution(3, 14.6, 121, "PH")]
    for each in there:
        each["geo"]["geonames_city_id"] = "1609350"
    serve(there, [])

    made = institutions.institutions(Options(), Session(SERVICE, online=True)).set_index("id")
    assert made["geonames"].fillna("").to_dict() == {"I1": "1609350", "I2": "1609350", "I3": ""}
    assert made.loc["I3", ["lat", "lon", "country"]].tolist() == [14.6, 121.0, "PHL"]


def test_institutions_one_by_one(serve):
    """The other table: what a place has of institutions."""
    serve([institution(1, 60, 10), institution(2, 60, 10, type="company", works_count=300)], [])

    found = table("institutions", ("institutions", "works"))
    assert found[["ror", "geonames", "country", "type", "institutions", "works"]].to_numpy().tolist() == [
        ["02", "7600", "NOR", "company", 1.0, 300.0],
        ["01", "7600", "NOR", "education", 1.0, 100.0],
    ]


def test_countries_and_sizes(serve):
    """Only what is asked for is fetched."""
    api = serve([institution(1), institution(2, country="SE"), institution(3, country="SE", works_count=4)], [])

    options = Options(countries=("SWE",), least_works=5)
    found = institutions.institutions(options, Session(SERVICE, online=True))
    assert found["id"].tolist() == ["I2"]
    assert api.asked[0].args["filter"] == "works_count:>4,country_code:SE"


def test_a_run_that_was_told_to_wait(scenario, capsys):
    """Too fast: it is asked again after a second. Nothing left of the day: it stops, says when more is, and goes on."""
    there, works = world(size=150)
    api = scenario(there, works)
    api.next = [None, limited(TOO_FAST, 1), None, None, limited(BUDGET, 41233)]
    assert run(["fetch", "works.toml", "--yes"]) == 4
    told = capsys.readouterr()
    assert "openalex: has nothing left of the day's budget; it grants more at 20" in told.err
    assert "with a free key in HUBRANK_OPENALEX_KEY the budget is ten times as large" in told.err
    assert "openalex charged 0.0003 US dollars" in " ".join(told.out.split())
    asked = len(api.asked)
    assert asked == 5

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
        (Response("upstream request timeout", 504), "was too slow to answer", "service", 5),
        (Response("busy", 503, {"Retry-After": "2"}), "answered 503 (service unavailable)", "service", 5),
        (limited(TOO_FAST, None), "wants to be asked more slowly", "service", 5),
    ],
    ids=["budget", "plan", "key", "question", "unknown", "slow", "busy", "fast"],
)
def test_refusals(serve, answer, said, mender, requests):
    """Each in the service's own words, with who can mend it; what may help is asked again."""
    api = serve([], [])
    api.next = [answer] * 5

    with pytest.raises(FetchError) as raised:
        table()
    assert said in str(raised.value)
    assert raised.value.mender == mender
    assert len(api.asked) == requests


def test_a_wrong_key(serve, monkeypatch):
    """It is told, and stands nowhere."""
    serve([], [])
    monkeypatch.setenv("HUBRANK_OPENALEX_KEY", "another-key")

    with pytest.raises(FetchError, match="refuses the key: API key not found") as raised:
        table()
    assert "another-key" not in str(raised.value)


def test_a_merged_institution(serve):
    """An address that moved is followed."""
    api = serve([institution(2)], [])
    api.merged["I1"] = "/institutions/I2"

    assert Session(SERVICE, online=True).json("institutions/I1", shape={"id": str}).content["id"].endswith("I2")


def test_a_list_that_lacks_rows(serve):
    """A list with fewer rows than it told is refused."""
    api = serve([institution(at) for at in range(150)], [])
    api.institutions[120]["id"] = api.institutions[3]["id"]

    with pytest.raises(FetchError, match="told of 150 rows and gave 149"):
        table()


def test_a_list_that_grows(serve):
    """What is added while it is walked, over days where a budget is small, is no mistake."""
    api = serve([institution(at) for at in range(150)], [])
    grow = lambda: api.institutions.append(institution(999))  # noqa: E731
    answer = api._answer

    def growing(request):
        made = answer(request)
        if not [each for each in api.institutions if each["id"].endswith("I999")]:
            grow()
        return made

    api._answer = growing
    assert len(table("institutions", ("works",))) == 151


def test_years_that_were_not_asked_for(serve, monkeypatch):
    """Groups of other years are another form of reply, and are not left out."""
    serve([institution(1)], [work(1, [1], publication_year=2024)])
    monkeypatch.setattr(counting, "conditions", lambda column, options: ())

    with pytest.raises(FetchError, match="gives works of '2024' where years from 2019 were asked for"):
        counting.counts(["I1"], "papers", Options(first_year=2019, last_year=2023), Session(SERVICE, online=True))


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


def recorded(name):
    """A recorded reply; the test is skipped, with a reason, where there is none."""
    if not SAMPLES.is_dir():
        pytest.skip(f"there are no recorded replies in {SAMPLES.name}")
    return json.loads((SAMPLES / name).read_text())


def test_recorded_institutions():
    """Real institutions are of the form that is known, and lie where they lie."""
    rows = recorded("institutions_records_2026-06.json")
    institutions.check({"meta": {"count": 3, "next_cursor": None}, "results": rows})
    institutions.check(recorded("institutions_list_page_COMPOSED.json"))

    made = institutions.frame_of(rows, 10).set_index("id")
    assert made.loc["I4210136608", ["ror", "country", "geonames", "works"]].tolist() == [
        "03tx9ed22",
        "CHN",
        "2033766",
        3243,
    ]
    assert set(made["why"]) == {""}
    shown = SOURCE.sample("institutions", Options()).iloc[0]
    assert made.loc["I4210136608", "lat"] == pytest.approx(shown["lat"], abs=1e-4)
    real = {each["year"]: each["works_count"] for each in rows[0]["counts_by_year"]}
    sample = SOURCE.sample("works", Options(first_year=2010)).set_index("year")["papers"].to_dict()
    assert sample == {year: real[year] for year in range(2010, 2026)}


def test_recorded_works():
    """Real works and groups are of the form that is known."""
    works = recorded("works_records_2026-06.json")
    assert misfit({"meta": {"count": 3, "next_cursor": None}, "results": works}, counting.WORKS) == ""
    assert misfit(recorded("works_group_by_type_COMPOSED.json"), GROUPS) == ""


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("error_400_groupby_page.json", 400, "refuses a question: Unable to paginate beyond page 1"),
        ("error_400_query.json", 400, "refuses a question: not_a_field is not a valid field"),
        ("error_401.json", 401, "refuses the key: API key not found"),
        ("error_429_budget.json", 429, "has nothing left of the day's budget"),
        ("error_429_per_second.json", 429, "wants to be asked more slowly"),
    ],
)
def test_recorded_refusals(serve, name, status, said):
    """Bodies as the service has them."""
    api = serve([], [])
    api.next = [Response(json.dumps(recorded(name)), status, content_type="application/json")] * 5

    with pytest.raises(FetchError) as raised:
        table()
    assert said in str(raised.value)


def test_importing_needs_no_library_of_the_net():
    """What yields the record imports neither requests nor pandas."""
    names = ("requests", "pandas", "pycountry")
    code = f"import sys, hubrank_research.openalex; sys.exit(any(each in sys.modules for each in {names}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
