"""Update the catalogues of all languages from the texts in the code: `python scripts/texts.py [LANGUAGE]`.

A new text gets an empty translation, an unused one is removed. For a language without a catalogue, an empty one is
made. The same code always gives the same file.
"""

import ast
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from hubrank.i18n import Title
from hubrank.plugin.registry import KINDS, Registry
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "core" / "src" / "hubrank" / "texts"
PAGES = (
    ROOT / "plugins/output/src/hubrank_output/report/texts/en.json",
    *sorted((ROOT / "plugins/studio/src/hubrank_studio/page/texts").glob("*.json")),
)
#: Lines of a file's head that say who wrote it and when.
PERSONAL = (
    *(b'"Project-Id-Version:', b'"Report-Msgid-Bugs-To:', b'"POT-Creation-Date:', b'"PO-Revision-Date:'),
    *(b'"Last-Translator:', b'"Language-Team:', b'"Generated-By:'),
)
#: The functions whose texts are said, and at which arguments these stand.
SAYING = {"gettext": (0,), "gettext_noop": (0,), "ngettext": (1, 2), "count_text": (1,)}


class Text(NamedTuple):
    """An English text, or one for one and one for more; the context is `page:KEY` of a text of the report's page."""

    text: str | tuple[str, str]
    context: str | None = None


def in_code(source: str, place: str) -> Iterator[Text]:
    """The texts of a module, in its order; a text that is assembled at the call is a ValueError."""
    for call in _calls(ast.parse(source)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        places = SAYING.get(name)
        if places is None or len(call.args) <= max(places):
            continue
        try:
            forms = [_literals(call.args[at]) for at in places]
        except ValueError as error:
            raise ValueError(f"{place}, line {call.lineno}: {error}") from error
        for found in zip(*forms, strict=False):
            one = f"{{count}} {found[0]}"
            two = (one, f"{one}s") if name == "count_text" else found
            yield Text(two if len(two) == 2 else two[0])


def _literals(node: ast.expr) -> list[str]:
    """The texts that an argument may be; none of a variable, whose text is marked where it is defined."""
    if isinstance(node, ast.IfExp):
        return [*_literals(node.body), *_literals(node.orelse)]
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        raise ValueError(f"a text is said whole, with places for values; got {ast.unparse(node)}")
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else []


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    """All calls in the order of the tree; where a line of an f-string begins is not the same in each Python."""
    if isinstance(node, ast.Call):
        yield node
    for item in ast.iter_child_nodes(node):
        yield from _calls(item)


def of_parts() -> Iterator[str]:
    """The texts of the installed components of this project: titles, descriptions, columns, names in notices, help."""
    yield from KINDS
    registry = Registry.installed()
    for part in registry:
        if not part.distribution.startswith("hubrank"):
            continue
        yield from (
            getattr(part.record, key, "") for key in ("title", "description", "unit_of_measure", "help", "group")
        )
        tables = getattr(part.record, "tables", ())
        for table in () if callable(tables) else tables:
            yield table.title
            yield from table.columns.values()
        if part.kind == "scenario":
            plan = resolve(load(part.name, registry), registry)
            scenario = plan.scenario
            yield from (scenario.title, scenario.description)
            yield from sorted({"continent", "subregion", "states"} & {*plan.units.units.frame})
            for item in (item for first in plan.inputs.values() for item in first.chain):
                yield from (item.name, *(name for name, kind in item.columns.items() if kind is float))
            yield from (item.title for item in (*scenario.dimensions.values(), *scenario.indicators.values()))


def all_texts() -> Iterator[Text]:
    """Every text of a catalogue, some more than once; those of the report's page with their keys as contexts."""
    for folder in ("core/src", "plugins", "indicators", "scenarios"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT)
            if "tests" not in place.parts and "testing" not in place.parts:
                yield from in_code(path.read_text(encoding="utf-8"), place.as_posix())
    for text in of_parts():
        if text and not (isinstance(text, Title) and text.texts):
            yield Text(str(text))
    for page in PAGES:
        for key, text in json.loads(page.read_text(encoding="utf-8")).items():
            yield Text((text["one"], text["other"]) if isinstance(text, dict) else text, f"page:{key}")


def updated(language: str) -> Catalog:
    """A language's catalogue with all that is said, and with nothing else."""
    path = TEXTS / f"{language}.po"
    locale = language.replace("-", "_")
    old = read_po(io.BytesIO(path.read_bytes()), locale=locale) if path.exists() else Catalog(locale=locale)
    new = Catalog(locale=locale, header_comment=f"# What hubrank says: {locale}.", fuzzy=False)
    for item in all_texts():
        before = old.get(item.text if isinstance(item.text, str) else item.text[0], item.context)
        string = before.string if before else ""
        alike = isinstance(item.text, str) == isinstance(string, str)  # else it must be translated again
        new.add(item.text, string if alike else "", context=item.context)
    return new


def written(catalogue: Catalog) -> bytes:
    """A catalogue in the form of its file: the same for the same texts, always."""
    whole = io.BytesIO()
    write_po(whole, catalogue, width=0)
    lines = whole.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(PERSONAL))


if __name__ == "__main__":
    TEXTS.mkdir(exist_ok=True)
    for language in sys.argv[1:] or [path.stem for path in sorted(TEXTS.glob("*.po"))]:
        result = updated(language)
        (TEXTS / f"{language}.po").write_bytes(written(result))
        forms = [(item.string,) if isinstance(item.string, str) else item.string for item in result if item.id]
        lacking = sum(not (form and all(form)) for form in forms)
        sys.stdout.write(f"{language}: {len(result)} texts, {lacking} to translate\n")
