"""Shell. The live test over HTTP: its page, the two buttons, and the stream of what changes.

Without the script the page asks for itself anew every few seconds. Knows nothing of how a test is made.
"""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from dashboards.web.access.door import visit_of
from dashboards.web.access.form import Form, form_route
from dashboards.web.desk import Desk
from dashboards.web.page.live import view
from dashboards.web.page.live.course import Bench, State
from dashboards.web.place import Sheet

_WATCHED = "/live?watched=1"
_ANEW_S = 2
_BEAT_S = 10.0  # nothing changed: said all the same, so that a visitor who went is noticed
_AT_MOST_EVERY_S = 0.25
_LONGEST_S = 600.0
_RESULTS_WITHIN = 40  # looks, half a second apart, for records on their way to the store
_LOOK_S = 0.5


def live_routes(desk: Desk, bench: Bench) -> list[BaseRoute]:
    """`bench` makes the tests."""

    async def show(request: Request) -> Response:
        sheet = await asyncio.to_thread(_sheet, desk, bench, request)
        answer = desk.show(request, sheet)
        if "watched" in request.query_params and _goes_on(bench, sheet):
            answer.headers["Refresh"] = str(_ANEW_S)
        return answer

    async def begin(_request: Request, _form: Form) -> Response:
        await bench.begin()
        return RedirectResponse(_WATCHED, 303)

    async def call_off(_request: Request, _form: Form) -> Response:
        await bench.call_off()
        return RedirectResponse("/live", 303)

    async def changes(request: Request) -> Response:
        headers = {"X-Accel-Buffering": "no"}
        return StreamingResponse(_events(desk, bench, request), media_type="text/event-stream", headers=headers)

    return [
        Route(view.WHERE.path, show),
        form_route("/live/begin", begin, heavy=True),
        form_route("/live/end", call_off),
        Route("/live/changes", changes),
    ]


async def _events(desk: Desk, bench: Bench, request: Request) -> AsyncIterator[str]:
    """The page's changing part, each time it changes, until the test is over and its results are there."""
    seen, looks = -1, 0
    loop = asyncio.get_running_loop()
    until = loop.time() + _LONGEST_S
    while loop.time() < until and looks < _RESULTS_WITHIN:
        course = await bench.changed(seen, _BEAT_S)
        seen = course.version
        sheet = await asyncio.to_thread(_sheet, desk, bench, request)
        yield _event("course", desk.renderer.parts(sheet, desk.voice(request)))
        if not _goes_on(bench, sheet):
            break
        if course.state is State.DONE:
            seen, looks = -1, looks + 1
            await asyncio.sleep(_LOOK_S)
        else:
            await asyncio.sleep(_AT_MOST_EVERY_S)
    yield _event("over", "")


def _goes_on(bench: Bench, sheet: Sheet) -> bool:
    """Whether more is to be shown."""
    return bench.course.is_under_way or bool(getattr(sheet.page, "waiting_for_results", False))


def _sheet(desk: Desk, bench: Bench, request: Request) -> Sheet:
    return view.answer(
        desk.library, bench.course, visit_of(request).form_token(), lambda zone: desk.voice(request, zone)
    )


def _event(name: str, text: str) -> str:
    """One event of the stream (WHATWG HTML, server-sent events)."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\n{lines}\n"
