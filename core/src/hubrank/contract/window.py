"""The years that an edition sees of an input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import frozen

if TYPE_CHECKING:
    from hubrank.contract.sources import Covers

#: The year of rows that have none; they stand for every edition.
UNDATED = -1


@frozen(kw_only=True)
class Window:
    """Which years an edition sees of an input.

    Attributes:
        first: The first year of a flow; none where all years count.
        last: The last year.
        oldest: The oldest year of a stock, or of a newest period; none where age does not matter.
        newest_only: Whether only the newest period up to `last` counts.
        due: The last year that the edition would see if it did not look ahead; `last` where it does not.
    """

    first: int | None
    last: int
    oldest: int | None = None
    newest_only: bool = False
    due: int | None = None

    def meets(self, covers: Covers, kind: Literal["flow", "stock"]) -> bool:
        """Whether a table is complete for some year that the window can see.

        Args:
            covers: What the table is complete for.
            kind: Whether its rows are of a flow or of a stock.
        """
        start = self.oldest if self.ages(kind) else self.first
        return covers.first <= self.last and (start is None or covers.last >= start)

    def ages(self, kind: Literal["flow", "stock"]) -> bool:
        """Whether a row can stand in for a newer one; in a flow of fixed years each row counts for its own."""
        return kind == "stock" or self.newest_only
