"""Plots with their titles, by name; and as SVG and PNG."""

import inspect
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import altair as alt
import numpy as np
import pandas as pd
from hubrank.errors import did_you_mean, library, shorten_list
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
from hubrank.results.rank import edition_of

from hubrank_output.plots import drawing, frames

#: Pixels of a PNG for each of the plot's.
SCALE = 2
#: A gradient's name in an SVG, which counts those that were ever drawn.
_GRADIENT = re.compile(r'((?:id="|url\(#)gradient)_\d+')
#: The rows of each plot, its drawing, and its requirements of a ranking.
_PLOTS: dict[str, tuple[Callable[..., pd.DataFrame | None], Callable[[pd.DataFrame], Any], str]] = {
    "bar": (frames.bar, drawing.bar, ""),
    "range": (frames.range_, drawing.range_, "ranges (a table [robustness] in the scenario)"),
    "bump": (frames.bump, drawing.bump, "two editions"),
    "radar": (frames.radar, drawing.radar, ""),
    "heatmap": (frames.heatmap, drawing.heatmap, ""),
    "box": (frames.box, drawing.box, ""),
    "map": (frames.map_, drawing.map_, "units with lat and lon, or three-letter codes of countries"),
    "scatter": (frames.scatter, drawing.scatter, ""),
    "tree": (frames.tree, drawing.tree, ""),
    "waterfall": (frames.waterfall, drawing.waterfall, ""),
    "rivals": (frames.rivals, drawing.rivals, "units with countries"),
}
#: The names of options in other tools.
_OTHERS = dict.fromkeys(("n", "limit", "head", "k", "count", "first", "max_units"), "top") | {"year": "edition"}


def draw(name: str, ranking: Ranking, *chosen: str, edition: int | None = None, **options: Any) -> Any:
    """A plot as an Altair object, which a notebook shows and `.save("x.svg")` writes.

    Args:
        name: The plot's name.
        ranking: The ranking.
        *chosen: Units of `radar` and `waterfall`, values of `scatter`.
        edition: The edition; the latest by default.
        **options: Those of the plot's function in `frames`, such as `top`.

    Raises:
        UsageError: The ranking has nothing for it; or there is no such edition, unit, value or option.
    """
    rows, drawn, needs = _PLOTS[name]
    at = edition_of(ranking, edition)
    signature = inspect.signature(rows)
    if unknown := [item for item in options if item not in signature.parameters or item == "units"]:
        raise UsageError(f"plot.{name}: there is no option '{unknown[0]}'{_hint(unknown[0], signature, options)}")
    try:
        bound = signature.bind(ranking, at, *chosen, **options).arguments
    except TypeError as error:
        raise UsageError(f"plot.{name}: {error}; it takes {shorten_list([*signature.parameters][2:])}") from error
    top, by = bound.get("top"), bound.get("by", "dimensions")
    if top is not None and not (isinstance(top, int | np.integer) and top > 0):
        raise UsageError(f"plot.{name}: top must be a whole number above 0, or None for all; got {top!r:.60}")
    if by not in get_args(frames.By):
        raise UsageError(f"plot.{name}: by must be {' or '.join(map(repr, get_args(frames.By)))}; got {by!r:.60}")
    frame = rows(ranking, at, *chosen, **options)
    if frame is None:
        message = f"the plot '{name}' needs {needs}, which this ranking does not have"
        with use_language(ENGLISH):
            if name == "range" and ranking.ranges_note:
                message += f"; ranges: {ranking.ranges_note}"
        raise UsageError(message)
    title = alt.Title(
        chart_text(ranking.title),
        subtitle=_subtitle(name, ranking, at, frame),
        anchor="start",
        subtitleColor=drawing.SOFT,
    )
    locale = {}
    if current_language() != ENGLISH:
        decimal, thousands = format_number("."), format_number(",")
        number = alt.NumberLocale(decimal=decimal, thousands=thousands, grouping=[3], currency=["", ""])
        locale = {"locale": alt.Locale(number=number)}
    soft = drawing.SOFT
    return (
        drawn(frame)
        .properties(title=title)
        .configure(font="sans-serif", padding=16, **locale)
        .configure_view(stroke=None)
        .configure_axis(domainColor=soft, tickColor=soft, gridColor="#eef0f2", labelLimit=220, titleColor=soft)
        .configure_title(fontSize=16, subtitleFontSize=12, limit=700)
        .configure_legend(titleColor=soft, labelLimit=240)
    )


def _hint(option: str, signature: inspect.Signature, options: Mapping[str, Any]) -> str:
    """The name to use instead of an unknown option."""
    names = list(signature.parameters)[2:]
    if option in ("title", "width", "height"):
        return f"; write .properties({option}={options[option]!r:.60}) after it, which is a chart of Altair"
    if option == "figsize":
        return "; write .properties(width=500, height=300) after it, which is a chart of Altair"
    if option == "units" and option in names:
        return "; names of units come first: plot.radar('one', 'another')"
    other = _OTHERS.get(option)
    known = [*(name for name in names if name != "units"), "edition"]
    return f"; write {other}={options[option]!r:.60}" if other in known else did_you_mean(option, known)


def _subtitle(name: str, ranking: Ranking, at: int, frame: pd.DataFrame) -> str:
    """The edition, and the part of the ranking to draw."""
    edition, units = ranking.editions[at], frame["name"].nunique() if "name" in frame else 0
    if name == "range":
        texts = [gettext("{edition}, {share} interval", edition=edition, share=held_text())]
        if frame["joint_low"].notna().any():
            texts.append(gettext("thin: of all units at once"))
        if np.any(frame["outside"]):
            texts.append(gettext("* marks ranks outside their own range"))
        return "; ".join(texts)
    if name == "bump":
        return gettext("top {count} of {edition}", count=units, edition=edition)
    if name in ("bar", "heatmap"):
        return gettext("{edition}, top {count}", edition=edition, count=units)
    if name == "box":
        ranked = len(ranking.order(at))
        return gettext("{edition}, top {count} of {units}", edition=edition, count=units, units=ranked)
    if name in ("map", "scatter"):
        drawn, ranked = len(frame.dropna()), len(ranking.order(at))
        if drawn < ranked:
            return gettext("{edition}, {count} of {units} ranked", edition=edition, count=drawn, units=ranked)
        return gettext("{edition}, {units} ranked", edition=edition, units=ranked)
    if name == "radar":
        return gettext("{edition}; centre: the lowest score of all units, edge: the highest", edition=edition)
    return str(edition)


def write(name: str, kind: str, ranking: Ranking, path: Path) -> None:
    """Write a plot as SVG or PNG, or raise a `UsageError` if the ranking has nothing for it."""
    try:
        chart = draw(name, ranking)
    except UsageError as error:
        raise UsageError(f"{path.name}: {error}") from error
    path.write_bytes(picture(chart, kind))


def picture(chart: alt.TopLevelMixin, kind: str) -> bytes:
    """The chart as the bytes of an SVG or a PNG, `kind`; a `PluginError` if the library that draws fails."""
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    vl_convert = library("vl_convert", f"a picture as {kind.upper()}", "hubrank-output[pictures]")
    try:
        specification = chart_value(chart.to_dict())
        if kind == "svg":
            svg = vl_convert.vegalite_to_svg(specification, vl_version=version)
            return _GRADIENT.sub(r"\1", svg).encode()
        return bytes(vl_convert.vegalite_to_png(specification, vl_version=version, scale=SCALE))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic of the library is no Exception
        first = " ".join(line.strip() for line in str(error).splitlines()[:2])
        what = f"the library that draws charts failed: {first}"
        raise PluginError("vl-convert-python", kind.upper(), what) from error
