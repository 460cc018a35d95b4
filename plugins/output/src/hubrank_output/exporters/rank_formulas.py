"""Rounding and ranks as formulas of a spreadsheet, by the rules of the core as far as it keeps digits: 15 of them."""

from __future__ import annotations

#: The ranks shared by equal scores that formulas can count fast.
TIES = ("min", "max", "average")


def rounded(cell: str, decimals: int, mode: str) -> str:
    """A cell's score rounded to decimals; empty where the cell has no number.

    The score is compared with the half itself, because the half of a product of it can be missed: 1.005 x 100 falls
    short of 100.5.

    Args:
        cell: The address.
        decimals: How many stay; below 0 the tens, hundreds ... that do.
        mode: `half-even` or `half-up` (away from 0).
    """
    size = f"ABS({cell})"
    below = f"INT({_scaled(size, decimals)})"
    half = _scaled(f"(10*{below}+5)", -decimals - 1)
    rises = f"({size}>={half})" if mode == "half-up" else f"IF({size}={half},MOD({below},2),({size}>{half})*1)"
    return f'IF(ISNUMBER({cell}),SIGN({cell})*{_scaled(f"({below}+{rises})", -decimals)},"")'


def rank(cell: str, column: str, ties: str, best: str) -> str:
    """A cell's rank in its column, 1 the best; empty where the cell has no number.

    Args:
        cell: The address.
        column: The addresses of all scores, the cell among them; what is no number there counts for nothing.
        ties: The rank that equal scores share, one of `TIES`.
        best: `highest` or `lowest`.
    """
    ascending = int(best == "lowest")
    least = f"RANK({cell},{column},{ascending})"
    greatest = f"COUNT({column})+1-RANK({cell},{column},{1 - ascending})"
    counted = {"min": least, "max": greatest, "average": f"({least}+{greatest})/2"}[ties]
    return f'IF(ISNUMBER({cell}),{counted},"")'


def _scaled(number: str, decimals: int) -> str:
    return f"{number}*{10**decimals}" if decimals >= 0 else f"{number}/{10**-decimals}"
