"""A fetched source: its needs, the function that gets its rows, and the module that contains it."""

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
from hubrank.io.cache import Cache
from hubrank.plugin import DataSource, Request, Requirements

from hubrank_fetching.services import FetchError, NotFetchedError, Service

if TYPE_CHECKING:
    import pandas as pd

    from hubrank_fetching.session import Session

    #: Gets the rows of a request by a session, from its cache or the network.
    Get = Callable[[Request, Session], Iterable[pd.DataFrame]]
    #: What a source yields to the core.
    Read = Callable[[Request], Iterable[pd.DataFrame]]

_Found = TypeVar("_Found")
#: The attribute of a `read` with its origin.
_MADE_OF = "hubrank_fetched"


class SourceModule(DataSource):
    """A source in a module of its own, which is imported when more than the name and the title is needed.

    Args:
        name: The name in `inputs.NAME.source`.
        title: A description in a few words.
        place: The place of the rest, `package.module` or `package.module:OBJECT`: attributes named as those of a
            `DataSource`, and its options as `Options`. A `read` made by `fetched` includes its `fingerprint`.
    """

    __attrs_attrs__ = attrs.fields(DataSource)[:2]  # checked before the module is imported

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
    """The estimated cost of a fetch, as far as known before; `usd` are the US dollars that the service charges."""

    requests: int
    bytes: float
    seconds: float
    usd: float = 0


@frozen(kw_only=True)
class Fetched:
    """The source's entry for `hubrank fetch`: the arguments of `fetched`, and the function that gets its rows."""

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
        from hubrank_fetching.session import Session  # and with it the libraries of the network

        return Session(self.service, others=self.others, **settings)

    def wants(self, request: Request, *, refresh: bool = False) -> Requirements:
        """The requirements of a request: nothing if everything is cached, not old, and still valid.

        With `refresh`, cached data must be fetched too.
        """
        session, absent, kept = self.session(), False, False
        try:
            self.drain(request, session)
            kept = not session.expired
        except NotFetchedError:
            absent = True
        except FetchError:  # damage of cached data is reported when they are read
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
    """Make the `read` of a source from a function of a session: it uses cached data, and never the network.

    Args:
        service: The service of the rows.
        needs: The cost of a request if nothing is cached, of all services, or a function that estimates it offline.
        others: Further services used, by `session.beside(service)`.
        ask: Requests everything behind the rows without making them: for sources whose rows take long to read.
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
    """The cached data that a session of a service gets; a substitute if there are none."""
    if not Cache.default().has_replies():
        return otherwise
    from hubrank_fetching.session import Session

    try:
        return get(Session(service))
    except FetchError:
        return otherwise


def must_match(pattern: str, wanted: str) -> Callable[[Any, Attribute[str], str], None]:
    """A validator of attrs: a text of a source's options must be ASCII and match a pattern completely.

    The error names what is `wanted`, such as `must be a code of Eurostat`.
    """

    def check(_: Any, attribute: Attribute[str], value: str) -> None:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(f"{attribute.name}: {wanted}")

    return check


def last_day(read: Read, table: str, options: Any) -> str:
    """The day on which the last reply was fetched that a whole table is made of, in ISO form; empty if one lacks."""
    try:
        return kept_of(read, Request(table=table, columns=(), first_year=None, last_year=None, options=options)).last
    except FetchError:
        return ""


def fetched_of(source: DataSource) -> Fetched | None:
    """The entry of a source that is fetched; None for any other."""
    return getattr(source.read, _MADE_OF, None)
