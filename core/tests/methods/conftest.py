"""Contexts of a few units and members."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from hubrank.plugin import Context, Member, Units


def context_of(
    units: int | Sequence[str] = 5,
    members: int | Sequence[Member] = 3,
    editions: Sequence[int] = (2024,),
    **columns: Sequence[str],
) -> Context:
    """Units U0, U1 ... and members a, b, c ... unless they are given; columns of the unit set by name."""
    codes = [f"U{at}" for at in range(units)] if isinstance(units, int) else list(units)
    given = [Member(name="abcdefghij"[at]) for at in range(members)] if isinstance(members, int) else members
    frame = pd.DataFrame({"name": codes, **columns}, index=pd.Index(codes, name="unit"))
    return Context(
        editions=tuple(editions), units=Units(frame=frame), members=tuple(given), rng=np.random.default_rng(0)
    )


@pytest.fixture
def context() -> Callable[..., Context]:
    """Make a context."""
    return context_of
