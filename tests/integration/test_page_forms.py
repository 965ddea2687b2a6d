"""Forms over real sockets: who is heard, with which token, and how much may be sent."""

import asyncio
import http.client
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboards.web import app as page
from dashboards.web.access.asked import Rules
from dashboards.web.access.decide import hosts
from dashboards.web.access.door import Door, visit_of
from dashboards.web.access.form import Form, form_route
from dashboards.web.access.refused import RefusedError, Refuser
from dashboards.web.render import words

MOST_BYTES = 20_000
FORM = "application/x-www-form-urlencoded"


def show(request: Request) -> Response:
    return HTMLResponse(visit_of(request).form_token())


async def keep(_request: Request, form: Form) -> Response:
    told = {name: value for name, value in form.fields.items() if name != "token"}
    told |= {name: f"{file.name}:{len(file.content)}" for name, file in form.files.items()}
    return PlainTextResponse(urlencode(told))


@contextmanager
def serving() -> Iterator[int]:
    """The port of a page with one form."""
    listening = page.listen("127.0.0.1", 0)
    port: int = listening.getsockname()[1]
    refuser = Refuser(words())
    app = Starlette(
        routes=[Route("/", show), form_route("/keep", keep, most_bytes=MOST_BYTES)],
        middleware=[Middleware(Door, rules=Rules(hosts=hosts(port, ("127.0.0.1",))), refuser=refuser)],
        exception_handlers={HTTPException: refuser.of_error, RefusedError: refuser.of_error},
    )
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), stop))
        await page.serve_on(listening, app, stop=stop)

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, stop = started.result(20)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)


@dataclass(frozen=True)
class Browser:
    port: int
    token: str
    cookie: str

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, body: bytes | str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        sent = {"Origin": self.origin, "Cookie": self.cookie, "Content-Type": FORM} | dict(headers or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", "/keep", body, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def visit(port: int) -> Browser:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/")
    answer = connection.getresponse()
    cookie, token = str(answer.getheader("set-cookie")), answer.read().decode()
    connection.close()
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    return Browser(port, token, cookie.split(";", maxsplit=1)[0])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with serving() as port:
        yield visit(port)


def test_a_form_of_our_own_is_heard(browser: Browser) -> None:
    assert browser.post(urlencode({"token": browser.token, "a": "é"})) == (200, urlencode({"a": "é"}))


def test_each_page_writes_its_token_otherwise_and_both_are_heard(browser: Browser) -> None:
    other = visit(browser.port)
    assert other.token != browser.token
    assert other.post(urlencode({"token": other.token}))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": ""}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_from_elsewhere_changes_nothing(browser: Browser, headers: Mapping[str, str]) -> None:
    status, text = browser.post(urlencode({"token": browser.token}), headers)
    assert status == 403
    assert "did not come from this page" in text


def test_without_the_token_or_with_anothers_nothing_is_changed(browser: Browser) -> None:
    other = visit(browser.port)
    for token, headers in (("", {}), ("nonsense", {}), (other.token, {}), (browser.token, {"Cookie": ""})):
        status, text = browser.post(urlencode({"token": token}), headers)
        assert status == 403
        assert "no longer valid" in text


def test_what_is_too_large_is_refused_by_its_length_and_while_it_comes(browser: Browser) -> None:
    large = urlencode({"token": browser.token, "a": "x" * MOST_BYTES})
    assert browser.post(large)[0] == 413
    sock = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=20)
    sock.putrequest("POST", "/keep")
    for name, value in {"Origin": browser.origin, "Content-Type": FORM, "Transfer-Encoding": "chunked"}.items():
        sock.putheader(name, value)
    sock.endheaders()
    piece = b"x" * 4096
    try:
        for _ in range(20):
            sock.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    except (BrokenPipeError, ConnectionResetError):
        pass  # the answer was given before all was sent
    assert sock.getresponse().status == 413
    sock.close()


def multipart(token: str, content: bytes, name: str = "a.pdf") -> tuple[bytes, Mapping[str, str]]:
    parts = (
        f'--B\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'
        f'--B\r\nContent-Disposition: form-data; name="pdf"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return parts.encode() + content + b"\r\n--B--\r\n", {"Content-Type": "multipart/form-data; boundary=B"}


def test_a_file_comes_with_its_name_and_content(browser: Browser) -> None:
    assert browser.post(*multipart(browser.token, bytes(9000), "../x.pdf")) == (
        200,
        urlencode({"pdf": "../x.pdf:9000"}),
    )
    assert browser.post(*multipart(browser.token, bytes(MOST_BYTES)))[0] == 413


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("{}", {"Content-Type": "application/json"}),
        ("a", {"Content-Type": "multipart/form-data"}),
        ("no boundary in here", {"Content-Type": "multipart/form-data; boundary=B"}),
        ("&".join(f"f{number}=1" for number in range(300)), {}),
        (b"\xff\xfe=%zz", {}),
    ],
)
def test_what_is_no_form_is_refused_with_a_sentence(
    browser: Browser, body: str | bytes, headers: Mapping[str, str]
) -> None:
    status, text = browser.post(body, headers)
    assert status in {400, 403}
    assert "nothing was changed" in text


def test_a_page_that_is_not_there_says_where_to_begin(browser: Browser) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=20)
    connection.request("GET", "/nowhere")
    answer = connection.getresponse()
    assert (answer.status, b"Begin at /" in answer.read()) == (404, True)
    connection.close()
