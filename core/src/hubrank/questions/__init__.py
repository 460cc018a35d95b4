"""Why a ranking came out as it did: each indicator's part in a score, and the rows behind a figure.

In comes a ranking; out go records of contributions (`contributions`, by `games` where a method is not a sum) and of a
unit's profile (`profile`, `rows`). Pure functions. Members that ask further questions import the names below and
nothing inside.
"""

from hubrank.questions.cells import Cells, ranked
from hubrank.questions.contributions import Contributions, Part, against_all, contributions

__all__ = ["Cells", "Contributions", "Part", "against_all", "contributions", "ranked"]
