"""A page for each method of a step: what is installed, with the texts of `docs/methods`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
from hubrank.plugin.registry import Part, Registry

from reference.pages import Page, Section, first, key, options, text_of

TEXTS = Path(__file__).parents[2] / "docs" / "methods"

#: How each kind of method is written in a scenario.
WRITTEN = {
    "imputation": "imputation = {spec}",
    "treatment": "treatment = {spec}",
    "normalisation": "normalisation = {spec}",
    "weighting": "weighting = {spec}",
    "aggregator": "aggregation = {spec}",
    "rescaling": "ranking.post_processing = [{spec}]",
}
#: What a table of such a method calls the method.
STEPS = ("treatment", "rescaling")


def pages(registry: Registry) -> tuple[Page, ...]:
    """A page a method, and one a kind that lists them."""
    result = [page for kind in WRITTEN for page in (_index(kind, registry), *_pages(kind, registry))]
    return tuple(result)


def methods(kind: str, registry: Registry) -> Iterator[Part]:
    """The methods of a kind by name."""
    return (part for part in registry if part.kind == kind)


def texts(kind: str) -> Mapping[str, str]:
    """What `docs/methods` says of each method of a kind; one section may be of several."""
    _, *sections = re.split(r"^## ", (TEXTS / f"{kind}.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    split = (mathematical(section).partition("\n") for section in sections)
    return {name: text.strip() for head, _, text in split for name in head.split(", ")}


def mathematical(text: str) -> str:
    """Formulas as MyST reads them on any page: GitHub's marks are those of money elsewhere."""
    return re.sub(r"\$([^$]+)\$", r"{math}`\1`", text.replace("```math", "```{math}"))


def place(kind: str, name: str) -> str:
    """Where the page of a method lies."""
    return f"methods/{kind}/{name}"


def _index(kind: str, registry: Registry) -> Page:
    text = mathematical((TEXTS / f"{kind}.md").read_text(encoding="utf-8").partition("\n## ")[0])
    title, _, intro = text.removeprefix("# ").partition("\n")
    found = list(methods(kind, registry))
    rows = [
        f"| [`{item.name}`](/{place(kind, item.name)}.md) | {item.record.title} | `{item.distribution}` |"
        for item in found
    ]
    table = "\n".join(("| method | what it does | from |", "| --- | --- | --- |", *rows))
    return Page(place=f"methods/{kind}/index", title=title, text=f"{intro.strip()}\n\n{table}")


def _pages(kind: str, registry: Registry) -> Iterator[Page]:
    text = texts(kind)
    for part in methods(kind, registry):
        sections = (_options(part.record.options),) if attrs.fields(part.record.options) else ()
        yield Page(
            place=place(kind, part.name),
            title=f"`{part.name}`",
            listed=False,
            text="\n\n".join(_facts(part, text.get(part.name, ""))),
            sections=sections,
        )


def _facts(part: Part, text: str) -> Iterator[str]:
    """What stands on a method's page above its options."""
    title = part.record.title
    yield f"{title[:1].upper()}{title[1:]}. From `{part.distribution}`."
    yield f"```toml\n{written(part)}\n```"
    yield text
    if "**Source.**" not in text:
        yield f"**Source.** {part.record.reference}."


def written(part: Part) -> str:
    """A line of a scenario that asks for a method, with a place for each option that it must have."""
    needed = [item for item in attrs.fields(part.record.options) if item.default is attrs.NOTHING]
    word = "step" if part.kind in STEPS else "method"
    settings = ", ".join((f'{word} = "{part.name}"', *(f"{key(item)} = ..." for item in needed)))
    return WRITTEN[part.kind].format(spec=f"{{ {settings} }}" if needed else f'"{part.name}"')


def _options(cls: type) -> Section:
    return Section(name="options", text=first(text_of(cls)), items=options(cls))
