"""Every method keeps the contract; what a package of others cannot, it refuses and says why."""

import hubrank_mcda
import pytest
from hubrank import MethodError
from hubrank.testing import ContractError, checks_of, conforms, parts_of

POINTS = {f"member-{at}": 0.5 for at in range(4)}
SAMPLES = {
    "promethee": [{}, {"preference": "linear", "q": 0.1, "p": 0.5}, {"preference": "gaussian", "s": 0.3}],
    "factor": [{}, {"components": 1}],
    "pymcdm-balanced-spotis": {"point": POINTS},
    "pymcdm-ervd": {"point": POINTS},
    "skcriteria-ervd": {"point": POINTS},
}
PEERS = tuple(part for part in parts_of(hubrank_mcda) if part.name.startswith(("pymcdm-", "skcriteria-")))
#: What refuses all values that the kit makes; in these one unit is the best and another the worst in every member.
REFUSED = {
    "pymcdm-moora": "the package takes no members without costs",
    "skcriteria-copras": "the package takes no members without costs",
    "pymcdm-cocoso": "divides by the score of a unit that is the worst in every member",
    "pymcdm-cilos": "has no single answer where one unit is the best in every member",
    "pymcdm-idocriw": "has no single answer where one unit is the best in every member",
}


def failures():
    """What cannot be kept, with what is raised and the reason; each is an error and not a wrong number."""
    for label in ("factor", "factor(components=1)"):
        yield f"{label}-check_lacking_member", (MethodError, "a factor score needs every member")
    for part in PEERS:
        if part.kind == "aggregator":
            yield f"{part.name}-check_lacking_member", (MethodError, "the package knows no gaps")
        if part.kind == "normalisation":
            yield f"{part.name}-check_other_reference", (MethodError, "the package learns and scales in one")
        for check in checks_of(part):
            if part.name in REFUSED and check.__name__ != "check_name":
                yield f"{part.name}-{check.__name__}", (ContractError, REFUSED[part.name])


@pytest.mark.long
@conforms(hubrank_mcda, sample_options=SAMPLES, expected_failures=dict(failures()))
def test_conformance(check):
    """Each part keeps each promise of its kind."""
    check()
