import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.throughput.latency1 import packet
from probe.throughput.web import request as web
from probe.throughput.web.request import Request
from probe.throughput.websocket.upgrade import Refusal


def asked(text: str) -> Request | Refusal:
    return web.read(text.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n")


def test_a_request_says_what_it_wants() -> None:
    head = "POST /empty?r=1&r=2&cors HTTP/1.1\nContent-Length: 12\nExpect: 100-Continue\nConnection: Close"
    assert asked(head) == Request(
        method="POST",
        path="/empty",
        query={"r": "1", "cors": ""},
        body_bytes=12,
        stays=False,
        waits=True,
    )


@pytest.mark.parametrize(
    ("head", "stays"),
    [
        ("GET / HTTP/1.1", True),
        ("GET / HTTP/1.0", False),
        ("GET / HTTP/1.0\nConnection: keep-alive", True),
        ("GET / HTTP/1.1\nConnection: close, te", False),
    ],
)
def test_a_connection_stays_as_the_version_has_it(head: str, stays: bool) -> None:
    request = asked(head)
    assert isinstance(request, Request)
    assert request.stays is stays


@pytest.mark.parametrize(
    "head",
    [
        "GET /",
        "GET http://elsewhere/ HTTP/1.1",
        "GET / HTTP/2",
        "POST / HTTP/1.1\nTransfer-Encoding: chunked",
        "POST / HTTP/1.1\nContent-Length: 1e9",
        f"GET /?{'x' * 5000} HTTP/1.1",
        "GET / HTTP/1.1" + "\na: b" * 200,
    ],
)
def test_what_is_no_request_of_ours_is_refused(head: str) -> None:
    assert isinstance(asked(head), Refusal)


@given(st.binary(max_size=400))
@example(b'"\x80"')  # JSON whose string is no UTF-8
def test_no_bytes_raise(junk: bytes) -> None:
    web.read(junk + b"\r\n\r\n")
    web.read(b"GET /" + junk + b" HTTP/1.1\r\n" + junk + b"\r\n\r\n")
    packet.decode(junk)
    packet.read_kickoff(junk, "a")
    packet.read_result(junk)
