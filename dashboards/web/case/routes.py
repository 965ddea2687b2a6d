"""Shell. What the case page changes over HTTP: an entry with its paper, a dossier begun, a dossier's file.

A form with something wrong comes back with what was typed, each problem beside its field, and nothing is written.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from analysis.case.case_file import CaseError
from analysis.case.diary import DiaryError
from analysis.case.papers import MOST_BYTES, PaperError
from dashboards.web.access.door import visit_of
from dashboards.web.access.form import File, Form, form_route
from dashboards.web.case.diary import Diary, Paper
from dashboards.web.case.dossiers import Dossiers
from dashboards.web.case.made import Busy, State, Wish
from dashboards.web.desk import Desk
from dashboards.web.frame.address import address
from dashboards.web.page.case.fields import FIELDS, FILE, LINKED
from dashboards.web.page.case.form import Filled
from dashboards.web.page.case.told import at_fields, entry_of, problems_of
from dashboards.web.page.case.view import WHERE, view
from dashboards.web.place import Question

_ROOM_BYTES = 64 * 1024  # of a form's other fields
_LOOK_AGAIN_S = 2
_LONGEST_DAYS = 400
_LANGUAGES = {"pt": "pt", "en": "en"}


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """What the case's forms are answered with."""

    diary: Diary
    dossiers: Dossiers

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        return [
            form_route("/case/note", self.note, most_bytes=MOST_BYTES + _ROOM_BYTES),
            form_route("/case/dossier", self.order),
            Route("/case/dossier/{id}", self.progress),
            Route("/case/dossier/{id}/{file}", self.file),
        ]

    async def note(self, request: Request, form: Form) -> Response:
        """Write an entry down."""
        kind = form.fields.get("kind", "")
        if kind not in FIELDS:
            return RedirectResponse(WHERE.path, 303)
        return await asyncio.to_thread(self._noted, request, form, kind)

    def _noted(self, request: Request, form: Form, kind: str) -> Response:
        name, file = form.fields.get("id", ""), form.files.get(FILE)
        entry = entry_of(kind, form.fields)
        filled = Filled(kind=kind, id=name, values=entry)
        if kind == "official_result" and file is not None:
            entry = self.diary.read(Paper(file.name, file.content)) | entry
            filled = replace(filled, values=entry)
        problems = problems_of(kind, entry, has_paper=file is not None or bool(name))
        if kind == "official_result" and "measured_at" not in entry:
            problems["measured_at"] = "unread" if file is not None else "needed"
        if problems:
            return self._back(request, replace(filled, problems=problems))
        try:
            written = self._write(request, kind, name, entry, file)
        except CaseError as error:
            own, others = at_fields(kind, error.problems)
            return self._back(request, replace(filled, problems=own, others=others or (() if own else (str(error),))))
        except (DiaryError, PaperError) as error:
            return self._back(request, replace(filled, others=(str(error),)))
        reread = {"amend": f"{kind}:{written}"} if kind == "official_result" and file is not None else {}
        return RedirectResponse(address(WHERE.path, {"noted": kind, **reread}), 303)

    def _write(self, request: Request, kind: str, name: str, entry: Mapping[str, str], file: File | None) -> str:
        bare = _desk(request).library.line()
        today = bare.now.astimezone(bare.zone).date()
        document = ""
        if file is not None:
            of = entry.get("of", "") if kind == "document" else kind
            document = self.diary.attach(Paper(file.name, file.content), of, today, bare.zone)
        if kind == "document" and not name:
            return document
        whole = dict(entry) | ({"document": document} if document and kind in LINKED else {})
        return self.diary.note(kind, whole | ({"id": name} if name else {}), bare.zone) or ""

    async def order(self, request: Request, form: Form) -> Response:
        """Begin to make a dossier."""
        wish = _wish(form.fields)
        if isinstance(wish, str):
            return await asyncio.to_thread(self._back, request, None, wish)
        if not self.dossiers.possible:
            return RedirectResponse(WHERE.path, 303)
        made = self.dossiers.start(wish)
        return (
            RedirectResponse(f"{WHERE.path}/dossier/{made.id}", 303)
            if not isinstance(made, Busy)
            else (await asyncio.to_thread(self._back, request, None, "busy"))
        )

    async def progress(self, request: Request) -> Response:
        """The case page, looked at again while that dossier is being made."""
        one = self.dossiers.find(request.path_params["id"])
        if one is None:
            return RedirectResponse(WHERE.path, 303)
        answer = await asyncio.to_thread(self._back, request, None, "", 200)
        if one.state is State.RUNNING:
            answer.headers["Refresh"] = str(_LOOK_AGAIN_S)
        return answer

    async def file(self, request: Request) -> Response:
        """One file of a dossier, to be kept."""
        name = request.path_params["file"]
        path = self.dossiers.file(request.path_params["id"], name)
        if path is None:
            return PlainTextResponse("404\n", 404)
        return FileResponse(path, filename=name, content_disposition_type="attachment")

    def _back(self, request: Request, filled: Filled | None, wrong: str = "", status: int = 422) -> Response:
        """The page again, with what is wrong."""
        desk = _desk(request)
        read = desk.library.case()
        question = Question({}, visit_of(request).form_token)
        sheet = view(read, question, desk.voice(request, read.reading.zone), filled, wrong)
        return desk.show(request, sheet, status)


def _desk(request: Request) -> Desk:
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def _wish(fields: Mapping[str, str]) -> Wish | str:
    """What is to be made, or what is wrong: a key below `case_problem`."""
    try:
        from_on, to_on = (date.fromisoformat(fields.get(key, "")) for key in ("from_on", "to_on"))
    except ValueError:
        return "day"
    if to_on < from_on:
        return "order"
    if (to_on - from_on).days > _LONGEST_DAYS:
        return "long"
    return Wish(
        from_on=from_on,
        to_on=to_on,
        lang=_LANGUAGES.get(fields.get("lang", "")),
        redacted=bool(fields.get("redacted")),
    )
