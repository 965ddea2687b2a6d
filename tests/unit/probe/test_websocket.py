from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.throughput.websocket.frame import (
    KEPT_TEXT_BYTES,
    MAX_MESSAGE_BYTES,
    Binary,
    Close,
    Event,
    FrameReader,
    Header,
    Opcode,
    Ping,
    Pong,
    Status,
    Text,
    Violation,
    decode_header,
    encode_close,
    encode_header,
    unmask,
)

# RFC 6455, section 5.7
HELLO_UNMASKED = bytes.fromhex("810548656c6c6f")
HELLO_MASKED = bytes.fromhex("818537fa213d7f9f4d5158")
HELLO_IN_TWO = bytes.fromhex("010348656c80026c6f")


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, length: int | None = None) -> bytes:
    """An unmasked frame, of any opcode and stated length."""
    size = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | opcode])
    if size < 126:
        return head + bytes([size]) + payload
    if size < 1 << 16:
        return head + bytes([126]) + size.to_bytes(2, "big") + payload
    return head + bytes([127]) + size.to_bytes(8, "big") + payload


def test_the_examples_of_the_standard_are_read() -> None:
    assert FrameReader(masked=False).feed(HELLO_UNMASKED) == [Text(b"Hello")]
    assert FrameReader(masked=True).feed(HELLO_MASKED) == [Text(b"Hello")]
    assert FrameReader(masked=False).feed(HELLO_IN_TWO) == [Text(b"Hello")]


def test_a_control_frame_may_stand_between_the_frames_of_a_message() -> None:
    read = FrameReader(masked=False).feed(HELLO_IN_TWO[:5] + frame(Opcode.PING, b"7") + HELLO_IN_TWO[5:])
    assert read == [Ping(b"7"), Text(b"Hello")]


@given(
    opcode=st.sampled_from([Opcode.TEXT, Opcode.BINARY]),
    length=st.integers(0, MAX_MESSAGE_BYTES),
    masked=st.booleans(),
)
def test_a_header_comes_back_as_it_was_made(opcode: Opcode, length: int, masked: bool) -> None:
    raw = encode_header(opcode, length, masked=masked)
    header = decode_header(raw)
    assert header == Header(fin=True, opcode=opcode, length=length, mask=bytes(4) if masked else None, size=len(raw))
    assert all(decode_header(raw[:cut]) is None for cut in range(len(raw)))


@given(payload=st.binary(max_size=300), mask=st.binary(min_size=4, max_size=4))
def test_masking_is_its_own_inverse(payload: bytes, mask: bytes) -> None:
    assert unmask(unmask(payload, mask), mask) == payload
    assert unmask(payload, mask) == bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


messages = st.lists(
    st.one_of(
        st.tuples(st.just(Opcode.TEXT), st.binary(max_size=400)),
        st.tuples(st.just(Opcode.BINARY), st.binary(max_size=400)),
        st.tuples(st.sampled_from([Opcode.PING, Opcode.PONG]), st.binary(max_size=125)),
    ),
    max_size=8,
)


def expected(opcode: Opcode, payload: bytes) -> Event:
    kinds: dict[Opcode, Event] = {
        Opcode.TEXT: Text(payload),
        Opcode.BINARY: Binary(len(payload)),
        Opcode.PING: Ping(payload),
        Opcode.PONG: Pong(payload),
    }
    return kinds[opcode]


@given(sent=messages, cuts=st.lists(st.integers(1, 200), min_size=1, max_size=5))
def test_how_bytes_are_cut_into_pieces_changes_nothing(sent: list[tuple[Opcode, bytes]], cuts: list[int]) -> None:
    raw = b"".join(encode_header(opcode, len(payload), masked=False) + payload for opcode, payload in sent)
    reader, events, at, turn = FrameReader(masked=False), [], 0, 0
    while at < len(raw):
        size = cuts[turn % len(cuts)]
        events += reader.feed(raw[at : at + size])
        at, turn = at + size, turn + 1
    assert events == [expected(opcode, payload) for opcode, payload in sent]


@given(
    length=st.integers(1, 300),
    texts=st.lists(st.booleans(), min_size=2, max_size=8),
    masks=st.lists(st.sampled_from([bytes(4), b"abcd"]), min_size=8, max_size=8),
    cuts=st.lists(st.integers(0, 3000), max_size=8),
)
def test_messages_that_are_alike_are_read_as_any_others_wherever_they_are_cut(
    length: int, texts: list[bool], masks: list[bytes], cuts: list[int]
) -> None:
    whole, events = b"", list[Event]()
    for text, mask in zip(texts, masks, strict=False):
        opcode = Opcode.TEXT if text else Opcode.BINARY
        header = bytearray(encode_header(opcode, length, masked=True))
        header[-4:] = mask
        whole += bytes(header) + bytes(length)
        events.append(Text(unmask(bytes(length), mask)) if text else Binary(length))
    reader, read = FrameReader(masked=True), list[Event]()
    edges = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    for start, end in pairwise(edges):
        read += reader.feed(whole[start:end])
    assert read == events
    assert reader.payload_bytes == length * len(texts)


@given(sent=messages)
def test_bulk_may_be_dropped_unseen(sent: list[tuple[Opcode, bytes]]) -> None:
    raw = b"".join(encode_header(opcode, len(payload), masked=False) + payload for opcode, payload in sent)
    reader, events, at = FrameReader(masked=False), [], 0
    while at < len(raw):
        if count := reader.droppable:
            reader.dropped(count)
            at += count
        else:
            events += reader.feed(raw[at : at + 1])
            at += 1
    assert events == [expected(opcode, payload) for opcode, payload in sent]


@settings(max_examples=400)
@given(raw=st.binary(max_size=600), masked=st.booleans())
def test_no_input_raises_and_nothing_is_read_after_a_violation(raw: bytes, masked: bool) -> None:
    reader = FrameReader(masked=masked)
    events = reader.feed(raw)
    if any(isinstance(event, Violation) for event in events):
        assert isinstance(events[-1], Violation)
        assert reader.feed(HELLO_UNMASKED + HELLO_MASKED) == []


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (HELLO_MASKED, Status.PROTOCOL_ERROR),  # a server must not mask
        (b"\xc1\x00", Status.PROTOCOL_ERROR),  # a reserved bit
        (frame(3), Status.PROTOCOL_ERROR),  # a reserved opcode
        (frame(Opcode.PING, fin=False), Status.PROTOCOL_ERROR),  # a control frame in pieces
        (frame(Opcode.PING, bytes(126)), Status.PROTOCOL_ERROR),  # too long for one
        (frame(Opcode.CONTINUATION), Status.PROTOCOL_ERROR),  # of nothing
        (frame(Opcode.TEXT, fin=False) + frame(Opcode.TEXT), Status.PROTOCOL_ERROR),  # inside another message
        (frame(Opcode.BINARY, length=MAX_MESSAGE_BYTES + 1), Status.TOO_BIG),
        (frame(Opcode.BINARY, length=(1 << 64) - 1), Status.TOO_BIG),
        (
            frame(Opcode.BINARY, b"1", fin=False) + frame(Opcode.CONTINUATION, length=MAX_MESSAGE_BYTES),
            Status.TOO_BIG,
        ),
    ],
)
def test_what_the_standard_forbids_is_a_violation(raw: bytes, status: Status) -> None:
    last = FrameReader(masked=False).feed(raw)[-1]
    assert isinstance(last, Violation)
    assert last.status is status


def test_a_client_that_does_not_mask_is_refused() -> None:
    assert isinstance(FrameReader(masked=True).feed(HELLO_UNMASKED)[-1], Violation)


def test_the_largest_message_is_read() -> None:
    reader = FrameReader(masked=False)
    assert reader.feed(frame(Opcode.BINARY, length=MAX_MESSAGE_BYTES)) == [Binary(MAX_MESSAGE_BYTES)]
    reader.dropped(MAX_MESSAGE_BYTES)
    assert reader.feed(HELLO_UNMASKED) == [Text(b"Hello")]


def test_an_overlong_text_is_passed_over_and_the_next_is_read() -> None:
    reader = FrameReader(masked=False)
    assert reader.feed(frame(Opcode.TEXT, bytes(KEPT_TEXT_BYTES + 1))) == []
    assert reader.feed(HELLO_UNMASKED) == [Text(b"Hello")]


def test_a_close_gives_its_status_or_none() -> None:
    assert FrameReader(masked=False).feed(encode_close(Status.NORMAL, "x" * 500, masked=False)) == [Close(1000)]
    assert FrameReader(masked=False).feed(frame(Opcode.CLOSE)) == [Close(None)]
