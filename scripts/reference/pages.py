"""What a page of the reference is made of, and how it is written in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen


@frozen(kw_only=True)
class Item:
    """A key, an option, an attribute or a function.

    Attributes:
        name: As it is written.
        form: What it takes, and what holds without it.
        text: What it means.
    """

    name: str
    form: str = ""
    text: str

    def __str__(self) -> str:
        form = f" *({self.form})*" if self.form else ""
        return f"- `{self.name}`{form}: {indented(self.text)}"


@frozen(kw_only=True)
class Section:
    """A class, a table of TOML, a hook, a verb.

    Attributes:
        name: As it is written; a test finds it by this.
        text: What it is, in Markdown.
        items: What it holds.
        more: What comes behind them.
    """

    name: str
    text: str
    items: tuple[Item, ...] = ()
    more: str = ""

    def __str__(self) -> str:
        listed = "\n".join(map(str, self.items))
        return "\n\n".join(part for part in (f"## `{self.name}`", self.text, listed, self.more) if part)


@frozen(kw_only=True)
class Page:
    """A page.

    Attributes:
        place: Where it lies below the site's root, without suffix.
        title: Its heading.
        text: What it is about, in Markdown.
        sections: What it tells of.
        listed: Whether it stands among the pages beside the text; one of hundreds is linked from a table.
    """

    place: str
    title: str
    text: str
    sections: tuple[Section, ...] = ()
    listed: bool = True

    def __str__(self) -> str:
        head = "" if self.listed else "---\norphan: true\n---\n\n"
        return head + "\n\n".join((f"# {self.title}", self.text, *map(str, self.sections))) + "\n"

    def entries(self) -> Iterator[tuple[str, str]]:
        """The name of each section and, behind it, of each item in it, with its text."""
        for section in self.sections:
            yield section.name, section.text
            yield from ((f"{section.name} {item.name}", item.text) for item in section.items)


def indented(text: str) -> str:
    """A text as it continues an item of a list."""
    first, *rest = text.splitlines() or [""]
    return "\n".join([first, *(f"  {line}".rstrip() for line in rest)])
