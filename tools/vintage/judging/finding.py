"""What the judge finds."""

import re
from dataclasses import dataclass

from tools.vintage.places import fold


@dataclass(frozen=True, order=True)
class Finding:
    """One doubt about one figure, name or row.

    Attributes:
        id: Its stable name, `kind:about`: the same as long as the doubt is the same.
        text: What was found, with the figures.
    """

    id: str
    text: str

    @property
    def kind(self) -> str:
        """The id's first part."""
        return self.id.partition(":")[0]


def finding(kind: str, *about: str, text: str) -> Finding:
    """A finding whose id is made of its kind and of what it is about, as words joined by hyphens."""
    return Finding(":".join([kind, *(re.sub(r" ", "-", fold(each)) for each in about)]), text)
