"""From an Altair object to a picture, without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubrank import PluginError
from hubrank.io.escaping import chart_value

if TYPE_CHECKING:
    import altair as alt

#: Pixels of a PNG for each of the chart's.
SCALE = 2


def picture(chart: alt.TopLevelMixin, kind: str) -> bytes:
    """The chart as the bytes of an SVG or a PNG.

    Args:
        chart: The chart.
        kind: `svg` or `png`.

    Raises:
        PluginError: The library that draws fails.
    """
    import altair as alt

    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    try:
        return _drawn(chart_value(chart.to_dict()), kind, version)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic of the library is no Exception
        first = " ".join(line.strip() for line in str(error).splitlines()[:2])
        what = f"the library that draws charts failed: {first}"
        raise PluginError("vl-convert-python", kind.upper(), what) from error


def _drawn(specification: dict[str, Any], kind: str, version: str) -> bytes:
    import vl_convert

    if kind == "svg":
        return vl_convert.vegalite_to_svg(specification, vl_version=version).encode()
    return bytes(vl_convert.vegalite_to_png(specification, vl_version=version, scale=SCALE))
