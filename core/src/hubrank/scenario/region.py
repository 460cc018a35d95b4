"""Region.toml: units, tables, scenarios without code."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs import AttrsInstance, evolve, field, frozen

from hubrank.errors import FileProblem, Problem, ScenarioError, did_you_mean
from hubrank.i18n import Title
from hubrank.io.addresses import is_address
from hubrank.io.safe_input import digest_of, is_file, shorten
from hubrank.io.tables import missing_columns_text
from hubrank.io.toml import Source, describe_value, located, parse_toml, read_toml
from hubrank.plugin.hooks import ScenarioFile, hookimpl
from hubrank.plugin.sources import (
    PLACE_COLUMNS,
    PROVENANCE_COLUMNS,
    TIME_COLUMNS,
    DataSource,
    Origin,
    Request,
    Table,
)
from hubrank.plugin.units import SCHEMES, UnitSet
from hubrank.scenario import files as file_source
from hubrank.scenario.files import Layout, Options
from hubrank.scenario.places import place_columns
from hubrank.scenario.schema import UnitsSettings

if TYPE_CHECKING:
    import pandas as pd


#: Columns of place, time and provenance; the others are amounts and texts.
RESERVED = (*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS)

#: The file that makes a folder a region.
REGION = "region.toml"
#: The name of a folder's scenario file.
SCENARIO = "scenario.toml"


@frozen(kw_only=True)
class RegionUnits(UnitsSettings):
    """The units of a region: the keys of a scenario's `[units]`, and the producers of the list.

    Attributes:
        origins: Names of the region's origins.
    """

    origins: tuple[str, ...] = ()


def _record(cls: Any, settings: AttrsInstance, name: str) -> Any:
    """The record of a class from its settings, except its name, which is their key."""
    return cls(**{key: getattr(settings, key) for key in attrs.fields_dict(cls)} | {"name": name})


@frozen(kw_only=True)
class OriginSettings(Origin):
    """An origin except its name, which is its key."""

    name: str = field(init=False, default="")


@frozen(kw_only=True)
class TableSettings(Table):
    """A table of a region.

    Attributes:
        file: CSV, TSV, Parquet or Excel, in the folder.
        columns: Every column that is read with its meaning; for an amount its unit of measure.
        kind: `stock` (a level; the newest counts) or `flow` (amounts that add up over years).
        title: A description of the rows in a few words.
        origin: The name of the origin of rows that name none themselves.
        every: The years between two vintages.
        covers: Years (and countries) for which the table is complete, so that a missing row means 0.
        count_distinct: For a flow, the column of things that count once in a unit.
        texts: Columns that are texts, in addition to those of places and provenance.
        options: The layout of the file and the format of its cells.
    """

    name: str = field(init=False, default="")
    file: Path
    kind: Literal["stock", "flow"] = "stock"
    origin: str
    texts: tuple[str, ...] = ()
    options: Layout = field(factory=Layout)

    def read_from(self, folder: Path) -> Options:
        """The options of the source `files` for it."""
        layout = attrs.asdict(self.options, recurse=False)
        return Options(file=folder / self.file, kind=self.kind, covers=self.covers, **layout)


@frozen(kw_only=True)
class RegionSettings:
    """The content of `region.toml`.

    Attributes:
        name: The name of its units, of its source of tables, and of its scenario.
        title: A description of the region; a text, or texts by language.
        units: Its units: a file of the folder, or a subset of an installed set.
        scenario: The file of its scenario, in the folder.
        origins: The producers of its data, by name.
        tables: Its tables, by name.
    """

    name: str
    title: Title
    units: RegionUnits
    scenario: Path = Path(SCENARIO)
    origins: Mapping[str, OriginSettings] = field(factory=dict)
    tables: Mapping[str, TableSettings] = field(factory=dict)


def _mistakes(settings: RegionSettings, folder: Path) -> Iterator[Problem]:
    """Errors in a region of valid form."""
    units, origins = settings.units, {"units.origins": settings.units.origins}
    if not re.fullmatch(r"[A-Za-z0-9_-]+", settings.name):
        yield Problem("name", f"must consist of letters, digits, '-' and '_'; got {describe_value(settings.name)}")
    if bool(units.set) == bool(units.file):
        yield Problem("units", "needs either set (an installed unit set) or file")
    elif units.set:
        for key in (key for key in ("places", "origins") if getattr(units, key)):
            yield Problem(f"units.{key}", "is of units in a file; set file in place of set, or leave it out")
    origins |= {f"tables.{name}.origin": (table.origin,) for name, table in settings.tables.items()}
    for where, names in origins.items():
        for name in (name for name in names if name not in settings.origins):
            yield Problem(where, f"there is no origin '{name}'" + did_you_mean(name, settings.origins))
    yield from _of_tables(settings, folder)
    if settings.scenario.suffix != ".toml" or settings.scenario.name != str(settings.scenario):
        yield Problem("scenario", "must be a .toml file beside region.toml")


def _of_tables(settings: RegionSettings, folder: Path) -> Iterator[Problem]:
    """Errors of its tables, and of files that are missing or outside the region's folder, links followed."""
    for name, table in settings.tables.items():
        if not place_columns(table.columns):
            schemes = ", ".join(SCHEMES)
            yield Problem(f"tables.{name}.columns", f"name no place; name one of {schemes}, or lat and lon")
        named = [*(("texts", item) for item in table.texts), ("count_distinct", table.count_distinct)]
        for key, column in named:
            if column and column not in table.columns:
                hint = did_you_mean(column, table.columns)
                yield Problem(f"tables.{name}.{key}", f"there is no column '{column}'{hint}")
    files = {"units.file": settings.units.file, "units.places": settings.units.places, "scenario": settings.scenario}
    files |= {f"tables.{name}.file": table.file for name, table in settings.tables.items()}
    for where, path in ((key, path) for key, path in files.items() if path is not None):
        if is_address(str(path)):
            yield Problem(where, f"{shorten(str(path))}: is an address; a region holds its own files")
            continue
        try:
            within = (folder / path).resolve().is_relative_to(folder.resolve())
        except (OSError, ValueError, RuntimeError):
            within = False
        if not within:
            what = "lies outside the region's folder; a region holds its own files"
            yield Problem(where, f"{shorten(str(path))}: {what}")
        elif not is_file(folder / path):
            yield Problem(where, f"{shorten(str(path))}: file not found")


#: The most rows of a table's sample.
_SAMPLE = 200
#: Keys of `[units]` that describe a file of units; the others are a scenario's statements about units.
_OF_UNITS = ("file", "places", "reading", "places_reading", "columns", "allow_duplicates", "origins")


def is_region(folder: Path) -> bool:
    """Whether a folder is a region's."""
    return is_file(folder / REGION)


@frozen
class Region:
    """A folder with a `region.toml`, as a plugin. Nothing is read until it is needed."""

    folder: Path

    @classmethod
    def beside(cls, module: str) -> Region:
        """The region whose files are next to a module, given its `__file__`."""
        return cls(Path(module).resolve().parent)

    @property
    def __name__(self) -> str:
        """Its name as a plugin in messages."""
        return f"{self.folder.name}/{REGION}"

    @functools.cached_property
    def source(self) -> Source:
        """Its `region.toml`; `ScenarioError` if it is missing, or no TOML."""
        return read_toml(self.folder / REGION)

    @functools.cached_property
    def settings(self) -> RegionSettings:
        """The content of its `region.toml`; `ScenarioError` with every error in it."""
        settings, problems = parse_toml(RegionSettings, self.source.table)
        if settings is not None:
            problems += _mistakes(settings, self.folder)
        if settings is None or problems:
            raise ScenarioError(REGION, located(problems, [self.source]))
        return settings

    @property
    def scenario(self) -> Path:
        """The file of its scenario."""
        return self.folder / self.settings.scenario

    @property
    def unit_files(self) -> tuple[Path, ...]:
        """The files that define its units and tables."""
        units = self.settings.units
        return (self.folder / REGION, *(self.folder / item for item in (units.file, units.places) if item))

    @property
    def table_files(self) -> tuple[Path, ...]:
        """The files that hold the rows of its tables."""
        return tuple(dict.fromkeys(self.folder / item.file for item in self.settings.tables.values()))

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of its units and tables."""
        return tuple(dict.fromkeys((*self.unit_files, *self.table_files)))

    def below(self, *, installed: bool) -> Source:
        """The base of each scenario of the folder: the region's units and, unless it is installed, its folder."""
        of_file = self.settings.units.file is not None
        defaults = _OF_UNITS if of_file else ("origins",)
        rest = {key: value for key, value in self.source.table["units"].items() if key not in defaults}
        table: dict[str, Any] = {"units": {"set": self.settings.name, **rest} if of_file else rest}
        return evolve(self.source, table=table if installed else {**table, "region": "."})

    @hookimpl
    def hubrank_unit_sets(self) -> Iterator[UnitSet]:
        """The units of its file; those of a subset of another set belong to that set."""
        settings = self.settings
        if settings.units.file is not None:
            yield UnitSet(
                name=settings.name,
                title=settings.title,
                units=functools.partial(self._frame, 0),
                places=functools.partial(self._frame, 1),
                origins=tuple(_record(Origin, settings.origins[name], name) for name in settings.units.origins),
            )

    @hookimpl
    def hubrank_data_sources(self) -> Iterator[DataSource]:
        """One source with all of its tables."""
        settings = self.settings
        if settings.tables:
            of_tables = {item.origin for item in settings.tables.values()}
            origins = {
                name: item
                for name, item in settings.origins.items()
                if name in of_tables or name not in settings.units.origins
            }
            yield DataSource(
                name=settings.name,
                title=settings.title,
                read=self._read,
                sample=self._sample,
                tables=tuple(_record(Table, table, name) for name, table in settings.tables.items()),
                origins=tuple(_record(Origin, item, name) for name, item in origins.items()),
                fingerprint=self._fingerprint,
            )

    @hookimpl
    def hubrank_scenarios(self) -> Iterator[ScenarioFile]:
        """Its scenario under its name, and every other one of the folder under that and the file's."""
        name, own = self.settings.name, self.scenario
        yield ScenarioFile(name=name, path=own)
        for path in sorted(self.folder.glob("*.toml")):
            if path.name not in (REGION, own.name):
                yield ScenarioFile(name=f"{name}-{path.stem}", path=path)

    def _frame(self, at: int) -> pd.DataFrame:
        """The units, or their places."""
        from hubrank.scenario.units import frames_of

        units = self.settings.units
        files = {key: self.folder / path for key in ("file", "places") if (path := getattr(units, key))}
        try:
            return frames_of(evolve(units, **files))[at]
        except FileProblem as error:
            raise FileProblem(*(f"{REGION}: units: {item}" for item in error.problems)) from error

    def _read(self, request: Request) -> Iterator[pd.DataFrame]:
        """A table's rows with the columns that it declares."""
        table = self.settings.tables[request.table]
        texts = tuple(dict.fromkeys((*request.texts, *(item for item in table.texts if item in request.columns))))
        file_request = evolve(request, options=table.read_from(self.folder), texts=texts)
        problems: tuple[str, ...]
        try:
            frame = file_source.rows_of(file_request)
            declared = [item for item in table.columns if item in RESERVED or item in request.columns]
            what = missing_columns_text(frame, table.file.name, declared)
            problems = (what,) if what else ()
        except FileProblem as error:
            problems = error.problems
        if problems:
            raise FileProblem(*(f"{REGION}: tables.{request.table}: {item}" for item in problems))
        yield frame[declared]

    def _sample(self, table: str, options: object) -> pd.DataFrame:  # noqa: ARG002  # as every source's
        """All rows of the table's first places, so that changes over the years are in it."""
        columns = tuple(item for item in self.settings.tables[table].columns if item not in RESERVED)
        request = Request(table=table, columns=columns, first_year=None, last_year=None, options=None)
        frame = next(self._read(request))
        place = frame.groupby([item for item in PLACE_COLUMNS if item in frame], sort=False, dropna=False).ngroup()
        whole = int((place.value_counts(sort=False).sort_index().cumsum() <= _SAMPLE).sum())
        return frame[place < max(whole, 1)].head(_SAMPLE)

    def _fingerprint(self, request: Request) -> str:
        """The SHA-256 of the table's file and of `region.toml`, which defines how it is read."""
        file_request = evolve(request, options=self.settings.tables[request.table].read_from(self.folder))
        digests = file_source.fingerprint(file_request) + digest_of(self.folder / REGION)
        return hashlib.sha256(digests.encode()).hexdigest()
