import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.throughput.websocket.upgrade import (
    END,
    Agreed,
    Malformed,
    Refusal,
    Request,
    agree,
    client_request,
    read_answer,
    read_request,
    refuse,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
PROTOCOL = "net.measurementlab.ndt.v7"
ASKED = client_request(host="h:1", target="/x?a=1", key=KEY, protocol=PROTOCOL, user_agent="prova")


def test_what_a_client_asks_a_server_reads() -> None:
    assert read_request(ASKED) == Request(target="/x?a=1", key=KEY, protocols=(PROTOCOL,))


def test_what_a_server_agrees_to_a_client_reads() -> None:
    assert isinstance(read_answer(agree(key=KEY, protocol=PROTOCOL), key=KEY, protocol=PROTOCOL), Agreed)


def test_what_a_server_refuses_a_client_reads_as_refused() -> None:
    head, _, body = refuse(Refusal(503, "all places are taken")).partition(END)
    assert read_answer(head + END, key=KEY, protocol=PROTOCOL) == Refusal(503, "Service Unavailable")
    assert body == b"all places are taken\n"


@pytest.mark.parametrize(
    "change",
    [
        (b"101", b"101x"),
        (b"HTTP/1.1", b"SSH-2.0"),
        (b"Upgrade: websocket\r\n", b""),
        (b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", b"AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (PROTOCOL.encode(), b"chat"),
        (END, b"\r\nSec-WebSocket-Extensions: permessage-deflate" + END),
    ],
)
def test_an_answer_that_agrees_to_something_else_is_malformed(change: tuple[bytes, bytes]) -> None:
    answer = agree(key=KEY, protocol=PROTOCOL).replace(*change)
    assert isinstance(read_answer(answer, key=KEY, protocol=PROTOCOL), Malformed)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ((b"GET", b"POST"), 405),
        ((b"HTTP/1.1", b"HTTP/2"), 400),
        ((b"Upgrade: websocket", b"X: y"), 426),
        ((b"Version: 13", b"Version: 8"), 400),
        ((KEY.encode(), b"short"), 400),
        ((KEY.encode(), b"!!!"), 400),
    ],
)
def test_a_request_that_is_no_upgrade_is_refused(change: tuple[bytes, bytes], status: int) -> None:
    refusal = read_request(ASKED.replace(*change))
    assert isinstance(refusal, Refusal)
    assert refusal.status == status
    assert refuse(refusal).startswith(f"HTTP/1.1 {status} ".encode())


def test_field_names_and_tokens_are_read_in_any_case() -> None:
    asked = ASKED.replace(b"Connection: Upgrade", b"CONNECTION: keep-alive, upgrade").replace(
        b"websocket", b"WebSocket"
    )
    assert isinstance(read_request(asked), Request)


@given(st.binary(max_size=400))
def test_no_bytes_raise(raw: bytes) -> None:
    assert isinstance(read_request(raw + END), Refusal)
    assert isinstance(read_answer(raw + END, key=KEY, protocol=PROTOCOL), Malformed | Refusal)
