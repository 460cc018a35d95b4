"""Works of many institutions are counted once, as counting them by hand does."""

import pytest
from hubrank_fetching.session import Session
from hubrank_research.openalex import counting
from hubrank_research.openalex.options import SERVICE, Options

from .conftest import world

OPTIONS = Options(first_year=2020, last_year=2024)


def by_hand(works, ids, holds=lambda work: True, years=range(2020, 2025), types=("article", "review")):
    """The works of institutions by year, by looking at each work."""
    there = [
        each
        for each in works
        if each["institutions"] & set(ids) and each["type"] in (types or (each["type"],)) and holds(each)
    ]
    return {year: sum(each["publication_year"] == year for each in there) for year in years}


def ids_of(institutions):
    """The short ids."""
    return [each["id"].rpartition("/")[2] for each in institutions]


@pytest.mark.long
@pytest.mark.parametrize(
    ("column", "top", "holds"),
    [
        ("papers", "field", lambda work: True),
        ("top10_papers", "field", lambda work: work["top"] in (1, 10)),
        ("top1_papers", "field", lambda work: work["top"] == 1),
        ("top10_papers", "year", lambda work: work["percentile"] >= 90),
        ("top1_papers", "year", lambda work: work["percentile"] >= 99),
        ("industry_papers", "field", lambda work: "company" in work["types"]),
        ("international_papers", "field", lambda work: work["countries"] > 1),
    ],
)
def test_two_hundred_and_fifty_institutions(serve, column, top, holds):
    """Three requests, whose sum is the number of works; sums of the chunks alone would be more."""
    institutions, works = world()
    api = serve(institutions, works)
    metro = ids_of(institutions)[:250]
    session = Session(SERVICE, online=True)

    found = counting.counts(metro, column, Options(first_year=2020, last_year=2024, top=top), session)

    assert found == by_hand(works, metro, holds)
    assert len(api.asked) == 3
    alone = [by_hand(works, metro[at : at + 100], holds) for at in (0, 100, 200)]
    assert sum(sum(each.values()) for each in alone) > sum(found.values())


@pytest.mark.long
def test_more_than_an_address_holds(serve):
    """Of 700 institutions those beyond what fits are listed: the count is exact, and no address too long."""
    institutions, works = world(2, size=700, works=900)
    api = serve(institutions, works)
    metro = ids_of(institutions)[:700]

    counted, rest = counting.divided(metro, counting.conditions("papers", OPTIONS))
    assert (len(counted), len(rest)) == (4, 3)
    assert counting.counts(metro, "papers", OPTIONS, Session(SERVICE, online=True)) == by_hand(works, metro)
    assert max(len(each.url) for each in api.asked) <= counting.LONGEST
    assert [each.args.get("select") for each in api.asked[:4]] == [None] * 4
    assert {each.args.get("select") for each in api.asked[4:]} == {"id,publication_year"}


@pytest.mark.long
@pytest.mark.parametrize("longest", [1000, 3600])
def test_wherever_it_is_divided(serve, monkeypatch, longest):
    """However little fits into an address, the count is the same."""
    institutions, works = world(3, size=230, works=400)
    serve(institutions, works)
    metro = ids_of(institutions)[:230]
    monkeypatch.setattr(counting, "LONGEST", longest)

    assert counting.counts(metro, "papers", OPTIONS, Session(SERVICE, online=True)) == by_hand(works, metro)
