from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.throughput.librespeed import protocol
from probe.throughput.librespeed.answer import AnswerReader, Began, Ended, Event, Fault

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n"
NOTHING = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def read(*pieces: bytes) -> list[Event]:
    reader, events = AnswerReader(), []
    for piece in pieces:
        events += reader.feed(piece)
    return events


def test_answers_one_behind_the_other_are_told_apart() -> None:
    once = [Began(200), Ended(5, stays=True)]
    assert read(LENGTH + CHUNKS + NOTHING) == [*once, *once, Began(200), Ended(0, stays=False)]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_the_pieces_in_which_they_come_do_not_matter(sizes: list[int]) -> None:
    whole, pieces, at = LENGTH + CHUNKS + NOTHING, [], 0
    for size in sizes:
        pieces.append(whole[at : at + size])
        at += size
    assert read(*pieces, whole[at:]) == read(whole)


def test_a_body_may_be_dropped_unseen() -> None:
    reader = AnswerReader()
    assert reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nxx") == [Began(200)]
    assert reader.droppable == 999_998
    assert reader.dropped(999_997) == []
    assert reader.dropped(1) == [Ended(1_000_000, stays=True)]
    assert reader.droppable == 0
    assert reader.feed(LENGTH) == [Began(200), Ended(5, stays=True)]


def test_an_interim_answer_is_none() -> None:
    assert read(b"HTTP/1.1 100 Continue\r\n\r\n" + LENGTH) == read(LENGTH)


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    reader = AnswerReader()
    assert reader.feed(b"HTTP/1.1 200 OK\r\n\r\n") == [Began(200)]
    assert reader.droppable > 1 << 60


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"x" * 20_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 1000,
    ],
)
def test_what_is_no_http_is_a_fault_and_the_last_event(raw: bytes) -> None:
    reader = AnswerReader()
    assert isinstance(reader.feed(raw)[-1], Fault)
    assert reader.feed(LENGTH) == []
    assert reader.droppable == 0


@given(st.binary(max_size=300))
def test_no_bytes_raise(raw: bytes) -> None:
    read(raw)
    read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + raw)


def test_requests_name_host_and_path() -> None:
    parts = urlsplit("http://user@host:8080/speed/?x=1")
    endpoints = protocol.candidates(parts)[2]
    asked = protocol.download(parts, endpoints, "prova 1")
    assert asked.startswith(b"GET /speed/garbage?ckSize=1024 HTTP/1.1\r\nHost: host:8080\r\n")
    posted = protocol.upload(parts, endpoints, "prova 1", 7)
    assert posted.startswith(b"POST /speed/empty HTTP/1.1\r\n")
    assert b"\r\nContent-Length: 7\r\n" in posted
    assert posted.endswith(b"\r\n\r\n")
