"""Sources of research by place: OpenAlex, Wikidata, ROR, the Nobel Prize API and the Leiden Ranking."""

from hubrank.plugin import Command, declare
from hubrank_fetching import SourceModule

#: The meanings of columns of places.
PLACE = {
    "geonames": "GeoNames id of the city, where it is known",
    "lat": "degrees north",
    "lon": "degrees east",
    "country": "ISO 3166-1 alpha-3",
}
#: The terms of most.
CC0 = {"licence": "CC0-1.0", "licence_url": "https://creativecommons.org/publicdomain/zero/1.0/"}
#: The title of each source, by the name of its module.
_TITLES = {
    "leiden": "Papers of universities by place, from the Leiden Ranking Open Edition",
    "nobel": "Nobel laureates by the place of their organisation",
    "openalex": "Scientific works and institutions by place, counted by OpenAlex",
    "ror": "Organisations of research by their places, from the Research Organization Registry",
    "wikidata": "Head offices, universities, unicorns and laureates that Wikidata knows",
}

hubrank_data_sources = declare(*(SourceModule(name, title, f"{__name__}.{name}") for name, title in _TITLES.items()))
hubrank_commands = declare(
    Command(
        name="openalex",
        help="Turn an OpenAlex snapshot into rows for `records`.",
        function="hubrank_research.openalex.snapshot:openalex",
        group="For maintainers",
        example="hubrank openalex openalex-snapshot rows --first-year 2020",
    )
)
