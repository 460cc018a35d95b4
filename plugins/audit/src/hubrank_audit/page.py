"""The page of an audit: its pictures, each a self-contained SVG, and its texts beside the findings."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import jinja2
import pandas as pd
import vl_convert
from attrs import frozen
from hubrank import __version__
from hubrank.i18n import listed
from hubrank.io.escaping import chart_value, template_value
from hubrank.plugin import ENGLISH, Plan, count_text, current_language, format_number, format_percent, gettext
from hubrank.ranking.intervals import held_text

from hubrank_audit.auditing import Audit, by_dimension
from hubrank_audit.findings import ALPHA, AVAILABLE, RULES, Rule, unjudged, unjudged_text

#: The findings of a rule that are not folded away.
_SHOWN = 6


def headings() -> dict[str, str]:
    """The headings of the page's parts and of its table."""
    return {
        "findings": gettext("Findings"),
        "coverage": gettext("Coverage"),
        "distributions": gettext("Distributions"),
        "correlations": gettext("Correlations"),
        "dimensions": gettext("Dimensions"),
        "influence": gettext("Weight and influence"),
        "removals": gettext("Leaving one out"),
        "dimension": gettext("Dimension"),
        "members": gettext("Members"),
        "alpha": gettext("Alpha"),
        "first_component": gettext("First component"),
        "strongest": gettext("Most influence"),
    }


def paragraphs() -> dict[str, str]:
    """The texts above and below the pictures."""
    return {
        "finding": gettext(
            "A finding is a reason to look again, not an error: there may be good reasons to depart from a rule of "
            "thumb."
        ),
        "coverage": gettext(
            "Share of units with a value, before imputation. Below the dashed line ({share}), an indicator may say "
            "more about who collects statistics than about performance.",
            share=format_percent(AVAILABLE.threshold),
        ),
        "distributions": gettext(
            "Each line is a unit (or several with the same value), from worst to best. If most units cluster at one "
            "end and a few lie far away, those few set the scale; such indicators are shown in red."
        ),
        "correlations": gettext(
            "Blue: positive correlation. Red: negative correlation. Indicators are ordered by dimension, so a coherent "
            "framework shows blue squares along the diagonal. A correlation close to 1 indicates redundancy; red "
            "inside a square means that members of a dimension cancel each other out."
        ),
        "dimensions": gettext(
            "Cronbach's alpha shows how consistently the members of a dimension measure one concept (1 is perfect, "
            "{alpha} acceptable). The first principal component shows how much of their variance a single score can "
            "capture.",
            alpha=format_number(f"{ALPHA.threshold:g}"),
        ),
        "components": gettext(
            "Eigenvalues of each dimension's principal components. More than one above the dashed line (1) means that "
            "the dimension measures more than one concept."
        ),
        "influence": gettext(
            "Weights are not importance: a member that varies little, or is uncorrelated with the others, counts less "
            "than its weight suggests. Influence is the share of the score's variance explained by the member alone "
            "(its main effect), relative to the sum over all members of the dimension."
        )
        + " "
        + gettext(
            "The wide bar is the {confidence} interval of the influence, with the units treated as a sample.",
            confidence=held_text(),
        ),
        "removals": gettext(
            "Mean shift in rank when an indicator or a whole dimension is removed from the scenario: units are "
            "screened again and every step is recomputed. Only units ranked both with and without it count. Elements "
            "that the scenario cannot be computed without have no bar; audit-removals.csv gives the reason."
        ),
        "normalised": gettext(
            "Correlations, components and influence are computed from the normalised values of the units that passed "
            "the screening."
        ),
    }


def page(audit: Audit) -> str:
    """The page of the newest edition in which units are ranked, in the reader's language; names are escaped."""
    ranking = audit.ranking
    edition = int(audit.frames["coverage"]["edition"].max())
    at = ranking.editions.index(edition)
    frames = audit.of(edition)
    names = Names.of(ranking.plan)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hubrank_audit"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=template_value,
    )
    found = [item for item in audit.findings if item.edition == edition]
    text = paragraphs()
    if left := unjudged(frames):
        text["influence"] += " " + _sentence(unjudged_text(names.titles[name] for name in left))
    covered = gettext(
        "Edition {edition}: {units}, {indicators}.",
        edition=edition,
        units=count_text(int(ranking.considered[at].sum()), "unit"),
        indicators=count_text(len(ranking.plan.ranked), "indicator"),
    )
    if others := listed(str(year) for year in ranking.editions if year != edition):
        also = gettext("The accompanying tables also cover the other editions ({editions}).", editions=others)
        covered = f"{covered} {also}"
    count = gettext("{findings}.", findings=count_text(len(found), "finding")) if found else gettext("No findings.")
    return environment.get_template("page.html.j2").render(
        language=current_language(),
        window=gettext("Audit of {title}, {edition}", title=ranking.title, edition=edition),
        title=gettext("Audit of {title}", title=ranking.title),
        covered=covered,
        how_many=count,
        rules=[_rule(rule, [item.sentence for item in found if item.rule.name == rule.name]) for rule in RULES],
        dimensions=_dimensions(frames, names),
        pictures={item.name: item for item in pictures(audit, at, frames, names)},
        head=headings(),
        text=text,
        made=gettext("Made with hubrank {version}.", version=__version__),
    )


def _rule(rule: Rule, sentences: list[str]) -> dict[str, Any]:
    """A rule with its findings, of which more than a few are folded away."""
    text = [_sentence(item) for item in sentences]
    return {
        "says": _sentence(gettext(rule.says)),
        "source": rule.source,
        "count": len(text),
        "shown": text[:_SHOWN],
        "folded": text[_SHOWN:],
        "more": gettext("and {number} more", number=len(text) - _SHOWN),
    }


def _sentence(text: str) -> str:
    """A text with a capital and a full stop."""
    return gettext("{sentence}.", sentence=text[0].upper() + text[1:])


def _dimensions(frames: Mapping[str, pd.DataFrame], names: Names) -> list[dict[str, str]]:
    """A row a dimension, as texts: members, alpha, the first component's share, the member with most influence."""
    rows = []
    for name, own, alpha, explained in by_dimension(frames, "–"):
        strongest = own.iloc[0]
        member = names.titles[strongest["element"]]
        if strongest["main_effect_share"] == strongest["main_effect_share"]:  # a number
            member = gettext(
                "{member}, {influence} of the influence with {weight} of the weight",
                member=member,
                influence=format_percent(strongest["main_effect_share"]),
                weight=format_percent(strongest["weight"]),
            )
        rows.append(
            {
                "title": names.titles[name],
                "members": str(len(own)),
                "alpha": alpha,
                "explained": explained,
                "strongest": member,
            }
        )
    return rows


INK, QUIET, GOOD, BAD = "#1d2b36", "#9aa7b1", "#2a7fa5", "#c8553d"
#: The most columns for which correlations are written into the cells.
_WRITTEN = 16
#: Names inside an SVG that vl-convert counts up from picture to picture.
_COUNTED = re.compile(r"(gradient)_\d+")
#: The number of units above which almost equal ones share a tick.
_MANY = 500


@frozen(kw_only=True)
class Picture:
    """An SVG as a data address, its size in pixels, and a description for those who do not see it."""

    name: str
    data: str
    width: int
    height: int
    alt: str


@frozen
class Names:
    """The titles of indicators and dimensions, by key; repeated titles include the keys."""

    titles: Mapping[str, str]

    @classmethod
    def of(cls, plan: Plan) -> Names:
        """The names of a plan, in the reader's language."""
        titles = {item.key: gettext(item.title) for item in plan.ranked} | {
            node.name: gettext(node.title) or node.name for node in plan.tree
        }
        titles[plan.tree.root.name] = gettext("The index")
        counts = pd.Series(list(titles.values())).value_counts()
        return cls({key: title if counts[title] == 1 else f"{title} ({key})" for key, title in titles.items()})

    def short(self, key: str, most: int = 42) -> str:
        """At most this many characters; the key if names would look identical."""
        title = self.titles.get(key, key)
        if len(title) <= most:
            return title
        cut = title[: most - 1].rstrip() + "…"
        alike = sum(other[: most - 1].rstrip() + "…" == cut for other in self.titles.values())
        return cut if alike == 1 else key


def pictures(audit: Audit, at: int, frames: Mapping[str, pd.DataFrame], names: Names) -> Iterator[Picture]:
    """All pictures of an edition (its position)."""
    keys = [item.key for item in audit.ranking.plan.ranked]
    yield _coverage(frames["statistics"], names)
    yield _distributions(audit, at, keys, frames["statistics"], names)
    yield _correlations(frames["correlations"], keys, names)
    yield _influence(frames["importance"], names)
    if len(frames["components"]):
        yield _components(frames["components"], names)
    if frames["removals"]["mean_shift"].notna().any():
        yield _removals(frames["removals"], names)


def _coverage(statistics: pd.DataFrame, names: Names) -> Picture:
    table = statistics[statistics["stage"] == "measured"]
    table = table.assign(name=[names.short(key) for key in table["indicator"]], low=table["flag_available"] == "low")
    x = _percent("share_available", gettext("share of units with a value"), [0, 1])
    bars = alt.Chart(table).mark_bar(height=9).encode(x=x, y=_names(list(table["name"])), color=_flagged("low"))
    line = alt.Chart(pd.DataFrame({"at": [AVAILABLE.threshold]})).mark_rule(color=BAD, strokeDash=[4, 3])
    shown = gettext("share of units with a value, by indicator")
    return _picture("coverage", bars + line.encode(x="at:Q"), len(table), shown)


def _distributions(audit: Audit, at: int, keys: Sequence[str], statistics: pd.DataFrame, names: Names) -> Picture:
    """Each unit a tick on the indicator's normalised scale, worst to best."""
    flagged = statistics[(statistics["stage"] == "treated") & (statistics["flag_shape"] == "outliers")]
    outliers = set(flagged["indicator"])
    rows = []
    normalised = audit.ranking.normalised[at][audit.ranking.considered[at]]
    for column, key in enumerate(keys):
        values = pd.Series(normalised[:, column]).dropna()
        span = values.max() - values.min()
        place = (values - values.min()) / span if span > 0 else values * 0 + 0.5
        distinct = place.round(4 if len(place) <= _MANY else 2).drop_duplicates()
        rows += [(names.short(key), item, key in outliers) for item in distinct]
    table = pd.DataFrame(rows, columns=["name", "place", "outliers"])
    best, worst = (json.dumps(item) for item in (gettext("best"), gettext("worst")))
    axis = alt.Axis(values=[0, 1], labelExpr=f"datum.value ? {best} : {worst}")
    ticks = alt.Chart(table).mark_tick(thickness=1, height=9, opacity=0.55)
    ticks = ticks.encode(
        x=alt.X("place:Q", title=None, axis=axis),
        y=_names([names.short(key) for key in keys]),
        color=_flagged("outliers"),
    )
    shown = gettext("distribution of the units on each indicator's scale")
    return _picture("distributions", ticks, len(keys), shown)


def _correlations(correlations: pd.DataFrame, keys: Sequence[str], names: Names) -> Picture:
    strong = correlations[
        (correlations["method"] == "pearson") & correlations["first"].isin(keys) & correlations["second"].isin(keys)
    ]
    mirrored = strong.rename(columns={"first": "second", "second": "first"})
    table = pd.concat([strong, mirrored])[["first", "second", "r"]].dropna()
    order = [names.short(key, 24) for key in keys]
    table = table.assign(
        one=[names.short(key, 24) for key in table["first"]],
        other=[names.short(key, 24) for key in table["second"]],
        text=[format_number(f"{r:.2f}".replace("0.", ".")) for r in table["r"]],
    )
    placed = {"sort": order, "title": None, "scale": alt.Scale(domain=order)}
    base = alt.Chart(table).encode(
        x=alt.X("one:N", axis=alt.Axis(labelAngle=-60, labelLimit=200), **placed),
        y=alt.Y("other:N", axis=alt.Axis(labelLimit=200), **placed),
    )
    scale = alt.Scale(domain=[-1, 0, 1], range=[BAD, "#f6f4ef", GOOD], interpolate="rgb")
    legend = alt.Legend(orient="top", gradientLength=160)
    chart: Any = base.mark_rect().encode(
        color=alt.Color("r:Q", title=gettext("correlation"), scale=scale, legend=legend)
    )
    size = 15
    if len(keys) <= _WRITTEN:
        size = 34
        colour = alt.condition("abs(datum.r) > 0.7", alt.value("white"), alt.value(INK))
        chart += base.mark_text(fontSize=10).encode(text="text:N", color=colour)
    chart = chart.properties(width=size * len(keys), height=size * len(keys))
    return _drawn("correlations", chart, gettext("Pearson correlations between all pairs of indicators"))


def _influence(importance: pd.DataFrame, names: Names) -> Picture:
    """Weight and influence of each member in its dimension."""
    table = importance[importance["main_effect_share"].notna()]
    pairs = ((names.short(row.element, 30), names.short(row.dimension, 24)) for row in table.itertuples())
    labels = [gettext("{member} in {dimension}", member=member, dimension=dimension) for member, dimension in pairs]
    table = table.assign(name=labels)
    kinds = {"weight": gettext("weight"), "main_effect_share": gettext("influence")}
    both = table.melt("name", list(kinds), "what", "share")
    both["what"] = both["what"].map(kinds)
    axis = gettext("share of its dimension")
    y = _names(labels)
    bars = alt.Chart(table.dropna(subset="share_low")).mark_rule(color=GOOD, opacity=0.25, strokeWidth=7)
    bars = bars.encode(y=y, x=_percent("share_low", axis, None), x2="share_high:Q")
    lines = alt.Chart(table).mark_rule(color=QUIET)
    lines = lines.encode(y=y, x=_percent("weight", axis, None), x2="main_effect_share:Q")
    points = alt.Chart(both).mark_point(filled=True, size=60, opacity=1)
    colour = _coloured("what", list(kinds.values()), [QUIET, GOOD])
    points = points.encode(x=_percent("share", axis, None), y=y, color=colour)
    shown = gettext("each member's share of the weight and of the influence")
    return _picture("influence", bars + lines + points, len(table), shown)


def _components(components: pd.DataFrame, names: Names) -> Picture:
    table = components.assign(name=[names.short(key, 26) for key in components["dimension"]])
    order = list(dict.fromkeys(table["name"]))
    base = alt.Chart(table).encode(x=alt.X("component:O", title=gettext("component"), axis=alt.Axis(labelAngle=0)))
    chart = alt.layer(
        base.mark_bar(color=GOOD).encode(y=alt.Y("eigenvalue:Q", title=gettext("eigenvalue"))),
        alt.Chart().mark_rule(color=BAD, strokeDash=[4, 3]).encode(y=alt.datum(1)),
        data=table,
    ).properties(width=130, height=90)
    faceted = chart.facet(facet=alt.Facet("name:N", sort=order, title=None), columns=3).resolve_scale(x="independent")
    return _drawn("components", faceted, gettext("the eigenvalues of each dimension's principal components"))


def _removals(removals: pd.DataFrame, names: Names) -> Picture:
    removals = removals.dropna(subset="mean_shift")
    table = removals.assign(name=[names.short(key) for key in removals["element"]])
    table = table.sort_values(["level", "mean_shift"], ascending=[True, False], kind="stable")
    kinds = {"indicator": gettext("indicator"), "dimension": gettext("dimension")}
    table["level"] = table["level"].map(kinds)
    bars = (
        alt.Chart(table)
        .mark_bar(height=9)
        .encode(
            x=alt.X("mean_shift:Q", title=gettext("mean shift in rank without it")),
            y=_names(list(table["name"])),
            color=_coloured("level", list(kinds.values()), [GOOD, INK]),
        )
    )
    shown = gettext("mean shift in rank when an indicator or dimension is left out")
    return _picture("removals", bars, len(table), shown)


def _names(order: Sequence[str]) -> alt.Y:
    return alt.Y("name:N", sort=list(order), title=None, axis=alt.Axis(labelLimit=360))


def _percent(field: str, title: str, domain: list[float] | None) -> alt.X:
    scale = alt.Scale(domain=domain) if domain else alt.Scale(zero=True)
    return alt.X(f"{field}:Q", title=title, axis=alt.Axis(format="%"), scale=scale)


def _flagged(field: str) -> Any:
    return alt.condition(f"datum.{field}", alt.value(BAD), alt.value(GOOD))


def _coloured(field: str, names: list[str], colours: list[str]) -> alt.Color:
    scale = alt.Scale(domain=names, range=colours)
    return alt.Color(f"{field}:N", title=None, scale=scale, legend=alt.Legend(orient="top"))


def _picture(name: str, chart: Any, rows: int, text: str) -> Picture:
    return _drawn(name, chart.properties(width=430, height=max(18 * rows, 40)), text)


def _drawn(name: str, chart: Any, text: str) -> Picture:
    """The chart as SVG, its axes with numbers as the language writes them."""
    marks = {}
    if current_language() != ENGLISH:
        number = {"decimal": format_number("."), "thousands": format_number(","), "grouping": [3], "currency": ["", ""]}
        marks["locale"] = {"number": number}
    styled = chart.configure(font="sans-serif", background="white", **marks).configure_view(stroke=None)
    styled = styled.configure_axis(
        labelColor=INK, titleColor=INK, titleFontWeight="normal", gridColor="#e8e6e1", domainColor=QUIET
    )
    with alt.data_transformers.disable_max_rows():
        specification = chart_value(styled.to_dict())
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    svg = _COUNTED.sub(r"\1", vl_convert.vegalite_to_svg(specification, vl_version=version))
    head = svg[: svg.index(">")]
    width, height = (int(float(head.split(f' {side}="')[1].split('"')[0])) for side in ("width", "height"))
    data = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return Picture(name=name, data=data, width=width, height=height, alt=text)
