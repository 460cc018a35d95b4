"""What every table is built from."""

from dataclasses import dataclass
from pathlib import Path

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.institutions import Institutions


@dataclass(frozen=True)
class Sources:
    """The raw lists and the ways to place their rows.

    Attributes:
        raw: The folder of raw tables.
        more: The folder of further raw tables, beside it.
        gazetteer: Places by name.
        institutions: Places of institutions by name.
    """

    raw: Path
    more: Path
    gazetteer: Gazetteer
    institutions: Institutions
