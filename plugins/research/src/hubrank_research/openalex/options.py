"""What a scenario can say of OpenAlex."""

from __future__ import annotations

import re
from typing import Any, Literal

from attrs import Attribute, field, frozen

_TYPE = re.compile(r"[a-z]+(-[a-z]+)*")
#: The numbers of OpenAlex' fields, from agriculture to health professions.
FIRST_FIELD, LAST_FIELD = 11, 36


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        first_year: The first year of publication.
        last_year: The last one.
        types: OpenAlex' types of works that count; none for all.
        fields: The numbers of the fields (11 to 36) of a work's main topic that count; none for all.
        top: Whether the most cited are those of their `field`, year and type, or of all works of their `year`.
        countries: ISO 3166-1 alpha-3 codes of the countries whose institutions are asked for; none for all.
        least_works: Only institutions that have so many works of all years.
        sites: A body that is no university and has parts in so many cities counts where its parts are.
        by: What a work counts once in: each `unit` of the scenario, or each `city`.
    """

    first_year: int = field(default=2015)
    last_year: int = field(default=2025)
    types: tuple[str, ...] = field(default=("article", "review"))
    fields: tuple[int, ...] = field(default=())
    top: Literal["field", "year"] = "field"
    countries: tuple[str, ...] = field(default=())
    least_works: int = field(default=1)
    sites: int = field(default=10)
    by: Literal["unit", "city"] = "unit"

    @first_year.validator
    @last_year.validator
    def _year(self, attribute: Attribute[int], value: int) -> None:
        from hubrank.io.cells import YEAR

        if not YEAR.holds(value):
            raise ValueError(f"{attribute.name}: {YEAR.refusal(value)}")

    @last_year.validator
    def _order(self, _: Any, value: int) -> None:
        if value < self.first_year:
            raise ValueError("last_year: is before first_year")

    @types.validator
    def _types(self, _: Any, value: tuple[str, ...]) -> None:
        if wrong := [each for each in value if not _TYPE.fullmatch(each)]:
            said = f"must be types of OpenAlex, such as article; got '{wrong[0]}'"
            raise ValueError(f"types: {said}")

    @fields.validator
    def _fields(self, _: Any, value: tuple[int, ...]) -> None:
        if wrong := [each for each in value if not FIRST_FIELD <= each <= LAST_FIELD]:
            said = f"must be from {11} to {36}; got {wrong[0]}"
            raise ValueError(f"fields: {said}")

    @countries.validator
    def _countries(self, _: Any, value: tuple[str, ...]) -> None:
        if not value:
            return
        from hubrank.errors import did_you_mean

        from hubrank_research.openalex.countries import codes_of_countries

        known = set(codes_of_countries().values())
        if wrong := [each for each in value if each not in known]:
            said = f"there is no country '{wrong[0]}'"
            raise ValueError(f"countries: {said}{did_you_mean(wrong[0], known)}")

    @least_works.validator
    def _least(self, _: Any, value: int) -> None:
        if value < 1:
            raise ValueError(f"least_works: must be at least 1; got {value}")

    @sites.validator
    def _sites(self, _: Any, value: int) -> None:
        if value < 2:  # a body with its parts in one city is at that place
            raise ValueError(f"sites: must be at least 2; got {value}")
