"""OpenAlex on this machine: a small world of works whose filters are really evaluated, with the service's quirks."""

import base64
import json
import logging
import random
import re
from pathlib import Path

import pytest
from hubrank_fetching.testing import traces
from werkzeug import Response

from tests.services import moved

SECRET = "s3cret/0penalex+key"  # noqa: S105  # a made-up one
#: What a request line may have, and values of a filter.
LONGEST, MOST, GROUPS = 8_190, 100, 200
BUDGET = {
    "error": "Rate limit exceeded",
    "message": "Insufficient budget. This request costs $0.0001 but you only have $0 remaining.",
    "retryAfter": 41233,
}
TOO_FAST = {"error": "Rate limit exceeded", "message": "Rate limit exceeded: 10 requests per second.", "retryAfter": 1}


def institution(number, lat=0.0, lon=0.0, country="NO", **more):
    """An institution as the list has it; numbers are those of its id."""
    made = {
        "id": f"https://openalex.org/I{number}",
        "ror": f"https://ror.org/0{number}",
        "display_name": f"Institution {number}",
        "country_code": country,
        "type": "education",
        "lineage": [f"https://openalex.org/I{number}"],
        "geo": {"geonames_city_id": f"7{round(lat * 10)}", "latitude": lat, "longitude": lon, "region": None},
        "works_count": 100,
        "is_super_system": False,
        "status": "active",
        "homepage_url": None,
    }
    return made | more


def work(number, institutions, **more):
    """A work of institutions, given by the numbers of theirs."""
    made = {
        "id": f"https://openalex.org/W{number}",
        "publication_year": 2023,
        "type": "article",
        "institutions": {f"I{each}" for each in institutions},
        "types": set(),
        "field": 17,
        "countries": 1,
        "top": 0,
        "percentile": 50,
    }
    return made | more


def world(seed=1, size=250, works=1500):
    """A metro of many institutions, a town of three and some that count nowhere, with works of several of them."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    first = 4210000000
    metro = [
        institution(first + at, 60 + at % 7 / 100, 10, type=draw.choice(["education", "company", "healthcare"]))
        for at in range(size)
    ]
    town = [institution(first + 5000 + at, 65.0, 20.0, "SE") for at in range(3)]
    made = []
    for at in range(works):
        there = draw.choices(metro, k=draw.randint(1, 4)) + draw.choices(town, k=draw.randint(0, 1))
        made.append(
            work(
                2000000 + at,
                [each["id"].rpartition("I")[2] for each in there],
                publication_year=draw.randint(2019, 2025),
                type=draw.choice(["article", "article", "review", "dataset"]),
                types={each["type"] for each in there},
                countries=len({each["country_code"] for each in there}),
                top=draw.choice([0, 0, 0, 10, 1]),
                percentile=draw.randint(0, 100),
                field=draw.choice([17, 22]),
            )
        )
    return metro + town, made


class OpenAlex:
    """The API: lists and groups of institutions and works."""

    def __init__(self, institutions, works):
        self.institutions, self.works = institutions, works
        self.asked, self.next, self.left = [], [], 1.0

    def __call__(self, request):
        """Answer a request."""
        self.asked.append(request)
        if self.next and (answer := self.next.pop(0)) is not None:
            return answer
        line = f"GET {request.full_path} HTTP/1.1"
        if len(line) > LONGEST:
            return Response(f"Request Line is too large ({len(line)} > {LONGEST})", 400, content_type="text/html")
        key = request.headers.get("Authorization")
        if key not in (None, f"Bearer {SECRET}"):
            return _json({"error": "Invalid or missing API key", "message": "API key not found"}, 401)
        self.left -= 0.0001
        try:
            return _json(self._answer(request), headers=self._bill())
        except ValueError as error:
            return _json({"error": "Invalid query parameters error.", "message": str(error)}, 400)

    def _bill(self):
        return {
            "X-RateLimit-Limit-USD": "1",
            "X-RateLimit-Remaining-USD": f"{self.left:.4f}",
            "X-RateLimit-Prepaid-Remaining-USD": "0",
            "X-RateLimit-Cost-USD": "0.0001",
        }

    def _answer(self, request):
        rows = {"institutions": self.institutions, "works": self.works}[request.path.strip("/")]
        said = [each.partition(":")[::2] for each in request.args.get("filter", "").split(",") if each]
        rows = [each for each in rows if all(_met(each, key, value) for key, value in said)]
        if by := request.args.get("group_by"):
            return self._groups(request, rows, by)
        return _page(request, [_selected(each, request) for each in rows], "results", len(rows), 100)

    def _groups(self, request, rows, by):
        if "select" in request.args:
            raise ValueError("select does not work with group_by.")
        if "page" in request.args:
            raise ValueError("Unable to paginate beyond page 1. Group-by is limited to page 1 with up to 200 results.")
        keys = sorted(str(each[by]) for each in rows)
        groups = [{"key": key, "key_display_name": key, "count": keys.count(key)} for key in dict.fromkeys(keys)]
        made = _page(request, groups, "group_by", len(rows), GROUPS)
        made["meta"]["groups_count"] = min(len(groups), GROUPS)
        return made | {"results": []}


def _page(request, rows, name, total, most):
    size = int(request.args.get("per_page", 25))
    if size > most:
        raise ValueError(f"per-page parameter must be between 1 and {most}")
    cursor = request.args["cursor"]
    start = 0 if cursor == "*" else int(base64.b64decode(cursor))
    following = base64.b64encode(str(start + size).encode()).decode() if start + size < len(rows) else None
    meta = {"count": total, "db_response_time_ms": 3, "page": None, "per_page": size, "next_cursor": following}
    return {"meta": meta, name: rows[start : start + size]}


def _selected(row, request):
    wanted = request.args["select"].split(",")
    if strange := [each for each in wanted if each not in row]:
        raise ValueError(f"{strange[0]} is not a valid select field.")
    return {name: row[name] for name in wanted}


def _met(row, key, value):
    """Whether a condition holds: `!A|B` is neither of them."""
    values = value.removeprefix("!").split("|")
    if len(values) > MOST:
        raise ValueError(f"Maximum number of values exceeded for {key}. Decrease values to {MOST} or below.")
    if any(each.startswith("!") for each in values):
        raise ValueError("The ! operator can only be used at the beginning of an OR query")
    return any(_holds(row, key, each) for each in values) != value.startswith("!")


def _holds(row, key, value):
    plain = {
        "institutions.id": lambda: value in row["institutions"],
        "authorships.institutions.type": lambda: value in row["types"],
        "type": lambda: value == row["type"],
        "primary_topic.field.id": lambda: int(value) == row["field"],
        "country_code": lambda: value.upper() == row["country_code"],
        "publication_year": lambda: int(value[:4]) <= row["publication_year"] <= int(value[5:]),
        "works_count": lambda: row["works_count"] > int(value.removeprefix(">")),
        "countries_distinct_count": lambda: row["countries"] > int(value.removeprefix(">")),
        "cited_by_percentile_year.min": lambda: row["percentile"] >= int(value.removeprefix(">=")),
        "citation_normalized_percentile.is_in_top_10_percent": lambda: (row["top"] in (1, 10)) == (value == "true"),
        "citation_normalized_percentile.is_in_top_1_percent": lambda: (row["top"] == 1) == (value == "true"),
    }
    if key not in plain:
        raise ValueError(f"{key} is not a valid field. Valid fields are underscore or hyphenated versions of: ...")
    return plain[key]()


def _json(value, status=200, headers=None):
    return Response(json.dumps(value, default=sorted), status, headers=headers, content_type="application/json")


def limited(body, wait):
    """A reply that asks to wait."""
    return _json(body, 429, {"Retry-After": str(wait)} if wait else {})


@pytest.fixture
def serve(httpserver, monkeypatch, tmp_path, caplog):
    """A function that serves a world, in a folder of its own; no key is left in it or in the logs."""
    caplog.set_level(logging.CRITICAL, "werkzeug")  # for the server, which must know it
    caplog.set_level(logging.DEBUG)
    moved(httpserver, monkeypatch, tmp_path, openalex="")
    monkeypatch.delenv("HUBRANK_OPENALEX_KEY", raising=False)

    def start(institutions, works):
        made = OpenAlex(institutions, works)
        httpserver.expect_request(re.compile("/.*")).respond_with_handler(made)
        return made

    yield start
    assert traces(SECRET, Path(tmp_path), [caplog.handler.format(each) for each in caplog.get_records("call")]) == []
