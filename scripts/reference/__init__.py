"""The reference, made from the code: the pages of everything that is installed."""

import inspect
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import typer
from hubrank.cli.app import INTERRUPTED, app, common_options
from hubrank.cli.commands.parts import meanings
from hubrank.cli.console import ClosedError
from hubrank.errors import HubrankError, MethodError
from hubrank.io.limits import Limits
from hubrank.plugin.registry import Part, Registry
from hubrank.plugin.sources import NoOptions
from hubrank.testing.samples import context, quiet_numbers
from hubrank_output import PLOTS
from hubrank_output.plots import frames

from reference import python, toml_keys
from reference.pages import Item, Page, Section, first, key, options, prose, signature, table, text_of

VERBS = "Every command of all packages with its arguments and options, as `hubrank COMMAND --help` prints them."
EXITS = "The exit code of a command, for scripts."
#: The kinds, with the title and the first sentence of each one's page.
KINDS = {
    "indicator": ("Indicators", "Every indicator that a scenario can use: `indicators.NAME.indicator`."),
    "source": ("Data sources", "Every source of a scenario's inputs: `inputs.NAME.source`."),
    "unit set": ("Unit sets", "Every set of units that a scenario can rank: `units.set`."),
    "exporter": ("Exporters", "Every kind of file that `hubrank export` writes, chosen by the end of the file's name."),
}
TEXTS = Path(__file__).parents[2] / "docs" / "methods"

#: The form of each kind of method in a scenario.
WRITTEN = {
    "imputation": "imputation = {spec}",
    "treatment": "treatment = {spec}",
    "normalisation": "normalisation = {spec}",
    "weighting": "weighting = {spec}",
    "aggregator": "aggregation = {spec}",
    "rescaling": "ranking.post_processing = [{spec}]",
}
#: Inputs of the methods' examples: values of an indicator, and units' scores in members of equal weight.
VALUES = (2, 4, 6, 10, 20, 100)
UNITS = ((80, 80, 80, 80), (100, 100, 60, 60), (100, 100, 100, 20), (50, 50, 50, 50), (40, 60, 20, 90), (9, 20, 30, 40))
#: Kinds whose tables call the method a step.
STEPS = ("treatment", "rescaling")


def pages(registry: Registry) -> tuple[Page, ...]:
    """Every page of the reference."""
    return (
        *toml_keys.pages(),
        verbs(),
        exits(),
        python.hooks(),
        python.records(),
        *python.pages(),
        *(parts(kind, registry) for kind in KINDS),
        *(page for kind in WRITTEN for page in methods(kind, registry)),
    )


def verbs() -> Page:
    """The page of all commands."""
    group: Any = typer.main.get_command(app)
    context = group.make_context("hubrank", [], resilient_parsing=True)
    registry, sections = Registry.of_commands(), []
    for name in registry.names("command"):
        owner = registry.parts["command"][name][0].distribution
        sections += _sections(f"hubrank {name}", group.get_command(context, name), context, owner)
    text = "Options of every command, anywhere in the line."
    everywhere = Section(name="hubrank", text=text, items=_items(common_options(), context))
    return Page(place="reference/commands", title="Commands", text=VERBS, sections=(everywhere, *sections))


def _sections(name: str, command: Any, context: Any, owner: str) -> Iterator[Section]:
    text = f"{inspect.cleandoc(command.help or '')}\n\n*From `{owner}`.*"
    yield Section(name=name, text=text, items=_items(command.params, context))
    for inner, item in getattr(command, "commands", {}).items():
        yield from _sections(f"{name} {inner}", item, context, owner)


def _items(parameters: Sequence[Any], context: Any) -> tuple[Item, ...]:
    """Parameters as `--help` names them, with their defaults and bounds."""
    items = []
    for parameter in parameters:
        if record := parameter.get_help_record(context):
            text = " ".join((parameter.help or "").split())
            added = " ".join(record[1].split()).removeprefix(text).strip(" []").replace("default: ", "")
            items.append(Item(name=record[0], default=added, text=text))
    return tuple(items)


def exits() -> Page:
    """The page of all exit codes."""
    text: dict[int, list[str]] = {
        0: ["Success."],
        HubrankError.exit_code: ["Any other error, such as a file that cannot be written or too little memory."],
        INTERRUPTED: ["Interrupted by you."],
    }
    waiting, known = [ClosedError, *HubrankError.__subclasses__()], set()
    while waiting:  # the errors that leave with a code of their own
        error = waiting.pop(0)
        waiting += error.__subclasses__()
        if vars(error).get("exit_code", HubrankError.exit_code) != HubrankError.exit_code and error not in known:
            known.add(error)
            text.setdefault(error.exit_code, []).append(first(prose(text_of(error))))
    items = (Item(name=str(code), text=" ".join(lines)) for code, lines in sorted(text.items()))
    codes = table(items, "code")
    return Page(place="reference/exit-codes", title="Exit codes", text=f"{EXITS}\n\n{codes}")


def tables() -> dict[str, str]:
    """Additions to pages that are written by hand, by their place: all limits, all plots."""
    rows = []
    for limit in attrs.fields(Limits):
        text = meanings(Limits)[limit.name] + ("" if limit.metadata["by_scenario"] else " A scenario cannot set it.")
        number = "any" if math.isinf(limit.default or 0) else f"{limit.default or 0:,.0f}"
        rows.append(Item(name=limit.name, default=number, text=text))
    plots = ""
    for name, title in PLOTS.items():
        rows_of = getattr(frames, name, None) or getattr(frames, f"{name}_")
        call = signature(rows_of).replace("(ranking, at", "(").replace("(, ", "(")
        picture = f"![{title}](/docs/pictures/plots/{name}.png)"
        plots += f"\n## {name}\n\n`r.plot.{name}{call}` draws {title}.\n\n{picture}\n"
    return {"reference/limits": f"\n{table(rows, 'limit')}\n", "reference/plots": plots}


def parts(kind: str, registry: Registry) -> Page:
    """The page of a kind of part, with the options of each."""
    title, text = KINDS[kind]
    sections = []
    for part in registry:
        if part.kind == kind:
            options_class = getattr(part.record, "options", NoOptions)
            facts = "\n\n".join((*_facts(part.record), f"*From `{part.distribution}`.*"))
            items = options(options_class) if attrs.has(options_class) else ()
            sections.append(Section(name=part.name, text=facts, items=items))
    return Page(place=f"reference/{kind.replace(' ', '-')}s", title=title, text=text, sections=tuple(sections))


def _facts(record: Any) -> Iterator[str]:
    yield record.title
    if getattr(record, "suffix", ""):
        yield f"Files that end in `{record.suffix}`."
    if getattr(record, "description", ""):
        yield record.description
    if getattr(record, "unit_of_measure", ""):
        better = "more" if record.direction > 0 else "less"
        yield f"Unit of measure: {record.unit_of_measure}; {better} is better."


def methods(kind: str, registry: Registry) -> Iterator[Page]:
    """A page that lists the methods of a kind, and one for each."""
    text, texts = (TEXTS / f"{kind}.md").read_text(encoding="utf-8"), {}
    # formulas as MyST reads them on any page: GitHub's marks are those of money elsewhere
    text = re.sub(r"\$([^$]+)\$", r"{math}`\1`", text.replace("```math", "```{math}"))
    intro, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    for section in sections:  # one may be of several
        head, _, below = section.partition("\n")
        texts |= dict.fromkeys(head.split(", "), below.strip())
    title, _, intro = intro.removeprefix("# ").partition("\n")
    found = [part for part in registry if part.kind == kind]
    lines = ["| method | what it does | from |", "| --- | --- | --- |"]
    for item in found:
        link = f"[`{item.name}`](/methods/{kind}/{item.name}.md)"
        lines.append(f"| {link} | {item.record.title} | `{item.distribution}` |")
    yield Page(place=f"methods/{kind}/index", title=title, text="\n".join((intro.strip(), "", *lines)))
    for part in found:
        cls = part.record.options
        chosen = f"\n\n## Options\n\n{first(text_of(cls))}\n\n{table(options(cls))}" if attrs.fields(cls) else ""
        yield Page(
            place=f"methods/{kind}/{part.name}",
            title=f"`{part.name}`",
            listed=False,
            text=_of_method(part, texts.get(part.name, "")) + chosen,
        )


def _of_method(part: Part, text: str) -> str:
    """A method's page above its options."""
    title = part.record.title
    head = f"{title[:1].upper()}{title[1:]}. From `{part.distribution}`.\n\n```toml\n{written(part)}\n```\n\n"
    head += (example(part) if part.kind in ("treatment", "normalisation", "aggregator", "rescaling") else "") + text
    return head if "**Source.**" in text else f"{head}\n\n**Source.** {part.record.reference}."


def example(part: Part) -> str:
    """The result of a method for a few numbers; empty if it needs options, other values or several editions."""
    record, sets = part.record, part.kind == "aggregator"
    values = np.array([UNITS if sets else VALUES], dtype=float)
    if part.kind in ("treatment", "normalisation"):
        values = values[..., None]
    given: list[Any] = [context(1, members=values.shape[2] if values.ndim > 2 else 0)]
    try:
        given.append(record.options())
        with quiet_numbers():
            if sets:
                given.insert(0, np.full((1, 1, 4), 1.0 if record.weights == "raw" else 0.25))
            elif part.kind == "normalisation":
                given.insert(0, record.fit(values, *given))
            found = [f"{value:.3g}" for value in np.ravel(record.apply(values, *given)) + 0.0]
    except (TypeError, ValueError, MethodError):
        return ""
    made = zip(UNITS[:3] if sets else [VALUES], found if sets else [", ".join(found)], strict=False)
    text = "; ".join(f"{', '.join(map(str, numbers))} → {result}" for numbers, result in made)
    return f"**Example.** {'Scores of three units with four members of equal weight: ' if sets else ''}{text}.\n\n"


def written(part: Part) -> str:
    """The line of a scenario that selects a method, with a placeholder for each required option."""
    needed = [item for item in attrs.fields(part.record.options) if item.default is attrs.NOTHING]
    word = "step" if part.kind in STEPS else "method"
    settings = ", ".join((f'{word} = "{part.name}"', *(f"{key(item)} = ..." for item in needed)))
    return WRITTEN[part.kind].format(spec=f"{{ {settings} }}" if needed else f'"{part.name}"')
