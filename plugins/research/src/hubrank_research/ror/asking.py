"""One organisation from ROR's API: for the few that are newer than the dump."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hubrank import FileProblem
from hubrank_fetching import FetchError

from hubrank_research.ror import API
from hubrank_research.ror.records import Organisation, organisation_of

if TYPE_CHECKING:
    from hubrank_fetching.session import Session

#: What ends an id, which may come as an address.
_ID = re.compile(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")


def looked_up(ror: str, session: Session) -> Organisation:
    """An organisation by its id.

    Args:
        ror: `https://ror.org/00pjdza24`, or its end.
        session: The session of a source that said it asks the API.

    Raises:
        FetchError: There is none, or it cannot be had.
    """
    short = ror.rpartition("/")[2].lower()
    if not _ID.fullmatch(short):
        raise FetchError(API.name, f"'{ror}' is no id of ROR", "you")
    found: Organisation = organisation_of(session.beside(API).json(short, shape=dict, check=check).content, API.name)
    return found


def check(value: Any) -> None:
    """Refuse an error that comes as if all were well, and a record of another form.

    Raises:
        FetchError: It is one.
    """
    errors = value.get("errors") if isinstance(value, dict) else None
    if errors:
        said = " ".join(str(each) for each in errors)[:200] if isinstance(errors, list) else str(errors)[:200]
        raise FetchError(API.name, f"refuses what it was asked: {said.rstrip('.')}", "us")
    try:
        organisation_of(value, API.name)
    except FileProblem as problem:
        raise FetchError(API.name, str(problem).removeprefix(f"{API.name}: "), "us") from None
