"""A closed network: what a source can read without it is on the machine."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any, NoReturn
from unittest import mock

from attrs import define


class ClosedNetworkError(OSError):
    """The network was asked for while it was closed."""


@define
class Closed:
    """Whether the network was asked for.

    Attributes:
        asked: Whether it was.
    """

    asked: bool = False

    def refuse(self, *_: Any, **__: Any) -> NoReturn:
        """Stand in for what opens connections."""
        self.asked = True
        raise ClosedNetworkError("the network is closed")


@contextlib.contextmanager
def closed_network() -> Iterator[Closed]:
    """Refuse all connections and look-ups of names for a while."""
    closed = Closed()
    with contextlib.ExitStack() as stack:
        for owner, name in ((socket.socket, "connect"), (socket, "create_connection"), (socket, "getaddrinfo")):
            stack.enter_context(mock.patch.object(owner, name, closed.refuse))
        yield closed
