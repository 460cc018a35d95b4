"""Patents and code by place: PatentsView, the OECD's REGPAT, and the GitHub Innovation Graph."""

from hubrank.plugin import declare
from hubrank_fetching import SourceModule

#: The module and the title of each source.
_SOURCES = {
    "github-innovation-graph": ("innovation_graph", "The GitHub Innovation Graph by country and year"),
    "patentsview": ("patentsview", "Patents of the United States by their inventors' places, from PatentsView"),
    "regpat": ("regpat", "Patent applications by region, from your files of the OECD's REGPAT database"),
}

hubrank_data_sources = declare(
    *(SourceModule(name, title, f"{__name__}.{module}") for name, (module, title) in _SOURCES.items())
)
