"""Works counted by OpenAlex, once a unit: pages of its lists and groups, each to its end."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from hubrank_fetching import FetchError, PageOf, pages
from hubrank_fetching.session import Reply, Session

from hubrank_research.openalex.options import NAME, Options

_META = {"count": int, "next_cursor": (str, None)}
GROUPS = {"meta": _META, "group_by": [{"key": (str, int, None), "count": int}]}
#: Rows of a page of a list, and groups of a page of groups.
ROWS, MOST_GROUPS = 100, 200
#: The first page.
FIRST = "*"


def address(path: str, filters: Mapping[str, str] | tuple[str, ...], **more: str) -> str:
    """The address of a question, kept short: only characters that an address must not contain are escaped."""
    given = [f"{name}:{value}" for name, value in filters.items()] if isinstance(filters, Mapping) else filters
    query = {"filter": ",".join(given), **more}
    return f"{path}?" + "&".join(f"{name}={quote(text, safe=',:!*/')}" for name, text in query.items())


def listed(ask: Callable[[str], Reply]) -> list[dict[str, Any]]:
    """All rows of a list, each once: at least its smallest reported total, since it may grow while it is read."""
    totals: list[int] = []

    def page(cursor: str) -> PageOf:
        reply = ask(cursor).content
        totals.append(reply["meta"]["count"])
        return PageOf(rows=reply["results"], next=reply["meta"]["next_cursor"])

    found = {row["id"]: row for rows in pages(NAME, FIRST, page) for row in rows}
    if not min(totals) <= len(found) <= max(totals):
        what = f"reported {totals[-1]} rows but gave {len(found)}; --refresh fetches them again"
        raise FetchError(NAME, what, "service")
    return list(found.values())


#: Values of a filter, and bytes of an address with its cursor: the service takes 8,190.
MOST, LONGEST = 100, 8_000
_CURSOR = 250
WORKS = {"meta": _META, "results": [{"id": str, "publication_year": int}]}
#: The conditions on a work in addition to the common ones, by the column that counts it.
#: The first of two is for works cited most in their field, the second for those cited most in their year.
CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "papers": (),
    "top10_papers": ("citation_normalized_percentile.is_in_top_10_percent:true", "cited_by_percentile_year.min:>=90"),
    "top1_papers": ("citation_normalized_percentile.is_in_top_1_percent:true", "cited_by_percentile_year.min:>=99"),
    "industry_papers": ("authorships.institutions.type:company",),
    "international_papers": ("countries_distinct_count:>1",),
}


def conditions(column: str, options: Options) -> tuple[str, ...]:
    """The conditions of the works that a column counts."""
    text = [f"publication_year:{options.first_year}-{options.last_year}"]
    if options.types:
        text.append(f"type:{'|'.join(options.types)}")
    if options.fields:
        text.append(f"primary_topic.field.id:{'|'.join(map(str, options.fields))}")
    condition = CONDITIONS[column]
    return (*text, *(condition[:1] if options.top == "field" else condition[-1:]))


def counts(ids: Sequence[str], column: str, options: Options, session: Session) -> Mapping[int, int]:
    """The works of institutions, the largest first, by year, each counted once; 0 for a year without works.

    The amount to count is a column of `CONDITIONS`.
    """
    text = conditions(column, options)
    counted, rest = divided(ids, text)
    found: Counter[int] = Counter()
    for at, chunk in enumerate(counted):
        found.update(_by_year((*text, *_those(chunk, counted[:at])), options, session))
    apart: dict[str, int] = {}
    for chunk in rest:
        filters = (*text, *_those(chunk, counted))
        works = listed(lambda cursor, filters=filters: session.json(_listing(filters, cursor), shape=WORKS))
        apart |= {work["id"]: work["publication_year"] for work in works}
    found.update(apart.values())
    return {year: found[year] for year in range(options.first_year, options.last_year + 1)}


def divided(ids: Sequence[str], filters: tuple[str, ...] = ()) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """Institutions, the largest first, by the hundred: those whose works are counted, those whose works are listed."""
    chunks = [ids[at : at + MOST] for at in range(0, len(ids), MOST)]

    def fits(number: int) -> bool:
        asked = ((chunk, chunks[: min(at, number)]) for at, chunk in enumerate(chunks))
        return all(len(_listing((*filters, *_those(*item)))) + _CURSOR <= LONGEST for item in asked)

    most = next((number for number in range(len(chunks), 1, -1) if fits(number)), 1)
    return chunks[:most], chunks[most:]


def _those(chunk: Sequence[str], before: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The conditions of works that are of one of a chunk's institutions and of none of those before."""
    without = [f"institutions.id:!{'|'.join(item)}" for item in before]
    return (f"institutions.id:{'|'.join(chunk)}", *without)


def _by_year(filters: tuple[str, ...], options: Options, session: Session) -> Mapping[int, int]:
    """The works of each year, of all pages: the last page has no cursor, whatever the number of groups."""

    def page(cursor: str) -> PageOf:
        more = {"group_by": "publication_year", "per_page": str(MOST_GROUPS)}
        reply = session.json(address("works", filters, **more, cursor=cursor), shape=GROUPS).content
        return PageOf(rows=reply["group_by"], next=reply["meta"]["next_cursor"])

    found = {str(row["key"]): row["count"] for rows in pages(NAME, FIRST, page) for row in rows}
    years = [str(year) for year in range(options.first_year, options.last_year + 1)]
    if strange := [key for key, number in found.items() if number and key not in years]:
        raise FetchError(NAME, f"gives works of '{strange[0]}' where years from {years[0]} were asked for", "us")
    return {int(year): number for year, number in found.items() if number}


def _listing(filters: tuple[str, ...], cursor: str = FIRST) -> str:
    return address("works", filters, select="id,publication_year", per_page=str(ROWS), cursor=cursor)
