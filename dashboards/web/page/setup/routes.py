"""Shell. The set-up over HTTP: each step's page, its form, and the confirmation that alone writes anything.

Drafts are kept in memory, a few of them, each by its browser's own word. Knows nothing of how anything is done.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from analysis.summary.page.paper import Refusal
from dashboards.web.access.door import visit_of
from dashboards.web.access.form import Form, form_route
from dashboards.web.desk import Desk
from dashboards.web.page.setup import terms, wanted
from dashboards.web.page.setup.deed import Plan, Seen, ServerKind, SetUp, SetUpError
from dashboards.web.page.setup.draft import Draft, Problem, Step
from dashboards.web.page.setup.speeds import maximum_bps
from dashboards.web.page.setup.view import WHERE, Asked, view
from probe.body.speed_test import Direction

_MOST_DRAFTS = 8
_PDF_BYTES = 26 * 2**20  # the largest file that is opened, and the form around it
_INVALID = 422
_Take = Callable[["SetupDesk", Request, Form], Coroutine[Any, Any, Response]]


def setup_routes(desk: Desk, setup: SetUp) -> list[BaseRoute]:
    """`setup` looks, reads and writes."""
    own = SetupDesk(desk, setup)

    def taken(take: _Take) -> Callable[[Request, Form], Coroutine[Any, Any, Response]]:
        return lambda request, form: take(own, request, form)

    return [
        Route(WHERE.path, own.page),
        form_route("/setup/contract", taken(_contract), most_bytes=_PDF_BYTES, heavy=True),
        form_route("/setup/terms", taken(_terms)),
        form_route("/setup/line", taken(_line)),
        form_route("/setup/server", taken(_server)),
        form_route("/setup/hosts", taken(_hosts)),
        form_route("/setup/summary", taken(_summary), heavy=True),
    ]


class SetupDesk:
    """Drafts, and the pages made of them."""

    def __init__(self, desk: Desk, setup: SetUp) -> None:
        self.desk, self.setup = desk, setup
        self.reading_one = asyncio.Semaphore(1)
        self.writing_one = asyncio.Lock()
        self._drafts: OrderedDict[str, Draft] = OrderedDict()

    def draft(self, request: Request) -> Draft:
        """What this browser has filled in so far."""
        return self._drafts.get(visit_of(request).word, Draft())

    def keep(self, request: Request, draft: Draft) -> None:
        """In memory; the oldest of too many is forgotten."""
        self._drafts[visit_of(request).word] = draft
        self._drafts.move_to_end(visit_of(request).word)
        while len(self._drafts) > _MOST_DRAFTS:
            self._drafts.popitem(last=False)

    def forget(self, request: Request) -> None:
        """It was taken up."""
        self._drafts.pop(visit_of(request).word, None)

    async def page(self, request: Request) -> Response:
        """The step that the address names; the first one for any other."""
        named = request.query_params.get("step", "")
        return await self.show(request, Step(named) if named in tuple(Step) else Step.CONTRACT)

    async def show(
        self, request: Request, step: Step, problems: tuple[Problem, ...] = (), *, failed: str = ""
    ) -> Response:
        """One step's page, with what is wrong in it."""
        return await asyncio.to_thread(self._show, request, step, problems, failed)

    def _show(self, request: Request, step: Step, problems: tuple[Problem, ...], failed: str) -> Response:
        reading, draft = self.desk.library.line(), self.draft(request)
        down, up = (maximum_bps(draft, reading, direction) for direction in Direction)
        looks: tuple[Seen, ...] = self.setup.look(max(down or 0, up or 0) or None) if step is Step.LINE else ()
        asked = Asked(
            step=step,
            draft=draft,
            token=visit_of(request).form_token(),
            problems=problems,
            seen=looks,
            month_bytes=self.setup.month_bytes(down, up) if down and up else None,
            failed=failed,
        )
        sheet = view(asked, reading, self.desk.voice(request, reading.zone))
        return self.desk.show(request, sheet, _INVALID if problems or failed else None)


def _to(step: Step) -> Response:
    return RedirectResponse(f"{WHERE.path}?step={step}", 303)


async def _contract(own: SetupDesk, request: Request, form: Form) -> Response:
    way, draft = form.fields.get("way"), own.draft(request)
    if way == "keep":
        own.keep(request, replace(draft, keeps=True, reading=None))
        return _to(Step.LINE)
    if way == "hand":
        own.keep(request, replace(draft, keeps=False))
        return _to(Step.TERMS)
    file = form.files.get("pdf")
    if file is None:
        return await own.show(request, Step.CONTRACT, (Problem("pdf", "file"),))
    async with own.reading_one:
        read = await asyncio.to_thread(own.setup.read, file.name, file.content)
    if isinstance(read, Refusal):
        return await own.show(request, Step.CONTRACT, (Problem("pdf", f"pdf_{read}"),))
    typed = {**draft.typed, **terms.prefilled(read)}
    own.keep(request, Draft(typed=typed, reading=read))
    return _to(Step.TERMS)


async def _terms(own: SetupDesk, request: Request, form: Form) -> Response:
    draft = _typed(own, request, form, replace(own.draft(request), keeps=False))
    _, problems = terms.agreed(draft.typed, draft.reading)
    return await own.show(request, Step.TERMS, problems) if problems else _to(Step.LINE)


async def _line(_own: SetupDesk, _request: Request, _form: Form) -> Response:
    return _to(Step.SERVER)


async def _server(own: SetupDesk, request: Request, form: Form) -> Response:
    unticked = {wanted.CONSENT: ""}  # a box that is not ticked is not sent
    draft = own.draft(request)
    draft = _typed(own, request, form, replace(draft, typed={**draft.typed, **unticked}))
    problems = wanted.server(draft.typed)
    return await own.show(request, Step.SERVER, problems) if problems else _to(Step.HOSTS)


async def _hosts(own: SetupDesk, request: Request, form: Form) -> Response:
    draft = _typed(own, request, form, own.draft(request))
    _, problems = wanted.hosts(draft.typed)
    return await own.show(request, Step.HOSTS, problems) if problems else _to(Step.SUMMARY)


async def _summary(own: SetupDesk, request: Request, _form: Form) -> Response:
    """Whatever is not whole leads back to its step; what is whole is taken up."""
    draft = own.draft(request)
    agreed, problems = (None, ()) if draft.keeps else terms.agreed(draft.typed, draft.reading)
    watched, bad_hosts = wanted.hosts(draft.typed)
    for step, wrong in ((Step.TERMS, problems), (Step.SERVER, wanted.server(draft.typed)), (Step.HOSTS, bad_hosts)):
        if wrong:
            return await own.show(request, step, wrong)
    kind = ServerKind(draft.typed[wanted.KIND])
    plan = Plan(
        agreed=agreed,
        kind=kind,
        server=draft.typed.get(wanted.ADDRESS, "").strip() if kind is ServerKind.OWN else "",
        mlab_accepted=kind is ServerKind.MLAB,
        watched=watched,
    )
    try:
        async with own.writing_one:
            await own.setup.take_up(plan)
    except SetUpError as error:
        return await own.show(request, Step.SUMMARY, failed=str(error))
    own.forget(request)
    return RedirectResponse("/", 303)


def _typed(own: SetupDesk, request: Request, form: Form, draft: Draft) -> Draft:
    """The draft with the form's fields in it."""
    written = {name: value for name, value in form.fields.items() if name != "token" and len(value) <= 1000}
    made = replace(draft, typed={**draft.typed, **written})
    own.keep(request, made)
    return made
