"""Keys: where they come from, and the one place that keeps them out of all that is written."""

from __future__ import annotations

import importlib.util
import logging
import os
from typing import Literal
from urllib.parse import quote, quote_plus

from attrs import frozen

#: What stands in the place of a key.
HIDDEN = "KEY"
#: What is shorter is no key: putting something in its place would spoil honest texts.
SHORTEST = 8
_KNOWN: set[str] = set()


@frozen(kw_only=True)
class Key:
    """A key that a service wants.

    Attributes:
        variable: The environment's variable that has it, and the name of it in a keyring under `hubrank`.
        name: The header or the parameter that carries it.
        place: Which of them.
        prefix: What stands before it in a header: `Bearer `.
        where: Where a person gets one.
        needed: Whether the service refuses who has none; else it only allows less.
    """

    variable: str
    name: str
    place: Literal["header", "query"] = "header"
    prefix: str = ""
    where: str = ""
    needed: bool = True

    def value(self) -> str | None:
        """The key; none where there is none, or what there is cannot be one."""
        found = (os.environ.get(self.variable) or _in_keyring(self.variable) or "").strip()
        if len(found) < SHORTEST or not found.isprintable():
            return None
        _KNOWN.update((found, quote(found, safe=""), quote_plus(found)))
        return found


def _in_keyring(name: str) -> str | None:
    """What the keyring has, where one is installed and answers."""
    if importlib.util.find_spec("keyring") is None:
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password("hubrank", name)
    except KeyringError:
        return None


def redacted(text: str) -> str:
    """A text without the keys that were used."""
    for each in sorted(_KNOWN, key=len, reverse=True):
        text = text.replace(each, HIDDEN)
    return text


def redacted_bytes(content: bytes) -> bytes:
    """The same of bytes, of a service that repeats what it was asked."""
    for each in sorted(_KNOWN, key=len, reverse=True):
        content = content.replace(each.encode(), HIDDEN.encode())
    return content


def has_key(content: bytes) -> bool:
    """Whether a key that was used stands in the bytes."""
    return any(each.encode() in content for each in _KNOWN)


class _Redacting(logging.Filter):
    """Takes keys out of what libraries log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), ()
        return True


def guard_logs() -> None:
    """Have what the libraries log of addresses pass through `redacted`, and go to whoever asked for logs alone."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry", "requests_cache.session", "stamina"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Redacting) for each in logger.filters):
            logger.addFilter(_Redacting())
            logger.addHandler(logging.NullHandler())  # else Python writes warnings to standard error
