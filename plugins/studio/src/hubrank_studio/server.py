"""The page's server: who may ask, what a page can ask for, and how errors are reported."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from attrs import define, field, frozen
from hubrank.i18n import known_language
from hubrank.io.escaping import json_text
from hubrank.io.limits import limits
from hubrank.plugin import HubrankError, ScenarioError, UsageError, current_language, gettext, use_language
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hubrank_studio import ballots, choices, effect, page, people, problems, reading, saving, shown, tree, unit
from hubrank_studio.document import Edit
from hubrank_studio.queries import number_of, text_of
from hubrank_studio.session import Action, ConflictError, Session, View, failure

#: What the browser is allowed in the studio's own page: its own scripts, styles, pictures and frames, and nothing else.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
#: The page that is framed brings its policy in itself; it has no origin of its own, so it can ask the studio nothing.
FRAMED = "sandbox allow-scripts allow-downloads"
#: The first part of the addresses of people who are asked for weights.
BALLOT = "ballot"
#: The most bytes of what a page does, other than a table, and of what a person says; seconds between two looks at
#: the scenario's file.
_MOST, _MOST_SAID, _LOOK = 10_000_000, 100_000, 0.5


@frozen(kw_only=True)
class Access:
    """Who may ask the server.

    Attributes:
        token: The secret that begins each address.
        hosts: The names, with ports, by which the server may be called; any other is refused.
        person: The header in which a proxy names the person; empty if there is one person only.
    """

    token: str
    hosts: frozenset[str]
    person: str = ""


class Guard:
    """Refuses requests without the token, by another name of the server, or from another page.

    The token of a ballot opens the addresses below `/ballot/` alone, and no other token does.
    """

    def __init__(self, app: ASGIApp, access: Access, is_ballot: Callable[[str], bool]) -> None:
        self.app, self.access, self.is_ballot = app, access, is_ballot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if (refused := self._refused(Request(scope))) is not None:
            return await refused(scope, receive, send)

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] += [item for item in _HEADERS if item[0] not in given]
            await send(message)

        return await self.app(scope, receive, sent)

    def _refused(self, request: Request) -> Response | None:
        """Why a request is not answered; None if it is."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if host.lower() not in self.access.hosts:
            return Response("another host\n", status_code=421)
        _, first, second, *_ = *request.url.path.split("/"), ""
        asked = first == BALLOT
        known = self.is_ballot(second) if asked else hmac.compare_digest(first.encode(), self.access.token.encode())
        if not known:
            return Response("not found\n", status_code=404)
        if origin is not None and urlsplit(origin).netloc.lower() not in self.access.hosts:
            return Response("another origin\n", status_code=403)
        if self.access.person and not asked and not request.headers.get(self.access.person):
            return Response("no person\n", status_code=403)
        return None


_HEADERS = [
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
    }.items()
]


@define
class Studio:
    """What is answered to those who may ask.

    Attributes:
        access: Who may ask.
        session_of: A person's session; the person is empty if there is only one.
        ending: Whether the server is about to end, so that no page is kept waiting.
    """

    access: Access
    session_of: Callable[[str], Session]
    ending: Callable[[], bool] = bool
    _open: dict[str, Session] = field(factory=dict, init=False)

    def application(self) -> ASGIApp:
        """The server."""
        routes = [
            Route("/{token}/", self.get_page),
            Route("/{token}/page/{name}", self.get_asset),
            Route("/{token}/state", self.get_state),
            Route("/{token}/do", self.do, methods=["POST"]),
            Route("/{token}/table", self.put_table, methods=["PUT"]),
            Route("/{token}/view/{view}", self.get_view),
            Route("/{token}/report", self.get_report),
            Route("/{token}/save/{kind}", self.get_saved),
            Route("/{token}/events", self.events),
            Route(f"/{BALLOT}/{{token}}/", self.get_ballot_page),
            Route(f"/{BALLOT}/{{token}}/page/{{name}}", self.get_asset),
            Route(f"/{BALLOT}/{{token}}/ballot", self.get_ballot),
            Route(f"/{BALLOT}/{{token}}/weighed", self.weigh, methods=["POST"]),
            Route(f"/{BALLOT}/{{token}}/answer", self.answer, methods=["POST"]),
        ]
        handlers: Any = {HubrankError: _reported, Exception: _broken}
        return Guard(Starlette(routes=routes, exception_handlers=handlers), self.access, self._is_ballot)

    async def get_page(self, request: Request) -> Response:
        """The page."""
        return Response(await _spoken(request, page.html), media_type="text/html")

    async def get_asset(self, request: Request) -> Response:
        """One of the page's files."""
        name = request.path_params["name"]
        if name not in page.ASSETS:
            raise HTTPException(404)
        content, kind = await _spoken(request, page.asset, name)
        return Response(content, media_type=kind)

    async def get_state(self, request: Request) -> Response:
        """The state."""
        return _json(await self._of(request, shown.state, request.query_params))

    async def do(self, request: Request) -> Response:
        """Do one of `ACTIONS`; the new state."""
        said = _object(await _body(request, _MOST))
        action = ACTIONS.get(str(said.get("do")))
        if action is None:
            raise HTTPException(404)
        return await self._changed(request, action, said)

    async def put_table(self, request: Request) -> Response:
        """Begin again with a table; the new state."""
        content = await _body(request, int(limits().start_bytes))
        return await self._changed(request, Session.take, request.query_params.get("name", ""), content)

    async def get_view(self, request: Request) -> Response:
        """One of `VIEWS`."""
        view = VIEWS.get(request.path_params["view"])
        if view is None:
            raise HTTPException(404)
        return _json(await self._of(request, view, request.query_params))

    async def get_report(self, request: Request) -> Response:
        """The ranking as the report's page, to be framed."""
        content = await self._of(request, saving.report_page)
        return Response(content, media_type="text/html", headers={"content-security-policy": FRAMED})

    async def get_saved(self, request: Request) -> Response:
        """A file to save."""
        name, content = await self._of(request, saving.saved, request.path_params["kind"])
        how = {"content-disposition": saving.disposition(name)}
        return Response(content, media_type="application/octet-stream", headers=how)

    async def events(self, request: Request) -> Response:
        """Words of what changes, as long as the page listens."""
        words = _events(await self._of(request, lambda work: work), request, self.ending)
        return StreamingResponse(words, media_type="text/event-stream")

    async def get_ballot_page(self, request: Request) -> Response:
        """The page on which a person gives weights."""
        return Response(await _spoken(request, page.html, "ballot.html"), media_type="text/html")

    async def get_ballot(self, request: Request) -> Response:
        """What is asked, and what the person whose secret it is said before."""
        return _json(await self._of_asked(request, ballots.ballot, request.query_params.get("me", "")))

    async def weigh(self, request: Request) -> Response:
        """The weights of comparisons."""
        return _json(await self._of_asked(request, ballots.weighed, _object(await _body(request, _MOST_SAID))))

    async def answer(self, request: Request) -> Response:
        """Keep a person's weights; the secret by which they come back."""
        said = _object(await _body(request, _MOST_SAID))
        return _json({"me": await self._of_asked(request, people.answer, said)})

    async def _of(self, request: Request, function: Callable[..., Any], *given: Any) -> Any:
        """A function's result for the session of the person who asks; the session may have to be opened first."""
        return await _spoken(request, lambda: function(self._session(request), *given))

    async def _of_asked(self, request: Request, function: Callable[..., Any], *given: Any) -> Any:
        """A function's result for the session whose owner asks people on the link."""
        return await _spoken(request, lambda: function(self._asked(request.path_params["token"]), *given))

    async def _changed(self, request: Request, change: Callable[..., None], *given: Any) -> Response:
        """Change the session; the new state."""

        def state(work: Session) -> dict[str, Any]:
            change(work, *given)
            return shown.state(work, request.query_params)

        return _json(await self._of(request, state))

    def _session(self, request: Request) -> Session:
        header = self.access.person
        person = request.headers.get(header, "") if header else ""
        self._open[person] = session = self.session_of(person)
        return session

    def _is_ballot(self, token: str) -> bool:
        try:
            return bool(self._asked(token))
        except HTTPException:
            return False

    def _asked(self, token: str) -> Session:
        """The session whose owner asks people on a link: of those that were opened since the server began."""
        if not self.access.person:
            self._open.setdefault("", self.session_of(""))
        for session in [*self._open.values()]:
            if token and hmac.compare_digest(token.encode(), session.folder.link.encode()):
                return session
        raise HTTPException(404)


async def _spoken(request: Request, function: Callable[..., Any], *given: Any) -> Any:
    """A function's result in the page's language, in a thread of its own."""

    def run() -> Any:
        with use_language(known_language(request.query_params.get("lang", "")) or current_language()):
            return function(*given)

    return await run_in_threadpool(run)


def _edit(work: Session, said: Mapping[str, Any]) -> None:
    edits = said.get("edits")
    if not isinstance(edits, list) or not edits:
        raise UsageError(gettext("an edit needs the path of a key"))
    what = said.get("what")
    work.edit([Edit.of(item) for item in edits], what if isinstance(what, dict) else None, str(said.get("hand", "")))


def _answer(work: Session, said: Mapping[str, Any]) -> None:
    answers = said.get("answers")
    if not isinstance(answers, dict) or not all(isinstance(item, str | None) for item in answers.values()):
        raise UsageError(gettext("{key}: must be a text", key="answers"))
    work.answer(answers)


#: What a page can do, by the word in `do`; each changes the session.
ACTIONS: dict[str, Action] = {
    "edit": _edit,
    "answer": _answer,
    "write": lambda work, said: work.write(text_of(said, "toml"), number_of(said, "base")),
    "undo": lambda work, _said: work.undo(),
    "redo": lambda work, _said: work.redo(),
    "go": lambda work, said: work.go(number_of(said, "step")),
    "name": lambda work, said: work.name(number_of(said, "step"), text_of(said, "name")),
    "confirm": lambda work, said: work.confirm(str(said.get("key", ""))),
    "choose": choices.choose,
    "option": choices.set_option,
    "move": tree.move,
    "group": tree.group,
    "rename": tree.rename,
    "weigh": tree.weigh,
    "leave_out": tree.set_aside,
    "take_back": tree.take_back,
    "aside": problems.put_aside,
    "people.link": people.renew_link,
    "people.leave": people.leave,
    "people.file": people.take_file,
    "people.apply": people.apply,
}
#: What a page can look at, by the last part of its address: each takes the session and the address's query.
VIEWS: dict[str, View] = {
    "reading": reading.table,
    "importance": tree.importance,
    "choice": choices.choice,
    "ranges": shown.ranges_now,
    "distribution": shown.distribution,
    "unit": unit.unit,
    "rows": unit.rows,
    "whatif": unit.whatif,
    "effect": effect.effect,
    "why": effect.why,
    "problems": problems.problems,
    "people": people.view,
}


async def _body(request: Request, most: int) -> bytes:
    """What was sent, as long as it is no more than a number of bytes; else it is refused before it is read."""
    announced = request.headers.get("content-length", "")
    parts, size = [], int(announced) if announced.isdecimal() and len(announced) < 20 else 0
    if size <= most:
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > most:
                break
            parts.append(part)
    if size > most:
        raise UsageError(gettext("this is larger than the limit of {count} MB", count=most // 1_000_000))
    return b"".join(parts)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(gettext("this is no JSON: {why}", why=str(error))) from error
    if not isinstance(said, dict):
        raise UsageError(gettext("this is no JSON: {why}", why=type(said).__name__))
    return said


async def _events(work: Session, request: Request, ending: Callable[[], bool]) -> AsyncIterator[bytes]:
    """Words of what changed, one event each, with the step if there is nothing else to tell.

    The scenario's file is looked at meanwhile.
    """
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    waiting: set[str] = set()

    def hear(what: str) -> None:
        waiting.add(what)
        loop.call_soon_threadsafe(changed.set)

    with work.listening(hear):
        yield b"event: open\ndata:\n\n"
        while not ending() and not await request.is_disconnected():
            try:
                await asyncio.wait_for(changed.wait(), _LOOK)
            except TimeoutError:
                with contextlib.suppress(UsageError):  # half written by another program; it is looked at again
                    await run_in_threadpool(work.look)
                continue
            changed.clear()
            for what in sorted(waiting):
                event, _, number = what.partition(" ")
                yield f"event: {event}\ndata: {number or (work.step.number if work.step else 0)}\n\n".encode()
            waiting.clear()


def _json(value: Any) -> Response:
    return Response(json_text(value, separators=(",", ":"), allow_nan=False), media_type="application/json")


async def _reported(_request: Request, error: Exception) -> Response:
    """An error that the user can mend: all its problems, in words."""
    assert isinstance(error, HubrankError)  # noqa: S101  # it is handled as such
    file = error.file if isinstance(error, ScenarioError) else ""
    problems = [
        {"where": item.where or ("" if item.what.startswith(file) else file), "what": item.what, "line": item.line}
        for item in error.problems
    ]
    return JSONResponse({"problems": problems}, status_code=409 if isinstance(error, ConflictError) else 422)


async def _broken(_request: Request, error: Exception) -> Response:
    """A mistake of the program's own; the terminal has the rest."""
    if isinstance(error, ClientDisconnect):
        return Response(status_code=400)
    return JSONResponse({"problems": [{"where": "", "what": failure(error).what, "line": None}]}, status_code=500)
