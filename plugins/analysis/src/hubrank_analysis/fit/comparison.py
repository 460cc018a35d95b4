"""Two rankings compared; tables of published lists."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from hubrank import Ranking, UsageError, gettext
from hubrank.errors import casefold_name, shorten_list
from hubrank.io.cells import NUMBER, CellFormat
from hubrank.io.table_layout import meant_by
from hubrank.io.tables import ReadSpec, read_with_errors
from hubrank.io.toml import parse_toml

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Array


@frozen(kw_only=True)
class ListReading(CellFormat):
    """How the table of a published list is written.

    Attributes:
        columns: Names of columns in the file: `{ rank = "Rank", name = "City" }`.
    """

    columns: Mapping[str, str] = field(factory=dict)


DEFAULT = ListReading()


def reading_of(text: str) -> ListReading:
    """The options that a person writes as the inside of a TOML table.

    Raises:
        UsageError: It is no TOML, or there is no such option.
    """
    try:
        table = tomllib.loads(f"reading = {{ {text} }}")
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f'--reading: must be TOML such as skip_rows = 2, decimal = ","; {error}') from error
    result, problems = parse_toml(ListReading, table["reading"], "--reading")
    if result is None:
        raise UsageError("\n".join(map(str, problems)))
    return result


def list_of(path: Path, reading: ListReading) -> pd.DataFrame:
    """The table of a list with a column `rank`, and perhaps `score`, of numbers.

    Raises:
        UsageError: It cannot be read, or has no ranks; with everything that is wrong with it.
    """
    kinds = {"rank": NUMBER, "score": NUMBER}
    frame, problems = read_with_errors(
        path, reading, ReadSpec(columns=reading.columns, kinds=kinds, key="--reading columns")
    )
    if frame is not None and "rank" not in frame.columns:
        problems = [*problems, _without_ranks(path, list(frame.columns))]
    if frame is None or problems:
        raise UsageError("\n".join(problems))
    return frame


def _without_ranks(path: Path, columns: list[str]) -> str:
    """That a table has no ranks, and which column may be they."""
    there = shorten_list(columns)
    if meant := meant_by("rank", columns):
        return (
            f"{path.name}: has no column 'rank'; its columns are {there}; is '{meant[0]}' the rank? --reading "
            f"'columns = {{ rank = \"{meant[0]}\" }}'"
        )
    return f"{path.name}: has no column 'rank'; its columns are {there}"


def weighted_spearman(first: Array, second: Array) -> float:
    """Spearman's coefficient with a difference at the top weighing more than one at the bottom.

    Source: Pinto da Costa and Soares, A weighted rank measure of correlation (2005).
    """
    one, other = _ranks(first), _ranks(second)
    number = len(one)
    weights = (number - one + 1) + (number - other + 1)
    return float(1 - 6 * ((one - other) ** 2 * weights).sum() / (number**4 + number**3 - number**2 - number))


def similarity(first: Array, second: Array) -> float:
    """Salabun's WS, in which a difference halves with every rank further down; the first ranking is the reference.

    Source: Salabun and Urbaniak, A new coefficient of rankings similarity in decision-making problems (2020).
    """
    one, other = _ranks(first), _ranks(second)
    farthest = np.maximum(np.abs(one - 1), np.abs(one - len(one)))
    return float(1 - (2.0**-one * np.abs(one - other) / farthest).sum())


def gamma(first: Array, second: Array) -> float:
    """Goodman and Kruskal's: pairs in the same order less pairs in the other, among those without a tie.

    Source: Goodman and Kruskal, Measures of association for cross classifications (1954).
    """
    from scipy.stats import kendalltau

    pairs = len(first) * (len(first) - 1) // 2
    ties = [_tied(item) for item in (first, second)]
    untied = pairs - ties[0] - ties[1] + _tied(np.column_stack([first, second]))
    if not untied or pairs in ties:
        return float("nan")
    # tau-b is the balance of pairs, a whole number, over a product that the counts of ties give
    tau = float(kendalltau(first, second).statistic)
    balance = round(tau * np.sqrt(pairs - ties[0]) * np.sqrt(pairs - ties[1]))
    return balance / untied


def _tied(values: Array) -> int:
    """How many pairs of rows are the same."""
    counts = np.unique(values, axis=0, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def _ranks(values: Array) -> Array:
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), dtype=float)


@frozen(kw_only=True, eq=False)
class Listing:
    """A ranking reduced to names and ranks.

    Attributes:
        title: What it is.
        ranks: Ranks by name, best first.
        keys: For each name what it is matched by: `name_key` of it and of its other names.
        shared: Keys that are several units', with these units' codes; nothing is matched by them.
    """

    title: str
    ranks: Mapping[str, float]
    keys: Mapping[str, tuple[str, ...]]
    shared: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen(kw_only=True)
class Difference:
    """A name's two ranks."""

    name: str
    first: float
    second: float


@frozen(kw_only=True, eq=False)
class Comparison:
    """How alike two rankings are.

    Attributes:
        first: The one.
        second: The other.
        common: The names in both with both ranks, in the order of the second.
        only_second: Names of the second that the first does not have.
        ambiguous: Names of one that are several units' of the other, with these units' codes; matched with none.
        top: The length of the shorter list.
        overlap: How many names are in the top of both.
        spearman: Spearman's rank correlation of the common names; NaN below 3 of them.
        kendall: Kendall's tau-b of the common names; NaN below 3 of them.
        weighted: Spearman's coefficient, weighted towards the top.
        similarity: Salabun's WS, with the second as the reference.
        gamma: Goodman and Kruskal's gamma.
    """

    first: Listing
    second: Listing
    common: tuple[Difference, ...]
    only_second: tuple[str, ...]
    ambiguous: Mapping[str, tuple[str, ...]]
    top: int
    overlap: int
    spearman: float
    kendall: float
    weighted: float
    similarity: float
    gamma: float

    def largest(self, most: int = 10) -> list[Difference]:
        """The common names whose ranks differ most."""
        return sorted(self.common, key=lambda item: (-abs(item.first - item.second), item.second))[:most]


def compare(first: Listing, second: Listing) -> Comparison:
    """Compare two listings by their names."""
    from scipy.stats import kendalltau, spearmanr

    matched = _matched(first, second)
    found = set(matched.values())
    left = [name for name in first.keys if name not in found]
    unmatched = [name for name, other in matched.items() if other is None]
    ambiguous = {**shared_names(second, unmatched, first), **shared_names(first, left, second)}
    common = tuple(
        Difference(name=other, first=first.ranks[other], second=second.ranks[name])
        for name, other in matched.items()
        if other is not None
    )
    top = min(len(first.ranks), len(second.ranks))
    a, b = (np.array([getattr(item, side) for item in common]) for side in ("first", "second"))
    enough = len(common) > 2
    return Comparison(
        first=first,
        second=second,
        common=common,
        only_second=tuple(name for name in unmatched if name not in ambiguous),
        ambiguous=ambiguous,
        top=top,
        overlap=sum(item.first <= top and item.second <= top for item in common),
        spearman=float(spearmanr(a, b).statistic) if enough else np.nan,
        kendall=float(kendalltau(a, b).statistic) if enough else np.nan,
        weighted=weighted_spearman(a, b) if enough else np.nan,
        similarity=similarity(b, a) if enough else np.nan,
        gamma=gamma(a, b) if enough else np.nan,
    )


def found_in_both(made: Comparison) -> str:
    """How many names both rankings have, and how many both have at the top."""
    return gettext(
        "in both: {common}; in the top {top} of both: {overlap} of {top}",
        common=len(made.common),
        top=made.top,
        overlap=made.overlap,
    )


def not_matched(name: str, codes: Iterable[str]) -> str:
    """That a name is several units', with these units' codes."""
    return gettext("ambiguous, not matched: {name} ({codes})", name=name, codes=", ".join(codes))


def shared_names(listing: Listing, names: Iterable[str], other: Listing) -> dict[str, tuple[str, ...]]:
    """Those of a listing's names that are several units' of another, with these units' codes."""
    return {name: other.shared[key] for name in names for key in listing.keys[name] if key in other.shared}


def _matched(first: Listing, second: Listing) -> dict[str, str | None]:
    """For each name of the second that of the first; none where there is none, or a better rank has taken it."""
    by_key = {key: name for name, keys in first.keys.items() for key in keys}
    matched: dict[str, str | None] = {}
    taken: set[str] = set()
    for name in sorted(second.ranks, key=lambda item: second.ranks[item]):
        free = [by_key[key] for key in second.keys[name] if key in by_key and by_key[key] not in taken]
        matched[name] = free[0] if free else None
        taken.update(free[:1])
    return matched


def listing_of(ranking: Ranking, edition: int) -> Listing:
    """An edition (its position) of a ranking."""
    keys: dict[int, list[str]] = {}
    several: dict[str, tuple[str, ...]] = {}
    for key, found in ranking.plan.units.units.by_name.keys().items():
        if len(found) == 1:
            keys.setdefault(found[0], []).append(key)
        else:
            several[key] = tuple(ranking.codes[at] for at in found)
    order = ranking.order(edition)
    shared = {name for name, count in Counter(ranking.names).items() if count > 1}
    names = [
        f"{name} ({code})" if name in shared else name for name, code in zip(ranking.names, ranking.codes, strict=True)
    ]
    return Listing(
        title=f"{ranking.title} {ranking.editions[edition]}",
        ranks={names[at]: float(ranking.ranks[edition][at]) for at in order},
        keys={names[at]: tuple(keys.get(at, ())) for at in order},
        shared=several,
    )


def published(path: Path, against: Listing | None = None, reading: ListReading = DEFAULT) -> Listing:
    """A published list: a table with a column `rank` and one of names.

    Args:
        path: The file.
        against: Where several columns could be the names, the one is taken that matches most of these.
        reading: How the table is written.

    Raises:
        UsageError: It is no such list.
    """
    frame = list_of(path, reading)
    column = _names(path, frame, against)
    ranked = frame[frame["rank"].notna()]
    unnamed = ranked["rank"][ranked[column].isna()]
    if len(unnamed):
        found = shorten_list([f"{rank:g}" for rank in unnamed], most=10)
        raise UsageError(f"{path.name}: no name in '{column}' for rank {found}")
    ranked = ranked.sort_values("rank", kind="stable")
    twice = ranked[column][ranked[column].astype(str).map(casefold_name).duplicated()]
    if len(twice):
        names = shorten_list([f"'{name}'" for name in twice], most=10)
        raise UsageError(f"{path.name}: {names} {'is' if len(twice) == 1 else 'are'} ranked twice")
    ranks = {str(name): float(rank) for name, rank in zip(ranked[column], ranked["rank"], strict=True)}
    return Listing(title=path.stem, ranks=ranks, keys={name: (casefold_name(name),) for name in ranks})


def _names(path: Path, frame: pd.DataFrame, against: Listing | None) -> str:
    for column in ("name", "unit"):
        if column in frame.columns:
            return column
    texts = [column for column in frame.columns if any(isinstance(item, str) for item in frame[column])]
    if not texts:
        raise UsageError(f"{path.name}: has no column 'name'; its columns are {shorten_list(list(frame.columns))}")
    known = {key for keys in against.keys.values() for key in keys} if against else set()
    return max(
        texts,
        key=lambda column: (frame[column].astype(str).map(casefold_name).isin(known).sum(), -texts.index(column)),
    )
