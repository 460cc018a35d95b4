"""List English words on screens of other languages: `python scripts/foreign.py [LANGUAGE ..]`; any is exit code 1.

A word is English where the catalogue has it in English texts and not in those of the language, and where it is no
name: of a unit, a producer, a data set, a licence, a command, an option or a key.
"""

import contextlib
import html
import io
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import asdict
from babel.messages.pofile import read_po
from hubrank.cli.app import run
from hubrank.plugin.registry import Registry
from hubrank.results.rank import rank

TEXTS = Path(__file__).parents[1] / "core" / "src" / "hubrank" / "texts"
WORD = re.compile(r"[^\W\d_]{3,}(?![^\W\d_]|…)")
#: Text that is typed or linked: code, options, addresses, settings, files, and names with hyphens or underscores.
TYPED = re.compile(
    r"`[^`]*`|(?<![\w-])--[\w-]+(?: [A-Z]+(?:=[A-Z]+)?)?|https?://\S+|\[\w+\]|[\w.-]+ =(?:\s+\S+|\s*$)|[A-Z]+_[A-Z]+"
    r"|\(\w+ -?[\d.]+\)|[\w/-]+\.(?:toml|csv|html|json|py|md|xlsx|zip)\b|\w+(?:[-_]\w+)+"
)
#: The columns of rows behind a value, as their files have them.
COLUMNS = ("place", "year", "population", "origin", "vintage", "method")
#: Where a long text may break on a screen.
PARTS = re.compile(r"[;:,.] ")
#: The main screens of a scenario; X stands for its first unit, I for its first indicator.
SCREENS = (
    *("rank {0} --top 30", "explain {0} X", "explain {0} X --indicator I", "check {0}", "audit {0}"),
    *("robustness {0} --draws 100", "diff {0}", "diff {0} X", "rivalry {0}", "outlook {0}"),
)
ALONE = ("compare global research-first", "links global-outcomes", "list scenarios", "list indicators")


def vocabulary(language: str) -> tuple[set[str], set[str]]:
    """The words of the English texts, and those of the texts in a language, in small letters."""
    catalogue = read_po(io.BytesIO((TEXTS / f"{language}.po").read_bytes()), locale=language)
    english, own = set[str](), set[str]()
    for item in catalogue:
        for words, texts in ((english, item.id), (own, item.string)):
            for text in (texts,) if isinstance(texts, str) else texts:
                words.update(words_of(text))
    return english, own


def words_of(text: str) -> set[str]:
    """The words of a text without typed parts, in small letters."""
    return {word.casefold() for word in WORD.findall(TYPED.sub(" ", text))}


def foreign(text: str, vocabularies: tuple[set[str], set[str]], names: Iterable[str] = ()) -> dict[str, str]:
    """The English words of a screen, each with the first line that has it.

    Args:
        text: The screen.
        vocabularies: English words, and those that the language has itself.
        names: Names that stay untranslated; taken out whole.
    """
    english, own = vocabularies
    known = sorted({name for name in names if name}, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<![\w/-]){re.escape(name)}(?![\w-])" for name in known) or r"(?!)")
    found: dict[str, str] = {}
    for line in text.splitlines():
        for word in words_of(pattern.sub(" ", line)) & english - own:
            found.setdefault(word, line.strip())
    return found


def names_of(scenario: str) -> set[str]:
    """The names on a scenario's screens: units, countries, producers, data, licences, references, and keys."""
    ranking = rank(scenario)
    plan = ranking.plan
    names = {*ranking.names, *ranking.codes, *ranking.countries, *plan.inputs, *COLUMNS, "hubrank"}
    names |= {item.key for item in plan.indicators} | {f"units.{item}" for item in plan.scenario.units.from_inputs}
    for item in ranking.origins():
        said = [text for text in asdict(item.origin).values() if isinstance(text, str)]
        names |= {*said, *(part for text in said for part in PARTS.split(text))}
    return {*names, str(plan.scenario.author), *plan.scenario.references, *(item.name for item in Registry.installed())}


def shown(command: str, language: str) -> str:
    """The output of a command in a language."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        run([*command.split(), "--language", language])
    return out.getvalue()


def page(scenario: str, language: str) -> str:
    """The text of a scenario's page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        shown(f"report {scenario} --output {path}", language)
        source = path.read_text(encoding="utf-8")
    bare = re.sub(r"<(script|style|code|svg)\b.*?</\1>", " ", source, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "\n", bare))


def screens(
    language: str, scenarios: Iterable[str], names: Mapping[str, set[str]]
) -> Iterator[tuple[str, str, set[str]]]:
    """All screens in a language, each with its command and the names that it may have."""
    for scenario in scenarios:
        first = rank(scenario)
        unit, indicator = first.codes[first.order(len(first.editions) - 1)[0]], first.plan.ranked[0].key
        for command in SCREENS:
            words = command.format(scenario).replace(" X", f" {unit}").replace(" I", f" {indicator}")
            yield words, shown(words, language), names[scenario]
        yield f"report {scenario}", page(scenario, language), names[scenario]
    every = set().union(*names.values())
    yield from ((command, shown(command, language), every) for command in ALONE)
    yield "--help", shown("--help", language).partition("exit.")[2], every  # what typer says itself comes before


if __name__ == "__main__":
    installed = Registry.installed().names("scenario")
    known = {name: names_of(name) for name in installed}
    code = 0
    for spoken in sys.argv[1:] or sorted(path.stem for path in TEXTS.glob("*.po")):
        words = vocabulary(spoken)
        for command, text, there in screens(spoken, installed, known):
            for word, line in foreign(text, words, there).items():
                sys.stdout.write(f"{spoken}  {command}: {word}: {line[:120]}\n")
                code = 1
    sys.exit(code)
