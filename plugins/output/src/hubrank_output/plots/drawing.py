"""The drawing of a plot's rows: functions of frames, whose order is that of the axes."""

import json
from importlib import resources
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from hubrank.plugin import gettext
from hubrank.ranking.intervals import MARK

ACCENT, SOFT, LAND, WORSE = "#1d5c96", "#56606e", "#e6e9ed", "#b4532a"
PALETTE = ("#1d4e79", "#4f8fc4", "#9cc3e0", "#5f9e8f", "#b5c9a8", "#8a7fb0", "#c7b8d8", "#9aa5b1")
#: Pixels of a row, and of a plot's width.
ROW, WIDTH = 18, 520


def _rows(column: str, frame: pd.DataFrame) -> alt.Y:
    return alt.Y(f"{column}:N", sort=list(dict.fromkeys(frame[column])), title=None)


def _tall(chart: Any, frame: pd.DataFrame, column: str, row: int = ROW) -> Any:
    return chart.properties(width=WIDTH, height=row * frame[column].nunique())


def _tips(**titles: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(column, title=title) for column, title in titles.items()]


def _stacked(frame: pd.DataFrame, row: str, part: str, x: alt.X, colours: tuple[str, ...], columns: int = 0) -> Any:
    parts = list(dict.fromkeys(frame[part]))
    frame = frame.assign(place=frame[part].map(parts.index))
    scale = alt.Scale(domain=parts, range=[colours[at % len(colours)] for at in range(len(parts))])
    legend = alt.Legend(orient="bottom", columns=columns) if len(parts) > 1 else None
    colour = alt.Color(f"{part}:N", scale=scale, title=None, legend=legend)
    tips = [
        alt.Tooltip(f"{row}:N", title=" "),
        alt.Tooltip(f"{part}:N", title=" "),
        alt.Tooltip(x.shorthand, title=" "),
    ]
    bars = alt.Chart(frame).mark_bar(height=11)
    return _tall(bars.encode(x=x, y=_rows(row, frame), color=colour, order="place:Q", tooltip=tips), frame, row)


def bar(frame: pd.DataFrame) -> Any:
    """Bars as long as the score, stacked by part."""
    return _stacked(frame, "name", "part", alt.X("length:Q", title=gettext("score")), PALETTE, columns=2)


def rivals(frame: pd.DataFrame) -> Any:
    """Bars of a country's units, stacked by tier."""
    x = alt.X("units:Q", title=gettext("ranked units"), axis=alt.Axis(tickMinStep=1))
    tiers = frame["tier"].nunique()
    return _stacked(frame, "country", "tier", x, (*PALETTE[: tiers - 1], LAND))


def range_(frame: pd.DataFrame) -> Any:
    """Each rank with its range, thinner that of all units at once; a rank outside its own is marked."""
    marks = np.where(frame["outside"], f" {MARK}", "")
    frame = frame.drop(columns="outside").assign(name=frame["name"] + marks)
    base = alt.Chart(frame).encode(y=_rows("name", frame))
    x = alt.X("low:Q", title=gettext("rank"), scale=alt.Scale(zero=False), axis=alt.Axis(tickMinStep=1))
    layers = [base.mark_rule(color=SOFT, opacity=0.4, strokeWidth=5).encode(x=x, x2="high:Q")]
    tips = _tips(**{"name:N": " ", "rank:Q": gettext("rank"), "low:Q": "≥", "high:Q": "≤"})
    layers.append(base.mark_circle(color=ACCENT, size=60, opacity=1).encode(x="rank:Q", tooltip=tips))
    if frame["joint_low"].notna().any():
        layers.insert(0, base.mark_rule(color=SOFT, strokeWidth=1).encode(x="joint_low:Q", x2="joint_high:Q"))
    return _tall(alt.layer(*layers), frame, "name")


def bump(frame: pd.DataFrame) -> Any:
    """Lines of ranks over the editions, named at their end."""
    axis = alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False, offset=10)
    scale = alt.Scale(reverse=True, nice=False, zero=False)
    base = alt.Chart(frame).encode(
        x=alt.X("edition:O", title=None, axis=axis),
        y=alt.Y("rank:Q", title=gettext("rank"), scale=scale, axis=alt.Axis(grid=False, tickMinStep=1)),
    )
    lines = base.mark_line(color=SOFT, opacity=0.5).encode(detail="name:N")
    points = base.mark_circle(color=ACCENT, size=45, opacity=1)
    names = base.mark_text(align="left", dx=9, limit=220).encode(text="name:N")
    names = names.transform_filter(alt.FieldEqualPredicate(field="edition", equal=frame["edition"].iloc[-1]))
    return (lines + points + names).properties(width=480, height=22 * frame["name"].nunique())


def heatmap(frame: pd.DataFrame) -> Any:
    """A cell a unit and part, the darker the higher."""
    parts = list(dict.fromkeys(frame["part"]))
    x = alt.X("part:N", sort=parts, title=None, axis=alt.Axis(orient="top", labelAngle=-45))
    colour = alt.Color("score:Q", title=gettext("score"), scale=alt.Scale(scheme="blues"))
    tips = _tips(**{"name:N": " ", "part:N": " ", "score:Q": gettext("score")})
    cells = alt.Chart(frame).mark_rect().encode(x=x, y=_rows("name", frame), color=colour, tooltip=tips)
    return cells.properties(width=22 * len(parts), height=ROW * frame["name"].nunique())


def radar(frame: pd.DataFrame) -> Any:
    """A ring of axes, one a part, with a closed line a unit; the rings are quarters of the way to the best."""
    parts, names = list(dict.fromkeys(frame["part"])), list(dict.fromkeys(frame["name"]))
    angle = 2 * np.pi * frame["part"].map(parts.index) / len(parts)
    frame = frame.assign(place=frame["part"].map(parts.index), x=frame["radius"] * np.sin(angle))
    frame = frame.assign(y=frame["radius"] * np.cos(angle))
    closed = pd.concat([frame, frame[frame["place"] == 0].assign(place=len(parts))])
    turns = 2 * np.pi * np.arange(len(parts) + 1) / len(parts)
    rings = pd.DataFrame(
        [
            (ring, at, ring * np.sin(turn), ring * np.cos(turn))
            for ring in (0.25, 0.5, 0.75, 1)
            for at, turn in enumerate(turns)
        ],
        columns=["ring", "place", "x", "y"],
    )
    ends = pd.DataFrame({"part": parts, "x": 1.06 * np.sin(turns[:-1]), "y": 1.06 * np.cos(turns[:-1])})
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-1.5, 1.5]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-1.2, 1.2]))
    grid = alt.Chart(rings).mark_line(color=LAND).encode(x=x, y=y, detail="ring:N", order="place:Q")
    side = alt.expr("datum.x > 0.1 ? 'left' : datum.x < -0.1 ? 'right' : 'center'")
    labels = alt.Chart(ends).mark_text(color=SOFT, limit=170, align=side).encode(x=x, y=y, text="part:N")
    colour = alt.Color("name:N", sort=names, title=None, scale=alt.Scale(scheme="tableau10"))
    lines = alt.Chart(closed).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, order="place:Q")
    tips = _tips(**{"name:N": " ", "part:N": " ", "score:Q": gettext("score")})
    dots = alt.Chart(frame).mark_circle(size=50, opacity=1).encode(x=x, y=y, color=colour, tooltip=tips)
    return (grid + labels + lines + dots).properties(width=WIDTH, height=WIDTH * 0.8)


def box(frame: pd.DataFrame) -> Any:
    """A box from quartile to quartile a part, whiskers to the least and the most, and dots of the first units."""
    base = alt.Chart(frame.drop_duplicates("part")).encode(y=_rows("part", frame))
    x = alt.X("least:Q", title=gettext("score"), scale=alt.Scale(zero=False))
    whiskers = base.mark_rule(color=SOFT).encode(x=x, x2="most:Q")
    boxes = base.mark_bar(color=LAND, stroke=SOFT, height=16).encode(x="lower:Q", x2="upper:Q")
    middle = base.mark_tick(color=SOFT, thickness=2, size=16).encode(x="median:Q")
    names = list(dict.fromkeys(frame["name"]))
    colour = alt.Color("name:N", sort=names, title=None, scale=alt.Scale(scheme="tableau10"))
    tips = _tips(**{"name:N": " ", "part:N": " ", "score:Q": gettext("score")})
    dots = alt.Chart(frame).mark_circle(size=80, opacity=1)
    dots = dots.encode(x="score:Q", y=_rows("part", frame), color=colour, tooltip=tips)
    return _tall(whiskers + boxes + middle + dots, frame, "part", 34)


def map_(frame: pd.DataFrame) -> Any:
    """Dots on the world, the larger the higher the score; or its countries, the darker the higher."""
    atlas = json.loads(resources.files("hubrank_output.report").joinpath("vendored/countries-110m.json").read_bytes())
    world = alt.Data(values=atlas, format=alt.TopoDataFormat(feature="countries", type="topojson"))
    land = alt.Chart(world).mark_geoshape(fill=LAND, stroke="white", strokeWidth=0.5)
    land = land.transform_filter("datum.id != '010'")
    score = gettext("score")
    tips = _tips(**{"name:N": " ", "rank:Q": gettext("rank"), "score:Q": score})
    if "id" in frame:
        found = alt.LookupData(data=frame, key="id", fields=["name", "rank", "score"])
        shapes = alt.Chart(world).mark_geoshape(stroke="white", strokeWidth=0.5).transform_lookup("id", from_=found)
        shapes = shapes.transform_filter("isValid(datum.score)")
        marks = shapes.encode(color=alt.Color("score:Q", title=score, scale=alt.Scale(scheme="blues")), tooltip=tips)
    else:
        rising = frame["score"].corr(frame["rank"], method="spearman") <= 0
        scale = alt.Scale(type="pow", exponent=2, range=[6, 240] if rising else [240, 6])
        dots = alt.Chart(frame).mark_circle(color=ACCENT, opacity=0.6)
        size = alt.Size("score:Q", scale=scale, title=score)
        marks = dots.encode(longitude="lon:Q", latitude="lat:Q", size=size, tooltip=tips)
    return (land + marks).project("equalEarth").properties(width=860, height=420)


def scatter(frame: pd.DataFrame) -> Any:
    """A dot a unit by two values, the last two columns; the first ten are named."""
    x_title, y_title = frame.columns[-2:]
    frame = frame.set_axis(["name", "rank", "x", "y"], axis=1)
    base = alt.Chart(frame).encode(
        x=alt.X("x:Q", title=x_title, scale=alt.Scale(zero=False)),
        y=alt.Y("y:Q", title=y_title, scale=alt.Scale(zero=False)),
    )
    tips = _tips(**{"name:N": " ", "rank:Q": gettext("rank"), "x:Q": x_title, "y:Q": y_title})
    dots = base.mark_circle(color=ACCENT, opacity=0.6, size=45).encode(tooltip=tips)
    named = base.mark_text(align="left", dx=7, limit=160, color=SOFT).encode(text="name:N")
    named = named.transform_filter("datum.rank <= 10")
    return (dots + named).properties(width=WIDTH, height=WIDTH * 0.75)


def tree(frame: pd.DataFrame) -> Any:
    """A column a level, each member as tall as its share of the whole."""
    share = alt.Y("start:Q", title=None, axis=None, scale=alt.Scale(reverse=True, domain=[0, 1], nice=False))
    frame = frame.assign(right=frame["depth"] + 1, middle=(frame["start"] + frame["end"]) / 2)
    frame = frame.assign(place=frame.groupby("depth").cumcount())
    x = alt.X("depth:Q", axis=None, scale=alt.Scale(domain=[1, int(frame["right"].max())], nice=False))
    tips = [alt.Tooltip("part:N", title=" "), alt.Tooltip("effective:Q", title=gettext("weight"), format=".1%")]
    base = alt.Chart(frame)
    colour = alt.Color("place:O", legend=None, scale=alt.Scale(range=["#dbe7f2", "#eef3f8"] * len(frame)))
    cells = base.mark_rect(stroke="white").encode(x=x, x2="right", y=share, y2="end", color=colour, tooltip=tips)
    texts = base.transform_calculate(text="datum.part + '  ' + format(datum.effective, '.1%')")
    texts = texts.mark_text(align="left", dx=6, limit=320).encode(x=x, y="middle:Q", text="text:N")
    leaves = int((frame["depth"] == frame["depth"].max()).sum())
    return (cells + texts).properties(width=340 * int(frame["depth"].max()), height=max(160, 24 * leaves))


def waterfall(frame: pd.DataFrame) -> Any:
    """Steps from the first score to the last, up or down."""
    kind = np.where(frame["amount"] >= 0, "up", "down").astype(object)
    kind[[0, -1]] = "score"
    frame = frame.assign(kind=kind)
    colours = alt.Scale(domain=["up", "down", "score"], range=[ACCENT, WORSE, SOFT])
    base = alt.Chart(frame).encode(y=_rows("part", frame))
    tips = _tips(**{"part:N": " ", "amount:Q": gettext("score")})
    x = alt.X("start:Q", title=gettext("score"), scale=alt.Scale(zero=False))
    bars = base.mark_bar(height=11).encode(
        x=x, x2="end:Q", color=alt.Color("kind:N", scale=colours, legend=None), tooltip=tips
    )
    return _tall(bars, frame, "part", 20)
