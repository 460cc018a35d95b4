"""Tests for plugin authors: the contract of each kind of component, checked with generated inputs.

Example:
    The complete test of a plugin:

        import hubrank_papers
        from hubrank.testing import conforms, measured


        @conforms(hubrank_papers)
        def test_conformance(check):
            check()
"""

from hubrank.testing.kit import Finding, checks_of, conforms, plugins_of, tried
from hubrank.testing.made_up import (
    HOSTILE,
    Example,
    Workshop,
    built_in,
    examples,
    small_ranking,
    write_hostile,
    write_random_scenario,
)
from hubrank.testing.samples import ContractError, RefusedError, UnfitError, measured, parts_of

__all__ = [
    "HOSTILE",
    "ContractError",
    "Example",
    "Finding",
    "RefusedError",
    "UnfitError",
    "Workshop",
    "built_in",
    "checks_of",
    "conforms",
    "examples",
    "measured",
    "parts_of",
    "plugins_of",
    "small_ranking",
    "tried",
    "write_hostile",
    "write_random_scenario",
]
