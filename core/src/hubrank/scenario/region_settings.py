"""What a `region.toml` may say, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import attrs
from attrs import field, frozen

from hubrank.basis.doors import is_file, short
from hubrank.basis.errors import Problem, suggestion
from hubrank.basis.language import Title
from hubrank.basis.names import is_bare
from hubrank.basis.structuring import describe
from hubrank.contract.origins import Origin
from hubrank.contract.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, Covers, Table
from hubrank.contract.units import SCHEMES
from hubrank.scenario.file_source import Layout, Options
from hubrank.scenario.places import place_columns
from hubrank.scenario.scenario import UnitsSettings

#: Columns that say where, when and whence; the others are amounts and texts.
RESERVED = (*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS)


@frozen(kw_only=True)
class RegionUnits(UnitsSettings):
    """The units of a region: what a scenario's `[units]` takes, and who made the list.

    Attributes:
        origins: Names of the region's origins.
    """

    origins: tuple[str, ...] = ()


@frozen(kw_only=True)
class OriginSettings(Origin):
    """An origin but for its name, which is its key."""

    name: str = field(init=False, default="")

    def named(self, name: str) -> Origin:
        """The origin with its name."""
        return Origin(**{**attrs.asdict(self), "name": name})


@frozen(kw_only=True)
class TableSettings:
    """A table of a region.

    Attributes:
        file: CSV, TSV, Parquet or Excel, in the folder.
        columns: Every column that is read with what it means; of an amount its unit of measure.
        kind: `stock` (a level; the newest counts) or `flow` (amounts that add up over years).
        title: What the rows are, in a few words.
        origin: The name of the origin of rows that name none themselves.
        every: The years between two vintages.
        covers: Years (and countries) for which the table is complete, so that no row means 0.
        once: For a flow, the column that names what counts once in a unit.
        texts: Columns that are texts, beside those of places and provenance.
        options: How the file is laid out and its cells are written.
    """

    file: Path
    columns: Mapping[str, str]
    kind: Literal["stock", "flow"] = "stock"
    title: str = ""
    origin: str
    every: int = 1
    covers: Covers | None = None
    once: str = ""
    texts: tuple[str, ...] = ()
    options: Layout = field(factory=Layout)

    def __attrs_post_init__(self) -> None:
        self.table("")  # it refuses what a table cannot be

    def table(self, name: str) -> Table:
        """The table as a source declares it."""
        own = attrs.asdict(self, filter=lambda each, _: each.name in attrs.fields_dict(Table), recurse=False)
        return Table(name=name, **own)

    @property
    def amounts(self) -> tuple[str, ...]:
        """The columns that indicators can ask for."""
        return tuple(each for each in self.columns if each not in RESERVED)

    def read_from(self, folder: Path) -> Options:
        """What the source `files` is told to read it."""
        layout = attrs.asdict(self.options, recurse=False)
        return Options(file=folder / self.file, kind=self.kind, covers=self.covers, **layout)


@frozen(kw_only=True)
class RegionSettings:
    """What `region.toml` says.

    Attributes:
        name: What scenarios call its units and its source of tables, and the name of its scenario.
        title: What the region is; a text, or texts by language.
        units: Its units: a file of the folder, or a part of an installed set.
        scenario: The file of its scenario, in the folder.
        origins: Who made its data, by name.
        tables: Its tables, by name.
    """

    name: str = field()
    title: Title
    units: RegionUnits
    scenario: Path = Path("scenario.toml")
    origins: Mapping[str, OriginSettings] = field(factory=dict)
    tables: Mapping[str, TableSettings] = field(factory=dict)

    @name.validator
    def _name(self, _: Any, value: str) -> None:
        if not is_bare(value):
            what = f"must consist of letters, digits, '-' and '_'; got {describe(value)}"
            raise ValueError(f"name: {what}")

    @property
    def files(self) -> dict[str, Path]:
        """The files that it names, by the key that does."""
        named = {"units.file": self.units.file, "units.places": self.units.places, "scenario": self.scenario}
        named |= {f"tables.{name}.file": each.file for name, each in self.tables.items()}
        return {key: path for key, path in named.items() if path is not None}


def mistakes(settings: RegionSettings, folder: Path) -> list[Problem]:
    """What is wrong with a region whose form is right.

    Args:
        settings: What it says.
        folder: Where its files lie.
    """
    return [*_of_units(settings), *_of_origins(settings), *_of_tables(settings), *_of_files(settings, folder)]


def _of_units(settings: RegionSettings) -> Iterator[Problem]:
    units = settings.units
    if bool(units.set) == bool(units.file):
        yield Problem("units", "needs either set (an installed unit set) or file")
        return
    for key, value in (("places", units.places), ("origins", units.origins)):
        if units.set and value:
            yield Problem(f"units.{key}", "is of units in a file; set file in place of set, or leave it out")


def _of_origins(settings: RegionSettings) -> Iterator[Problem]:
    named = {"units.origins": settings.units.origins}
    named |= {f"tables.{name}.origin": (each.origin,) for name, each in settings.tables.items()}
    for where, names in named.items():
        for name in names:
            if name not in settings.origins:
                what = f"there is no origin '{name}'"
                yield Problem(where, what + suggestion(name, settings.origins))


def _of_tables(settings: RegionSettings) -> Iterator[Problem]:
    for name, table in settings.tables.items():
        if not place_columns(table.columns):
            what = f"name no place; name one of {', '.join(SCHEMES)}, or lat and lon"
            yield Problem(f"tables.{name}.columns", what)
        for key, columns in (("texts", table.texts), ("once", (table.once,) if table.once else ())):
            for column in columns:
                if column not in table.columns:
                    what = f"there is no column '{column}'"
                    yield Problem(f"tables.{name}.{key}", what + suggestion(column, table.columns))


def _of_files(settings: RegionSettings, folder: Path) -> Iterator[Problem]:
    for where, path in settings.files.items():
        if not _is_within(folder, path):
            yield Problem(where, f"{short(str(path))}: lies outside the region's folder; a region holds its own files")
        elif not is_file(folder / path):
            yield Problem(where, f"{short(str(path))}: file not found")
    if settings.scenario.suffix != ".toml" or settings.scenario.name != str(settings.scenario):
        yield Problem("scenario", "must be a .toml file beside region.toml")


def _is_within(folder: Path, path: Path) -> bool:
    """Whether a file lies in a folder, links followed."""
    try:
        return (folder / path).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False
