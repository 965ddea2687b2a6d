"""Shell. A refusal as an answer: one sentence in both languages, for a browser and for whoever uses none.

Knows nothing of why something was refused.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboards.web.access.asked import STATUS, Refusal
from dashboards.web.language import Language
from dashboards.web.text import Catalogue

_OF_STATUS = {404: Refusal.ABSENT, 405: Refusal.METHOD}


class RefusedError(Exception):
    """A request that is not answered, found out while it was read."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class Refuser:
    """Says refusals in the words of `catalogue`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def answer(self, refusal: Refusal) -> Response:
        """The whole answer. The connection is closed: what follows on it may be the rest of what was refused."""
        lines = (self._catalogue.forms(f"refusal.{refusal}", language)["other"] for language in Language)
        headers = {"Connection": "close"}
        if refusal is Refusal.METHOD:
            headers["Allow"] = "GET, HEAD, POST"
        return PlainTextResponse("".join(f"{line}\n" for line in lines), STATUS[refusal], headers)

    def of_error(self, _request: Request, error: Exception) -> Response:
        """For Starlette's table of exceptions: what was raised while a request was read or routed."""
        if isinstance(error, RefusedError):
            return self.answer(error.refusal)
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status in _OF_STATUS:
            return self.answer(_OF_STATUS[status])
        return PlainTextResponse(f"{status}\n", status)
