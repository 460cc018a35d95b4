"""A frame that those to whom it is handed cannot change."""

from __future__ import annotations

from typing import Any, NoReturn

import pandas as pd

_REFUSAL = "the units' frame is read-only; change a copy: units.frame.copy()"


def kept(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as one that cannot be changed, in no way that pandas documents.

    What is made of it, such as a column or a copy, is an ordinary one of its own.
    """
    if isinstance(frame, KeptFrame):
        return frame
    made = KeptFrame(frame.copy())
    object.__setattr__(made, "_shared", made.copy(deep=False))  # pandas writes into no cells that two frames share
    return made


class KeptError(TypeError):
    """Somebody tried to change what is kept."""


class KeptFrame(pd.DataFrame):
    """A frame that refuses to be changed in place."""

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise KeptError(_REFUSAL)

    __setitem__ = insert = isetitem = pop = update = _update_inplace = _refuse
    __delitem__ = _refuse  # type: ignore[misc]

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("index", "columns", "_mgr"):
            self._refuse()
        super().__setattr__(name, value)

    @property
    def loc(self) -> Any:
        """As of any frame, for reading."""
        return _Reader(super().loc)

    @property
    def iloc(self) -> Any:
        """As of any frame, for reading."""
        return _Reader(super().iloc)

    @property
    def at(self) -> Any:
        """As of any frame, for reading."""
        return _Reader(super().at)

    @property
    def iat(self) -> Any:
        """As of any frame, for reading."""
        return _Reader(super().iat)


class _Reader:
    """An indexer of a frame that does not set."""

    def __init__(self, indexer: Any) -> None:
        self._indexer = indexer

    def __getitem__(self, key: Any) -> Any:
        return self._indexer[key]

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise KeptError(_REFUSAL)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._indexer(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._indexer, name)
