"""The map: where places lie on it, and outlines that stay on it."""

import re

import pytest
from hubrank_output.report import atlas


def test_equal_earth_is_the_published_projection():
    """The width at the equator and the height of the pole, as worked out from the published polynomial."""
    x, _ = atlas.equal_earth(180.0, 0.0)
    _, y = atlas.equal_earth(0.0, 90.0)

    assert x == pytest.approx(2.7066297)
    assert y == pytest.approx(1.3173627)


def test_outlines_stay_on_the_map():
    """No outline runs over the edge, and none jumps across the map at the 180th meridian."""
    numbers = [
        [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", ring)]
        for outline in atlas.countries()
        for ring in outline.path.split("Z")
        if ring
    ]
    jumps = [max(map(abs, (a - b for a, b in zip(each[2::2], each[::2], strict=False)))) for each in numbers]

    assert min(min(each[::2]) for each in numbers) >= 0
    assert max(max(each[::2]) for each in numbers) <= atlas.WIDTH
    assert max(jumps) < atlas.WIDTH / 4


def test_countries_have_their_codes():
    """Outlines are found by ISO 3166-1 alpha-3; Antarctica is left out."""
    codes = {outline.code for outline in atlas.countries()}

    assert {"CHN", "USA", "DEU", "FJI", "RUS"} <= codes
    assert "ATA" not in codes
