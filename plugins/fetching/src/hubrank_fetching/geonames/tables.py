"""The tables that are built in, and the one way in which names of places are compared."""

from __future__ import annotations

import gzip
import io
import re
from importlib import resources

import pandas as pd
from hubrank.errors import fold_name

_SAINT = re.compile(r"\b(saint|sankt|st)\b\.?", re.IGNORECASE)


def place_key(name: str) -> str:
    """What is the same for two spellings of a place: `hubrank.cli.folded_key`, and `St.` for `Saint`."""
    return fold_name(_SAINT.sub("st", name))


def packed_table(name: str) -> pd.DataFrame:
    """A table of this package; its texts are as they stand there, `NA` too."""
    content = resources.files("hubrank_fetching.geonames").joinpath("data", name).read_bytes()
    texts = dict.fromkeys(("name", "country", "code", "also"), str)
    return pd.read_csv(io.BytesIO(gzip.decompress(content)), dtype=texts, keep_default_na=False)
