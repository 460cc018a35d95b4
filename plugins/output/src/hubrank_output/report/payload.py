"""The data for the scripts of the page: the recipe, each value, and its notes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pycountry
from hubrank.i18n import area
from hubrank.io.escaping import strip_control
from hubrank.numeric import Positions
from hubrank.plugin import BoundPart, NodeScores, Plan, Ranking, Registry, current_language, gettext, territory
from hubrank.ranking.finding import finding, finding_means
from hubrank.ranking.intervals import HIGH, LOW

from hubrank_output.report import atlas
from hubrank_output.report.excerpt import of_units, rest_text

if TYPE_CHECKING:
    from hubrank_output.report.pages import Saying, Sayings

#: The steps of `after` that the page knows.
STEPS = ("reverse", "reciprocal", "scale", "shift", "power", "cap", "best-100", "min-max", "round")
#: Columns of the unit set that units can be grouped by.
GROUPS = ("country", "subregion", "continent")
#: More than any year.
_CENTURIES = 10_000


def payload(ranking: Ranking, units: Positions, sayings: Sayings) -> dict[str, Any]:
    """All that the page's scripts read: JSON values, sayings, and columns of numbers as arrays.

    Scores and normalised values are `float64`, since the page's scores are the core's. Ranks and their ranges are whole
    or halves, and measured values are only shown: `float32`. Values lie by indicator, edition and unit.

    Args:
        ranking: The ranking.
        units: The positions of the units on the page; sentences are on all units.
        sayings: The page's texts.
    """
    part = of_units(ranking, units)
    plan = ranking.plan
    rules = plan.scenario.ranking
    stands = why_stands(ranking)
    titled = [*((item.key, item.title) for item in plan.ranked), *((node.name, node.title) for node in plan.tree)]

    named: dict[str, list[str]] = {}

    def texts() -> dict[str, Any]:
        stands = why_stands(ranking)
        caveats, names = ranking.caveats(), np.array(ranking.names, dtype=object)
        names[units] = named[current_language()] = unit_names(part)
        root_stands = stands[plan.tree.root.name]
        if not root_stands and (unknown := _unknown(plan.post_processing)):
            root_stands = gettext("the page cannot apply the step {step} to the final score", step=unknown)
        return {
            "title": ranking.title,
            "titles": {name: gettext(title) for name, title in titled},
            "measures": [strip_control(gettext(item.record.unit_of_measure)) for item in plan.ranked],
            "stands": stands,
            "root_stands": root_stands,
            "finding": [finding(ranking, at, names.tolist()) for at in range(len(ranking.editions))],
            "means": [finding_means(ranking, at) for at in range(len(ranking.editions))],
            "joint": [ranking.joint_texts(at) for at in range(len(ranking.editions))],
            "caveats": [str(item) for item in caveats],
            "check": [str(item) for item in caveats if item.kind == "check"],
            "rest": rest_text(ranking, part),
        }

    given = sayings.all(texts)
    titles = given["titles"]
    sizes = np.abs(part.measured[~np.isnan(part.measured) & (part.measured != 0)])
    fits = (sizes >= np.finfo(np.float32).tiny) & (sizes <= np.finfo(np.float32).max)
    origins = [attrs.asdict(used.origin) for used in ranking.origins()]
    return {
        "title": given["title"],
        "editions": list(ranking.editions),
        "units": _units(part, sayings.others(lambda: named[current_language()])),
        "groups": _groups(part, sayings),
        "indicators": [
            {
                "key": item.key,
                "title": titles[item.key],
                "unit": measure,
                "dimension": item.dimension,
                "direction": item.direction,
            }
            for item, measure in zip(plan.ranked, given["measures"], strict=True)
        ],
        "normalised": _by_indicator(part.normalised, "f8"),
        "measured": _by_indicator(part.measured, "f4" if fits.all() else "f8"),
        "imputed": _by_indicator(np.isnan(part.measured) & ~np.isnan(part.imputed), "u1"),
        **({} if plan.whole else {"partOf": _part_of(plan, [item.key for item in plan.ranked])}),
        "nodes": [
            _node(part.nodes[name], bool(stands[name]), plan) | {"title": titles[name], "stands": given["stands"][name]}
            for name in (node.name for node in plan.tree)
        ],
        "stands": given["root_stands"],
        "after": list(map(_step, plan.post_processing)),
        "ranking": {
            **{key: getattr(rules, key) for key in ("decimals", "rounding", "ties", "best")},
            "tiers": list(rules.tiers),
            "classes": list(map(attrs.asdict, rules.classes)),
        },
        "columns": list(ranking.columns),
        "scores": np.asarray(part.scores, "f8"),
        "ranks": np.asarray(part.ranks, "f4"),
        "low": None if part.low is None else np.asarray(part.low, "f4"),
        "high": None if part.high is None else np.asarray(part.high, "f4"),
        "joint_low": None if part.joint is None else np.asarray(part.joint.low, "f4"),
        "joint_high": None if part.joint is None else np.asarray(part.joint.high, "f4"),
        "ranked_share": None if part.ranked_share is None else np.asarray(part.ranked_share, "f8"),
        "evidence_tiers": None if part.joint is None else np.asarray(part.evidence_tiers, "f4"),
        "range": [LOW, HIGH],
        "doubtful": None if part.agreement is None else np.asarray(part.doubtful, "u1"),
        "agreement": None if part.agreement is None else np.asarray(part.agreement, "f8"),
        "finding": given["finding"],
        "finding_means": given["means"],
        "joint": given["joint"],
        "seed": plan.scenario.seed,
        "recipe": _recipe(ranking),
        "caveats": given["caveats"],
        "check": given["check"],
        "rest": given["rest"],
        "sources": [{key: strip_control(text) for key, text in origin.items()} for origin in origins],
        "notes": _cell_notes(part, sayings),
    }


def scripts(ranking: Ranking) -> dict[str, str]:
    """The scripts of the methods that bring one, by the method's name; only of dimensions that the page computes."""
    stands = why_stands(ranking)
    records = [node.aggregation.part.record for node in ranking.plan.tree if not stands[node.name]]
    return {record.name: record.script for record in records if record.script}


def country_name(code: str) -> str:
    """A country's English name as people write it; the code where it is none of ISO 3166-1."""
    country = pycountry.countries.get(alpha_3=code) if code else None
    return str(getattr(country, "common_name", country.name)) if country else code


def country_said(code: str) -> str:
    """A country's name in the reader's language."""
    return territory(_region(code)) or country_name(code)


def _region(code: str) -> str:
    """A country's code of two letters, by which browsers name it in their languages; empty if it has none."""
    country = pycountry.countries.get(alpha_3=code) if code else None
    return str(country.alpha_2) if country else ""


def _cell_notes(ranking: Ranking, sayings: Sayings) -> dict[str, Any]:
    """For origins, vintages, methods and ages: the texts, and which of them each indicator, edition and unit has.

    The first three are the data's own texts; ages are in all languages, each once.
    """
    measurement, ranked = ranking.measurement, ranking.plan.ranked
    columns = [measurement.indicators.index(item.key) for item in ranked]
    coded = {"origin": measurement.origins, "vintage": measurement.vintages, "method": measurement.methods}
    result = {name: _notes(item.codes[:, :, columns], list(item.texts)) for name, item in coded.items()}
    years = np.stack([getattr(measurement.ages, name)[:, :, columns] for name in ("carried", "ahead", "too_old")])
    there = ~np.isnan(years)
    codes = np.zeros(years.shape[1:], dtype=np.int32 if there.any() else np.uint8)
    editions, units, indicators = np.nonzero(there.any(axis=0))
    keys = editions * len(columns) + indicators
    for item in years[:, editions, units, indicators]:
        keys = keys * _CENTURIES + np.nan_to_num(item, nan=0).astype(np.int64)
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    cells = [(int(editions[at]), int(units[at]), ranked[indicators[at]].key) for at in first]
    codes[editions, units, indicators] = number.reshape(-1) + 1
    return result | {"age": _notes(codes, sayings.all(lambda: ["", *(ranking.age_text(*cell) for cell in cells)]))}


def _notes(codes: Any, texts: list[Any]) -> dict[str, Any]:
    """Texts of cells, and their numbers by indicator, edition and unit; one byte distinguishes 256 texts."""
    used = np.flatnonzero(np.bincount(codes.ravel(), minlength=len(texts)))
    numbers = np.zeros(len(texts), dtype="u1" if len(used) <= 256 else "i4")
    numbers[used] = np.arange(len(used))
    shown = [strip_control(texts[at]) if isinstance(texts[at], str) else texts[at] for at in used]
    return {"texts": shown, "of": np.moveaxis(numbers[codes], -1, 0)}


def _recipe(ranking: Ranking) -> dict[str, Any]:
    """The scenario's name, each dimension's published choices as TOML, and the dimensions of given weights."""
    plan, registry = ranking.plan, Registry.installed()
    table = plan.loaded.table
    name = plan.loaded.name  # of its file, beside which the new one lies, unless an installed scenario is of that file
    paths = [source.path for source in plan.loaded.sources[:1]]
    for part in registry.called("scenario", name.removesuffix(".toml")):
        if part.record.path in paths:
            name = registry.name_of(part)
            break

    def choice(node: str, key: str, method: str) -> str:
        """The scenario's settings of a dimension's method, by the name that is enough where the page is made."""
        written = table.get("dimensions", {}).get(node, {}).get(key, table.get(key, method))
        return _inline({**written, "method": method} if isinstance(written, Mapping) else method)

    return {
        "extends": name,
        **{
            key: {node.name: choice(node.name, key, registry.name_of(getattr(node, key).part)) for node in plan.tree}
            for key in ("aggregation", "weighting")
        },
        "fixed": [node.name for node in plan.tree if node.weighting.part.is_own("fixed")],
    }


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return repr(value)


def _by_indicator(values: Any, dtype: str) -> Any:
    return np.asarray(np.moveaxis(np.asarray(values), -1, 0), dtype)


def unit_names(ranking: Ranking) -> list[str]:
    """The units' names in the reader's language: countries as it calls them, others where a catalogue knows."""
    own = _are_countries(ranking)
    named = [
        (territory(_region(code)) if own or code == country else "") or gettext(name)
        for code, country, name in zip(ranking.codes, ranking.countries, ranking.names, strict=True)
    ]
    return list(map(strip_control, named))


def _are_countries(ranking: Ranking) -> bool:
    """Whether all units have codes of countries, and most the names of these."""
    if not all(map(_region, ranking.codes)):
        return False
    same = [country_name(code) == name for code, name in zip(ranking.codes, ranking.names, strict=True)]
    return 2 * sum(same) > len(same)


def _units(ranking: Ranking, said: dict[int, Saying]) -> dict[str, Any]:
    units = ranking.plan.units.units
    result: dict[str, Any] = {
        "code": list(ranking.codes),
        "name": list(map(strip_control, ranking.names)),
        "said": said,
        "alphabetical": np.asarray(sorted(range(len(ranking.names)), key=ranking.names.__getitem__), "i4"),
    }
    if "aliases" in units and units["aliases"].notna().any():
        result["aliases"] = [strip_control(item) if isinstance(item, str) else "" for item in units["aliases"]]
    if "country" in units and set(units.codes) & set(units["country"]):
        pairs = zip(units.codes, units["country"], strict=True)
        result["regions"] = [_region(code) if code == country else "" for code, country in pairs]
    if "lat" in units and "lon" in units:
        x, y = atlas.on_map(np.asarray(units["lon"], dtype=float), np.asarray(units["lat"], dtype=float))
        digits = atlas.decimals(x, y)
        result |= {"x": np.asarray(np.round(x, digits), "f4"), "y": np.asarray(np.round(y, digits), "f4")}
    if len(ranking.plan.units.places.polygons.unit):
        result["outlines"] = _outlines(ranking)
    return result


def _outlines(ranking: Ranking) -> list[str]:
    """The units' own polygons as paths on the map, all of a unit's as one; empty if it has none."""
    import shapely

    polygons = ranking.plan.units.places.polygons
    ends = shapely.bounds(polygons.shapes.astype(object)).reshape(-1, 2)
    digits = atlas.decimals(*atlas.on_map(*ends.T))
    paths = [""] * len(ranking.codes)
    for unit, shape in zip(polygons.unit, polygons.shapes, strict=True):
        paths[unit] += atlas.outline(shape, digits)
    return paths


def _groups(ranking: Ranking, sayings: Sayings) -> list[dict[str, Any]]:
    """The units' countries and the like: for each column its values, and which of them each unit has.

    A column that is the same for all units, or another for each, groups nothing and is left out.
    """
    units = ranking.plan.units.units
    groups: list[dict[str, Any]] = []
    for column in GROUPS:
        if column not in units:
            continue
        texts = [strip_control(item) if isinstance(item, str) else "" for item in units[column]]
        names = sorted(set(texts))
        if 1 < len(names) < len(texts):
            titles = list(map(country_name, names)) if column == "country" else names
            group = {"column": column, "names": names, "titles": titles}
            if column != "country":
                group["said"] = sayings.others(lambda names=names: list(map(area, names)))
            group["of"] = np.asarray(list(map(names.index, texts)), "i4")
            groups.append(group | ({"regions": list(map(_region, names))} if column == "country" else {}))
    return groups


def why_stands(ranking: Ranking) -> dict[str, str]:
    """Why the page cannot compute a dimension, so that its scores stand as they were composed; empty if it can."""
    return {name: _why_stands(scored) for name, scored in ranking.nodes.items()}


def _why_stands(scored: NodeScores) -> str:
    node = scored.node
    record = node.aggregation.part.record
    if not record.script and node.form is None:
        return gettext("its method {method} has no script for the page", method=record.name)
    if scored.weights.ndim > 1 and scored.weights.shape[-2] != 1:
        return gettext("each unit has its own weights")
    if unknown := _unknown(node.post_processing):
        return gettext("the page cannot apply the step {step} to its score", step=unknown)
    return ""


def _unknown(steps: Sequence[BoundPart]) -> str:
    return next((step.part.name for step in steps if not _known(step)), "")


def _known(step: BoundPart) -> bool:
    return step.part.is_own(*STEPS) and getattr(step.options, "fitted_on", "edition") == "edition"


def _node(scored: NodeScores, stands: bool, plan: Plan) -> dict[str, Any]:
    """A dimension; its composed scores go with it where the page does not compute them, or by a plugin's script."""
    node = scored.node
    record = node.aggregation.part.record
    members = [member.name for member in node.members]
    result: dict[str, Any] = {"name": node.name, "parent": node.parent, "members": members, "method": record.name}
    if stands or record.script:
        result |= {"passed": np.asarray(scored.handed_up, "f8"), "scores": np.asarray(scored.scores, "f8")}
    if stands:
        return result | {"weights": []}
    return result | {
        "weights": scored.weights.reshape(-1, len(node.members)).tolist(),
        **({} if plan.whole else {"partOf": _part_of(plan, members)}),
        "raw": record.weights == "raw",
        "form": None if record.script or node.form is None else attrs.asdict(node.form),
        "options": _options(node.aggregation) if record.script else {},
        "missing": attrs.asdict(node.missing),
        "after": list(map(_step, node.post_processing)),
        "passesBefore": node.parent_uses_raw,
    }


def _part_of(plan: Plan, names: Sequence[str]) -> list[list[int]]:
    """For every edition, which indicators or dimensions are part of it, as 1 or 0."""
    parts: list[list[int]] = plan.part_of(names)[:, 0].astype(int).tolist()
    return parts


def _step(step: BoundPart) -> dict[str, Any]:
    return {"step": step.part.name, **(_options(step) if _known(step) else {})}


def _options(bound: BoundPart) -> Mapping[str, Any]:
    return attrs.asdict(bound.options) if attrs.has(type(bound.options)) else {}
