"""A source that is fetched: what it needs of the net, what gets its rows, and the module that has it."""

from __future__ import annotations

import collections
import functools
import hashlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from attrs import Attribute, asdict, frozen
from hubrank.plugin import DataSource, Request, Requirements

from hubrank_fetching.services import FetchError, NotFetchedError, Service

if TYPE_CHECKING:
    import pandas as pd

    from hubrank_fetching.session import Session

    #: Gets the rows of a request by a session, which has them kept or asks the net.
    Get = Callable[[Request, Session], Iterable[pd.DataFrame]]
    #: What a source hands to the core.
    Read = Callable[[Request], Iterable[pd.DataFrame]]

_Found = TypeVar("_Found")
#: Where a `read` has what it was made of.
_MADE_OF = "hubrank_fetched"


class SourceModule(DataSource):
    """A source in a module of its own, which is imported when more than the name and the title is asked for.

    Args:
        name: What a scenario writes in `inputs.NAME.source`.
        title: What it is, in a few words.
        place: Where the rest is, `package.module` or `package.module:OBJECT`: attributes that are called as those of a
            `DataSource`, and its options as `Options`. A `read` that `fetched` made brings its `fingerprint`.
    """

    __attrs_attrs__ = attrs.fields(DataSource)[:2]  # what is checked before the module is imported

    def __init__(self, name: str, title: str, place: str) -> None:
        vars(self).update(name=name, title=title, place=place)

    def __getattr__(self, name: str) -> Any:
        names = [item.name for item in attrs.fields(DataSource)[2:]]
        if name not in names:
            raise AttributeError(name)
        home: Any = pkgutil.resolve_name(self.place)
        given = {item: getattr(home, "Options" if item == "options" else item, None) for item in names}
        given["fingerprint"] = given["fingerprint"] or getattr(home.read, "fingerprint", None)
        given = {item: value for item, value in given.items() if value is not None}
        result = DataSource(name=self.name, title=self.title, **given)
        vars(self).update({item: getattr(result, item) for item in names})
        return vars(self)[name]


@frozen(kw_only=True)
class Needs:
    """What a fetch takes, about, as far as is known before; `usd` are the US dollars that the service charges."""

    requests: int
    bytes: float
    seconds: float
    usd: float = 0


@frozen(kw_only=True)
class Fetched:
    """What `hubrank fetch` knows of a source: what `fetched` was told, and what gets its rows."""

    service: Service
    others: tuple[Service, ...] = ()
    needs: Callable[[Request], Needs]
    get: Get
    ask: Callable[[Request, Session], object] | None = None

    @property
    def services(self) -> tuple[Service, ...]:
        """All that are asked."""
        return (self.service, *self.others)

    def session(self, **settings: Any) -> Session:
        """A session with its services; the settings are a session's."""
        from hubrank_fetching.session import Session  # and with it the libraries of the net

        return Session(self.service, others=self.others, **settings)

    def wants(self, request: Request, *, refresh: bool = False) -> Requirements:
        """What must be fetched for a request: nothing where all is kept, not old, and still what it should be.

        To `refresh` what is kept is to ask for it too.
        """
        session, absent, kept = self.session(), False, False
        try:
            self.drain(request, session)
            kept = not session.expired
        except NotFetchedError:
            absent = True
        except FetchError:  # what is kept is damaged, which is told when it is read
            pass
        services = tuple(item.wanted for item in self.services)
        if kept and not refresh:
            return Requirements(services=services)
        return Requirements(services=services, absent=absent, **asdict(self.needs(request)))

    def drain(self, request: Request, session: Session) -> None:
        """Have all that the rows of a request are made of asked for, and keep no row: the replies are kept."""
        if self.ask is not None:
            self.ask(request, session)
        else:
            collections.deque(self.get(request, session), maxlen=0)


@frozen(kw_only=True)
class Kept:
    """The replies that rows are made of: the days of the first and the last, and a text that changes with one."""

    first: str
    last: str
    digest: str


def fetched(
    service: Service,
    needs: Needs | Callable[[Request], Needs],
    *,
    others: tuple[Service, ...] = (),
    ask: Callable[[Request, Session], object] | None = None,
) -> Callable[[Get], Read]:
    """Make the `read` of a source of what gets its rows by a session: it takes what is kept, and never asks the net.

    Args:
        service: Where they come from.
        needs: What a request takes where nothing is kept, of all services, or a function that says it and asks no net.
        others: Further services that are asked for them, by `session.beside(service)`.
        ask: Asks for all that the rows are made of, and makes none: for sources whose rows take long to read.
    """
    needed = needs if callable(needs) else lambda _: needs

    def made(get: Get) -> Read:
        @functools.wraps(get)  # so that the code which decides the rows is the source's own
        def read(request: Request) -> Iterable[pd.DataFrame]:
            yield from get(request, known.session())

        known = Fetched(service=service, others=others, needs=needed, get=get, ask=ask)
        setattr(read, _MADE_OF, known)
        read.wants = known.wants  # type: ignore[attr-defined]  # where the core looks for it
        read.fingerprint = lambda request: kept_of(read, request).digest  # type: ignore[attr-defined]
        return read

    return made


def kept_of(read: Read, request: Request) -> Kept:
    """The replies that the rows of a request are made of, for a source's origin and `fingerprint`; none of a sample.

    Raises:
        FetchError: Some are not kept, or cannot be read.
    """
    if request and request.sample:
        return Kept(first="", last="", digest="")
    known: Fetched = getattr(read, _MADE_OF)
    session = known.session()
    known.drain(request, session)
    days = session.read.values()
    digest = hashlib.sha256(" ".join(sorted(session.read)).encode()).hexdigest()
    return Kept(first=min(days, default=""), last=max(days, default=""), digest=digest)


def if_kept(service: Service, get: Callable[[Session], _Found], otherwise: _Found) -> _Found:
    """What a session of a service gets of what is kept; something else where that cannot be had."""
    from hubrank_fetching.session import Session

    try:
        return get(Session(service))
    except FetchError:
        return otherwise


def must_match(pattern: str, wanted: str) -> Callable[[Any, Attribute[str], str], None]:
    """A validator of attrs: a text of a source's options must be of ASCII and wholly as a pattern says.

    What is `wanted` is said where it is not, such as `must be a code of Eurostat`.
    """

    def check(_: Any, attribute: Attribute[str], value: str) -> None:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(f"{attribute.name}: {wanted}")

    return check


def last_day(read: Read, table: str, options: Any) -> str:
    """The day on which the last reply was fetched that a whole table is made of, in ISO form; empty where one lacks."""
    try:
        return kept_of(read, Request(table=table, columns=(), first_year=None, last_year=None, options=options)).last
    except FetchError:
        return ""


def fetched_of(source: DataSource) -> Fetched | None:
    """What is known of a source that is fetched; none of any other."""
    return getattr(source.read, _MADE_OF, None)
