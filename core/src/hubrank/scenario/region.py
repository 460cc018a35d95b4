"""A region: units, tables and scenarios in one folder, told by its `region.toml`; a plugin that needs no code."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from hubrank.basis.digests import digest_of
from hubrank.basis.doors import is_file
from hubrank.basis.errors import FileProblem, ScenarioError
from hubrank.basis.structuring import structure
from hubrank.basis.table_files import lacking
from hubrank.contract.hookspecs import hookimpl
from hubrank.contract.origins import Origin
from hubrank.contract.scenarios import ScenarioFile
from hubrank.contract.sources import PLACE_COLUMNS, DataSource, Request
from hubrank.contract.units import UnitSet
from hubrank.scenario import file_source
from hubrank.scenario.region_settings import RESERVED, RegionSettings, mistakes
from hubrank.scenario.toml_files import Source, located, read_toml

if TYPE_CHECKING:
    import pandas as pd

#: Its presence makes a folder a region's.
REGION = "region.toml"
#: So many rows of a table are its sample at most.
_SAMPLE = 200
#: Keys of `[units]` that say what a file of units holds; the others are what a scenario says of units.
_OF_UNITS = ("file", "places", "reading", "places_reading", "columns", "distinct", "origins")


def is_region(folder: Path) -> bool:
    """Whether a folder is a region's."""
    return is_file(folder / REGION)


@frozen
class Region:
    """A folder with a `region.toml`, as a plugin. Nothing is read until it is asked.

    Attributes:
        folder: The folder.
    """

    folder: Path

    @classmethod
    def beside(cls, module: str) -> Region:
        """The region whose files lie beside a module.

        Args:
            module: The module's `__file__`.
        """
        return cls(Path(module).resolve().parent)

    @property
    def __name__(self) -> str:
        """What messages call it as a plugin."""
        return f"{self.folder.name}/{REGION}"

    @functools.cached_property
    def source(self) -> Source:
        """Its `region.toml`.

        Raises:
            ScenarioError: It is not there, or is no TOML.
        """
        return read_toml(self.folder / REGION)

    @functools.cached_property
    def settings(self) -> RegionSettings:
        """What its `region.toml` says.

        Raises:
            ScenarioError: Every mistake of it, with its line.
        """
        made, problems = structure(RegionSettings, self.source.table)
        if made is not None:
            problems += mistakes(made, self.folder)
        if made is None or problems:
            raise ScenarioError(REGION, located(problems, [self.source]))
        return made

    @property
    def scenario(self) -> Path:
        """The file of its scenario."""
        return self.folder / self.settings.scenario

    @property
    def unit_files(self) -> tuple[Path, ...]:
        """The files that say what its units and tables are."""
        units = self.settings.units
        return (self.folder / REGION, *(self.folder / each for each in (units.file, units.places) if each))

    @property
    def table_files(self) -> tuple[Path, ...]:
        """The files that hold the rows of its tables."""
        return tuple(dict.fromkeys(self.folder / each.file for each in self.settings.tables.values()))

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that its units and tables are made of."""
        return tuple(dict.fromkeys((*self.unit_files, *self.table_files)))

    def below(self, *, installed: bool) -> Source:
        """What lies below each scenario of the folder: the region's units, and where the region is.

        Args:
            installed: Whether a distribution brings it, so that its parts are known without its folder.
        """
        of_file = self.settings.units.file is not None
        own = _OF_UNITS if of_file else ("origins",)
        kept = {key: each for key, each in self.source.table["units"].items() if key not in own}
        table: dict[str, Any] = {"units": {"set": self.settings.name, **kept} if of_file else kept}
        return evolve(self.source, table=table if installed else {**table, "region": "."})

    @hookimpl
    def hubrank_unit_sets(self) -> Iterator[UnitSet]:
        """The units of its file; those of a part of another set are that set's."""
        settings = self.settings
        if settings.units.file is not None:
            yield UnitSet(
                name=settings.name,
                title=settings.title,
                units=functools.partial(self._frame, 0),
                places=functools.partial(self._frame, 1),
                origins=self._origins(settings.units.origins),
            )

    @hookimpl
    def hubrank_data_sources(self) -> Iterator[DataSource]:
        """One source with all of its tables."""
        settings = self.settings
        if settings.tables:
            of_tables = {each.origin for each in settings.tables.values()}
            named = [name for name in settings.origins if name in of_tables or name not in settings.units.origins]
            yield DataSource(
                name=settings.name,
                title=settings.title,
                read=self._read,
                sample=self._sample,
                tables=tuple(each.table(name) for name, each in settings.tables.items()),
                origins=self._origins(named),
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

    def _origins(self, names: Iterable[str]) -> tuple[Origin, ...]:
        return tuple(self.settings.origins[name].named(name) for name in names)

    def _frame(self, at: int) -> pd.DataFrame:
        """The units, or their places."""
        from hubrank.scenario.unit_sets import frames_of

        units = self.settings.units
        files = {key: self.folder / path for key in ("file", "places") if (path := getattr(units, key))}
        try:
            return frames_of(evolve(units, **files))[at]
        except FileProblem as error:
            raise FileProblem(*(f"{REGION}: units: {each}" for each in error.problems)) from error

    def _read(self, request: Request) -> Iterator[pd.DataFrame]:
        """A table's rows with the columns that it declares."""
        from hubrank.scenario.file_rows import rows_of

        table = self.settings.tables[request.table]
        texts = tuple(dict.fromkeys((*request.texts, *(each for each in table.texts if each in request.columns))))
        own = evolve(request, options=table.read_from(self.folder), texts=texts)
        problems: tuple[str, ...]
        try:
            frame = rows_of(own)
            declared = [each for each in table.columns if each in RESERVED or each in request.columns]
            problems = (said,) if (said := lacking(frame, table.file.name, declared)) else ()
        except FileProblem as error:
            problems = error.problems
        if problems:
            raise FileProblem(*(f"{REGION}: tables.{request.table}: {each}" for each in problems))
        yield frame[declared]

    def _sample(self, table: str, options: object) -> pd.DataFrame:  # noqa: ARG002  # as every source's
        """All rows of the table's first places, so that changes over the years are in it."""
        columns = self.settings.tables[table].amounts
        request = Request(table=table, columns=columns, first_year=None, last_year=None, options=None)
        frame = next(self._read(request))
        place = frame.groupby([each for each in PLACE_COLUMNS if each in frame], sort=False, dropna=False).ngroup()
        whole = int((place.value_counts(sort=False).sort_index().cumsum() <= _SAMPLE).sum())
        return frame[place < max(whole, 1)].head(_SAMPLE)

    def _fingerprint(self, request: Request) -> str:
        """The SHA-256 of the table's file and of `region.toml`, which says how it is read."""
        own = evolve(request, options=self.settings.tables[request.table].read_from(self.folder))
        said = file_source.fingerprint(own) + digest_of(self.folder / REGION)
        return hashlib.sha256(said.encode()).hexdigest()
