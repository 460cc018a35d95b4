"""The command line, and what every verb shares.

In comes what a person types; out go tables, files and exit codes. `app` makes a command line of the
verbs of all plugins, `verbs` holds the core's own. A verb of a plugin imports the names below and nothing inside:
ranking what the command line names, finding units and editions, a console, progress, numbers, files.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from hubrank.basis.faces import face

if TYPE_CHECKING:
    from hubrank.basis.cells import LATITUDE, LONGITUDE, NUMBER, YEAR, is_gap, misfits, read_number, read_numbers
    from hubrank.basis.doors import (
        bytes_of,
        check_archive,
        check_parts,
        check_sheet,
        check_size,
        content_of,
        files_named,
        is_file,
        is_folder,
        short,
        unpacking,
    )
    from hubrank.basis.errors import listed, suggestion
    from hubrank.basis.files import check_above, check_file, is_there, kept, replace_file, replace_folder, temporary
    from hubrank.basis.guessing import Guess, guessed, looks_like_number, readable
    from hubrank.basis.harmless import (
        begins_formula,
        chart_text,
        escape_formula,
        in_chart,
        in_template,
        inert,
        json_text,
        marked_down,
        plain,
        sheet_text,
        web_address,
    )
    from hubrank.basis.heads import meant_by
    from hubrank.basis.limits import exceeded
    from hubrank.basis.names import folded_key, name_key
    from hubrank.basis.numerals import number_in, year_in
    from hubrank.basis.progress import Progress, no_progress
    from hubrank.basis.reading import Reading
    from hubrank.basis.shapes import likely_delimiter, likely_encoding
    from hubrank.basis.spreadsheets import csv_bytes
    from hubrank.basis.structuring import structure
    from hubrank.basis.table_files import Wanted, examine, first_rows, read_table, require, table_kind
    from hubrank.basis.words import counted, enumerated, percent, reason
    from hubrank.contract.installed import installed_part
    from hubrank.drafting.draft import Draft, draft
    from hubrank.drafting.records import Assumption, DraftDimension, DraftIndicator
    from hubrank.front.answers import Format, answer
    from hubrank.front.app import run
    from hubrank.front.arguments import OfEdition, Sample, ScenarioName, UnitName
    from hubrank.front.asking import jsonable, ranked_unit, ranking_of
    from hubrank.front.completing import complete_editions, complete_indicators, complete_scenarios, complete_units
    from hubrank.front.layout import Column, Grid
    from hubrank.front.pages import Page, console, say
    from hubrank.front.screen import bar_of, number, quiet, silenced
    from hubrank.front.verbs.export import write_file
    from hubrank.front.waiting import progress
    from hubrank.front.wanting import Want, chains, costs, said_of, to_fetch
    from hubrank.measuring.arrivals import Arrival
    from hubrank.measuring.cache import Cache
    from hubrank.runs.folder import check_target
    from hubrank.runs.record import write_run
    from hubrank.runs.running import edition_of, rank, rank_with_intervals, ranked_with_vintages, unit_of
    from hubrank.scenario.merging import merge
    from hubrank.scenario.places import code_text
    from hubrank.scenario.reach import EARTH_KM

__getattr__ = face(
    __name__,
    {
        "hubrank.basis.cells": (
            "LATITUDE",
            "LONGITUDE",
            "NUMBER",
            "YEAR",
            "is_gap",
            "misfits",
            "read_number",
            "read_numbers",
        ),
        "hubrank.basis.doors": (
            "bytes_of",
            "check_archive",
            "check_parts",
            "check_sheet",
            "check_size",
            "content_of",
            "files_named",
            "is_folder",
            "is_file",
            "short",
            "unpacking",
        ),
        "hubrank.basis.errors": ("listed", "suggestion"),
        "hubrank.basis.files": (
            "check_above",
            "check_file",
            "is_there",
            "kept",
            "replace_file",
            "replace_folder",
            "temporary",
        ),
        "hubrank.basis.guessing": ("Guess", "guessed", "looks_like_number", "readable"),
        "hubrank.basis.harmless": (
            "begins_formula",
            "chart_text",
            "escape_formula",
            "in_chart",
            "in_template",
            "inert",
            "json_text",
            "marked_down",
            "plain",
            "sheet_text",
            "web_address",
        ),
        "hubrank.basis.heads": ("meant_by",),
        "hubrank.basis.limits": ("exceeded",),
        "hubrank.basis.names": ("folded_key", "name_key"),
        "hubrank.basis.numerals": ("number_in", "year_in"),
        "hubrank.basis.progress": ("Progress", "no_progress"),
        "hubrank.basis.reading": ("Reading",),
        "hubrank.basis.shapes": ("likely_delimiter", "likely_encoding"),
        "hubrank.basis.spreadsheets": ("csv_bytes",),
        "hubrank.basis.structuring": ("structure",),
        "hubrank.basis.table_files": ("Wanted", "examine", "first_rows", "read_table", "require", "table_kind"),
        "hubrank.basis.words": ("counted", "enumerated", "percent", "reason"),
        "hubrank.drafting.draft": ("Draft", "draft"),
        "hubrank.drafting.records": ("Assumption", "DraftDimension", "DraftIndicator"),
        "hubrank.front.answers": ("Format", "answer"),
        "hubrank.front.app": ("run",),
        "hubrank.front.arguments": ("OfEdition", "Sample", "ScenarioName", "UnitName"),
        "hubrank.front.asking": ("jsonable", "ranked_unit", "ranking_of"),
        "hubrank.front.completing": (
            "complete_editions",
            "complete_indicators",
            "complete_scenarios",
            "complete_units",
        ),
        "hubrank.contract.installed": ("installed_part",),
        "hubrank.front.layout": ("Column", "Grid"),
        "hubrank.front.pages": ("Page", "console", "say"),
        "hubrank.front.screen": ("bar_of", "number", "quiet", "silenced"),
        "hubrank.front.verbs.export": ("write_file",),
        "hubrank.front.waiting": ("progress",),
        "hubrank.front.wanting": ("Want", "chains", "costs", "said_of", "to_fetch"),
        "hubrank.measuring.arrivals": ("Arrival",),
        "hubrank.measuring.cache": ("Cache",),
        "hubrank.runs.folder": ("check_target",),
        "hubrank.runs.record": ("write_run",),
        "hubrank.runs.running": ("edition_of", "rank", "rank_with_intervals", "ranked_with_vintages", "unit_of"),
        "hubrank.scenario.merging": ("merge",),
        "hubrank.scenario.places": ("code_text",),
        "hubrank.scenario.reach": ("EARTH_KM",),
    },
)

__all__ = [
    "EARTH_KM",
    "LATITUDE",
    "LONGITUDE",
    "NUMBER",
    "YEAR",
    "Arrival",
    "Assumption",
    "Cache",
    "Column",
    "Draft",
    "DraftDimension",
    "DraftIndicator",
    "Format",
    "Grid",
    "Guess",
    "OfEdition",
    "Page",
    "Progress",
    "Reading",
    "Sample",
    "ScenarioName",
    "UnitName",
    "Want",
    "Wanted",
    "answer",
    "bar_of",
    "begins_formula",
    "bytes_of",
    "chains",
    "chart_text",
    "check_above",
    "check_archive",
    "check_file",
    "check_parts",
    "check_sheet",
    "check_size",
    "check_target",
    "code_text",
    "complete_editions",
    "complete_indicators",
    "complete_scenarios",
    "complete_units",
    "console",
    "content_of",
    "costs",
    "counted",
    "csv_bytes",
    "draft",
    "edition_of",
    "enumerated",
    "escape_formula",
    "examine",
    "exceeded",
    "files_named",
    "first_rows",
    "folded_key",
    "guessed",
    "in_chart",
    "in_template",
    "inert",
    "installed_part",
    "is_file",
    "is_folder",
    "is_gap",
    "is_there",
    "json_text",
    "jsonable",
    "kept",
    "likely_delimiter",
    "likely_encoding",
    "listed",
    "looks_like_number",
    "main",
    "marked_down",
    "meant_by",
    "merge",
    "misfits",
    "name_key",
    "no_progress",
    "number",
    "number_in",
    "percent",
    "plain",
    "progress",
    "quiet",
    "rank",
    "rank_with_intervals",
    "ranked_unit",
    "ranked_with_vintages",
    "ranking_of",
    "read_number",
    "read_numbers",
    "read_table",
    "readable",
    "reason",
    "replace_file",
    "replace_folder",
    "require",
    "run",
    "said_of",
    "say",
    "sheet_text",
    "short",
    "silenced",
    "structure",
    "suggestion",
    "table_kind",
    "temporary",
    "to_fetch",
    "unit_of",
    "unpacking",
    "web_address",
    "write_file",
    "write_run",
    "year_in",
]


#: Of how many new objects a collection of garbage is made, and of how many such the next two: nearly all that a run
#: makes stays until its end, and looking through it time and again takes a tenth of a short run.
_COLLECTED = (50_000, 10, 10)


def main() -> None:
    """Run the command line and exit with its exit code."""
    from hubrank.basis.output import turned
    from hubrank.front.app import run
    from hubrank.front.leaving import left, opened

    gc.set_threshold(*_COLLECTED)
    opened()
    code = left(run(sys.argv[1:]))
    turned(2)  # what plugins print on the way out is no part of the answer
    sys.exit(code)
