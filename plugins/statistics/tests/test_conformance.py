"""All sources of the distribution keep what the contract promises."""

import hubrank_statistics
from hubrank.testing import conforms

FLOWS = {"eurostat": "rd_e_gerdreg", "oecd": "OECD.CFE.EDS,DSD_FUA_ECO@DF_ECONOMY"}


@conforms(hubrank_statistics, sample_options={name: {"flow": flow} for name, flow in FLOWS.items()})
def test_conformance(check):
    """Each check of each source."""
    check()
