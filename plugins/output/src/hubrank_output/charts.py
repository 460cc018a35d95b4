"""Charts of a ranking: Altair objects for notebooks, SVG and PNG for everything else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import vl_convert
from hubrank.io.escaping import chart_text, chart_value
from hubrank.plugin import (
    ENGLISH,
    PluginError,
    Ranking,
    UsageError,
    current_language,
    format_number,
    gettext,
    use_language,
)
from hubrank.ranking.intervals import held_text

from hubrank_output.report.payload import country_name

#: How many of the ranking a chart shows.
SHOWN, LINES, PROFILES = 30, 20, 5
#: Letters of a name, far more than a chart has room for; what draws measures a longer one for seconds.
LETTERS = 500
#: Pixels of a PNG for each of the chart's.
SCALE = 2
ACCENT, SOFT, LAND = "#1d5c96", "#56606e", "#e6e9ed"
PALETTE = ("#1d4e79", "#4f8fc4", "#9cc3e0", "#5f9e8f", "#b5c9a8", "#8a7fb0", "#c7b8d8", "#9aa5b1")


def charts(ranking: Ranking) -> dict[str, alt.TopLevelMixin]:
    """All charts that a ranking has something for, by name, as Altair objects.

    Args:
        ranking: The ranking; its last edition is shown.
    """
    drawn = {name: draw(ranking) for name, (draw, _) in _DRAWINGS.items()}
    return {name: chart for name, chart in drawn.items() if chart is not None}


def write(name: str, kind: str, ranking: Ranking, path: Path) -> None:
    """Write a chart as SVG or PNG, or raise a `UsageError` where the ranking has nothing for it."""
    draw, needs = _DRAWINGS[name]
    chart = draw(ranking)
    if chart is None:
        message = f"{path.name}: the chart '{name}' needs {needs}, which this ranking does not have"
        with use_language(ENGLISH):
            if name == "ranges" and ranking.ranges_note:
                message += f"; ranges: {ranking.ranges_note}"
        raise UsageError(message)
    path.write_bytes(picture(chart, kind))


def picture(chart: alt.TopLevelMixin, kind: str) -> bytes:
    """The chart as the bytes of an SVG or a PNG, `kind`; a `PluginError` where the library that draws fails."""
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    try:
        specification = chart_value(chart.to_dict())
        if kind == "svg":
            return vl_convert.vegalite_to_svg(specification, vl_version=version).encode()
        return bytes(vl_convert.vegalite_to_png(specification, vl_version=version, scale=SCALE))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic of the library is no Exception
        first = " ".join(line.strip() for line in str(error).splitlines()[:2])
        what = f"the library that draws charts failed: {first}"
        raise PluginError("vl-convert-python", kind.upper(), what) from error


def _finished(chart: Any, ranking: Ranking, subtitle: str) -> Any:
    """Title, fonts, quiet axes, and numbers as the language writes them; English is what Vega speaks by itself."""
    title = alt.Title(chart_text(ranking.title), subtitle=subtitle, anchor="start", subtitleColor=SOFT)
    locale = {}
    if current_language() != ENGLISH:
        decimal, thousands = format_number("."), format_number(",")
        number = alt.NumberLocale(decimal=decimal, thousands=thousands, grouping=[3], currency=["", ""])
        locale = {"locale": alt.Locale(number=number)}
    return (
        chart.properties(title=title)
        .configure(font="sans-serif", padding=16, **locale)
        .configure_view(stroke=None)
        .configure_axis(domainColor=SOFT, tickColor=SOFT, gridColor="#eef0f2", labelLimit=220, titleColor=SOFT)
        .configure_title(fontSize=16, subtitleFontSize=12, limit=700)
        .configure_legend(titleColor=SOFT, labelLimit=240)
    )


def _labels(ranking: Ranking, units: Any) -> list[str]:
    """Names that tell units of one name apart."""
    names = [chart_text(name)[:LETTERS] for name in ranking.names]
    counts = Counter(names)
    return [
        names[unit] if counts[names[unit]] == 1 else f"{names[unit]} ({chart_text(ranking.codes[unit])})"
        for unit in units
    ]


def _parts(ranking: Ranking, at: int) -> dict[str, Any]:
    """The scores of the index's members, by title, with the name too where titles are alike."""
    root = ranking.nodes[ranking.plan.tree.root.name]
    titles = {node.name: chart_text(gettext(node.title)) for node in ranking.plan.tree}
    titles |= {item.key: chart_text(gettext(item.title)) for item in ranking.plan.ranked}
    members = [member.name for member in root.node.members]
    shared = Counter(titles[name] for name in members)
    labels = [titles[name] if shared[titles[name]] == 1 else f"{titles[name]} ({name})" for name in members]
    return {label: root.members[at, :, column] for column, label in enumerate(labels)}


def _makeup(ranking: Ranking) -> Any:
    """Bars as long as the score, split in proportion to the dimensions' weighted scores."""
    at = len(ranking.editions) - 1
    root = ranking.nodes[ranking.plan.tree.root.name]
    weights = np.broadcast_to(root.shares, root.members.shape)[at]
    units = ranking.order(at)[:SHOWN]
    weighted = np.nan_to_num(weights[units] * root.members[at, units])
    scores = ranking.scores[at, units]
    stacked = (weighted >= 0).all() and (scores >= 0).all() and ranking.plan.scenario.ranking.best == "highest"
    names = _labels(ranking, units)
    subtitle = gettext("{edition}, top {count}", edition=ranking.editions[at], count=len(units))
    score = gettext("score")
    if not stacked:
        bars = alt.Chart(pd.DataFrame({"name": names, "score": scores})).mark_bar(color=ACCENT)
        x, y = alt.X("score:Q", title=score), alt.Y("name:N", sort=names, title=None)
        return _finished(bars.encode(x=x, y=y), ranking, subtitle)
    total = weighted.sum(axis=1)
    share = weighted / np.where(total > 0, total, 1)[:, None]
    titles = list(_parts(ranking, at))
    frame = pd.DataFrame(
        {
            "name": np.repeat(names, len(titles)),
            "part": titles * len(names),
            "place": list(range(len(titles))) * len(names),
            "length": (share * scores[:, None]).ravel(),
        }
    )
    colours = alt.Scale(domain=titles, range=[PALETTE[place % len(PALETTE)] for place in range(len(titles))])
    x = alt.X("length:Q", title=score)
    return _finished(_stacked(frame, x, "name", names, "part", colours, columns=2), ranking, subtitle)


def _stacked(
    frame: pd.DataFrame, x: alt.X, row: str, rows: list[str], part: str, colours: alt.Scale, **legend: int
) -> alt.Chart:
    y = alt.Y(f"{row}:N", sort=rows, title=None)
    colour = alt.Color(f"{part}:N", scale=colours, title=None, legend=alt.Legend(orient="bottom", **legend))
    bars = alt.Chart(frame).mark_bar(height=11).encode(x=x, y=y, color=colour, order=alt.Order("place:Q"))
    return bars.properties(width=520, height=18 * len(rows))


def _map(ranking: Ranking) -> Any:
    """Dots on the world, the larger the better the score."""
    units = ranking.plan.units.units
    if "lat" not in units or "lon" not in units:
        return None
    at = len(ranking.editions) - 1
    order = ranking.order(at)[::-1]
    frame = pd.DataFrame(
        {
            "name": _labels(ranking, order),
            "lat": np.asarray(units["lat"], dtype=float)[order],
            "lon": np.asarray(units["lon"], dtype=float)[order],
            "score": ranking.scores[at, order],
            "rank": ranking.ranks[at, order],
        }
    )
    atlas = json.loads(resources.files("hubrank_output.report").joinpath("vendored/countries-110m.json").read_bytes())
    world = alt.Data(values=atlas, format=alt.TopoDataFormat(feature="countries", type="topojson"))
    land = alt.Chart(world).mark_geoshape(fill=LAND, stroke="white", strokeWidth=0.5)
    size = [240, 6] if ranking.plan.scenario.ranking.best == "lowest" else [6, 240]
    scale = alt.Scale(type="pow", exponent=2, range=size)
    tips = {"name:N": gettext("name"), "rank:Q": gettext("rank"), "score:Q": gettext("score")}
    dots = alt.Chart(frame.dropna(subset=["lat", "lon"])).mark_circle(color=ACCENT, opacity=0.6)
    dots = dots.encode(
        longitude="lon:Q",
        latitude="lat:Q",
        size=alt.Size("score:Q", scale=scale, title=gettext("score")),
        tooltip=[alt.Tooltip(column, title=title) for column, title in tips.items()],
    )
    both = (land.transform_filter("datum.id != '010'") + dots).project("equalEarth").properties(width=860, height=420)
    subtitle = gettext("{edition}, {units} ranked", edition=ranking.editions[at], units=len(frame))
    return _finished(both, ranking, subtitle)


def _editions(ranking: Ranking) -> Any:
    if len(ranking.editions) < 2:
        return None
    last = len(ranking.editions) - 1
    units = ranking.order(last)[:LINES]
    frame = pd.DataFrame(
        {
            "edition": np.repeat([str(year) for year in ranking.editions], len(units)),
            "name": _labels(ranking, units) * len(ranking.editions),
            "rank": ranking.ranks[:, units].ravel(),
        }
    )
    axis = alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False, offset=10)
    scale = alt.Scale(reverse=True, nice=False, zero=False)
    base = alt.Chart(frame).encode(
        x=alt.X("edition:O", title=None, axis=axis),
        y=alt.Y("rank:Q", title=gettext("rank"), scale=scale, axis=alt.Axis(grid=False)),
    )
    lines = base.mark_line(color=SOFT, opacity=0.5).encode(detail="name:N")
    points = base.mark_circle(color=ACCENT, size=45, opacity=1)
    names = base.mark_text(align="left", dx=9, limit=220).encode(text="name:N")
    names = names.transform_filter(f"datum.edition == '{ranking.editions[last]}'")
    chart = (lines + points + names).properties(width=480, height=22 * len(units))
    subtitle = gettext("top {count} of {edition}", count=len(units), edition=ranking.editions[last])
    return _finished(chart, ranking, subtitle)


def _profiles(ranking: Ranking) -> Any:
    at = len(ranking.editions) - 1
    ranked = ranking.order(at)
    labels, parts = _labels(ranking, ranked), _parts(ranking, at)
    titles, first = list(parts), labels[:PROFILES]
    frame = pd.DataFrame(
        {
            "part": np.repeat(titles, len(labels)),
            "name": labels * len(titles),
            "score": np.concatenate([scores[ranked] for scores in parts.values()]),
            "first": [place < PROFILES for place in range(len(labels))] * len(titles),
        }
    )
    base = alt.Chart(frame).encode(
        x=alt.X("score:Q", title=gettext("score"), scale=alt.Scale(zero=False)),
        y=alt.Y("part:N", sort=titles, title=None),
    )
    ticks = base.mark_tick(color=SOFT, opacity=0.35, size=16)
    dots = base.mark_circle(size=80, opacity=1).transform_filter("datum.first")
    coloured = dots.encode(color=alt.Color("name:N", sort=first, title=None, scale=alt.Scale(scheme="tableau10")))
    chart = (ticks + coloured).properties(width=520, height=34 * len(titles))
    edition, count = ranking.editions[at], len(first)
    subtitle = gettext("{edition}, top {count} of {units}", edition=edition, count=count, units=len(ranked))
    return _finished(chart, ranking, subtitle)


def _ranges(ranking: Ranking) -> Any:
    """Each rank with its range in nine draws of ten, and that of all at once; a rank outside its own is marked."""
    if ranking.low is None or ranking.high is None:
        return None
    at = len(ranking.editions) - 1
    units = ranking.order(at)[:SHOWN]
    outside = ranking.outside[at, units]
    names = [f"{name}{' *' * bool(out)}" for name, out in zip(_labels(ranking, units), outside, strict=True)]
    stages = {"rank": ranking.ranks, "low": ranking.low, "high": ranking.high}
    joint = ranking.joint if ranking.joint is not None and not np.isnan(ranking.joint.low[at, units]).all() else None
    if joint is not None:
        stages |= {"joint_low": joint.low, "joint_high": joint.high}
    frame = pd.DataFrame({"name": names, **{name: values[at, units] for name, values in stages.items()}})
    base = alt.Chart(frame).encode(y=alt.Y("name:N", sort=names, title=None))
    lines = base.mark_rule(color=SOFT, opacity=0.4, strokeWidth=5, strokeCap="round").encode(
        x=alt.X("low:Q", title=gettext("rank"), scale=alt.Scale(zero=False)), x2="high:Q"
    )
    dots = base.mark_circle(color=ACCENT, size=60, opacity=1).encode(x=alt.X("rank:Q", title=gettext("rank")))
    layers = [lines, dots]
    if joint is not None:
        thin = base.mark_rule(color=SOFT, strokeWidth=1).encode(x=alt.X("joint_low:Q"), x2="joint_high:Q")
        layers.insert(0, thin)
    chart = alt.layer(*layers).properties(width=520, height=18 * len(names))
    texts = [gettext("{edition}, range of {share} of draws", edition=ranking.editions[at], share=held_text())]
    if joint is not None:
        texts.append(gettext("thin: of all units at once"))
    if outside.any():
        texts.append(gettext("* marks ranks outside their own range"))
    return _finished(chart, ranking, "; ".join(texts))


def _rivals(ranking: Ranking) -> Any:
    if not any(ranking.countries):
        return None
    at = len(ranking.editions) - 1
    ranked = ranking.order(at)
    tiers = [tier for tier in ranking.plan.scenario.ranking.tiers or (10, 30, 100) if tier < len(ranked)]
    labels = [gettext("top {rank}", rank=tier) for tier in tiers] + [gettext("below") if tiers else gettext("ranked")]
    place = np.searchsorted([*tiers, len(ranked)], ranking.ranks[at, ranked])
    countries = [chart_text(country_name(ranking.countries[unit])) for unit in ranked]
    counts = pd.DataFrame({"country": countries, "place": place}).value_counts().rename("units").reset_index()
    wide = counts.pivot_table(index="country", columns="place", values="units", fill_value=0)
    order = wide.sort_values(list(wide.columns), ascending=False).index.tolist()[:SHOWN]
    counts = counts[counts["country"].isin(order)].assign(tier=lambda item: item["place"].map(labels.__getitem__))
    colours = alt.Scale(domain=labels, range=[*PALETTE[: len(tiers)], LAND])
    x = alt.X("units:Q", title=gettext("ranked units"), axis=alt.Axis(tickMinStep=1))
    return _finished(_stacked(counts, x, "country", order, "tier", colours), ranking, str(ranking.editions[at]))


#: How each chart is drawn, none where the ranking has nothing for it; and what it needs.
_DRAWINGS: dict[str, tuple[Callable[[Ranking], Any], str]] = {
    "ranking": (_makeup, "ranked units"),
    "map": (_map, "units with lat and lon"),
    "editions": (_editions, "two editions"),
    "profiles": (_profiles, "dimensions"),
    "ranges": (_ranges, "ranges (a table [robustness] in the scenario)"),
    "rivals": (_rivals, "units with countries"),
}
