"""Bring the catalogues of all languages up to date with what the code says: `python scripts/texts.py [LANGUAGE]`.

A text that is new gets an empty translation, one that nothing says any more goes. With a language that has no catalogue
yet, an empty one is made.
"""

from __future__ import annotations

import ast
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "core" / "src" / "hubrank" / "texts"
PAGE = ROOT / "plugins" / "report" / "src" / "hubrank_report" / "texts" / "en.json"
#: Lines of a file's head that say who wrote it and when.
PERSONAL = tuple(
    f'"{name}:'.encode()
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
#: The functions whose texts are said, and at which arguments these stand.
SAYING = {"worded": (0,), "marked": (0,), "plural": (1, 2), "counted": (1,)}


class Text(NamedTuple):
    """One text of a catalogue.

    Attributes:
        text: The English text; of one that depends on a number the forms for one and for more.
        context: `page:KEY` of a text of the report's page; none of others.
        place: The file that says it.
    """

    text: str | tuple[str, str]
    context: str | None
    place: str


def said() -> Iterator[Text]:
    """All that hubrank says, in the order of its files."""
    for folder in ("core/src", "plugins", "indicators", "scenarios"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT)
            if "tests" not in place.parts and "testing" not in place.parts:
                for text in in_code(path.read_text(encoding="utf-8")):
                    yield Text(text, None, place.as_posix())


def in_code(source: str) -> Iterator[str | tuple[str, str]]:
    """The texts of a module, in its order."""
    calls = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call)]
    for call in sorted(calls, key=lambda each: (each.lineno, each.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        places = SAYING.get(name)
        if places is None or len(call.args) <= max(places):
            continue
        found = [each.value for at in places if isinstance(each := call.args[at], ast.Constant)]
        if len(found) == len(places):
            word = found[0]
            yield (f"{{count}} {word}", f"{{count}} {word}s") if name == "counted" else _one(found)


def _one(found: list[str]) -> str | tuple[str, str]:
    return (found[0], found[1]) if len(found) == 2 else found[0]


def on_page() -> Iterator[Text]:
    """The texts of the report's page; their keys are their contexts."""
    for key, text in json.loads(PAGE.read_text(encoding="utf-8")).items():
        yield Text((text["one"], text["other"]) if isinstance(text, dict) else text, f"page:{key}", "report")


def updated(language: str) -> Catalog:
    """A language's catalogue with all that is said, and with nothing else."""
    path = TEXTS / f"{language}.po"
    locale = language.replace("-", "_")
    old = read_po(path.open("rb"), locale=locale) if path.exists() else Catalog(locale=locale)
    new = Catalog(locale=locale, header_comment=f"# What hubrank says: {locale}.", fuzzy=False)
    for each in (*said(), *on_page()):
        before = old.get(each.text if isinstance(each.text, str) else each.text[0], each.context)
        new.add(each.text, before.string if before else "", context=each.context, locations=[(each.place, 0)])
    return new


def written(catalogue: Catalog) -> bytes:
    """A catalogue as its file holds it: the same for the same texts, whoever writes it and when."""
    whole = io.BytesIO()
    write_po(whole, catalogue, width=0, include_lineno=False)
    lines = whole.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(PERSONAL))


def main() -> None:
    """Write all catalogues anew."""
    for language in sys.argv[1:] or [path.stem for path in sorted(TEXTS.glob("*.po"))]:
        made = updated(language)
        (TEXTS / f"{language}.po").write_bytes(written(made))
        lacking = sum(not any(each.string) for each in made if each.id)
        sys.stdout.write(f"{language}: {len(made)} texts, {lacking} to translate\n")


if __name__ == "__main__":
    main()
