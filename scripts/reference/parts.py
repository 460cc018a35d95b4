"""What else is installed: indicators, sources, unit sets, exporters, with their options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from hubrank.plugin.registry import Part, Registry
from hubrank.plugin.sources import NoOptions

from reference.pages import Item, Page, Section, options

#: The kinds, with the title of each one's page and what it tells of.
KINDS = {
    "indicator": ("Indicators", "What a column of a scenario can be: `indicators.NAME.indicator`."),
    "source": ("Data sources", "Where a scenario's inputs can come from: `inputs.NAME.source`."),
    "unit set": ("Unit sets", "What can be ranked: `units.set`."),
    "exporter": ("Exporters", "What `hubrank export` writes; the end of a file's name says which."),
}


def pages(registry: Registry) -> tuple[Page, ...]:
    """A page for each kind."""
    return tuple(_page(kind, registry) for kind in KINDS)


def _page(kind: str, registry: Registry) -> Page:
    title, text = KINDS[kind]
    sections = tuple(_section(part) for part in registry if part.kind == kind)
    return Page(place=f"reference/{kind.replace(' ', '-')}s", title=title, text=text, sections=sections)


def _section(part: Part) -> Section:
    text = "\n\n".join((*_facts(part.record), f"*From `{part.distribution}`.*"))
    return Section(name=part.name, text=text, items=_options(part.record))


def _facts(record: Any) -> Iterator[str]:
    yield record.title
    if getattr(record, "suffix", ""):
        yield f"Files that end in `{record.suffix}`."
    if getattr(record, "description", ""):
        yield record.description
    if getattr(record, "unit_of_measure", ""):
        better = "more" if record.direction > 0 else "less"
        yield f"Unit of measure: {record.unit_of_measure}; {better} is better."


def _options(record: Any) -> tuple[Item, ...]:
    cls = getattr(record, "options", NoOptions)
    return options(cls) if attrs.has(cls) else ()
