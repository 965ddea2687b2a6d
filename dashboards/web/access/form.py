"""Shell. Forms that came back: read within bounds, and heard only with the token that the page gave them.

The one way to a route that changes something. Knows nothing of what the forms say.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from dashboards.web.access.asked import Refusal
from dashboards.web.access.door import visit_of
from dashboards.web.access.refused import RefusedError
from dashboards.web.access.turnstile import Kind

_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 200
_MOST_FILES = 4
_TOKEN = "token"  # noqa: S105  a field's name
_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class File:
    """A file as the browser sent it. Its name is what somebody wrote, and no path."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What a person filled in. Of a name that came several times the last; files that were left empty are not there."""

    fields: Mapping[str, str]
    files: Mapping[str, File]


Handle = Callable[[Request, Form], Awaitable[Response]]


def form_route(path: str, handle: Handle, *, most_bytes: int = _MOST_BYTES, heavy: bool = False) -> Route:
    """A route for POST. `handle` is called for a form of this page alone, of at most `most_bytes` with its files.

    `heavy`: it costs seconds of this machine, or bytes of the line, and a visitor may ask for it only so often.
    """

    async def endpoint(request: Request) -> Response:
        if heavy and not visit_of(request).passes(Kind.HEAVY):
            raise RefusedError(Refusal.OFTEN)
        form = await _read(request, most_bytes)
        if not visit_of(request).holds(form.fields.get(_TOKEN, "")):
            raise RefusedError(Refusal.TOKEN)
        return await handle(request, form)

    return Route(path, endpoint, methods=["POST"])


async def _read(request: Request, most_bytes: int) -> Form:
    """Raises RefusedError for what is too large or no form."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _KINDS:
        raise RefusedError(Refusal.FORM)
    if _said_bytes(request.headers) > most_bytes:
        raise RefusedError(Refusal.LARGE)
    bounded = Request(request.scope, _bounded(request, most_bytes))
    fields: dict[str, str] = {}
    files: dict[str, File] = {}
    try:
        async with bounded.form(max_fields=_MOST_FIELDS, max_files=_MOST_FILES, max_part_size=most_bytes) as data:
            for name, value in data.multi_items():
                if not isinstance(value, UploadFile):
                    fields[name] = value
                elif value.filename or value.size:
                    files[name] = File(value.filename or "", await value.read())
    except (HTTPException, ClientDisconnect) as error:
        raise RefusedError(Refusal.FORM) from error
    return Form(fields, files)


def _said_bytes(headers: Headers) -> int:
    """What the request says of its own length; 0 where it says nothing."""
    said = headers.get("content-length", "0")
    return int(said) if said.isdecimal() and len(said) < 20 else 0


def _bounded(request: Request, most_bytes: int) -> Callable[[], Awaitable[Message]]:
    """The request's messages. Raises RefusedError once they hold more than `most_bytes`."""
    taken_bytes = 0

    async def receive() -> Message:
        nonlocal taken_bytes
        message = await request.receive()
        taken_bytes += len(message.get("body", b""))
        if taken_bytes > most_bytes:
            raise RefusedError(Refusal.LARGE)
        return message

    return receive
