"""Shell. The door in front of every page: middleware that refuses what may not be, and hands out tokens and sessions.

What may be is decided in `decide`. Knows nothing of the pages behind it.
"""

import secrets
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.web.access import token
from dashboards.web.access.asked import Asked, Refusal, Rules
from dashboards.web.access.decide import SIGN_IN, decide
from dashboards.web.access.forwarded import seen
from dashboards.web.access.pace import visitor_of
from dashboards.web.access.refused import Refuser
from dashboards.web.access.sessions import LONGEST_S, Sessions
from dashboards.web.access.turnstile import Kind, Turnstile

_WORD, _SESSION = "prova_form", "prova_session"
_WORD_BYTES = 24
_SECRET_BYTES = 32
_UNCOUNTED = "/static/"


class Visit:
    """One request at the door: what its browser holds, and what the answer must hand out."""

    def __init__(self, door: "Door", scope: Scope, peer: str, session: str) -> None:
        self._door, self._peer, self._session = door, peer, session
        self._secure = scope["scheme"] == "https"
        held = _cookie(scope, _WORD)
        self._known, self._word = bool(held), held or secrets.token_urlsafe(_WORD_BYTES)
        self.cookies: dict[str, str] = {}  # the Set-Cookie fields of the answer, by name

    @property
    def word(self) -> str:
        """What this browser alone holds: by it, a page knows it again."""
        return self._word

    @property
    def visitor(self) -> str:
        """Who asks: an IPv4 address, or the network that one household has of IPv6; empty where it is not known."""
        return visitor_of(self._peer)

    @property
    def signed_in(self) -> bool:
        """Whether the password was given; false also where none is asked for."""
        return bool(self._session)

    def form_token(self) -> str:
        """For the hidden field `token` of one form."""
        if not self._known:
            self._hand(_WORD, self._word)
        return token.make(self._door.secret, self._word, secrets.token_bytes(token.PAD_BYTES))

    def holds(self, shown: str) -> bool:
        """Whether the token of a form that came back is this browser's."""
        return self._known and token.is_genuine(shown, self._door.secret, self._word)

    def passes(self, kind: Kind) -> bool:
        """Whether the visitor has not asked for such things too often; counts this one."""
        return self._door.turnstile.passes(kind, "" if kind is Kind.ANY_SIGN_IN else self._peer)

    def sign_in(self) -> None:
        """The right password was given."""
        self._hand(_SESSION, self._door.sessions.begin(), f"; Max-Age={LONGEST_S:.0f}")

    def sign_out(self) -> None:
        """The session ends here and in the browser."""
        self._door.sessions.end(self._session)
        self._hand(_SESSION, "", "; Max-Age=0")

    def _hand(self, name: str, value: str, more: str = "") -> None:
        secure = "; Secure" if self._secure else ""
        self.cookies[name] = f"{name}={value}; HttpOnly; Path=/; SameSite=Strict{secure}{more}"


class Door:
    """Wraps `app`. Its secret lives as long as the process: a form from before a restart is asked for again."""

    def __init__(self, app: ASGIApp, rules: Rules, refuser: Refuser) -> None:
        self._app, self._rules, self._refuser = app, rules, refuser
        self.secret = secrets.token_bytes(_SECRET_BYTES)
        self.sessions, self.turnstile = Sessions(), Turnstile()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal, visit = self._met(scope)
        if refusal is not None:
            await self._refused(scope, refusal)(scope, receive, send)
            return
        scope.setdefault("state", {})["visit"] = visit

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                for cookie in visit.cookies.values():
                    MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookies)

    def _met(self, scope: Scope) -> tuple[Refusal | None, Visit]:
        """Why this request is refused, None where it is not; and the visit. The scope's scheme is the visitor's."""
        session = _cookie(scope, _SESSION) or ""
        session = session if session and self.sessions.is_held(session) else ""
        asked: Asked | Refusal = replace(_asked(scope), signed_in=bool(session))
        if self._rules.proxies and isinstance(asked, Asked):
            headers = Headers(scope=scope)
            passed_on = headers.get("x-forwarded-for", ""), headers.get("x-forwarded-proto", "")
            asked = seen(asked, self._rules.proxies, *passed_on)
        if isinstance(asked, Refusal):
            return asked, Visit(self, scope, "", "")
        scope["scheme"] = asked.scheme
        visit = Visit(self, scope, asked.peer, session)
        counted = self._rules.password and not asked.path.startswith(_UNCOUNTED)
        return decide(asked, self._rules) or (Refusal.OFTEN if counted and not visit.passes(Kind.PAGE) else None), visit

    def _refused(self, scope: Scope, refusal: Refusal) -> Response:
        """Whoever only has to sign in to read a page is shown where."""
        if refusal is Refusal.SIGN_IN and scope["method"] == "GET":
            way = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': way})}" if way != "/" else SIGN_IN, 303)
        return self._refuser.answer(refusal)


def visit_of(request: Request) -> Visit:
    """The visit that the door wrote beside the request."""
    visit = request.state.visit
    assert isinstance(visit, Visit)
    return visit


def _asked(scope: Scope) -> Asked:
    headers = Headers(scope=scope)
    return Asked(
        method=scope["method"],
        path=scope["path"],
        scheme=scope["scheme"],
        host=headers.get("host", "").lower(),
        peer=(scope.get("client") or ("", 0))[0],
        origin=headers.get("origin"),
        fetch_site=headers.get("sec-fetch-site"),
    )


def _cookie(scope: Scope, name: str) -> str | None:
    try:
        found = SimpleCookie(Headers(scope=scope).get("cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found else None
