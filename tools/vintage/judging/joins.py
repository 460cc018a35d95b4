"""Names that mean two places, firms listed twice, and rows that two hubs may claim."""

import difflib
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tools.vintage.judging.figures import place_of
from tools.vintage.judging.finding import Finding, finding
from tools.vintage.judging.hubs import Hubs
from tools.vintage.places import Namesakes, Place, distance_km, fold
from tools.vintage.rows import PLACE_COLUMNS, Account, Area, Table

APART_KM = 30.0
LEAST = 100_000
PLAUSIBLE = 0.3
NEARLY = 0.85
ALIKE = 0.9
LEGAL_WORDS = (
    "inc incorporated corp corporation co company companies plc ltd limited llc lp nv sa ag se ab asa oyj spa gmbh "
    "group holding holdings the class trust reit de sab cv common stock com"
)
FORMS = frozenset(LEGAL_WORDS.split())


def namesakes(gazetteer: Namesakes, hubs: Hubs) -> Iterator[Finding]:
    """Names that were joined to one place where another of that name is plausible and lies in another hub.

    Plausible is a place of `LEAST` inhabitants or more that has at least `PLAUSIBLE` of the chosen one's.
    """
    told: set[str] = set()
    for (name, country, state), (best, *rivals) in sorted(gazetteer.ambiguous.items()):
        least = max(LEAST, PLAUSIBLE * gazetteer.population(best))
        for rival in rivals:
            apart = float(distance_km(best.lat, best.lon, rival.lat, rival.lon)) > APART_KM
            if apart and gazetteer.population(rival) >= least and hubs.of(best) != hubs.of(rival):
                words = f"{name} ({state})" if state else name
                tables = ", ".join(sorted(gazetteer.asked_for[name, country, state]))
                text = f"{tables}: {words} in {country} was joined to {_described(best, gazetteer)}, not to "
                found = finding("namesake", country, words, text=text + _described(rival, gazetteer))
                if found.id not in told:
                    told.add(found.id)
                    yield found


def _described(place: Place, gazetteer: Namesakes) -> str:
    return f"{place.name} ({gazetteer.population(place):,} at {place.lat:.2f}, {place.lon:.2f})"


def firm_key(name: str) -> str:
    """A name without brackets, legal form, punctuation and blanks."""
    bare = re.sub(r"\([^)]*\)", " ", name).replace(".", "")
    words = [word for word in fold(bare).split() if word not in FORMS]
    return "".join(words) or fold(name).replace(" ", "")


def twins(accounts: Iterable[Account]) -> Iterator[Finding]:
    """Rows of one list that may be one: a key that stands twice, or two of one place that are spelt nearly alike."""
    found: dict[str, Finding] = {}
    for account in accounts:
        by_key: dict[str, list[tuple[str, str]]] = defaultdict(list)
        by_place: dict[str, dict[str, str]] = defaultdict(dict)
        for name, place in account.named:
            by_key[firm_key(name)].append((name, place.name))
            by_place[place.name].setdefault(firm_key(name), name)
        for key, rows in by_key.items():
            if len(rows) > 1:
                said = "; ".join(f"{name} in {where}" for name, where in rows)
                each = finding("twin", account.table, key, text=f"{account.input}: {said}")
                found.setdefault(each.id, each)
        for where, names in by_place.items():
            for one, other in itertools.combinations(sorted(names), 2):
                if _alike(one, other):
                    text = f"{account.input}: {names[one]} and {names[other]} in {where}"
                    each = finding("twin", account.table, f"{one} {other}", text=text)
                    found.setdefault(each.id, each)
    yield from found.values()


def _alike(one: str, other: str) -> bool:
    """Whether two keys are spelt nearly alike; cheap bounds first, since there are many pairs."""
    if one[:2] != other[:2] or min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 3:
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def borders(tables: Mapping[str, Table], hubs: Hubs) -> Iterator[Finding]:
    """Places with rows that two hubs reach, the second from nearly as near, pair by pair."""
    pairs: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for table in tables.values():
        for row in table.rows[PLACE_COLUMNS].drop_duplicates().to_dict("records"):
            reached = hubs.reaching(place_of(row))
            if len(reached) > 1 and reached[0].km >= NEARLY * reached[1].km:
                one, other = sorted(each.hub for each in reached[:2])
                said = f"{row['place_name']} ({reached[0].hub})"
                pairs[one, other][said] = pairs[one, other].get(said, 0) + 1
    for (one, other), places in sorted(pairs.items()):
        yield finding("border", one, other, text=f"{one} and {other} both reach {', '.join(sorted(places))}")


def areas(every: Sequence[Area], hubs: Hubs) -> Iterator[Finding]:
    """Metropolitan figures at one city that name a city of another hub."""
    for area in every:
        own = hubs.of(area.place)
        others = sorted({hubs.of(place) for place in area.names} - {own, ""})
        if others:
            text = f"{area.title} is counted in {own or 'no hub'} and names a city of {', '.join(others)}"
            yield finding("area", area.table, area.title, text=text)


def split(by_hand: Mapping[tuple[str, str], Sequence[tuple[Place, float]]], hubs: Hubs) -> Iterator[Finding]:
    """Institutions whose amounts are divided between hubs by hand."""
    for (country, key), sites in sorted(by_hand.items()):
        parted = {hubs.of(place) for place, _ in sites}
        if len(parted) > 1:
            said = ", ".join(f"{share:.2f} to {hubs.of(place) or 'no hub'}" for place, share in sites)
            yield finding("split", country, key, text=f"{key} ({country}): {said}")
