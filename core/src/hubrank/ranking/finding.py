"""The finding of a ranking in two sentences: who leads, where the order becomes noise, and which changes are robust."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hubrank.i18n import (
    clauses,
    enumerated,
    format_count,
    format_number,
    format_percent,
    gettext,
    joined,
    listed,
    ngettext,
)
from hubrank.numeric import Array
from hubrank.ranking.intervals import SURE, robust_text
from hubrank.ranking.ranking import Ranking

#: The distance in ranks of compared units; in a ranking of fewer than ten times as many, a tenth of it.
_APART = 10
#: The most units named.
_NAMED = 3


def places_apart(units: int) -> int:
    """The distance in ranks at which two units of a ranking of this size should be distinguishable."""
    return max(1, min(_APART, units // _APART))


def noise_from(ahead: Array) -> int:
    """The rank, from 1, from which on the order is mostly noise; beyond the last if it nowhere is.

    It is the rank that best separates units that can be distinguished from the one below from those that cannot, with
    the fewest on the wrong side. So most of the units after it, and of any number directly after it, cannot.

    Args:
        ahead: The share of the draws in which each unit is ahead of the one below that it is compared with,
            `(places,)`.
    """
    sure = np.where(ahead >= SURE, 1, -1)
    return int(np.append(0, np.cumsum(sure)).argmax()) + 1


def finding(ranking: Ranking, edition: int, names: Sequence[str] | None = None) -> list[str]:
    """The finding of the draws of an edition (its position): a sentence on its order, and one on rank changes.

    The units tied with the first; the rank from which on the order is noise; the robust changes. Without draws, that
    this is unknown; for a single unit nothing.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        names: Names of units other than their own.
    """
    names, order = names or ranking.names, ranking.order(edition)
    if len(order) < 2:
        return []
    first = names[order[0]]
    if ranking.joint is None:
        return [
            gettext("{name} is first; how certain the ranks are is not known, since no draws were made.", name=first)
        ]
    if np.isnan(ranking.joint.behind_first[edition]).all():
        return [
            gettext(
                "{name} is first; how certain the ranks are is not known, since there are too few draws.", name=first
            )
        ]
    texts = [_first_text(ranking.joint.behind_first[edition, order[1:]], [names[unit] for unit in order])]
    if len(ahead := _ahead(ranking, edition)) > 1:
        texts.append(_order_text(ranking, edition, ahead))
    sentence = gettext("{told}.", told=clauses(texts))
    return [text for text in (sentence, _moves_text(ranking, edition, names)) if text]


def finding_means(ranking: Ranking, edition: int) -> str:
    """The meaning of the finding's words, with the counts behind them; empty without draws."""
    ahead = _ahead(ranking, edition)
    if not len(ahead):
        return ""
    texts = [gettext("Clearly ahead: in at least {share} of the draws.", share=format_percent(SURE))]
    if len(beyond := ahead[noise_from(ahead) - 1 :]):
        text = ngettext(
            places_apart(len(ranking.order(edition))),
            "Mostly noise: from this rank on {sure} of {units} are clearly ahead of the next one.",
            "Mostly noise: from this rank on {sure} of {units} are clearly ahead of the unit {count} ranks below.",
            sure=format_count(int((beyond >= SURE).sum())),
            units=format_count(len(beyond)),
        )
        texts.append(text)
    if _moves_text(ranking, edition, ranking.names):
        texts.append(gettext("Robust: {claim}.", claim=robust_text()))
    return " ".join(texts)


def _ahead(ranking: Ranking, edition: int) -> Array:
    """In which share of the draws the unit of each place is ahead of the one below; empty if none is known."""
    if ranking.joint is None:
        return np.empty(0)
    order = ranking.order(edition)
    ahead: Array = ranking.joint.ahead_below[edition, order][: -places_apart(len(order))]
    return ahead[:0] if np.isnan(ahead).all() else ahead


def _first_text(behind: Array, names: Sequence[str]) -> str:
    """Whether the first unit is distinguishable from all others, by the share of draws with each behind it."""
    first, *others = names
    level = [name for name, share in zip(others, behind, strict=True) if not share >= SURE]
    if not level:
        return gettext("{name} is first, clearly ahead of all others", name=first)
    named = enumerated(level, _NAMED)
    if 1 < len(level) <= _NAMED:
        named = joined([listed(level[:-1]), level[-1]])
    return gettext("{name} is first, but not clearly ahead of {names}", name=first, names=named)


def _order_text(ranking: Ranking, edition: int, ahead: Array) -> str:
    """From which rank on the order is noise."""
    place, order = noise_from(ahead), ranking.order(edition)
    if place == 1:
        return gettext("the order as a whole is mostly noise")
    if place <= len(ahead):
        rank = format_number(f"{ranking.ranks[edition, order[place - 1]]:g}")
        return gettext("from rank {rank} on the order is mostly noise", rank=rank)
    return ngettext(
        places_apart(len(order)),
        "most units are clearly ahead of the next one",
        "most units are clearly ahead of the unit {count} ranks below",
    )


def _moves_text(ranking: Ranking, edition: int, names: Sequence[str]) -> str:
    """Which moves since the edition before are robust, the largest named; empty if nothing moved."""
    if ranking.agreement is None or ranking.robust is None or edition == 0:
        return ""
    moved, robust = ~np.isnan(ranking.agreement[edition]), np.flatnonzero(ranking.robust[edition])
    moves, since = format_count(int(moved.sum())), ranking.editions[edition - 1]
    if not moved.any():
        return ""
    if not len(robust):
        return gettext("None of {moves} rank changes since {edition} is robust.", moves=moves, edition=since)
    sizes = np.abs(ranking.ranks[edition - 1] - ranking.ranks[edition])[robust]
    largest = robust[np.argsort(-sizes, kind="stable")]
    named = [f"{names[unit]} ({ranking.moved_text(edition, int(unit))})" for unit in largest]
    return ngettext(
        len(robust),
        "Since {edition}, {count} of {moves} rank changes is robust: {names}.",
        "Since {edition}, {count} of {moves} rank changes are robust: {names}.",
        edition=since,
        moves=moves,
        names=enumerated(named, _NAMED),
    )
