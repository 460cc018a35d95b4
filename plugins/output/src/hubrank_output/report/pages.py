"""The page of a ranking, assembled and written, in the languages of hubrank's catalogues."""

import base64
import datetime
import functools
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from attrs import frozen
from hubrank.i18n import enumerated
from hubrank.io.escaping import json_text, strip_control, template_value, web_address
from hubrank.plugin import (
    Ranking,
    UsageError,
    category,
    current_language,
    format_count,
    format_number,
    forms_in_context,
    gettext,
    in_context,
    languages,
    use_language,
)
from hubrank.plugin.registry import __version__
from markupsafe import Markup

from hubrank_output.report import atlas
from hubrank_output.report.excerpt import of_units, on_page
from hubrank_output.report.payload import country_said, payload, scripts, unit_names

#: Arrays begin where a number of eight bytes may.
_STEP = 8
#: The arrays of JavaScript by NumPy's types.
_KINDS = {"f8": "Float64Array", "f4": "Float32Array", "i4": "Int32Array", "u1": "Uint8Array"}
#: The mid of speed and size: measured values have few digits, normalised ones are as good as random.
_LEVEL = 6
#: The most bytes of a page: browsers hold no longer text than 500 million characters.
LIMIT = 500_000_000
#: The rows of the table for readers without scripts, and the most units without a rank that are named.
FIRST, NAMED = 200, 200
#: The most licences named at the top; the section on sources has all.
LICENCES = 3
#: Classes of values by age in years: the first and the last.
AGES = {"year": (0, 1), "three": (2, 3), "six": (4, 6), "more": (7, 9999)}
#: The page's sections.
SECTIONS = ("ranking", "map", "editions", "profiles", "uncertainty", "rivals", "figures", "share", "method")
#: The scripts in the order in which they are assembled; each uses only those before it.
SCRIPTS = (
    *("texts", "data", "means", "rounding", "steps", "scoring", "ranks", "intervals", "choices", "worker", "elements"),
    *("language", "view", "tips", "weights", "moves", "columns", "limits", "folding", "search", "motion", "table"),
    *("labels", "outlines", "map", "frame", "editions", "profiles", "uncertainty", "rivals", "reach"),
    *("contributions", "unit", "pinned", "correlation", "scatter", "histogram", "distribution", "acceptability"),
    *("tree", "share", "views", "zip", "workbook", "picture", "toml", "address", "download", "start"),
)
#: The styles in their order; the narrow screen and the paper last.
STYLES = ("page", "weights", "tables", "pictures", "media", "unit")


def texts(language: str, keyed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All texts of the page in a language: a text a key, or an object of plural forms by CLDR's categories.

    With them go the language's tag, its decimal mark, and how it writes a share in per cent.

    Args:
        language: One of `languages()`.
        keyed: The English texts by key; those of the page by default, another page has more.
    """
    with use_language(language):
        marks = {"language": current_language(), "decimal": format_number("."), "percent": gettext("{number} %")}
        return marks | {
            key: forms_in_context(f"page:{key}", text["one"], text["other"])
            if isinstance(text, dict)
            else in_context(f"page:{key}", text)
            for key, text in (english() if keyed is None else keyed).items()
        }


@functools.cache
def english() -> Mapping[str, Any]:
    """The English texts by key; one that depends on a number has the forms `one` and `other`."""
    result: dict[str, Any] = json.loads(read("texts/en.json"))
    return result


@frozen
class Saying:
    """A text in all languages of the page: its index among them, 0 if empty, and the text in the opening one."""

    number: int
    text: str

    def __str__(self) -> str:
        return self.text


class Sayings:
    """The texts of a page that opens in the reader's language, numbered in order of use."""

    def __init__(self) -> None:
        self._languages = languages()
        self._opening = self._languages.index(current_language())
        self._numbers = {("",) * len(self._languages): 0}

    def all(self, texts: Callable[[], Any]) -> Any:
        """A function's result in every language: a text, or lists and tables of texts, with a `Saying` for each."""
        return self._join(self._spoken(texts))

    def others(self, texts: Callable[[], list[str]]) -> dict[int, Saying]:
        """Those texts of a list that differ between languages, by their index."""
        each = enumerate(zip(*self._spoken(texts), strict=True))
        return {at: self._join(said) for at, said in each if len(set(said)) > 1}

    def _spoken(self, texts: Callable[[], Any]) -> list[Any]:
        values = []
        for language in self._languages:
            with use_language(language):
                values.append(texts())
        return values

    def table(self) -> dict[str, list[str | None]]:
        """All texts by language and number; None if it is the English one."""
        english, *others = zip(*self._numbers, strict=True)
        lacking = {
            language: [None if text == usual else text for text, usual in zip(texts, english, strict=True)]
            for language, texts in zip(self._languages[1:], others, strict=True)
        }
        return {self._languages[0]: list(english), **lacking}

    def _join(self, values: Sequence[Any]) -> Any:
        first = values[0]
        if isinstance(first, str):
            texts = tuple(strip_control(str(item)) for item in values)
            return Saying(self._numbers.setdefault(texts, len(self._numbers)), texts[self._opening])
        if isinstance(first, Mapping):
            return {key: self._join([item[key] for item in values]) for key in first}
        return [self._join(parts) for parts in zip(*values, strict=True)]


def packed(data: Mapping[str, Any]) -> str:
    """Data with arrays in it as base64 of a gzip stream, the same for the same data.

    The stream's bytes are the head's length (`uint32`, then four bytes of nothing), the head, and the arrays. The head
    is the data as JSON; an array in it is `{"kind", "at", "count"}`: a class of JavaScript, the byte where it begins
    behind the head, and their number. Head and arrays each fill whole steps of eight bytes, little-endian.

    Args:
        data: JSON values, sayings, of which the numbers are packed, and arrays of `float64`, `float32`, `int32`
            or `uint8`, of any shape, the last axis fastest.
    """
    arrays: list[bytes] = []

    def filled(part: bytes, by: bytes = b"\0") -> bytes:
        return part + by * (-len(part) % _STEP)

    def reference(value: Any) -> Any:
        if isinstance(value, Saying):
            return value.number
        if not isinstance(value, np.ndarray):
            return str(value)
        start = sum(map(len, arrays))
        arrays.append(filled(np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<")).tobytes()))
        return {"kind": _KINDS[value.dtype.str[1:]], "at": start, "count": value.size}

    text = json_text(data, separators=(",", ":"), allow_nan=False, default=reference)
    head = filled(text.encode("utf-8"), b" ")
    stream = gzip.compress(b"".join([len(head).to_bytes(_STEP, "little"), head, *arrays]), _LEVEL, mtime=0)
    return base64.b64encode(stream).decode("ascii")


def write_report(ranking: Ranking, path: Path) -> None:
    """Write the page, which opens in the reader's language; a `UsageError` if it is larger than `LIMIT`."""
    page = report(ranking).encode()
    if len(page) > LIMIT:
        cells = ranking.normalised.size
        raise UsageError(
            f"{path.name}: would be {round(len(page) / 1e6):,} MB for {cells:,} values; a browser opens "
            f"at most {LIMIT / 1e6:g} MB, so rank fewer editions or units, or export to Excel or "
            "Parquet with hubrank export"
        )
    path.write_bytes(page)


def report(ranking: Ranking) -> str:
    """The page as text; it opens in the reader's language and can be switched to the others."""
    page_texts, sayings = texts(current_language()), Sayings()
    units = on_page(ranking)
    data, method, facts = payload(ranking, units, sayings), background(ranking, sayings), published(ranking, sayings)
    others = {item: None if item == current_language() else texts(item) for item in languages()}
    data |= {"languages": others, "sayings": sayings.table()}
    whole = "\n".join(bare(read(f"scripts/{name}.js")) for name in SCRIPTS)
    last = len(ranking.editions) - 1
    order, part = ranking.order(last), of_units(ranking, units)
    first, names = part.order(last)[:FIRST], unit_names(part)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hubrank_output.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=template_value,
    )
    environment.globals["web_address"] = web_address
    return environment.get_template("report.html.j2").render(
        title=data["title"],
        data=data,
        nodes=[node for node in data["nodes"] if node["parent"] is not None],
        titles={item["key"]: item["title"] for item in data["indicators"]}
        | {item["name"]: item["title"] for item in data["nodes"]},
        measures={item["key"]: item["unit"] for item in data["indicators"]},
        rows=[
            {
                "rank": format_number(f"{part.ranks[last, unit]:g}"),
                "name": names[unit],
                "country": country_said(part.countries[unit]),
                "score": part.score_text(last, int(unit)),
            }
            for unit in first
        ],
        ranked=len(order),
        outlines=atlas.countries(),
        width=atlas.WIDTH,
        height=atlas.HEIGHT,
        background=method,
        published=facts,
        style="\n".join(read(f"styles/{name}.css") for name in STYLES),
        packed=packed(data),
        methods=[(name, method_script(name, source)) for name, source in scripts(ranking).items()],
        s=lambda saying: Markup('<span data-saying="{}">{}</span>').format(saying.number, saying.text),
        t=functools.partial(_element, page_texts),
        label=lambda key: Markup('aria-label="{}" data-label="{}"').format(words(page_texts, key), key),
        plain=functools.partial(words, page_texts),
        language=current_language(),
        sections=[name for name in SECTIONS if name != "editions" or len(ranking.editions) > 1],
        script=f'(async function () {{\n"use strict";\nconst PAGE_TEXTS = {embedded(page_texts)};\n{whole}\n}})();',
    )


def published(ranking: Ranking, sayings: Sayings) -> dict[str, Any]:
    """The author and date of a ranking from its scenario, the licences of the data, and the citations.

    If the scenario has no date, it is the date on which the page is made.
    """
    scenario, today = ranking.plan.scenario, datetime.date.today().isoformat()
    given = Counter(strip_control(used.origin.licence) for used in ranking.origins())
    licences = [licence for licence, _ in given.most_common()]
    by = f"{scenario.author}. " if scenario.author else ""
    return {
        "author": scenario.author,
        "date": scenario.published,
        "today": today,
        "version": __version__,
        "licences": sayings.all(lambda: enumerated(list(map(gettext, licences)), LICENCES)),
        "cited": {"by": by, "date": scenario.published or today, "version": __version__},
    }


def background(ranking: Ranking, sayings: Sayings) -> dict[str, Any]:
    """The texts of the section on method and provenance, for the template.

    The scenario's own texts on its references and assumptions stay untranslated.
    """
    scenario = ranking.plan.scenario
    indicators = ranking.indicators()
    unranked = [(int(at), int(unit)) for at, unit in zip(*np.nonzero(np.isnan(ranking.ranks)), strict=True)]
    answers = sayings.all(
        lambda: {
            "steps": [list(step) for step in ranking.steps()],
            "gave": [item.gave for item in ranking.origins()],
            "why": [ranking.why(*place) for place in unranked[:NAMED]],
            "description": "\n".join(ranking.description),
        }
    )
    terms = [text for item in ranking.origins() for text in (item.origin.producer, item.origin.licence)]
    spoken = sayings.others(lambda: list(map(gettext, terms)))  # such as "not stated"
    terms = [spoken.get(at, text) for at, text in enumerate(terms)]
    return {
        "description": answers["description"],
        "references": scenario.references,
        "assumed": [[*re.split(r" ?: |：", item, maxsplit=1), ""][:2] for item in scenario.assumed],
        "steps": answers["steps"],
        "dimensions": {item.key: item.dimension for item in ranking.plan.ranked},
        "indicators": indicators[indicators["edition"] == ranking.editions[-1]].to_dict("records"),
        "sources": list(zip(ranking.origins(), answers["gave"], terms[::2], terms[1::2], strict=True)),
        "packages": ranking.packages(),
        "ages": _ages(ranking),
        "unranked": [
            {"edition": ranking.editions[at], "name": ranking.names[unit], "why": why}
            for (at, unit), why in zip(unranked, answers["why"], strict=False)
        ],
        "more_unranked": max(0, len(unranked) - NAMED),
    }


def _ages(ranking: Ranking) -> list[tuple[int, dict[str, float]]]:
    """Per cent of the weight by the age of its values, in the classes of `AGES`; None if all are of their year."""
    ages = [ranking.weight_by_age(at) for at in range(len(ranking.editions))]
    if not any(age for shares in ages for age in shares):
        return []
    return [
        (
            edition,
            {
                name: 100 * sum(share for age, share in shares.items() if first <= age <= last)
                for name, (first, last) in AGES.items()
            },
        )
        for edition, shares in zip(ranking.editions, ages, strict=True)
    ]


def words(catalogue: Mapping[str, Any], key: str, **values: Any) -> str:
    """A text of the catalogue of the reader's language; the number `count` chooses the plural form."""
    text = catalogue[key]
    if isinstance(text, dict):
        text = text.get(category(values["count"]), text["other"])

    def shown(match: re.Match[str]) -> str:
        value = values[match[1]]
        if isinstance(value, int):
            return format_count(value)
        return format_number(str(value)) if match[1] == "number" else str(value)

    return re.sub(r"\{(\w+)\}", shown, text)


def _element(catalogue: Mapping[str, Any], key: str, **values: Any) -> Markup:
    """A text as an element; like labels and sayings, the page's scripts can rewrite it in another language."""
    opened = Markup('<span data-t="{}" data-values="{}">') if values else Markup('<span data-t="{}">')
    return opened.format(key, embedded(values)) + words(catalogue, key, **values) + Markup("</span>")


def embedded(data: Any) -> str:
    """JSON for a script element: nothing in it can end the element or open a comment; a saying is its number."""

    def reference(value: Any) -> Any:
        return {"said": value.number} if isinstance(value, Saying) else str(value)

    return json_text(data, separators=(",", ":"), allow_nan=False, default=reference).replace("<", "\\u003c")


def method_script(name: str, source: str) -> str:
    """A plugin's script as a script element of its own, so that one that cannot be read breaks no other.

    It is code of an installed plugin and runs as such; the page's policy lets it load and send nothing. Nothing in it
    ends the element or opens a comment of HTML.
    """
    safe = re.sub(r"</(?=script)", r"<\\/", source, flags=re.IGNORECASE).replace("<!--", "<\\!--")
    return f"hubrankMethods[{embedded(name)}] = (\n{safe}\n);"


def bare(source: str) -> str:
    """A script without the comments that fill lines, and without its indentation."""
    return re.sub(r"^[ \t]*(?:(?://|/\*\*|\*).*\n|[ \t]+)", "", source, flags=re.MULTILINE)


def read(name: str) -> str:
    """A file of the page: one of its scripts, styles or texts."""
    return resources.files("hubrank_output.report").joinpath(name).read_text(encoding="utf-8")
