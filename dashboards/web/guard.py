"""Shell. What every answer must carry and which questions are heard at all: middleware around the page.

A name that merely resolves to this machine (DNS rebinding) gets no answer, nor does anything but GET and HEAD. Knows
nothing of the page.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost", "[::1]")
_STATIC = "/static/"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def hosts(port: int) -> frozenset[str]:
    """Every Host field (RFC 9110, 7.2) under which a browser on this machine names the page."""
    with_port = {f"{name}:{port}" for name in _NAMES}
    return frozenset(with_port | set(_NAMES) if port == 80 else with_port)


class Guard:
    """Wraps `app`, which is to be found at `port` of this machine alone."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = hosts(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers["Cache-Control"] = "no-cache" if scope["path"].startswith(_STATIC) else "no-store"
            await send(message)

        await (self._refusal(scope) or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        if scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("This page only answers GET.\n", 405, {"Allow": "GET, HEAD"})
        if Headers(scope=scope).get("host", "").lower() not in self._hosts:
            return PlainTextResponse("This page is for this machine alone: open it as http://127.0.0.1.\n", 421)
        return None
