"""Shell. The door in front of every page: middleware that refuses what may not be, and hands out the forms' tokens.

What may be is decided in `decide`. Knows nothing of the pages behind it.
"""

import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.web.access import token
from dashboards.web.access.asked import Asked, Rules
from dashboards.web.access.decide import decide
from dashboards.web.access.refused import Refuser

_COOKIE = "prova_form"
_WORD_BYTES = 24
_SECRET_BYTES = 32


class Visit:
    """One request at the door: which word its browser holds, and whether the answer must hand one out."""

    def __init__(self, secret: bytes, word: str, *, known: bool, secure: bool) -> None:
        self._secret, self._word = secret, word
        self._known, self._secure, self._handed = known, secure, False

    def form_token(self) -> str:
        """For the hidden field `token` of one form."""
        self._handed = True
        return token.make(self._secret, self._word, secrets.token_bytes(token.PAD_BYTES))

    def holds(self, shown: str) -> bool:
        """Whether the token of a form that came back is this browser's."""
        return self._known and token.is_genuine(shown, self._secret, self._word)

    @property
    def cookie(self) -> str | None:
        """The Set-Cookie field of the answer; None where the page has no form or the browser has its word already."""
        if self._known or not self._handed:
            return None
        return f"{_COOKIE}={self._word}; HttpOnly; Path=/; SameSite=Strict{'; Secure' if self._secure else ''}"


class Door:
    """Wraps `app`. The secret lives as long as the process: a form from before a restart is asked for again."""

    def __init__(self, app: ASGIApp, rules: Rules, refuser: Refuser) -> None:
        self._app, self._rules, self._refuser = app, rules, refuser
        self._secret = secrets.token_bytes(_SECRET_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = decide(_asked(scope), self._rules)
        if refusal is not None:
            await self._refuser.answer(refusal)(scope, receive, send)
            return
        visit = self._visit(scope)
        scope.setdefault("state", {})["visit"] = visit

        async def send_with_word(message: Message) -> None:
            if message["type"] == "http.response.start" and visit.cookie:
                MutableHeaders(scope=message).append("set-cookie", visit.cookie)
            await send(message)

        await self._app(scope, receive, send_with_word)

    def _visit(self, scope: Scope) -> Visit:
        held = _cookie(scope, _COOKIE)
        word = held or secrets.token_urlsafe(_WORD_BYTES)
        return Visit(self._secret, word, known=bool(held), secure=scope["scheme"] == "https")


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
