"""Clusters are what the definition says, anywhere on the globe, and what was made as clusters is found again."""

import numpy as np
import pandas as pd
import pytest
from hubrank_discover.clusters import EARTH_KM, Links, clustered, merged, outline
from hubrank_discover.naming import cells_of
from shapely.geometry import Point, shape
from sklearn.metrics import adjusted_rand_score


def cells(*rows):
    """Cells of points with amounts."""
    return cells_of(pd.DataFrame(rows, columns=["lat", "lon", "amount"]), 0)


def labels(frame, radius=15, minimum=10):
    """The cluster of each cell by its place."""
    found, _ = clustered(frame, radius, minimum)
    return dict(zip(zip(frame["lat"], frame["lon"], strict=True), found.tolist(), strict=True))


def test_by_hand():
    """On the equator 0.1 degrees are 11.1 km: 5 + 5 are dense, the third is near the second, the fourth not."""
    found, dense = clustered(cells((0, 0, 5), (0, 0.1, 5), (0, 0.2, 1), (0, 0.3, 1)), 15, 10)

    assert found.tolist() == [0, 0, 0, -1]
    assert dense.tolist() == [True, True, False, False]


def test_radius_and_minimum():
    """One more than there is makes no cluster; three steps of a longer radius take all."""
    frame = cells((0, 0, 5), (0, 0.1, 5), (0, 0.2, 1), (0, 0.3, 1))

    assert set(labels(frame, minimum=12).values()) == {-1}
    assert set(labels(frame, radius=34, minimum=12).values()) == {0}


def test_weights():
    """Ten rows at one place are one cell of ten; the same meridian written in two ways is one place."""
    rows = cells(*[(50, 180, 0.5)] * 10, *[(50, -180, 0.5)] * 10, (0, 0, 9))

    assert rows.to_numpy().tolist() == [[0, 0, 9], [50, -180, 10]]
    assert labels(rows) == {(0, 0): -1, (50, -180): 0}


def test_cells():
    """Points within a hundredth of a degree are one cell, across the antimeridian and at the poles too."""
    points = pd.DataFrame({"lat": [1.004, 0.996, 89.999, 90, 5, 5], "lon": [0, 0, 10, 20, 179.999, -179.999]})
    assert cells_of(points.assign(amount=1.0), 0.01).to_numpy().tolist() == [[1, 0, 2], [5, -180, 2], [90, 0, 2]]


def test_the_nearer_has_the_border():
    """A place within reach of two clusters is the nearer one's; midway it is the larger one's."""
    ends = (0, -0.1, 9), (0, 0, 3), (0, 0.25, 3), (0, 0.35, 19)
    nearer, midway = (labels(cells(*ends, (0, lon, 1)), minimum=12) for lon in (0.12, 0.125))

    assert nearer[0, 0.12] == nearer[0, 0] == 1
    assert midway[0, 0.125] == midway[0, 0.25] == 0


def test_shares_are_computed_again():
    """A has 6 in common with B alone, B 4 with C, C 6 with no cluster: what A and B become has all it has with C."""
    frame = cells((0, 0, 10), (0, 0.2, 20), (0, 0.4, 30), (40, 0, 1))
    links = Links(frame=pd.DataFrame({"a": [0, 1, 2], "b": [1, 2, 3], "amount": [6, 4, 6]}), unknown=0.0)
    found, _ = clustered(frame, 15, 10)

    assert found.tolist() == [2, 1, 0, -1]
    assert merged(found, frame, links, 0.5, 30).tolist() == [0, 0, 0, -1]
    assert merged(found, frame, links, 0.5, 20).tolist() == [2, 1, 0, -1]
    without = Links(frame=links.frame.iloc[1:], unknown=0.0)  # B has all with C
    assert merged(found, frame, without, 0.5, 30).tolist() == [1, 0, 0, -1]


def test_equal_clusters_are_numbered_from_the_south():
    """Of two clusters of one amount the southern one is first."""
    assert labels(cells((10, 0, 10), (-10, 0, 10))) == {(-10, 0): 0, (10, 0): 1}


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [((-16.8, 179.95), (-16.8, -179.95), 2), ((89.95, 10), (89.95, -165), 1), ((60, 0), (60, 0.2), 1)],
)
def test_outline(one, other, parts):
    """Across the antimeridian, across the pole and elsewhere: 11 km apart are one cluster, whose outline holds both."""
    frame = cells((*one, 10), (*other, 10))
    made = shape(outline(frame, 15, (one[0], 180.0 if parts == 2 else one[1])))

    assert set(labels(frame).values()) == {0}
    assert made.is_valid
    assert len(getattr(made, "geoms", [made])) in {parts, 2}
    assert all(made.contains(Point(lon, lat)) for lat, lon in (one, other))
    assert -180 <= made.bounds[0] <= made.bounds[2] <= 180
    assert not made.contains(Point(one[1], one[0] - 0.3))  # 33 km to the south


@pytest.mark.long
def test_recovered():
    """Several hundred made-up clusters of many sizes and densities, 20 % of all points beside them: found again."""
    rng = np.random.default_rng(7)
    centres = apart(rng, 300, 150)
    sizes = rng.integers(20, 150, len(centres))
    truth = np.repeat(np.arange(len(centres)), sizes)
    points = around(rng, centres[truth], np.abs(rng.normal(0, rng.uniform(1, 6, len(centres))[truth])))
    noise = anywhere(rng, len(points) // 4)
    frame = pd.DataFrame(np.vstack([points, noise]), columns=["lat", "lon"]).assign(amount=1.0)
    frame["truth"] = np.concatenate([truth, np.full(len(noise), -1)])
    order = frame.sort_values(["lat", "lon"]).reset_index(drop=True)
    found, _ = clustered(order, 15, 10)

    assert len(noise) == pytest.approx(0.2 * len(frame), abs=1)
    assert adjusted_rand_score(order["truth"], found) > 0.95
    for place in range(3):  # the antimeridian, and the two ends of the world
        own = found[order["truth"] == place]
        assert np.mean(own == np.bincount(own[own >= 0]).argmax()) > 0.95


def apart(rng, count, km):
    """Places that lie apart; the first three across the antimeridian, near a pole and far south."""
    made = np.array([[-17.0, 180.0], [89.9, 30.0], [-77.8, 166.7]])
    while len(made) < count:
        (lat, lon), there = np.radians(anywhere(rng, 1)[0]), np.radians(made)
        cosine = np.sin(lat) * np.sin(there[:, 0]) + np.cos(lat) * np.cos(there[:, 0]) * np.cos(lon - there[:, 1])
        if (np.arccos(np.clip(cosine, -1, 1)) * EARTH_KM > km).all():
            made = np.vstack([made, np.degrees([[lat, lon]])])
    return made


def anywhere(rng, count):
    """Places that are as likely everywhere on the globe."""
    return np.column_stack([np.degrees(np.arcsin(rng.uniform(-1, 1, count))), rng.uniform(-180, 180, count)])


def around(rng, centres, km):
    """A place in any direction of each centre, so far away."""
    (lat, lon), far, way = np.radians(centres.T), km / EARTH_KM, rng.uniform(0, 2 * np.pi, len(km))
    there = np.arcsin(np.sin(lat) * np.cos(far) + np.cos(lat) * np.sin(far) * np.cos(way))
    east = np.arctan2(np.sin(way) * np.sin(far) * np.cos(lat), np.cos(far) - np.sin(lat) * np.sin(there))
    return np.column_stack([np.degrees(there), (np.degrees(lon + east) + 180) % 360 - 180])
