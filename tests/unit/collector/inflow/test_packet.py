"""MQTT 3.1.1 as bytes: what we send, held against paho's own reading, and what we read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.inflow import packet
from collector.inflow.packet import Kind, PacketError, Publication, Reader

HELLO = packet.publish(7, "prova/1/casa/p1/records", b"hello")


def test_we_ask_for_a_session_that_outlasts_the_connection() -> None:
    asked = packet.connect("me", username="u", password="p", keepalive_s=20)
    assert asked == b"\x10\x14\x00\x04MQTT\x04\xc0\x00\x14\x00\x02me\x00\x01u\x00\x01p"
    assert packet.connect("me", username=None, password=None, keepalive_s=1)[9] == 0


def test_we_subscribe_with_quality_of_service_1() -> None:
    assert packet.subscribe(1, ["a/+", "b"]) == b"\x82\x0c\x00\x01\x00\x03a/+\x01\x00\x01b\x01"


def test_what_we_publish_we_read() -> None:
    ((head, body),) = Reader().read(HELLO)
    assert head >> 4 == Kind.PUBLISH
    assert packet.publication(head & 15, body) == Publication("prova/1/casa/p1/records", b"hello", 7)


def test_a_message_that_asks_for_no_acknowledgement_has_no_number() -> None:
    assert packet.publication(0, b"\x00\x01tpayload") == Publication("t", b"payload", 0)


def test_acknowledgement_and_farewell_are_as_the_standard_writes_them() -> None:
    assert packet.acknowledge(258) == b"\x40\x02\x01\x02"
    assert (packet.PING, packet.FAREWELL) == (b"\xc0\x00", b"\xe0\x00")


@given(st.lists(st.binary(max_size=300), max_size=6), st.data())
def test_packets_are_whole_however_the_bytes_come(payloads: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(packet.publish(number, "t", payload) for number, payload in enumerate(payloads, 1))
    reader, found = Reader(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += [packet.publication(head & 15, body).payload for head, body in reader.read(stream[:size])]
        stream = stream[size:]
    assert found == payloads


@given(st.binary(max_size=60))
def test_any_bytes_are_packets_or_refused(data: bytes) -> None:
    try:
        for head, body in Reader().read(data):
            packet.publication(head & 15, body)
    except PacketError:
        return


@pytest.mark.parametrize("length", [b"\xff\xff\xff\xff\x01", b"\xff\xff\xff\x7f"])
def test_a_length_that_nobody_asked_for_is_refused(length: bytes) -> None:
    with pytest.raises(PacketError):
        list(Reader().read(b"\x30" + length + b"x" * 10))


@pytest.mark.parametrize(
    ("flags", "body"), [(2, b"\x00\x01t\x00"), (0, b""), (4, b"\x00\x01t\x00\x01"), (0, b"\x00\x01\xff")]
)
def test_a_message_that_is_cut_short_or_not_asked_for_is_refused(flags: int, body: bytes) -> None:
    with pytest.raises(PacketError):
        packet.publication(flags, body)


@pytest.mark.parametrize(
    ("body", "words"), [(b"\x00\x05", "Not authorized"), (b"\x00\x04", "Bad user"), (b"\x00\x99", "153"), (b"", "none")]
)
def test_a_refusal_says_why(body: bytes, words: str) -> None:
    packet.check_connected(b"\x01\x00")
    with pytest.raises(PacketError, match=words):
        packet.check_connected(body)


def test_one_refused_subscription_is_a_refusal() -> None:
    assert packet.answered(b"\x00\x01\x01\x01") == (1, True)
    assert packet.answered(b"\x00\x02\x01\x80") == (2, False)
    assert packet.answered(b"\x01\x00") == (256, True)
    with pytest.raises(PacketError):
        packet.answered(b"\x00")


def test_what_was_asked_for_is_given_back() -> None:
    assert packet.unsubscribe(1, ["a/+", "b"]) == b"\xa2\x0a\x00\x01\x00\x03a/+\x00\x01b"
