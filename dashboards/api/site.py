"""Shell. The interface over HTTP: addresses, tokens, rates, pages, problems, tags of answers.

Knows nothing of where answers come from; `app` hands that in.
"""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboards.api.door import Door
from dashboards.api.endpoint import ENDPOINTS, FORMATS, Endpoint
from dashboards.api.page import Page, body
from dashboards.api.problem import MEDIA_TYPE, Problem
from dashboards.api.question import Parameter, Question
from dashboards.api.token import Token

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization",
}
_MOST_AT_ONCE = 4  # questions that are worked on together
_MOST_OF_ONE = 2  # of one token
_WAIT_S = 30.0
_MOST_QUERY = 8192  # characters
_GZIP_FROM = 1000


@dataclass(frozen=True, slots=True)
class Library:
    """What the site asks. All but `read` block and run beside the loop; they raise Problem and `errors`.

    `page` and `download` answer a question of a token; `read` reads one strictly; `mended` makes an error a problem.
    """

    page: Callable[[Endpoint, Token, Question], Page]
    download: Callable[[Token, Question], Iterator[bytes]]
    read: Callable[[Endpoint, Mapping[str, list[str]]], Question]
    is_readable: Callable[[], bool]
    mended: Callable[[Exception], Problem | None]
    errors: tuple[type[Exception], ...]
    document: Mapping[str, Any]


@dataclass(slots=True)
class _Turns:
    """Who works now: nobody keeps the others out."""

    all: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_MOST_AT_ONCE))
    own: defaultdict[str, asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(_MOST_OF_ONE))
    )

    @asynccontextmanager
    async def turn(self, token: Token) -> AsyncIterator[None]:
        """One's turn. Raises Problem (503) after half a minute."""
        try:
            async with asyncio.timeout(_WAIT_S):
                await self.own[token.id].acquire()
                try:
                    await self.all.acquire()
                except BaseException:
                    self.own[token.id].release()
                    raise
        except TimeoutError:
            raise Problem(503, "Others are asking much just now. Ask again.", fields={"Retry-After": "10"}) from None
        try:
            yield
        finally:
            self.all.release()
            self.own[token.id].release()


def site(library: Library, door: Door) -> Starlette:
    """The application."""
    turns = _Turns()
    document = _encoded(library.document)

    def answer_of(endpoint: Endpoint) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            token = door.enter(request)
            question = library.read(endpoint, _words(request))
            if endpoint.item == "none":
                return await _download(request, library, turns, token, question)
            async with turns.turn(token):
                page = await asyncio.to_thread(library.page, endpoint, token, question)
            told = _encoded(body(page, f"prova.api.{endpoint.name}/1", question))
            return _tagged(request, told, _next(endpoint, page, question))

        return answer

    async def openapi(request: Request) -> Response:
        return _tagged(request, document, {})

    async def health(_request: Request) -> Response:
        if await asyncio.to_thread(library.is_readable):
            return PlainTextResponse("ok\n", headers=_HEADERS)
        return PlainTextResponse("the store cannot be read\n", 503, headers=_HEADERS)

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok\n", headers=_HEADERS)

    async def refuse(_request: Request, error: Exception) -> Response:
        return _problem(_as_problem(error, library))

    routes = [Route(one.path, answer_of(one)) for one in ENDPOINTS]
    return Starlette(
        routes=[*routes, Route("/v1/openapi.json", openapi), Route("/healthz", health), Route("/livez", alive)],
        middleware=[Middleware(GZipMiddleware, minimum_size=_GZIP_FROM, compresslevel=4)],
        exception_handlers=dict.fromkeys((Problem, HTTPException, *library.errors), refuse),
    )


def _as_problem(error: Exception, library: Library) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        detail = {404: "There is no such address; /v1/openapi.json tells all.", 405: "Ask with GET."}
        return Problem(error.status_code, detail.get(error.status_code, str(error.detail)), fields=error.headers)
    found = library.mended(error)
    if found is None:
        raise error
    return found


async def _download(request: Request, library: Library, turns: _Turns, token: Token, question: Question) -> Response:
    form = question.one.get(Parameter.FORMAT, "csv")
    async with turns.turn(token):
        pieces = await asyncio.to_thread(library.download, token, question)

    async def stream() -> AsyncIterator[bytes]:
        while True:
            async with turns.turn(token):
                piece = await asyncio.to_thread(next, pieces, None)
            if piece is None:
                return
            yield piece

    name = f"prova-{question.period.start_at:%Y-%m-%d}.{form}"
    fields = {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD":
        return Response(headers=fields, media_type=FORMATS[form])
    return StreamingResponse(stream(), headers=fields, media_type=FORMATS[form])


def _words(request: Request) -> dict[str, list[str]]:
    """The parameters as they came. Raises Problem (400) where they are beyond all measure."""
    if len(request.url.query) > _MOST_QUERY:
        raise Problem(400, f"The address is over {_MOST_QUERY} characters long. Ask for fewer lines at once.")
    found: dict[str, list[str]] = {}
    for name, word in QueryParams(request.url.query).multi_items():
        found.setdefault(name, []).append(word)
    return found


def _next(endpoint: Endpoint, page: Page, question: Question) -> dict[str, str]:
    told = body(page, "", question)["next_cursor"]
    if told is None:
        return {}
    words = [(name, word) for name, many in question.words.items() for word in many if name != Parameter.CURSOR]
    return {"Link": f'<{endpoint.path}?{urlencode([*words, ("cursor", told)])}>; rel="next"'}


def _tagged(request: Request, told: bytes, fields: Mapping[str, str]) -> Response:
    """The answer with its tag; 304 without it where the asker has it."""
    tag = f'W/"{hashlib.sha256(told).hexdigest()[:32]}"'  # weak: the same answer may be packed or not
    known = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    head = {**_HEADERS, "ETag": tag, **fields}
    if known & {tag, tag.removeprefix("W/"), "*"}:
        return Response(status_code=304, headers=head)
    return Response(told, headers=head, media_type="application/json")


def _problem(problem: Problem) -> Response:
    head = {**_HEADERS, "Cache-Control": "no-store", **problem.fields}
    return Response(_encoded(problem.body()), problem.status, head, MEDIA_TYPE)


def _encoded(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
