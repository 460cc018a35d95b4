"""The tree: members moved, grouped, renamed, weighed, left out and taken back; and how much each counts in effect."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
from attrs import frozen
from hubrank.i18n import Title
from hubrank.infer.column_roles import keys_of
from hubrank.io.escaping import strip_control
from hubrank.plugin import ROOT, Ranking, Registry, UsageError, current_language, gettext
from hubrank.scenario.load import merge
from hubrank_audit.auditing import shares_of_influence
from hubrank_audit.main_effects import FEWEST

from hubrank_studio.document import GONE, Edit, parsed
from hubrank_studio.queries import edition_of, numbers
from hubrank_studio.session import Session

#: The weighting by which the weights are those of the scenario.
FIXED = "fixed"


@frozen(eq=False)
class Tables:
    """The scenario's tables of dimensions and indicators, as they are now.

    Attributes:
        whole: With all that it extends.
        own: Those of the file itself.
        inherited: Those of the files that it extends.
    """

    whole: Mapping[str, Any]
    own: Mapping[str, Any]
    inherited: Mapping[str, Any]

    @classmethod
    def of(cls, session: Session) -> Tables:
        """Those of a session; a `UsageError` if there are none yet."""
        if (tables := cls.read(session)) is None:
            raise UsageError(gettext("there is no scenario yet; drop a table, or open a scenario"))
        return tables

    @classmethod
    def read(cls, session: Session) -> Tables | None:
        """Those of a session; None if its scenario cannot be read."""
        with session.lock:
            loaded, step = session.whole(), session.step
        if loaded is None or step is None:
            return None
        inherited: dict[str, Any] = {}
        for source in reversed(loaded.sources[1:]):
            inherited = merge(inherited, source.table)
        return cls(loaded.table, parsed(step.toml), inherited)

    def has(self, name: str) -> bool:
        """Whether a name is of an indicator or a dimension."""
        return any(name in self.whole.get(kind, {}) for kind in _ABOVE)

    def kind(self, name: str) -> str:
        """Whether a name is of the `indicators` or `dimensions`; a `UsageError` if it is neither."""
        for kind in _ABOVE:
            if name in self.whole.get(kind, {}):
                return kind
        raise UsageError(gettext("there is no indicator or dimension '{name}'", name=name))

    def home(self, name: str) -> str:
        """The dimension that a member lies in."""
        kind = self.kind(name)
        return str(self.whole[kind][name].get(_ABOVE[kind]) or ROOT)

    def members(self, home: str) -> list[str]:
        """The members of a dimension."""
        return [
            name
            for kind, above in _ABOVE.items()
            for name, item in self.whole.get(kind, {}).items()
            if (item.get(above) or (ROOT if kind == "dimensions" else "")) == home
        ]

    def weight(self, name: str) -> float:
        """A member's weight among its siblings."""
        return float(self.whole[self.kind(name)][name].get("weight", 1))

    def title(self, name: str) -> str:
        """A member's title in the reader's language; that of the ranking for the root."""
        given = self.whole.get("title") if name == ROOT else self.whole[self.kind(name)][name].get("title")
        return _title(given) or name

    def left_out(self) -> Iterator[tuple[str, str]]:
        """What the file itself leaves out, each with its title."""
        names, all_ = self.own.get("exclude", []), merge(self.inherited, self.own)
        for name in names if isinstance(names, list) else ():
            item = _item(all_, name)
            parts = Registry.installed().called("indicator", str(item.get("indicator", name)))
            yield name, _title(item.get("title")) or (gettext(parts[0].texts["title"]) if parts else "") or name

    def emptied(self, name: str, to: str) -> Iterator[str]:
        """The dimensions that are empty once a member is put elsewhere, and go."""
        home = self.home(name)
        if home not in (ROOT, to) and self.members(home) == [name]:
            yield home
            yield from self.emptied(home, to)

    def without(self, dimensions: Collection[str]) -> Iterator[Edit]:
        """The edits that remove dimensions: from the file itself, and by leaving them out if they are inherited."""
        for home in dimensions:
            for part in ("weight_uncertainty", "aggregation"):
                of_part = self.own.get("robustness", {}).get(part)
                if isinstance(of_part, dict) and home in of_part:
                    yield Edit(("robustness", part, home))
            if home in self.own.get("dimensions", {}):
                yield Edit(("dimensions", home))
        if left_out := [home for home in dimensions if home in self.inherited.get("dimensions", {})]:
            yield Edit(("exclude",), [*self.own.get("exclude", []), *left_out])


#: The key by which members of each kind say what they lie in.
_ABOVE = {"dimensions": "parent", "indicators": "dimension"}


def _item(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next((table[kind][name] for kind in _ABOVE if name in table.get(kind, {})), {})
    return found


def _title(given: Any) -> str:
    return strip_control(gettext(Title.from_toml(given))) if given else ""


def move(session: Session, said: Mapping[str, Any]) -> None:
    """Put a member into another dimension; the emptied one goes."""
    tables, name, to = Tables.of(session), str(said.get("member")), str(said.get("to"))
    kind = tables.kind(name)
    if to != ROOT and tables.kind(to) != "dimensions":
        raise UsageError(gettext("'{name}' is no dimension", name=to))
    if kind == "indicators" and to == ROOT:
        raise UsageError(gettext("an indicator needs a dimension"))
    if name in _above(tables, to):
        raise UsageError(gettext("{name} cannot lie in itself", name=tables.title(name)))
    if tables.home(name) == to:
        return
    what = {"key": "step.moved", "values": {"title": tables.title(name), "to": tables.title(to)}}
    session.edit([*_moved(tables, name, to), *tables.without([*tables.emptied(name, to)])], what)


def group(session: Session, said: Mapping[str, Any]) -> None:
    """Put a member into a new dimension, which lies where it lay."""
    tables, name, title = Tables.of(session), str(said.get("member")), str(said.get("title", "")).strip()
    if not title:
        raise UsageError(gettext("a dimension needs a name"))
    home = tables.home(name)
    beside = home if tables.kind(name) == "dimensions" or home == ROOT else tables.home(home)
    taken = {*tables.whole.get("dimensions", {}), *tables.whole.get("indicators", {}), *tables.own.get("exclude", [])}
    key = next(item for item in keys_of([title], "dimension", taken).values())
    weights = [tables.weight(item) for item in tables.members(beside) if item != name]
    above = {} if beside == ROOT else {"parent": beside}
    new = Edit(("dimensions", key), {"title": title, "weight": _middle(weights), **above})
    what = {"key": "step.grouped", "values": {"title": tables.title(name), "to": title}}
    moved = Edit((tables.kind(name), name, _ABOVE[tables.kind(name)]), key)
    session.edit([new, moved, *tables.without([*tables.emptied(name, beside)])], what)


def _moved(tables: Tables, name: str, to: str) -> list[Edit]:
    """A member in another dimension, where it counts as much as the others do on average."""
    kind = tables.kind(name)
    inherits = kind == "dimensions" and _ABOVE[kind] in tables.inherited.get(kind, {}).get(name, {})
    weights = [tables.weight(item) for item in tables.members(to)]
    edits = [Edit((kind, name, _ABOVE[kind]), GONE if to == ROOT and not inherits else to)]
    if weights and _middle(weights) != tables.weight(name):
        edits.append(Edit((kind, name, "weight"), _middle(weights)))
    return edits


def _middle(weights: list[float]) -> float:
    """The mean weight, to four digits; 1 if there is none."""
    mean = float(f"{np.mean(weights):.4g}") if weights else 1.0
    return int(mean) if mean.is_integer() else mean


def _above(tables: Tables, name: str) -> list[str]:
    """A dimension and all that it lies in."""
    path = [name]
    while path[-1] != ROOT and len(path) <= len(tables.whole.get("dimensions", {})):
        path.append(tables.home(path[-1]))
    return path


def rename(session: Session, said: Mapping[str, Any]) -> None:
    """Give a member or the ranking another title; of a title in several languages that in the reader's one."""
    tables, name, title = Tables.of(session), str(said.get("member")), str(said.get("title", "")).strip()
    if not title:
        raise UsageError(gettext("a title must not be empty"))
    path = ("title",) if name == ROOT else (tables.kind(name), name, "title")
    given = tables.whole.get("title") if name == ROOT else tables.whole[path[0]][name].get("title")
    new = {**given, current_language(): title} if isinstance(given, Mapping) else title
    what = {"key": "step.renamed", "values": {"title": tables.title(name), "to": title}}
    session.edit([Edit(path, new)], what)


def weigh(session: Session, said: Mapping[str, Any]) -> None:
    """Set the weights of members of one dimension; they are then those of the scenario, whatever method made them."""
    tables, home, weights = Tables.of(session), str(said.get("dimension")), said.get("weights")
    given = weights if isinstance(weights, dict) else {}
    if not given or not all(type(item) in (int, float) for item in given.values()):
        raise UsageError(gettext("{key}: must be numbers by member", key="weights"))
    edits = [
        *_fixed(tables, home),
        *(Edit((tables.kind(name), name, "weight"), item) for name, item in given.items()),
    ]
    if len(given) == 1:
        ((name, number),) = given.items()
        what = {"key": "step.weight", "values": {"title": tables.title(name), "number": f"{number:g}"}}
    else:
        what = {"key": "step.weights", "values": {"title": tables.title(home)}}
    session.edit(edits, what, str(said.get("hand", "")))


def _fixed(tables: Tables, home: str) -> Iterator[Edit]:
    """The edits by which a dimension's weights are the scenario's own, and no other's weighting changes."""
    dimensions = tables.whole.get("dimensions", {})
    general = tables.whole.get("weighting", FIXED)
    mine = dimensions.get(home, {}).get("weighting", general)
    if method_of(mine) == FIXED:
        return
    if home != ROOT:
        yield Edit(("dimensions", home, "weighting"), FIXED)
        return
    yield Edit(("weighting",), FIXED)
    yield from (
        Edit(("dimensions", name, "weighting"), general) for name in dimensions if "weighting" not in dimensions[name]
    )


def method_of(value: Any) -> Any:
    """A method's name as a scenario writes it: by itself, or with its options."""
    return value.get("method") if isinstance(value, Mapping) else value


def set_aside(session: Session, said: Mapping[str, Any]) -> None:
    """Leave a member out of the ranking, and a dimension that has no other one; the scenario keeps all that it says."""
    tables, name = Tables.of(session), str(said.get("member"))
    title = tables.title(name)
    while tables.members(tables.home(name)) == [name]:
        name = tables.home(name)
        if name == ROOT:
            raise UsageError(gettext("{title} is the last indicator; a ranking needs one", title=title))
    names = [*tables.own.get("exclude", []), name]
    session.edit([Edit(("exclude",), names)], {"key": "step.left", "values": {"title": title}})


def take_back(session: Session, said: Mapping[str, Any]) -> None:
    """Take back what was left out, with the dimension that it lies in."""
    tables, name = Tables.of(session), str(said.get("member"))
    titles = dict(tables.left_out())
    if name not in titles:
        raise UsageError(gettext("'{name}' was not left out", name=name))
    all_ = merge(tables.inherited, tables.own)
    home = _item(all_, name).get("dimension")
    back = [other for other in tables.own["exclude"] if other not in (name, home)]
    edits = [Edit(("exclude",), back or GONE)]
    if home is not None and home not in all_.get("dimensions", {}):  # it went when it was empty
        edits.append(Edit(("indicators", name, "dimension"), next(iter(tables.whole["dimensions"]))))
    session.edit(edits, {"key": "step.back", "values": {"title": titles[name]}})


def importance(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """How much each member decides its dimension's score in effect: its share of the influence, with its interval."""
    ranking, step = session.ranked
    if ranking is None:
        return {"step": 0, "members": {}}
    at = edition_of(ranking, query)
    members = {}
    if ranking.considered[at].any():
        table = shares_of_influence(ranking, at).itertuples(index=False)
        members = {element: numbers(shares) for element, _, *shares in table}
    return {"step": step, "members": members, "units": int(ranking.considered[at].sum()), "fewest": FEWEST}


def shown(tables: Tables | None, ranking: Ranking, at: int) -> dict[str, Any]:
    """The dimensions and indicators within each other, each with its weight among its siblings and in the whole."""
    plan, titles = ranking.plan, ranking.plan.titles()
    indicators = {item.key: (place, item) for place, item in enumerate(plan.ranked)}
    nodes = {node.name: node for node in plan.tree}

    def part(name: str, weight: float, share: float) -> dict[str, Any]:
        common = {"key": name, "title": strip_control(titles[name]), "weight": weight, "share": share}
        if name in indicators:
            place, item = indicators[name]
            missing = int(np.isnan(ranking.measured[at, :, place]).sum())
            return common | {"kind": "indicator", "direction": item.direction, "missing": missing}
        node = nodes[name]
        shares = ranking.nodes[name].shares.mean(axis=-2)
        shares = np.broadcast_to(shares, (len(ranking.editions), len(node.members)))[at]
        members = [
            part(item.name, item.weight, share * float(mine)) for item, mine in zip(node.members, shares, strict=True)
        ]
        weighting = node.weighting.part.name
        return common | {"kind": "dimension", "weighting": weighting, "fixed": weighting == FIXED, "members": members}

    left_out = () if tables is None else tables.left_out()
    return part(plan.tree.root.name, 1.0, 1.0) | {
        "left_out": [{"key": name, "title": title} for name, title in left_out]
    }
