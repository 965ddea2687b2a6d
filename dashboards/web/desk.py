"""Shell. One question over HTTP answered by its page: language, reading, sheet, HTML.

A form's handler finds it as `request.app.state.desk`. Knows nothing of what stands on a page.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dashboards.web.access.door import visit_of
from dashboards.web.language import Language, choose
from dashboards.web.library import Library
from dashboards.web.place import Place, Question, Sheet
from dashboards.web.render import Renderer
from dashboards.web.voice import Voice

_COOKIE = "prova_language"
_YEAR_S = 365 * 86_400
_NO_ZONE = ZoneInfo("UTC")  # templates tell no time: it comes told


@dataclass(frozen=True, slots=True)
class Desk:
    """What every answer is made with."""

    library: Library
    renderer: Renderer

    def page(self, request: Request, place: Place) -> Response:
        """The whole page."""
        return self.show(request, self.sheet(request, place))

    def parts(self, request: Request, place: Place) -> Response:
        """What changes of it."""
        sheet = self.sheet(request, place)
        return HTMLResponse(self.renderer.parts(sheet, self.voice(request)), _status(sheet))

    def sheet(self, request: Request, place: Place) -> Sheet:
        """What the page has to say to this request."""
        question = Question(request.query_params, visit_of(request).form_token)
        return place.answer(self.library, question, lambda zone: self.voice(request, zone))

    def show(self, request: Request, sheet: Sheet, status: int | None = None) -> Response:
        """A sheet as a document, in the reader's language, which is remembered where the address names it."""
        signed_in = visit_of(request).signed_in
        text = self.renderer.page(sheet, self.voice(request), signed_in=signed_in)
        return self.remembered(request, HTMLResponse(text, status or _status(sheet)))

    def remembered(self, request: Request, answer: Response) -> Response:
        """The answer, with the language in a cookie where the address names it."""
        voice = self.voice(request)
        if request.query_params.get("lang") == voice.language:
            answer.set_cookie(_COOKIE, voice.language, max_age=_YEAR_S, httponly=True, samesite="strict")
        return answer

    def voice(self, request: Request, zone: ZoneInfo = _NO_ZONE) -> Voice:
        """The language that this reader wishes."""
        return Voice(_language(request), self.renderer.catalogue, zone)


def _status(sheet: Sheet) -> int:
    return 200 if sheet.found else 404


def _language(request: Request) -> Language:
    return choose(
        asked=request.query_params.get("lang"),
        remembered=request.cookies.get(_COOKIE),
        accepted=request.headers.get("accept-language"),
    )
