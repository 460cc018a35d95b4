"""`hubrank report`."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer
from hubrank import UsageError
from hubrank.front import Sample, ScenarioName, check_file, progress, write_file

from hubrank_report.catalogues import LANGUAGE, languages

if TYPE_CHECKING:
    from hubrank import Registry

#: The exporter that makes the page, and where it comes from.
PAGE = "report"
PACKAGE = "hubrank-report"


def report(
    scenario: ScenarioName,
    output: Annotated[Path, typer.Option(help="HTML file to write.")],
    language: Annotated[
        str,
        typer.Option(help=f"Language that the page opens in: {', '.join(languages())}.", autocompletion=languages),
    ] = LANGUAGE,
    sample: Sample = False,
) -> None:
    """Write a ranking as a self-contained HTML page with adjustable weights."""
    from hubrank import Registry, front
    from hubrank.front import Cache

    registry = Registry.installed()
    page = page_of(output, registry, language)
    with progress("loading") as tell:
        ranking = front.rank_with_intervals(scenario, sample=sample, cache=Cache.default(), progress=tell)
    write_file(page, ranking, output)


def page_of(output: Path, registry: Registry, language: str = LANGUAGE) -> Any:
    """The exporter of the page in a language, where a file can hold it.

    Raises:
        UsageError: The file's name does not end in .html, it is a folder, the page does not speak the language, or
            nothing installed writes the page.
    """
    if output.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{output}: the page's file name must end in .html; use hubrank export for other formats")
    check_file(output)
    if language not in languages():
        raise UsageError(f"--language {language}: the page has no texts in it; available: {', '.join(languages())}")
    if PAGE not in registry.names("exporter"):
        raise UsageError(f"no installed plugin writes the page; install {PACKAGE}")
    part = registry.find("exporter", PAGE)
    if language == LANGUAGE:
        return part
    write = functools.partial(part.record.write, language=language)
    return attrs.evolve(part, record=attrs.evolve(part.record, write=write))
