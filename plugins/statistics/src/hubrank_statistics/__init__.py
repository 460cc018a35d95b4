"""Values of statistical offices by country, region and city: Eurostat, the OECD and the World Bank."""

from hubrank.plugin import declare
from hubrank_fetching import SourceModule

#: The title of each source, by the name of its module.
_TITLES = {
    "eurostat": "Data sets of Eurostat by country, region and city",
    "oecd": "Data flows of the OECD by country, region and city",
    "worldbank": "Indicators of the World Bank by country and year",
}

hubrank_data_sources = declare(*(SourceModule(name, title, f"{__name__}.{name}") for name, title in _TITLES.items()))
