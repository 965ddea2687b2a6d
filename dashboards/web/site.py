"""Shell. The page over HTTP: which address gives what, in which language, and for which day.

Knows nothing of where a reading comes from; `app` hands it in.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from dashboards.web.access.asked import Rules
from dashboards.web.access.door import Door
from dashboards.web.access.refused import RefusedError, Refuser
from dashboards.web.guard import Guard
from dashboards.web.language import Language, choose
from dashboards.web.reading import Reading
from dashboards.web.render import Renderer, load
from dashboards.web.shown import Page
from dashboards.web.view import view
from dashboards.web.voice import Voice

_COOKIE = "prova_language"
_YEAR_S = 365 * 86_400
Read = Callable[[date | None], Reading]  # the day that was asked for; None for the last 24 hours


def site(read: Read, healthy: Callable[[], bool], *, rules: Rules) -> Starlette:
    """The application, for whom `rules` let in. Both callables block, and run beside the loop."""
    renderer = load()
    refuser = Refuser(renderer.catalogue)

    def page(request: Request) -> Response:
        shown, voice = _shown(request, read, renderer)
        answer = HTMLResponse(renderer.page(shown, voice))
        if request.query_params.get("lang") == voice.language:
            answer.set_cookie(_COOKIE, voice.language, max_age=_YEAR_S, httponly=True, samesite="strict")
        return answer

    def parts(request: Request) -> Response:
        shown, voice = _shown(request, read, renderer)
        return HTMLResponse(renderer.parts(shown, voice))

    def health(_request: Request) -> Response:
        return PlainTextResponse("ok\n") if healthy() else PlainTextResponse("the store cannot be read\n", 503)

    @asynccontextmanager
    async def warmed(_app: Starlette) -> AsyncIterator[None]:
        """The first reading loads what the analysis needs; made at the start, no visitor waits for that."""
        first = asyncio.create_task(asyncio.to_thread(read, None))
        yield
        await first

    files = StaticFiles(directory=Path(__file__).parent / "static")
    return Starlette(
        routes=[Route("/", page), Route("/parts", parts), Route("/healthz", health), Mount("/static", files)],
        middleware=[Middleware(Guard), Middleware(Door, rules=rules, refuser=refuser)],
        exception_handlers={HTTPException: refuser.of_error, RefusedError: refuser.of_error},
        lifespan=warmed,
    )


def _shown(request: Request, read: Read, renderer: Renderer) -> tuple[Page, Voice]:
    reading = read(_day(request))
    voice = Voice(_language(request), renderer.catalogue, reading.zone)
    return view(reading, voice), voice


def _language(request: Request) -> Language:
    return choose(
        asked=request.query_params.get("lang"),
        remembered=request.cookies.get(_COOKIE),
        accepted=request.headers.get("accept-language"),
    )


def _day(request: Request) -> date | None:
    """The day asked for; None for none and for what is no day."""
    try:
        return date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        return None
