"""Who made the values and the units of a ranking."""

import attrs
from attrs import evolve
from hubrank.plugin import Origin
from hubrank.ranking.ranking import compose

BUREAU = Origin(name="bureau", producer="Bureau", title="Figures", licence="CC0-1.0")
NEWER = evolve(BUREAU, licence="CC-BY-4.0")
ATLAS = Origin(name="atlas", producer="Atlas", title="Places", licence="ODbL-1.0")


def test_every_origin_once(lab):
    """In the order of the inputs, the units' last; two of one name and other licences are two."""
    ranking = lab.rank()
    (report,) = ranking.measurement.inputs
    inputs = (
        evolve(report, name="one", origins=(attrs.asdict(BUREAU),)),
        evolve(report, name="two", origins=(attrs.asdict(NEWER), attrs.asdict(BUREAU), attrs.asdict(ATLAS))),
    )
    plan = evolve(ranking.plan, units=evolve(ranking.plan.units, origins=(ATLAS,)))
    found = compose(plan, evolve(ranking.measurement, inputs=inputs)).origins()

    assert [each.origin for each in found] == [BUREAU, NEWER, ATLAS]
    assert [each.gave for each in found] == ["one, two", "two", "two, units"]
    assert [each.units for each in found] == [False, False, True]
