"""A published list as what weights are fitted to: its units, and which is to be ahead of which."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from hubrank import UsageError
from hubrank.errors import shorten_list
from hubrank.explain.shapley import ranked

from hubrank_analysis.fit.comparison import listing_of, published, shared_names
from hubrank_analysis.fit.lists import DEFAULT, ListReading, list_of

if TYPE_CHECKING:
    from hubrank import Array, Ranking


@frozen(kw_only=True, eq=False)
class Target:
    """A published list among the units of a ranking.

    Attributes:
        title: The file's name.
        units: The positions of the units that it lists and that are ranked, best first.
        ranks: Their published ranks.
        scores: Their published scores; none where the list has none.
        rest: The positions of the ranked units that it does not list; empty where they are left out.
        unmatched: Names that are no ranked unit's.
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
        """Every pair whose order the list tells, better and worse, as positions in `everyone`.

        Whoever is listed is ahead of whoever is not.
        """
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

    Args:
        path: The list.
        ranking: The ranking.
        edition: The edition's position.
        listed_only: Whether units that are not listed say nothing; by default they come after all that are.
        reading: How the list is written.

    Raises:
        UsageError: It is no such list, or fewer than 3 of its names match ranked units; at least 3 are needed.
    """
    own = listing_of(ranking, edition)
    listing = published(path, own, reading)
    order = [int(at) for at in ranking.order(edition)]
    position = dict(zip(own.ranks, order, strict=True))
    by_key = {key: name for name, keys in own.keys.items() for key in keys}
    matched: dict[str, int] = {}
    for name in listing.ranks:
        found = next((by_key[key] for key in listing.keys[name] if key in by_key), None)
        if found is not None and position[found] not in matched.values():
            matched[name] = position[found]
    ambiguous = shared_names(listing, (name for name in listing.ranks if name not in matched), own)
    unmatched = tuple(name for name in listing.ranks if name not in matched and name not in ambiguous)
    if len(matched) < 3:
        said = f"{path.name}: {len(matched)} of its names match ranked units; at least 3 are needed"
        said += "; " + f"not found: {shorten_list(unmatched)}" if unmatched else ""
        said += "; " + f"ambiguous: {shorten_list(list(ambiguous))}" if ambiguous else ""
        raise UsageError(said)
    units = np.array(list(matched.values()))
    everyone = ranked(ranking, edition)
    return Target(
        title=listing.title,
        units=units,
        ranks=np.array([listing.ranks[name] for name in matched]),
        scores=_scores(path, list(matched), reading),
        rest=np.array([], dtype=np.intp) if listed_only else everyone[~np.isin(everyone, units)],
        unmatched=unmatched,
        ambiguous=ambiguous,
    )


def _scores(path: Path, names: list[str], reading: ListReading) -> Array | None:
    """The published scores of some names, where each has one."""
    frame = list_of(path, reading)
    if "score" not in frame.columns:
        return None
    for column in frame.columns:
        by_name = dict(zip(frame[column], frame["score"], strict=True))
        if all(name in by_name for name in names):
            scores = np.array([by_name[name] for name in names], dtype=float)
            return None if np.isnan(scores).any() else scores
    return None
