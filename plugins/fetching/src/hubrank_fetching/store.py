"""Where replies lie: in the cache of hubrank, so that `hubrank cache` lists, verifies and deletes them too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hubrank.io.cache import Cache
from requests_cache import CachedResponse
from requests_cache.backends import BaseCache, BaseStorage

from hubrank_fetching.keys import redacted


class Replies(BaseStorage[str, CachedResponse]):
    """The replies as requests-cache wants them, written as JSON: nothing is unpickled."""

    def __init__(self, cache: Cache) -> None:
        super().__init__(serializer="json")
        self._cache = cache

    def __getitem__(self, key: str) -> CachedResponse:
        content = self._cache.reply(key)
        found = None if content is None else self.deserialize(key, content.decode())
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, value: Any) -> None:
        self._cache.keep_reply(key, redacted(self.serialize(value)).encode(), redacted(value.url))

    def __delitem__(self, key: str) -> None:
        if not self._cache.forget_reply(key):
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return self._cache.replies()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def backend_of(cache: Cache) -> BaseCache:
    """The store of a folder, for a session of requests-cache."""
    made = BaseCache("hubrank")
    made.responses = Replies(cache)
    return made
