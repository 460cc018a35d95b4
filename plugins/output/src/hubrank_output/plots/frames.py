"""The rows that a plot draws: of a ranking and an edition's position, one function a plot."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd
import pycountry
from hubrank.errors import did_you_mean
from hubrank.explain.profile import profile
from hubrank.io.escaping import chart_text
from hubrank.numeric import Array
from hubrank.plugin import Ranking, UsageError, gettext
from hubrank.ranking.ranking import refuse_unranked
from hubrank.results.rank import unit_of

from hubrank_output.report.payload import country_said

#: Letters of a name, far more than a plot has space for; the drawing library measures longer ones for seconds.
LETTERS = 500
#: The parts of a score: the members of the index, or all indicators.
By = Literal["dimensions", "indicators"]


def bar(ranking: Ranking, at: int, top: int = 30) -> pd.DataFrame:
    """`name`, `part`, `length`: the parts of each score, in proportion to the dimensions' weighted scores.

    Where a score has no parts of one sign, or less of it is better, one part is as long as the score.
    """
    units = ranking.order(at)[:top]
    names, scores = _names(ranking, units), ranking.scores[at, units]
    root = ranking.nodes[ranking.plan.tree.root.name]
    weights = np.broadcast_to(root.shares, root.members.shape)[at]
    weighted = np.nan_to_num(weights[units] * root.members[at, units])
    if not ((weighted >= 0).all() and (scores >= 0).all() and ranking.plan.scenario.ranking.best == "highest"):
        return pd.DataFrame({"name": names, "part": gettext("score"), "length": scores})
    total = weighted.sum(axis=1)
    shares = weighted / np.where(total > 0, total, 1)[:, None]
    titles = list(_titled(ranking, [member.name for member in root.node.members]).values())
    return _long(names, titles, shares * scores[:, None], "length")


def range_(ranking: Ranking, at: int, top: int = 30) -> pd.DataFrame | None:
    """`name`, `rank`, `low`, `high`, `joint_low`, `joint_high`, `outside`: ranks with the ends of their ranges."""
    if ranking.low is None or ranking.high is None:
        return None
    units = ranking.order(at)[:top]
    nothing = np.full(ranking.ranks.shape, np.nan)
    joint = (nothing, nothing) if ranking.joint is None else (ranking.joint.low, ranking.joint.high)
    ends = {"rank": ranking.ranks, "low": ranking.low, "high": ranking.high, "joint_low": joint[0]}
    columns = {key: item[at, units] for key, item in (ends | {"joint_high": joint[1]}).items()}
    return pd.DataFrame({"name": _names(ranking, units), **columns, "outside": ranking.outside[at, units]})


def bump(ranking: Ranking, at: int, top: int = 20) -> pd.DataFrame | None:
    """`edition`, `name`, `rank`: the ranks of the first of an edition in all of them."""
    if len(ranking.editions) < 2:
        return None
    units = ranking.order(at)[:top]
    names, years = _names(ranking, units), [str(year) for year in ranking.editions]
    frame = pd.DataFrame({"edition": np.repeat(years, len(units)), "name": names * len(years)})
    return frame.assign(rank=ranking.ranks[:, units].ravel())


def heatmap(ranking: Ranking, at: int, top: int = 30, by: By = "indicators") -> pd.DataFrame:
    """`name`, `part`, `score`: normalised values."""
    units = ranking.order(at)[:top]
    parts = _parts(ranking, at, by)
    return _long(_names(ranking, units), list(parts), np.stack([item[units] for item in parts.values()], 1), "score")


def radar(ranking: Ranking, at: int, *units: str, top: int = 3, by: By = "dimensions") -> pd.DataFrame:
    """`name`, `part`, `score`, `radius`: the units that are named, or the first; 0 to 1 from the least score on."""
    chosen = [_ranked(ranking, at, unit) for unit in units] or list(ranking.order(at)[:top])
    parts, order = _parts(ranking, at, by), ranking.order(at)
    scores = np.stack([item[order] for item in parts.values()])
    low, high = np.nanmin(scores), np.nanmax(scores)
    values = np.stack([item[chosen] for item in parts.values()], 1)
    frame = _long(_names(ranking, chosen), list(parts), values, "score")
    return frame.assign(radius=(frame["score"] - low) / (high - low or 1))


def box(ranking: Ranking, at: int, top: int = 5, by: By = "dimensions") -> pd.DataFrame:
    """`part`, `name`, `score`, `least`, `lower`, `median`, `upper`, `most`: the first units beside quartiles of all."""
    order, parts = ranking.order(at), _parts(ranking, at, by)
    frame = _long(
        _names(ranking, order[:top]), list(parts), np.stack([p[order[:top]] for p in parts.values()], 1), "score"
    )
    ends = pd.DataFrame(
        [np.nanpercentile(item[order], (0, 25, 50, 75, 100)) for item in parts.values()],
        columns=["least", "lower", "median", "upper", "most"],
    )
    return frame.merge(ends.assign(part=list(parts)), on="part")


def map_(ranking: Ranking, at: int, top: int = 5000) -> pd.DataFrame | None:
    """`name`, `rank`, `score`; `lat` and `lon`, or of countries `id`, the number that ISO 3166-1 gives them."""
    units, order = ranking.plan.units.units, ranking.order(at)[:top][::-1]
    frame = pd.DataFrame(
        {"name": _names(ranking, order), "rank": ranking.ranks[at, order], "score": ranking.scores[at, order]}
    )
    found = [pycountry.countries.get(alpha_3=ranking.codes[unit]) for unit in order]
    if "lat" in units and "lon" in units and not all(found):
        places = {key: np.asarray(units[key], dtype=float)[order] for key in ("lat", "lon")}
        return frame.assign(**places).dropna(subset=["lat", "lon"])
    frame = frame.assign(id=[item.numeric if item else None for item in found]).dropna(subset=["id"])
    return None if frame.empty else frame


def scatter(ranking: Ranking, at: int, x: str | None = None, y: str | None = None, top: int = 5000) -> pd.DataFrame:
    """`name`, `rank` and one column per figure: an indicator as measured, a dimension's score, the score or rank.

    The heaviest two dimensions, or indicators if there are no two, by default.

    Raises:
        UsageError: There is no such value.
    """
    figures = {"score": ranking.scores[at], "rank": ranking.ranks[at]}
    figures |= {name: ranking.nodes[name].scores[at] for name in ranking.dimensions}
    figures |= {item.key: ranking.measured[at, :, place] for place, item in enumerate(ranking.plan.ranked)}
    titles = _titled(ranking, figures)
    weights = ranking.weights()
    weights = weights[weights["edition"] == ranking.editions[at]].sort_values(
        "effective", ascending=False, kind="stable"
    )
    dimensions = [name for name in weights["member"] if name in ranking.dimensions]
    first = dimensions if len(dimensions) > 1 else [name for name in weights["member"] if name not in dimensions]
    keys = []
    for given, default in ((x, first[0]), (y, first[-1] if len(first) < 2 else first[1])):
        names = {**{title: key for key, title in titles.items()}, **{key: key for key in figures}}
        if given is not None and given not in names:
            raise UsageError(f"{given}: there is no such figure{did_you_mean(given, names)}")
        keys.append(default if given is None else names[given])
    units = ranking.order(at)[:top]
    named = pd.DataFrame({"name": _names(ranking, units), "rank": ranking.ranks[at, units]})
    drawn = pd.DataFrame(np.stack([figures[key][units] for key in keys], 1), columns=[titles[key] for key in keys])
    return pd.concat([named, drawn], axis=1)  # side by side: a value may have the name of one of the first


def tree(ranking: Ranking, at: int) -> pd.DataFrame:
    """`part`, `depth`, `start`, `end`, `effective`: each member's share of the whole, beside those of its dimension."""
    weights = ranking.weights()
    effective = weights[weights["edition"] == ranking.editions[at]].set_index("member")["effective"]
    nodes = {node.name: node for node in ranking.plan.tree}
    titles = _titled(ranking, effective.index)

    def below(name: str, depth: int, start: float) -> Iterator[tuple[str, int, float, float]]:
        for member in nodes[name].members if name in nodes else ():
            yield titles[member.name], depth, start, start + effective[member.name]
            yield from below(member.name, depth + 1, start)
            start += effective[member.name]

    rows = list(below(ranking.plan.tree.root.name, 1, 0.0))
    frame = pd.DataFrame(rows, columns=["part", "depth", "start", "end"])
    return frame.assign(effective=frame["end"] - frame["start"])


def waterfall(ranking: Ranking, at: int, unit: str | None = None, against: str | None = None) -> pd.DataFrame:
    """`part`, `start`, `end`, `amount`: from the mean score, or another unit's, to a unit's, the largest steps first.

    Raises:
        UsageError: There is no such unit, or it has no rank.
    """
    at_unit = int(ranking.order(at)[0]) if unit is None else _ranked(ranking, at, unit)
    other = None if against is None else _ranked(ranking, at, against)
    found = profile(ranking, at, at_unit, other, peers=0)
    titles = _titled(ranking, [item.key for item in found.figures])
    steps = [(titles[item.key], item.contribution) for item in found.figures]
    steps += [(chart_text(cause), amount) for cause, amount in found.rest.items()]
    steps.sort(key=lambda step: -abs(step[1]))
    score = float(ranking.scores[at, at_unit])
    first = gettext("mean") if other is None else _names(ranking, [other])[0]
    amounts = [score - found.lead, *(amount for _, amount in steps)]
    ends = np.cumsum(amounts)
    frame = pd.DataFrame({"part": [first, *(part for part, _ in steps)], "end": ends, "amount": amounts})
    last = pd.DataFrame({"part": _names(ranking, [at_unit]), "start": 0.0, "end": score, "amount": score})
    return pd.concat([frame.assign(start=frame["end"] - frame["amount"]), last], ignore_index=True)


def rivals(ranking: Ranking, at: int, top: int = 30) -> pd.DataFrame | None:
    """`country`, `tier`, `units`: the units of each country by tier, the country with most in the best first."""
    if not any(ranking.countries):
        return None
    ranked = ranking.order(at)
    tiers = [tier for tier in ranking.plan.scenario.ranking.tiers or (10, 30, 100) if tier < len(ranked)]
    labels = [gettext("top {rank}", rank=tier) for tier in tiers] + [gettext("below") if tiers else gettext("ranked")]
    place = np.searchsorted([*tiers, len(ranked)], ranking.ranks[at, ranked])
    countries = [chart_text(country_said(ranking.countries[unit])) for unit in ranked]
    counts = pd.DataFrame({"country": countries, "place": place}).value_counts().rename("units").reset_index()
    wide = counts.pivot_table(index="country", columns="place", values="units", fill_value=0)
    order = wide.sort_values(list(wide.columns), ascending=False).index.tolist()[:top]
    frame = counts.set_index("country").loc[order].reset_index().sort_values("place", kind="stable")
    return frame.assign(tier=[labels[item] for item in frame["place"]])[["country", "tier", "units"]]


def _ranked(ranking: Ranking, at: int, unit: str) -> int:
    refuse_unranked(ranking, at, found := unit_of(ranking, unit))
    return found


def _long(names: Sequence[str], parts: Sequence[str], values: Array, column: str) -> pd.DataFrame:
    """Values `(names, parts)`, a row each."""
    frame = pd.DataFrame({"name": np.repeat(names, len(parts)), "part": [*parts] * len(names)})
    return frame.assign(**{column: values.ravel()})


def _names(ranking: Ranking, units: Iterable[int]) -> list[str]:
    """Names that distinguish units with the same name."""
    names = [chart_text(name)[:LETTERS] for name in ranking.names]
    counts = Counter(names)
    return [
        names[unit] if counts[names[unit]] == 1 else f"{names[unit]} ({chart_text(ranking.codes[unit])})"
        for unit in units
    ]


def _titled(ranking: Ranking, keys: Iterable[str]) -> dict[str, str]:
    """The titles of dimensions and indicators by key, with the key too if titles are the same."""
    known = {node.name: node.title for node in ranking.plan.tree}
    known |= {item.key: item.title for item in ranking.plan.ranked}
    titles = {key: chart_text(gettext(known.get(key, key))) for key in keys}
    shared = Counter(titles.values())
    return {key: title if shared[title] == 1 else f"{title} ({key})" for key, title in titles.items()}


def _parts(ranking: Ranking, at: int, by: By) -> dict[str, Array]:
    """Scores `(units,)` by title: of the index's members, or of all indicators; those too of a single dimension."""
    keys = [item.key for item in ranking.plan.ranked]
    members = [member.name for member in ranking.plan.tree.root.members]
    scores = {key: ranking.normalised[at, :, place] for place, key in enumerate(keys)}
    if by == "dimensions" and not (len(members) == 1 and members[0] in ranking.dimensions):
        scores = {
            name: ranking.nodes[name].scores[at] if name in ranking.dimensions else scores[name] for name in members
        }
    titles = _titled(ranking, scores)
    return {titles[key]: item for key, item in scores.items() if not np.isnan(item[ranking.order(at)]).all()}
