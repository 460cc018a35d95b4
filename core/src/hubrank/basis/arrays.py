"""The kinds of arrays, by what they hold."""

from typing import Any

import numpy as np

#: An array of numbers, NaN where one is missing.
Array = np.ndarray[Any, np.dtype[np.float64]]
#: An array of what holds and what does not.
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Positions = np.ndarray[Any, np.dtype[np.intp]]
Counts = np.ndarray[Any, np.dtype[np.int64]]
Texts = np.ndarray[Any, np.dtype[np.object_]]
