"""Files on their way into the cache, of one process at a time."""

import pytest
from hubrank.io.cache import Cache


def wait():
    """Wait for nobody."""
    raise BlockingIOError


def arrived(cache, *pieces, **known):
    """A file of pieces, kept under a key."""
    with cache.arriving("key", wait) as arrival:
        arrival.begin(known)
        arrival.take(pieces)
        cache.keep_file("key", arrival, arrival.known, "a file\nof two lines")


def test_a_file(tmp_path):
    """It is what its pieces are, with what is known of it; the next one takes its place."""
    cache = Cache(tmp_path)
    arrived(cache, b"a" * 10, b"b", etag="x")
    path, known = cache.file("key")

    assert path.read_bytes() == b"aaaaaaaaaab"
    assert known == {
        "etag": "x",
        "size": 11,
        "digest": "b3d133f2ef1c22e9a07da351c81ea7654f6c0d1216bcf746e427e6f70ee47d6f",
    }
    assert cache.about(path) == {"file": "a file of two lines"}
    arrived(cache, b"c")
    assert cache.file("key")[0].read_bytes() == b"c"
    assert len(list(cache.entries())) == 1
    assert cache.file("other") is None


def test_one_at_a_time(tmp_path):
    """Who comes second waits, is not pruned meanwhile, and has it when the first is done."""
    cache = Cache(tmp_path)
    with cache.arriving("key", wait) as arrival:
        arrival.begin({})
        arrival.take([b"half"])
        with pytest.raises(BlockingIOError), cache.arriving("key", wait):
            pass
        assert cache.prune() == 0
        assert arrival.size == 4
    with cache.arriving("key", wait) as arrival:
        assert arrival.size == 4
    assert cache.prune() == 1
    assert list((tmp_path / "http").iterdir()) == []
