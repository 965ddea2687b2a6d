"""Shell. The pages over HTTP: which address gives which, in which language.

Knows nothing of where a reading comes from, nor of what stands on a page: `app` hands the one in, `places` the others.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from dashboards.web.access.door import Door
from dashboards.web.access.entrance import Entrance
from dashboards.web.access.refused import RefusedError, Refuser
from dashboards.web.access.sign_in import sign_in_routes
from dashboards.web.asked import day_of
from dashboards.web.case.routes import CaseDesk
from dashboards.web.desk import Desk
from dashboards.web.doing import doing, doing_routes
from dashboards.web.frame.address import address
from dashboards.web.frame.make import parts_path
from dashboards.web.guard import Guard
from dashboards.web.hands import Hands
from dashboards.web.library import Library
from dashboards.web.page.day.view import WHERE as DAY
from dashboards.web.place import Place
from dashboards.web.places import PLACES
from dashboards.web.render import load

# The length of a packed answer may tell what stands beside text from the address (BREACH). The one secret on a page, a
# form's token, is masked anew for each answer, so that nothing is learnt of it.
_PACKED_FROM_BYTES = 500


def site(library: Library, case: CaseDesk, entrance: Entrance, hands: Hands) -> Starlette:
    """The application, for whom the entrance lets in. The library's methods block, and run beside the loop.

    Pages for which nobody lends a hand are not there.
    """
    renderer = load([*(place.where for place in PLACES), *doing(hands)])
    desk, refuser = Desk(library, renderer), Refuser(renderer.catalogue)

    def health(_request: Request) -> Response:
        return (
            PlainTextResponse("ok\n") if library.is_readable() else PlainTextResponse("the store cannot be read\n", 503)
        )

    pages = [route for place in PLACES for route in _routes(place, desk)]
    files = StaticFiles(directory=Path(__file__).parent / "static")
    app = Starlette(
        routes=[
            *pages,
            *doing_routes(desk, hands),
            *case.routes(),
            *sign_in_routes(desk, entrance.password_hash, hands.doorkeeper),
            Route("/livez", lambda _request: PlainTextResponse("ok\n")),
            Route("/healthz", health),
            Mount("/static", files),
        ],
        middleware=[
            Middleware(GZipMiddleware, minimum_size=_PACKED_FROM_BYTES),
            Middleware(Guard),
            Middleware(Door, rules=entrance.rules, refuser=refuser),
        ],
        exception_handlers={HTTPException: refuser.of_error, RefusedError: refuser.of_error},
        lifespan=_living(library, case),
    )
    app.state.desk = desk
    return app


def _living(library: Library, case: CaseDesk) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def living(_app: Starlette) -> AsyncIterator[None]:
        """The first reading loads what the analysis needs; made at the start, no visitor waits for that."""
        first = asyncio.create_task(asyncio.to_thread(library.read, None))
        try:
            yield
        finally:
            await case.dossiers.end()
            await first

    return living


def _routes(place: Place, desk: Desk) -> list[BaseRoute]:
    """The page whole, and its changing parts alone."""

    def page(request: Request) -> Response:
        if place.where.path == "/" and "day" in request.query_params:
            return _moved(request)
        return desk.page(request, place)

    def parts(request: Request) -> Response:
        return desk.parts(request, place)

    where = place.where
    return [Route(where.path, page), *([Route(parts_path(where), parts)] if where.refreshed else [])]


def _moved(request: Request) -> Response:
    """A day had its address at the root once; what is no day never had one."""
    asked = {"lang": request.query_params.get("lang"), "day": day_of(request.query_params)}
    return RedirectResponse(address(DAY.path, asked), 308)
