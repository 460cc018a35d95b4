"""The judge of joins: what a user has to decide about values, names and rows."""

import difflib
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hubrank_almanac import EXCHANGES
from hubrank_fetching.geonames import packed_table, place_key, regions

from tools.vintage.rows import PLACE_COLUMNS, Account, Area, Place, Table, distance_km, fold

DEFAULT_KM = 50.0
BOUND = 3.0
PEERS = 8
SHRINK = 3.0
HUBER = 1.345
STEPS = 40
#: The least deviation of a change: of a logarithm, and of a root, whose error is one half where counts are few.
NOISE = {False: 0.05, True: 0.5}
APART_KM = 30.0
LEAST = 100_000
PLAUSIBLE = 0.3
NEARLY = 0.85
ALIKE = 0.9
#: The longest code of a region.
CODE = 3
#: Words of a firm's name that are its legal form, or none of its own.
LEGAL_WORDS = (
    "inc incorporated corp corporation co company companies plc ltd limited llc lp nv sa ag se ab asa oyj spa gmbh "
    "group holding holdings the class trust reit de sab cv common stock com"
)
FORMS = frozenset(LEGAL_WORDS.split())


@dataclass(frozen=True, order=True)
class Finding:
    """One finding about one value, name or row; its id, `kind:about`, stays the same as long as the finding."""

    id: str
    text: str


def finding(kind: str, *about: str, text: str) -> Finding:
    """A finding whose id consists of its kind and its subject, as words joined by hyphens."""
    return Finding(":".join([kind, *(re.sub(r" ", "-", fold(item)) for item in about)]), text)


class Hubs:
    """Hubs by their centres."""

    def __init__(self, units: Path) -> None:
        """Read `hubs.csv` and `hubs-places.csv` in a folder."""
        listed, centres = (
            pd.read_csv(units / f"{name}.csv", dtype=str, keep_default_na=False) for name in ("hubs", "hubs-places")
        )
        self.country = dict(zip(listed["unit"], listed["country"], strict=True))
        self.codes = tuple(self.country)
        self._hub = centres["unit"].tolist()
        self._of_id = {int(item): hub for item, hub in zip(centres["geonames"], self._hub, strict=True) if item}
        self._lat, self._lon = centres[["lat", "lon"]].astype(float).to_numpy().T
        self._km = centres["radius_km"].replace("", str(DEFAULT_KM)).astype(float).to_numpy()
        self._also = centres["also_countries"].str.split("|").tolist()
        self._known: dict[Place, list[tuple[str, float]]] = {}

    def reaching(self, place: Place) -> list[tuple[str, float]]:
        """The hubs that reach a place with their distance, nearest first: those of its country, else that list it."""
        if place not in self._known:
            km = distance_km(place.lat, place.lon, self._lat, self._lon)
            near = sorted((km[row], row) for row in np.flatnonzero(km <= self._km))
            same_country = [(far, row) for far, row in near if self.country[self._hub[row]] == place.country]
            abroad = [(far, row) for far, row in near if place.country in self._also[row]]
            nearest: dict[str, float] = {}
            for far, row in same_country or abroad:
                nearest.setdefault(self._hub[row], float(far))
            self._known[place] = list(nearest.items())
        return self._known[place]

    def of(self, place: Place) -> str:
        """The hub that a place lies in; empty if it lies in none."""
        if place.geonames in self._of_id:
            return self._of_id[place.geonames]
        reached = self.reaching(place)
        return reached[0][0] if reached else ""

    def beside(self, place: Place) -> tuple[str, float]:
        """The hub of a place's country whose centre is nearest, and how far; infinitely far if there is none."""
        same_country = np.array([self.country[hub] == place.country for hub in self._hub])
        km = np.where(same_country, distance_km(place.lat, place.lon, self._lat, self._lon), np.inf)
        return self._hub[int(km.argmin())], float(km.min())


@dataclass(frozen=True)
class Column:
    """A value to judge, summed over a hub's places: its square `root` (small counts) or its logarithm.

    It is divided by the sum of the column `per`, if there is one. In a table that is `listed`, a missing row means
    none, rather than unknown; in a list of some `countries` alone it is unknown in others. Values `outside` the
    flagship's index are judged by the others and judge none of them.
    """

    table: str
    name: str
    root: bool = False
    per: str = ""
    listed: bool = True
    countries: tuple[str, ...] | None = None
    outside: bool = False

    @property
    def title(self) -> str:
        """The name in a table of values."""
        return f"{self.table}.{self.name}"

    def form(self, figures: pd.Series) -> pd.Series:
        """The root or the logarithm of its values."""
        return np.sqrt(figures) if self.root else np.log1p(figures)


COLUMNS = (
    Column("universities", "top1000", root=True),
    Column("leading-universities", "first1000", root=True),
    Column("university-papers", "papers"),
    Column("works", "papers", listed=False),
    Column("robotics-papers", "papers"),
    Column("conferences", "conferences", root=True),
    Column("patents", "pct", listed=False),
    Column("unicorns", "unicorns", root=True),
    Column("laureates", "laureates", root=True),
    Column("highly-cited", "highly_cited", root=True),
    Column("research-spending", "spending"),
    Column("listed-companies", "companies", root=True, countries=EXCHANGES),
    Column("connectivity", "reach_inhabitants", root=True, per="inhabitants", listed=False),
    Column("economy", "gdp", listed=False, outside=True),
    Column("nature-index", "share", listed=False, outside=True),
    Column("cloud-regions", "firms", root=True, outside=True),
    Column("inhabitants", "population", listed=False),
    Column("students", "international", listed=False),
)

FLOWS = {"works", "laureates", "robotics-papers", "conferences"}


def place_of(row: Mapping[Any, Any]) -> Place:
    """The place of a table's row."""
    geonames = int(row["geonames"] or 0)
    return Place(row["country"], row["place_name"], float(row["lat"]), float(row["lon"]), geonames)


def newest(table: Table, amount: str, now: int) -> pd.DataFrame:
    """A place and its amount a row: the newest of a stock up to now, the sum of a flow or of its newest period."""
    frame = table.rows[table.rows[amount] != ""]
    frame = frame.assign(year=frame["year"].astype(int), amount=frame[amount].astype(float))
    frame = frame[frame["year"] <= now].sort_values("year", kind="stable")
    if "from_year" in frame:  # periods that overlap do not add up
        frame = frame[frame["year"] == frame["year"].max()]
    groups = frame.groupby(PLACE_COLUMNS, sort=False)
    if table.name not in FLOWS:
        groups = frame[frame["year"] == groups["year"].transform("max")].groupby(PLACE_COLUMNS, sort=False)
    found = groups["amount"].sum().reset_index()
    places = [place_of(row) for row in found[PLACE_COLUMNS].to_dict("records")]
    return pd.DataFrame({"place": places, "amount": found["amount"]})


def by_hub(tables: Mapping[str, Table], hubs: Hubs, columns: Sequence[Column] = COLUMNS, *, now: int) -> pd.DataFrame:
    """Values up to now, one row per hub and one column each, missing where no row says anything."""
    figures = {}
    for column in columns:
        summed = _summed(tables[column.table], column.name, hubs, now)
        if column.per:
            summed = summed / _summed(tables[column.table], column.per, hubs, now)
        figures[column.title] = summed.fillna(0.0) if column.listed else summed
        if column.countries is not None:
            known = pd.Series(hubs.country).isin(column.countries)
            figures[column.title] = figures[column.title].where(known)
    return pd.DataFrame(figures, index=list(hubs.codes))


def _summed(table: Table, amount: str, hubs: Hubs, now: int) -> pd.Series:
    rows = newest(table, amount, now)
    return rows["amount"].groupby([hubs.of(place) for place in rows["place"]]).sum().reindex(hubs.codes)


def judged(figures: pd.DataFrame, countries: Mapping[str, str], columns: Sequence[Column]) -> Iterator[Finding]:
    """Values far from their prediction, and zeros where hubs of that size have none.

    A value's root or logarithm is regressed (Huber) on the mean of the hub's other values, each in robust deviations,
    and then on its country: the median residual of the country's other hubs, shrunk towards 0 if they are few.
    Residuals beyond `BOUND` robust deviations are reported. A zero is reported if all of the `PEERS` hubs with the
    nearest other values have more than none.
    """
    scaled = pd.DataFrame({column.title: column.form(figures[column.title]) for column in columns})
    scaled = scaled.apply(lambda form: (form - form.median()) / _spread(form.dropna().to_numpy()))
    for column in columns:
        name = column.title
        inside = [item.title for item in columns if item.table != column.table and not item.outside]
        others = scaled[inside].mean(axis=1)
        known = scaled[name].notna() & others.notna()
        y, x = scaled.loc[known, name], others[known]
        residual = y - _predicted(x.to_numpy(), y.to_numpy())
        nation = pd.Series([countries[hub] for hub in residual.index], index=residual.index)
        left = residual - _of_country(residual, nation)
        deviation = left / _spread(left.to_numpy())
        for hub in deviation.index[deviation.abs() > BOUND]:
            sign = "high" if deviation[hub] > 0 else "low"
            text = f"{figures.loc[hub, name]:,.5g}, {abs(deviation[hub]):.1f} deviations too {sign}"
            yield finding(sign, column.table, hub, text=f"{hub}: {name} is {text}")
        if column.listed:
            yield from _zeros(figures[name], x, column)


def _zeros(figures: pd.Series, size: pd.Series, column: Column) -> Iterator[Finding]:
    for hub in size.index[figures[size.index] == 0]:
        nearest = (size.drop(hub) - size[hub]).abs().sort_values(kind="stable").index[:PEERS]
        if (figures[nearest] > 0).all():
            peers = ", ".join(f"{peer} {figures[peer]:,.4g}" for peer in nearest[:4])
            yield finding("none", column.table, hub, text=f"{hub}: none in {column.table}; hubs of its size: {peers}")


def absent(figures: pd.DataFrame, countries: Mapping[str, str], columns: Sequence[Column]) -> Iterator[Finding]:
    """Hubs without a row in a table that is no complete list, country by country."""
    for column in columns:
        if not column.listed:
            missing = [hub for hub in figures.index if pd.isna(figures.loc[hub, column.title])]
            for country in sorted({countries[hub] for hub in missing}):
                there = ", ".join(hub for hub in missing if countries[hub] == country)
                yield finding("absent", column.table, country, text=f"{column.table} has no row for {there}")


def moved(before: pd.DataFrame, after: pd.DataFrame, columns: Sequence[Column]) -> Iterator[Finding]:
    """Values whose change of root or logarithm, less the median of all hubs, is beyond `BOUND` robust deviations.

    A deviation is at least `NOISE`, so that a laureate more is no finding.
    """
    for column in columns:
        name = column.title
        change = (column.form(after[name]) - column.form(before[name])).dropna()
        if change.empty:
            continue
        left = change - change.median()
        spread = max(_deviation(left.to_numpy()), NOISE[column.root])
        for hub in left.index[left.abs() > BOUND * spread]:
            numbers = f"was {before.loc[hub, name]:,.5g} and is {after.loc[hub, name]:,.5g}"
            text = f"{hub}: {name} {numbers}, {abs(left[hub]) / spread:.1f} deviations from the change of all"
            yield finding("moved", column.table, hub, text=text)


def _spread(values: np.ndarray) -> float:
    """A robust standard deviation; the usual one where most values are equal."""
    return _deviation(values) or float(np.std(values)) or 1.0


def _deviation(values: np.ndarray) -> float:
    """A robust standard deviation: 1.4826 times the median distance from the median."""
    return float(1.4826 * np.median(np.abs(values - np.median(values))))


def _predicted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Huber's regression of y on x, by weighted least squares again and again."""
    design = np.column_stack([np.ones_like(x), x])
    weights = np.ones_like(y)
    fit = np.zeros_like(y)
    for _ in range(STEPS):
        root = np.sqrt(weights)
        fit = design @ np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
        far = np.abs(y - fit) / (HUBER * _spread(y - fit))
        weights = 1 / np.maximum(far, 1.0)
    return fit


def _of_country(residual: pd.Series, nation: pd.Series) -> pd.Series:
    """For each hub the median residual of its country's other hubs, times n / (n + SHRINK)."""
    effects = []
    for hub in residual.index:
        others = residual[(nation == nation[hub]) & (residual.index != hub)]
        effects.append(float(others.median()) * len(others) / (len(others) + SHRINK) if len(others) else 0.0)
    return pd.Series(effects, index=residual.index)


def namesakes(gazetteer: Any, hubs: Hubs) -> Iterator[Finding]:
    """Names that were joined to one place where another of that name is plausible and lies in another hub.

    Plausible is a place of `LEAST` inhabitants or more that has at least `PLAUSIBLE` of the chosen one's.
    """
    for (name, country, state), (best, *rivals) in sorted(gazetteer.joins.items()):
        least = max(LEAST, PLAUSIBLE * gazetteer.population(best))
        for rival in rivals:
            apart = float(distance_km(best.lat, best.lon, rival.lat, rival.lon)) > APART_KM
            if apart and gazetteer.population(rival) >= least and hubs.of(best) != hubs.of(rival):
                words = f"{name} ({state})" if state else name
                tables = ", ".join(sorted(gazetteer.asked_for[name, country, state]))
                text = f"{tables}: {words} in {country} was joined to {_described(best, gazetteer)}, not to "
                yield finding("namesake", country, words, text=text + _described(rival, gazetteer))


def states(gazetteer: Any, tables: Mapping[str, Table]) -> Iterator[Finding]:
    """Names of states, provinces and other regions that were joined to a city or to a point, table by table.

    None if the list names the state beside, so that the city is meant, or where the city is the region's largest:
    what either is called lies there most likely. A region's other names count from four letters on, since shorter
    ones are codes.
    """
    cities = packed_table("places.csv.gz").sort_values("population", kind="stable")
    largest = dict(zip(zip(cities["country"], cities["code"], strict=True), cities["geonames"], strict=True))
    for (name, country, state), (city, *_) in sorted(gazetteer.joins.items()):
        called = [] if state else _regions_called(name, city.country)
        if called and city.geonames not in {largest.get(item) for item in called}:
            for table in sorted(gazetteer.asked_for[name, country, state]):
                text = f"{table}: {name}, a region of {country}, was joined to {city.name}"
                yield finding("state", table, country, name, text=text)
    for table in tables.values():
        for row in table.rows.loc[table.rows["geonames"] == "", PLACE_COLUMNS].drop_duplicates().to_dict("records"):
            place = place_of(row)
            if _regions_called(place.name, place.country):
                text = (
                    f"{table.name}: {place.name}, a region of {place.country}, is at {place.lat:.2f}, {place.lon:.2f}"
                )
                yield finding("state", table.name, place.country, place.name, text=text)


def _regions_called(name: str, country: str) -> list[tuple[str, str]]:
    """The regions of a country (alpha-3) that are called so: country and code of each."""
    names, codes = regions()
    key = place_key(name)
    known = [(country, code) for code in codes.get((country, key), ())]
    return [item for item in known if len(key) > CODE or place_key(names[item]) == key]


def _described(place: Place, gazetteer: Any) -> str:
    return f"{place.name} ({gazetteer.population(place):,} at {place.lat:.2f}, {place.lon:.2f})"


def firm_key(name: str) -> str:
    """A name without brackets, legal form, punctuation and blanks."""
    bare = re.sub(r"\([^)]*\)", " ", name).replace(".", "")
    words = [word for word in fold(bare).split() if word not in FORMS]
    return "".join(words) or fold(name).replace(" ", "")


def twins(accounts: Iterable[Account]) -> Iterator[Finding]:
    """Rows of one list that may be one: a repeated key, or two of one place with almost the same spelling."""
    for account in accounts:
        by_key: dict[str, list[tuple[str, str]]] = defaultdict(list)
        by_place: dict[str, dict[str, str]] = defaultdict(dict)
        for name, place in account.named:
            by_key[firm_key(name)].append((name, place.name))
            by_place[place.name].setdefault(firm_key(name), name)
        for key, rows in by_key.items():
            if len(rows) > 1:
                given = "; ".join(f"{name} in {where}" for name, where in rows)
                yield finding("twin", account.table, key, text=f"{account.input}: {given}")
        for where, names in by_place.items():
            for one, other in itertools.combinations(sorted(names), 2):
                if _alike(one, other):
                    text = f"{account.input}: {names[one]} and {names[other]} in {where}"
                    yield finding("twin", account.table, f"{one} {other}", text=text)


def _alike(one: str, other: str) -> bool:
    """Whether two keys have almost the same spelling; cheap bounds first, since there are many pairs."""
    if one[:2] != other[:2] or min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 3:
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def borders(tables: Mapping[str, Table], hubs: Hubs) -> Iterator[Finding]:
    """Places with rows that two hubs reach, the second from nearly as near, pair by pair."""
    pairs: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for table in tables.values():
        for row in table.rows[PLACE_COLUMNS].drop_duplicates().to_dict("records"):
            reached = hubs.reaching(place_of(row))
            if len(reached) > 1 and reached[0][1] >= NEARLY * reached[1][1]:
                one, other = sorted(hub for hub, _ in reached[:2])
                text = f"{row['place_name']} ({reached[0][0]})"
                pairs[one, other][text] = pairs[one, other].get(text, 0) + 1
    for (one, other), places in sorted(pairs.items()):
        yield finding("border", one, other, text=f"{one} and {other} both reach {', '.join(sorted(places))}")


def areas(every: Iterable[Area], hubs: Hubs) -> Iterator[Finding]:
    """Metropolitan values at one city that name a city of another hub."""
    for area in every:
        hub = hubs.of(area.place)
        others = sorted({hubs.of(place) for place in area.names} - {hub, ""})
        if others:
            text = f"{area.title} is counted in {hub or 'no hub'} and names a city of {', '.join(others)}"
            yield finding("area", area.table, area.title, text=text)


def split(by_hand: Mapping[tuple[str, str], Sequence[tuple[Place, float]]], hubs: Hubs) -> Iterator[Finding]:
    """Institutions whose amounts are divided between hubs by hand."""
    for (country, key), sites in sorted(by_hand.items()):
        parted = {hubs.of(place) for place, _ in sites}
        if len(parted) > 1:
            text = ", ".join(f"{share:.2f} to {hubs.of(place) or 'no hub'}" for place, share in sites)
            yield finding("split", country, key, text=f"{key} ({country}): {text}")


def judge(
    tables: Mapping[str, Table],
    hubs: Hubs,
    *,
    names: Any,
    by_hand: Mapping[tuple[str, str], Sequence[tuple[Place, float]]],
    now: int,
) -> list[Finding]:
    """Everything that a user has to decide, in the order of ids.

    Args:
        names: `joins`, by name, country (alpha-2) and state: the place that was chosen, then the others of that
            name; `asked_for`: the tables that asked for each; `population`: of a place, 0 if unknown.
        by_hand: Sites and their shares, by country and key, of institutions that were divided by hand.
        now: The year up to which values are judged; later ones are projections.
    """
    measured = by_hub(tables, hubs, now=now)
    found: dict[str, Finding] = {}
    for item in itertools.chain(
        judged(measured, hubs.country, COLUMNS),
        absent(measured, hubs.country, COLUMNS),
        namesakes(names, hubs),
        states(names, tables),
        twins(account for table in tables.values() for account in table.accounts),
        borders(tables, hubs),
        areas((area for table in tables.values() for area in table.areas), hubs),
        split(by_hand, hubs),
    ):
        found.setdefault(item.id, item)  # of an id the first
    return sorted(found.values())
