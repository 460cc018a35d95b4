"""What must hold between the weights of a dimension's members: `research >= environment`, `papers <= 0.4`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.errors import suggestion

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

_NUMBER = r"\d+(?:\.\d+)?"
_SIDE = re.compile(rf"^(?:(?P<factor>{_NUMBER})\s*\*\s*)?(?P<name>[A-Za-z_][\w-]*)$")

_NO_CONSTRAINT = "is not a constraint; write 'a >= b', 'a >= 2 * b' or 'a <= 0.4'"


def node_of(text: str, dimension_of: Mapping[str, str]) -> str:
    """The dimension whose members a constraint names.

    Args:
        text: The constraint.
        dimension_of: The dimension of every member.

    Raises:
        ValueError: It is no constraint, a name is not known, or the names are members of several dimensions.
    """
    names = [name for side in _sides(text) for name in side[0]]
    if not names:
        raise ValueError(f"'{text}' names no member")
    for name in names:
        if name not in dimension_of:
            what = f"'{text}': there is no member '{name}'"
            raise ValueError(what + suggestion(name, dimension_of))
    nodes = sorted({dimension_of[name] for name in names})
    if len(nodes) > 1:
        raise ValueError(f"'{text}': its members belong to {' and '.join(nodes)}; compare members of one dimension")
    return nodes[0]


def rows_of(texts: Sequence[str], members: Sequence[str]) -> Array:
    """The constraints as rows `(constraints, members)` whose product with any positive weights is at least 0.

    A share such as 0.4 is taken of the sum of all members' weights, so that the rows hold for weights of any scale.

    Args:
        texts: The constraints; `a >= b >= c` is two.
        members: The members' names.
    """
    rows = []
    for text in texts:
        sides = _sides(text)
        for (left, right), sign in zip(itertools.pairwise(sides), _signs(text), strict=True):
            row = np.zeros(len(members))
            for (factors, share), side_sign in ((left, sign), (right, -sign)):
                row += side_sign * share
                for name, factor in factors.items():
                    row[members.index(name)] += side_sign * factor
            rows.append(row)
    return np.array(rows).reshape(len(rows), len(members))


def _signs(text: str) -> list[int]:
    return [1 if operator == ">=" else -1 for operator in re.findall(r">=|<=", text)]


def _sides(text: str) -> list[tuple[dict[str, float], float]]:
    """Each side as the factors of its names and a share."""
    sides: list[tuple[dict[str, float], float]] = []
    for part in re.split(r">=|<=", text):
        side = part.strip()
        if re.fullmatch(_NUMBER, side):
            sides.append(({}, float(side)))
        elif found := _SIDE.match(side):
            sides.append(({found["name"]: float(found["factor"] or 1)}, 0.0))
        else:
            raise ValueError(f"'{text}' {_NO_CONSTRAINT}")
    if len(sides) < 2:
        raise ValueError(f"'{text}' {_NO_CONSTRAINT}")
    return sides
