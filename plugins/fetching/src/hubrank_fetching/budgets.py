"""How much one run may ask for."""

from __future__ import annotations

from attrs import define, field

from hubrank_fetching.errors import FetchError


@define
class Budget:
    """What a run may ask for, and has.

    Attributes:
        requests: How many requests at most.
        bytes: How many bytes of replies at most, as they travel.
        asked: Requests made.
        received: Bytes that came.
        spent: US dollars that the replies of each service cost, and what it said last that is left.
    """

    requests: int = 1000
    bytes: float = 1e9
    asked: int = 0
    received: int = 0
    spent: dict[str, tuple[float, float]] = field(factory=dict)

    def ask(self, service: str) -> None:
        """Note a request before it is made.

        Raises:
            FetchError: It would be one too many.
        """
        if self.asked >= self.requests:
            what = (
                f"the run may make {self.requests:,} {'request' if self.requests == 1 else 'requests'}; "
                "--requests allows more, or run the command again"
            )
            raise FetchError(service, what, "you")
        self.asked += 1

    def receive(self, service: str, number: int) -> None:
        """Note bytes as they come.

        Raises:
            FetchError: There are too many.
        """
        self.received += number
        if self.received > self.bytes:
            raise FetchError(service, f"the run may fetch {int(self.bytes):,} bytes; --bytes allows more", "you")

    def pay(self, service: str, usd: float, left: float) -> None:
        """Note what a reply cost, and what is left."""
        self.spent[service] = (self.spent.get(service, (0.0, 0.0))[0] + usd, left)
