"""All sources of the distribution keep what the contract promises."""

import hubrank_research
from hubrank.testing import conforms


@conforms(
    hubrank_research,
    sample_options={
        "nobel": [{}, {"counting": "full", "categories": ["Chemistry", "Peace"]}, {"counting": "first"}],
        "wikidata": [{}, {"of": "Q3918", "countries": ["FRA"]}],
    },
)
def test_conformance(check):
    """Each check of each source."""
    check()
