"""From an Altair object to a picture, without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import altair as alt

#: Pixels of a PNG for each of the chart's.
SCALE = 2


def picture(chart: alt.TopLevelMixin, kind: str) -> bytes:
    """The chart as the bytes of an SVG or a PNG.

    Args:
        chart: The chart.
        kind: `svg` or `png`.
    """
    import altair as alt
    import vl_convert

    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    specification = chart.to_dict()
    if kind == "svg":
        return vl_convert.vegalite_to_svg(specification, vl_version=version).encode()
    return bytes(vl_convert.vegalite_to_png(specification, vl_version=version, scale=SCALE))
