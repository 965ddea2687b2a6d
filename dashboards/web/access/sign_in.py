"""Shell. Signing in and out: the one page that whoever has no session sees.

It says nothing of the line. Knows nothing of what else the page shows.
"""

import asyncio
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboards.web.access.asked import Refusal
from dashboards.web.access.decide import SIGN_IN
from dashboards.web.access.door import visit_of
from dashboards.web.access.form import Form, form_route
from dashboards.web.access.passage import Doorkeeper, Passage
from dashboards.web.access.password import is_right
from dashboards.web.access.refused import RefusedError
from dashboards.web.access.turnstile import Kind
from dashboards.web.desk import Desk

_SIGN_OUT = "/sign-out"
_LONGEST_WAY = 500


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`next`: where to after signing in. `problem` is empty before the first try."""

    token: str
    next: str
    signed_in: bool
    problem: str
    address: str


def sign_in_routes(desk: Desk, password_hash: str | None, doorkeeper: Doorkeeper | None = None) -> list[BaseRoute]:
    """None where there is no password. The doorkeeper is told of each visitor, beside the loop."""
    if password_hash is None:
        return []
    one_at_a_time = asyncio.Semaphore(1)

    async def tell(passage: Passage, request: Request) -> None:
        if doorkeeper is not None:
            await asyncio.to_thread(doorkeeper.saw, passage, visit_of(request).visitor)

    def show(request: Request, way: str = "", problem: str = "", status: int = 200) -> Response:
        voice, visit = desk.voice(request), visit_of(request)
        way = own_way(way or request.query_params.get("next", "/"))
        page = SignInPage(visit.form_token(), way, visit.signed_in, problem, SIGN_IN)
        template = desk.renderer.templates.get_template("sign_in.html")
        text = template.render(page=page, say=voice.say, lang=voice.language)
        return desk.remembered(request, HTMLResponse(text, status))

    async def enter(request: Request, form: Form) -> Response:
        visit = visit_of(request)
        if not (visit.passes(Kind.SIGN_IN) and visit.passes(Kind.ANY_SIGN_IN)):
            raise RefusedError(Refusal.OFTEN)
        async with one_at_a_time:
            right = await asyncio.to_thread(is_right, form.fields.get("password", ""), password_hash)
        await tell(Passage.SIGNED_IN if right else Passage.REFUSED, request)
        if not right:
            return show(request, form.fields.get("next", ""), desk.voice(request).say("sign.wrong"), 403)
        visit.sign_in()
        return RedirectResponse(own_way(form.fields.get("next", "/")), 303)

    async def leave(request: Request, _form: Form) -> Response:
        if visit_of(request).signed_in:
            await tell(Passage.SIGNED_OUT, request)
        visit_of(request).sign_out()
        return RedirectResponse(SIGN_IN, 303)

    return [Route(SIGN_IN, show), form_route(SIGN_IN, enter), form_route(_SIGN_OUT, leave)]


def own_way(way: str) -> str:
    """A path of this page; the first page for what might lead elsewhere.

    >>> own_way("/day?day=2026-11-20"), own_way("//evil.example"), own_way("https://evil.example")
    ('/day?day=2026-11-20', '/', '/')
    """
    plain = way.isascii() and way.isprintable() and "\\" not in way and len(way) <= _LONGEST_WAY
    return way if plain and way.startswith("/") and not way.startswith("//") else "/"
