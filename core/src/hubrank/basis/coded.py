"""Texts of many cells of which few are different: a number a cell and a table of the texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field

if TYPE_CHECKING:
    from hubrank.basis.arrays import Texts


@define(eq=False)
class CodedTexts:
    """An array of texts, read like one.

    Attributes:
        codes: The number of each cell's text, in as few bytes as the table needs.
        texts: The texts by number, each once.
    """

    codes: np.ndarray[Any, np.dtype[Any]]
    texts: list[str]
    _known: dict[str, int] = field(init=False)

    @_known.default
    def _numbers(self) -> dict[str, int]:
        return {text: at for at, text in enumerate(self.texts)}

    @classmethod
    def empty(cls, shape: tuple[int, ...]) -> CodedTexts:
        """Nothing but empty texts."""
        return cls(np.zeros(shape, dtype=np.uint8), [""])

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the array."""
        return tuple(self.codes.shape)

    def __getitem__(self, where: Any) -> Any:
        """The text of a cell, or an array of those of several."""
        found = self.codes[where]
        return self.texts[found] if np.ndim(found) == 0 else np.array(self.texts, dtype=object)[found]

    def __setitem__(self, where: Any, cells: Any) -> None:
        """Write an array of texts, or one for all."""
        if isinstance(cells, str):
            self.put(where, 0, [cells])
        else:
            made = coded(cells)
            self.put(where, made.codes, made.texts)

    def put(self, where: Any, codes: Any, texts: Sequence[str]) -> None:
        """Write texts that are coded by another table.

        Args:
            where: Where.
            codes: Their numbers in `texts`.
            texts: That table.
        """
        for text in texts:
            if text not in self._known:
                self._known[text] = len(self.texts)
                self.texts.append(text)
        if np.iinfo(self.codes.dtype).max < len(self.texts) - 1:
            self.codes = self.codes.astype(_small(len(self.texts)))
        self.codes[where] = np.array([self._known[text] for text in texts], dtype=self.codes.dtype)[codes]


def _small(texts: int) -> Any:
    """The smallest numbers that tell so many texts apart."""
    return np.min_scalar_type(max(texts - 1, 0))


def coded(cells: Texts | CodedTexts) -> CodedTexts:
    """The texts of an array."""
    if isinstance(cells, CodedTexts):
        return cells
    import pandas as pd

    codes, texts = pd.factorize(np.asarray(cells, dtype=object).ravel())
    small = codes.astype(_small(len(texts))).reshape(np.shape(cells))
    return CodedTexts(small, [str(each) for each in texts])
