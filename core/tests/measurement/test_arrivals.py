"""Files on their way into the cache, of one process at a time."""

import pytest
from hubrank.io.cache import Cache


def wait():
    """Wait for no one."""
    raise BlockingIOError


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
