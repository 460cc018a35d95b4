"""Tests for a plugin's author: what a kind of part promises, checked with inputs made from the contract.

Example:
    A plugin's whole test:

        import hubrank_papers
        from hubrank.testing import conforms, measured


        @conforms(hubrank_papers)
        def test_conformance(check):
            check()
"""

from typing import TYPE_CHECKING

from hubrank.basis.faces import face
from hubrank.testing.conformance import checks_of, conforms
from hubrank.testing.examples import Example, examples
from hubrank.testing.hostile import HOSTILE, write_hostile
from hubrank.testing.measuring import measured
from hubrank.testing.parts import UnfitError, parts_of
from hubrank.testing.plugins import plugins_of
from hubrank.testing.promises import ContractError, RefusedError
from hubrank.testing.random_scenarios import write_random_scenario
from hubrank.testing.small import small_ranking
from hubrank.testing.trying import Finding, tried
from hubrank.testing.workshops import Workshop, built_in

if TYPE_CHECKING:
    from hubrank.testing.fixtures import figures, make, registry, run, towns, workshop

#: Fixtures, imported when a `conftest.py` asks for them, since they need pytest.
__getattr__ = face(__name__, {"hubrank.testing.fixtures": ("figures", "make", "registry", "run", "towns", "workshop")})

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
    "figures",
    "make",
    "measured",
    "parts_of",
    "plugins_of",
    "registry",
    "run",
    "small_ranking",
    "towns",
    "tried",
    "workshop",
    "write_hostile",
    "write_random_scenario",
]
