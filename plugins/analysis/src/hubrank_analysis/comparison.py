"""`hubrank compare`: two rankings side by side; tables of published lists."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer
from attrs import field, frozen
from hubrank.cli.command import Format, complete_scenarios, write_answer
from hubrank.cli.console import progress
from hubrank.errors import casefold_name, shorten_list
from hubrank.explain.shapley import ranked as ranked_units
from hubrank.i18n import listed
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.cache import Cache
from hubrank.io.cells import NUMBER, CellFormat
from hubrank.io.escaping import escape_markup
from hubrank.io.limits import whole_number
from hubrank.io.safe_input import is_file, is_folder, shorten
from hubrank.io.table_layout import meant_by
from hubrank.io.tables import ReadSpec, read_with_errors, table_kind
from hubrank.io.toml import parse_toml
from hubrank.plugin import (
    Answer,
    Array,
    Ranking,
    Registry,
    UsageError,
    format_count,
    format_number,
    gettext,
    gettext_noop,
)
from hubrank.plugin.units import Level
from hubrank.results.rank import edition_of, rank, run_folder

#: The number of differences on a page.
_SHOWN = 10
_WHAT = "Scenario, edition (NAME@2024), run folder, or published list: a table with name and rank."
#: What `--reading` is.
READING = "Options of the source `files` to read the list, such as 'skip_rows = 2, columns = { rank = \"Rank\" }'."


@frozen(kw_only=True)
class ListReading(CellFormat):
    """The layout of the table of a published list; `columns = { rank = "Rank" }` names its columns."""

    columns: Mapping[str, str] = field(factory=dict)


DEFAULT = ListReading()


def reading_of(text: str) -> ListReading:
    """The options that a user writes as the inside of a TOML table."""
    try:
        table = tomllib.loads(f"reading = {{ {text} }}")
    except ValueError as error:
        raise UsageError(f'--reading: must be TOML such as skip_rows = 2, decimal = ","; {error}') from error
    result, problems = parse_toml(ListReading, table["reading"], "--reading")
    if result is None:
        raise UsageError("\n".join(map(str, problems)))
    return result


def weighted_spearman(first: Array, second: Array) -> float:
    """Spearman's coefficient with a difference at the top weighing more than one at the bottom.

    Source: Pinto da Costa and Soares, A weighted rank measure of correlation (2005).
    """
    from scipy.stats import rankdata

    one, other, number = rankdata(first), rankdata(second), len(first)
    weights = (number - one + 1) + (number - other + 1)
    return float(1 - 6 * ((one - other) ** 2 * weights).sum() / (number**4 + number**3 - number**2 - number))


def similarity(first: Array, second: Array) -> float:
    """Salabun's WS, in which a difference halves with every rank further down; the first ranking is the reference.

    Source: Salabun and Urbaniak, A new coefficient of rankings similarity in decision-making problems (2020).
    """
    from scipy.stats import rankdata

    one, other = rankdata(first), rankdata(second)
    farthest = np.maximum(np.abs(one - 1), np.abs(one - len(one)))
    return float(1 - (2.0**-one * np.abs(one - other) / farthest).sum())


def gamma(first: Array, second: Array) -> float:
    """Goodman and Kruskal's: pairs in the same order less pairs in the other, among those without a tie.

    Source: Goodman and Kruskal, Measures of association for cross classifications (1954).
    """
    from scipy.stats import kendalltau

    pairs = len(first) * (len(first) - 1) // 2
    counts = [np.unique(rows, axis=0, return_counts=True)[1] for rows in (first, second, np.c_[first, second])]
    one, other, both = (int((count * (count - 1) // 2).sum()) for count in counts)
    untied = pairs - one - other + both
    if not untied or pairs in (one, other):
        return float("nan")
    # tau-b is the balance of pairs, a whole number, over a product that the counts of ties give
    tau = float(kendalltau(first, second).statistic)
    return round(tau * np.sqrt(pairs - one) * np.sqrt(pairs - other)) / untied


@frozen(kw_only=True, eq=False)
class Listing:
    """A ranking reduced to ranks by name, best first, and published scores.

    Attributes:
        keys: For each name the keys for matching: `casefold_name` of it and of its other names.
        shared: Keys that several units share, with these units' codes; nothing is matched by them.
        about: Returns the notes on a ranking's values, as `Ranking.about`; nothing for a published list.
    """

    title: str
    ranks: Mapping[str, float]
    keys: Mapping[str, tuple[str, ...]]
    shared: Mapping[str, tuple[str, ...]] = field(factory=dict)
    scores: Mapping[str, float] = field(factory=dict)
    about: Callable[[], Mapping[str, Any]] = dict


@frozen(kw_only=True, eq=False)
class Comparison:
    """The agreement of two rankings; below 3 common names correlations are NaN.

    Attributes:
        names: The names in both, as the first has them, in the order of the second.
        ranks: Their ranks in the first and in the second, `(names, 2)`.
        ambiguous: Names of one that several units of the other share, with these units' codes; matched with none.
        overlap: The number of names in the top of both; `top` is the length of the shorter list.
        weighted: Spearman's coefficient, weighted towards the top.
        similarity: Salabun's WS, with the second as the reference.
    """

    first: Listing
    second: Listing
    names: tuple[str, ...]
    ranks: Array
    only_second: tuple[str, ...]
    ambiguous: Mapping[str, tuple[str, ...]]
    top: int
    overlap: int
    spearman: float = np.nan
    kendall: float = np.nan
    weighted: float = np.nan
    similarity: float = np.nan
    gamma: float = np.nan


def match(first: Listing, second: Listing) -> dict[str, str | None]:
    """For each name of the second that of the first; None if there is none, or a better rank has taken it."""
    by_key = {key: name for name, keys in first.keys.items() for key in keys}
    matched: dict[str, str | None] = {}
    taken: set[str | None] = {None}
    for name in sorted(second.ranks, key=lambda item: second.ranks[item]):
        found = (by_key.get(key) for key in second.keys[name])
        matched[name] = next((other for other in found if other not in taken), None)
        taken.add(matched[name])
    return matched


def compare(first: Listing, second: Listing) -> Comparison:
    """Compare two listings by their names."""
    matched = match(first, second)
    common = [(name, other) for name, other in matched.items() if other is not None]
    ranks = np.array([(first.ranks[other], second.ranks[name]) for name, other in common]).reshape(-1, 2)
    found = {other for _, other in common}
    left = [name for name in first.keys if name not in found]
    unmatched = [name for name, other in matched.items() if other is None]
    ambiguous = {**shared_names(second, unmatched, first), **shared_names(first, left, second)}
    only_second = [name for name in unmatched if name not in ambiguous]
    return _compared(first, second, [other for _, other in common], ranks, only_second, ambiguous)


def compare_editions(first: Ranking, second: Ranking, editions: tuple[int, int]) -> Comparison:
    """Compare an edition (its position) of each of two rankings: of the same units by code, of others by name."""
    rankings, (at, with_) = (first, second), editions
    indexes = [ranking.plan.units.units.by_name for ranking in rankings]
    if any(getattr(indexes[0], name) != getattr(indexes[1], name) for name in ("codes", "names", "aliases")):
        return compare(*map(listing_of, rankings, editions))
    called = _distinct_names(first)
    listings = [listing_of(*item, called) for item in zip(rankings, editions, strict=True)]
    names, order = np.array(called, dtype=object), second.order(with_)
    there = ~np.isnan(first.ranks[at][order])
    ranks = np.column_stack([first.ranks[at], second.ranks[with_]])[order[there]]
    common, only_second = (names[order[mask]].tolist() for mask in (there, ~there))
    return _compared(*listings, common, ranks, only_second, {})


def _compared(
    first: Listing,
    second: Listing,
    names: Sequence[str],
    ranks: Array,
    only_second: Sequence[str],
    ambiguous: Mapping[str, tuple[str, ...]],
) -> Comparison:
    from scipy.stats import kendalltau, spearmanr

    top = min(len(first.ranks), len(second.ranks))
    correlations = {}
    if len(names) > 2:
        a, b = ranks.T
        correlations = {
            "spearman": float(spearmanr(a, b).statistic),
            "kendall": float(kendalltau(a, b).statistic),
            "weighted": weighted_spearman(a, b),
            "similarity": similarity(b, a),
            "gamma": gamma(a, b),
        }
    return Comparison(
        first=first,
        second=second,
        names=tuple(names),
        ranks=ranks,
        only_second=tuple(only_second),
        ambiguous=ambiguous,
        top=top,
        overlap=int((ranks <= top).all(axis=1).sum()),
        **correlations,
    )


def shared_names(listing: Listing, names: Iterable[str], other: Listing) -> dict[str, tuple[str, ...]]:
    """Those of a listing's names that are several units' of another, with these units' codes."""
    return {name: other.shared[key] for name in names for key in listing.keys[name] if key in other.shared}


def not_matched(ambiguous: Mapping[str, tuple[str, ...]]) -> list[str]:
    """That names are several units', with these units' codes."""
    return [
        gettext("ambiguous, not matched: {name} ({codes})", name=name, codes=listed(codes))
        for name, codes in ambiguous.items()
    ]


def _distinct_names(ranking: Ranking) -> list[str]:
    """The units' names, with the code of each whose name others share."""
    if len({*ranking.names}) == len(ranking.names):
        return list(ranking.names)
    counts = Counter(ranking.names)
    pairs = zip(ranking.names, ranking.codes, strict=True)
    return [f"{name} ({code})" if counts[name] > 1 else name for name, code in pairs]


def listing_of(ranking: Ranking, edition: int, names: Sequence[str] = ()) -> Listing:
    """An edition (its position) of a ranking; without keys if its distinct names are given, which decide then."""
    by_name = not names
    codes, names, order = ranking.codes, names or _distinct_names(ranking), ranking.order(edition)
    called = np.array(names, dtype=object)[order].tolist()
    known = ranking.plan.units.units.by_name.keys() if by_name else Level({}, {})
    keys: list[list[str]] = [[] for _ in codes] if by_name else []
    for key, at in known.first.items():
        if key not in known.shared:
            keys[at].append(key)
    return Listing(
        title=f"{ranking.title} {ranking.editions[edition]}",
        ranks=dict(zip(called, ranking.ranks[edition][order].tolist(), strict=True)),
        keys=dict(zip(called, (tuple(keys[at]) for at in order.tolist()), strict=True)) if by_name else {},
        shared={key: tuple(codes[at] for at in units) for key, units in known.shared.items()},
        about=lambda: ranking.about(edition),
    )


def published(path: Path, against: Listing | None = None, reading: ListReading = DEFAULT) -> Listing:
    """A published list: a table with a column `rank` of numbers, one of names, and perhaps one of numbers, `score`.

    Where several columns could be the names, the one is taken that matches most of those of `against`.
    """
    kinds = {"rank": NUMBER, "score": NUMBER}
    frame, problems = read_with_errors(
        path, reading, ReadSpec(columns=reading.columns, kinds=kinds, key="--reading columns")
    )
    if frame is not None and "rank" not in frame.columns:
        columns = list(frame.columns)
        text = f"{path.name}: has no column 'rank'; its columns are {shorten_list(columns)}"
        if meant := meant_by("rank", columns):
            text += f"; is '{meant[0]}' the rank? --reading 'columns = {{ rank = \"{meant[0]}\" }}'"
        problems = [*problems, text]
    if frame is None or problems:
        raise UsageError("\n".join(problems))
    column = _names(path, frame, against)
    ranked = frame[frame["rank"].notna()]
    unnamed = ranked["rank"][ranked[column].isna()]
    if len(unnamed):
        found = shorten_list([f"{item:g}" for item in unnamed], most=10)
        raise UsageError(f"{path.name}: no name in '{column}' for rank {found}")
    ranked = ranked.sort_values("rank", kind="stable")
    twice = ranked[column][ranked[column].astype(str).map(casefold_name).duplicated()]
    if len(twice):
        names = shorten_list([f"'{name}'" for name in twice], most=10)
        raise UsageError(f"{path.name}: {names} {'is' if len(twice) == 1 else 'are'} ranked twice")
    ranks, scores = (
        dict(zip(ranked[column].astype(str), ranked[name].astype(float), strict=True)) if name in ranked else {}
        for name in ("rank", "score")
    )
    keys = {name: (casefold_name(name),) for name in ranks}
    return Listing(title=path.stem, ranks=ranks, keys=keys, scores=scores)


def _names(path: Path, frame: pd.DataFrame, against: Listing | None) -> str:
    """The column of names."""
    if usual := [column for column in ("name", "unit") if column in frame]:
        return usual[0]
    texts = [column for column in frame.columns if any(isinstance(item, str) for item in frame[column])]
    if not texts:
        raise UsageError(f"{path.name}: has no column 'name'; its columns are {shorten_list(list(frame.columns))}")
    known = {key for keys in against.keys.values() for key in keys} if against else set()
    return max(texts, key=lambda column: frame[column].astype(str).map(casefold_name).isin(known).sum())


@frozen(kw_only=True, eq=False)
class Target:
    """A published list among the units of a ranking.

    Attributes:
        units: The positions of the units that it lists and that are ranked, best first; `ranks` and `scores` are its.
        rest: The positions of the ranked units that it does not list; empty if they are left out.
        ambiguous: Names that are several units', with these units' codes.
    """

    title: str
    units: Any
    ranks: Array
    scores: Array | None
    rest: Any
    unmatched: tuple[str, ...]
    ambiguous: Mapping[str, tuple[str, ...]]

    def pairs(self) -> tuple[Any, Any]:
        """Every pair whose order the list shows, better and worse, as positions in `everyone`; the rest come last."""
        count = len(self.units)
        better, worse = np.nonzero(self.ranks[:, None] < self.ranks[None, :])
        above, below = np.meshgrid(np.arange(count), count + np.arange(len(self.rest)), indexing="ij")
        return np.concatenate([better, above.ravel()]), np.concatenate([worse, below.ravel()])

    @property
    def everyone(self) -> Any:
        """The positions of those listed, then of the rest."""
        return np.concatenate([self.units, self.rest]).astype(np.intp)


def target(
    path: Path, ranking: Ranking, edition: int, *, listed_only: bool = False, reading: ListReading = DEFAULT
) -> Target:
    """Match a published list (a CSV with a column `rank`, one of names, and perhaps `score`) to a ranking.

    Units that are not listed come after all that are; with `listed_only` they say nothing.
    """
    ranked = listing_of(ranking, edition)
    listing = published(path, ranked, reading)
    position = dict(zip(ranked.ranks, map(int, ranking.order(edition)), strict=True))
    matched = {name: position[other] for name, other in match(ranked, listing).items() if other is not None}
    ambiguous = shared_names(listing, (name for name in listing.ranks if name not in matched), ranked)
    unmatched = tuple(name for name in listing.ranks if name not in matched and name not in ambiguous)
    if len(matched) < 3:
        text = f"{path.name}: {len(matched)} of its names match ranked units; at least 3 are needed"
        text += f"; not found: {shorten_list(unmatched)}" if unmatched else ""
        text += f"; ambiguous: {shorten_list(list(ambiguous))}" if ambiguous else ""
        raise UsageError(text)
    units = np.array(list(matched.values()))
    scores = np.array([listing.scores.get(name, np.nan) for name in matched])
    everyone = ranked_units(ranking, edition)
    return Target(
        title=listing.title,
        units=units,
        ranks=np.array([listing.ranks[name] for name in matched]),
        scores=None if np.isnan(scores).any() else scores,
        rest=np.array([], dtype=np.intp) if listed_only else everyone[~np.isin(everyone, units)],
        unmatched=unmatched,
        ambiguous=ambiguous,
    )


def compare_lists(
    a: Annotated[str, typer.Argument(help=_WHAT, autocompletion=complete_scenarios)],
    b: Annotated[str, typer.Argument(help=_WHAT, autocompletion=complete_scenarios)],
    top: Annotated[
        int | None, typer.Option(min=1, help="Show the N largest differences.", show_default="10; all in JSON and CSV")
    ] = None,
    reading: Annotated[str, typer.Option(metavar="OPTIONS", help=READING)] = "",
    format_: Format = "table",
) -> None:
    """Compare two rankings: overlap, rank correlations and the largest differences."""
    registry = Registry.installed()
    lists = {at: name for at, name in enumerate((a, b)) if table_kind(name)}
    rankings: dict[int, tuple[Ranking, int]] = {}
    for at, name in enumerate((a, b)):
        if at not in lists:
            rankings[at] = _ranked(name, registry, rankings[0][0] if rankings else None)
    with progress("comparing"):
        if not lists:
            (first, one), (second, other) = rankings.values()
            result = compare_editions(first, second, (one, other))
        else:
            listings = {at: listing_of(*item) for at, item in rankings.items()}
            for at, name in lists.items():
                listings[at] = published(Path(name), listings.get(1 - at), reading_of(reading))
            result = compare(listings[0], listings[1])
    write_answer(_answer(result, top), format_)


def _ranked(name: str, registry: Registry, before: Ranking | None = None) -> tuple[Ranking, int]:
    """The ranking of a scenario, an edition or a run folder, with the edition's position.

    A run folder's units are not read again if a ranking before has the same; a scenario is measured again.
    """
    scenario, at, year = name.rpartition("@")
    if not at or is_file(Path(name)) or is_folder(Path(name)):
        scenario, year = name, ""
    wanted = whole_number(year)
    if year and wanted is None:
        raise UsageError(f"{shorten(name)}: the part after @ must be an edition (year)")
    before = before if run_folder(scenario, registry) else None
    with progress("loading") as tell:
        ranking = rank(scenario, registry, cache=Cache.default(), progress=tell, before=before)
    return ranking, edition_of(ranking, wanted)


def compare_rankings(ranking: Ranking, *, other: Ranking, edition: int, with_edition: int) -> Answer:
    """Compare two rankings by the names of their units.

    Args:
        ranking: The one.
        other: The other.
        edition: The position of the edition of the one.
        with_edition: The position of the edition of the other.

    Returns:
        The table `differences`, the largest first, and the `Comparison`.
    """
    return _answer(compare_editions(ranking, other, (edition, with_edition)), None)


def _answer(result: Comparison, top: int | None) -> Answer:
    order = np.lexsort([result.ranks[:, 1], -np.abs(result.ranks[:, 0] - result.ranks[:, 1])])
    names, (first, second) = np.array(result.names, dtype=object)[order], result.ranks[order].T
    common = gettext(
        "in both: {common}; in the top {top} of both: {overlap} of {top}",
        common=len(result.names),
        top=result.top,
        overlap=result.overlap,
    )
    correlations = gettext(
        "Spearman {spearman}, Kendall {kendall}",
        spearman=format_number(f"{result.spearman:.3f}"),
        kendall=format_number(f"{result.kendall:.3f}"),
    )
    only = listed(result.only_second)
    differences = pd.DataFrame({"unit": names, "first": first, "second": second, "difference": first - second})
    figures = ("spearman", "kendall", "top", "overlap", "only_second")
    return Answer(
        title=gettext("{one} and {other}", one=result.first.title, other=result.second.title),
        tables={"differences": differences},
        notes=(
            common,
            correlations,
            *_shifted(result),
            *not_matched(result.ambiguous),
            *([gettext("only in the second: {names}", names=only)] if only else []),
        ),
        bars="difference",
        record=result,
        page=[*_page(result, common, differences[: top or _SHOWN])],
        data=lambda: {
            "first": result.first.title,
            "second": result.second.title,
            **{name: getattr(result, name) for name in figures},
            "differences": differences[:top],
        },
        rows=lambda: differences[:top],
        about=lambda: {**result.first.about(), "against": result.second.about()},
        left_out=0 if top is None else max(0, len(differences) - top),
    )


def _shifted(result: Comparison) -> list[str]:
    """That ranks are not of the same units, where either has units that the other does not have."""
    first, second = len(result.first.ranks), len(result.second.ranks)
    if len(result.names) == first == second:
        return []
    text = gettext_noop("ranks are among {first} and among {second}: units in only one of the two shift them")
    return [gettext(text, first=format_count(first), second=format_count(second))]


def _page(result: Comparison, common: str, differences: pd.DataFrame) -> Iterator[str | ScreenTable]:
    first, second = (
        escape_markup(gettext("{title}: {number} ranked", title=listing.title, number=len(listing.ranks)))
        for listing in (result.first, result.second)
    )
    yield f"\nA  {first}"
    yield f"B  {second}\n"
    yield common
    yield gettext(
        "Spearman {spearman}, Kendall {kendall} (over the {number} in both)",
        spearman=format_number(f"{result.spearman:.3f}"),
        kendall=format_number(f"{result.kendall:.3f}"),
        number=len(result.names),
    )
    others = gettext(
        "weighted Spearman {spearman}, WS {similarity}, gamma {gamma}",
        spearman=format_number(f"{result.weighted:.3f}"),
        similarity=format_number(f"{result.similarity:.3f}"),
        gamma=format_number(f"{result.gamma:.3f}"),
    )
    yield f"[dim]{others}[/dim]"
    yield from map(escape_markup, not_matched(result.ambiguous))
    if result.only_second:
        yield escape_markup(gettext("only in B: {names}", names=listed(result.only_second)))
    columns = (ScreenColumn(gettext("unit"), "name"), ScreenColumn("A"), ScreenColumn("B"), ScreenColumn("A - B"))
    grid = ScreenTable(columns, title=gettext("largest differences"))
    for name, *ranks, difference in differences.itertuples(index=False):
        shown = (*(f"{rank:g}" for rank in ranks), f"{difference:+g}")
        grid.add(escape_markup(name), *map(format_number, shown))
    yield ""
    yield grid
    yield from (f"[dim]{text}[/dim]" for text in _shifted(result))
