import json

import pytest

from probe.throughput.latency1 import packet
from probe.throughput.latency1.packet import Kickoff, Packet


def test_a_datagram_says_what_its_source_says() -> None:
    assert json.loads(packet.encode(Packet(kickoff=True, mid="a"))) == {"Type": "c2s", "ID": "a", "Seq": 0}
    later = packet.encode(Packet(kickoff=False, mid="a", sequence=7, last_rtt_us=12))
    assert json.loads(later) == {"Type": "s2c", "ID": "a", "Seq": 7, "LastRTT": 12}


@pytest.mark.parametrize("kickoff", [True, False])
def test_a_datagram_comes_back_as_it_went(kickoff: bool) -> None:
    assert packet.decode(packet.encode(Packet(kickoff=kickoff, mid="a-b.c_9", sequence=3))) == Packet(
        kickoff=kickoff, mid="a-b.c_9", sequence=3
    )


def test_what_is_sent_is_never_longer_than_what_is_taken() -> None:
    longest = Packet(kickoff=False, mid="m" * 64, sequence=1 << 30, last_rtt_us=1 << 40)
    assert len(packet.encode(longest)) <= packet.MOST_DATAGRAM_BYTES


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"Type":"s2c","ID":"","Seq":0}',
        b'{"Type":"s2c","ID":"a b","Seq":0}',
        b'{"Type":"s2c","ID":"' + b"a" * 65 + b'","Seq":0}',
        b'{"Type":"s2c","ID":"a","Seq":true}',
        b'{"Type":"s2c","ID":"a","Seq":-1}',
        b'{"Type":"s2c","ID":"a","Seq":4294967296}',
        b'{"Type":"s2s","ID":"a","Seq":0}',
        b"[" * 10_000,
    ],
)
def test_anything_else_is_no_datagram(datagram: bytes) -> None:
    assert packet.decode(datagram) is None


def test_the_port_is_the_sources_unless_the_server_names_one() -> None:
    plain = packet.encode(Packet(kickoff=True, mid="a"))
    assert packet.read_kickoff(plain, "a") == Kickoff(plain, packet.PORT)
    own = packet.encode_kickoff("a", 8081)
    assert packet.read_kickoff(own, "a") == Kickoff(own, 8081)


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        packet.encode(Packet(kickoff=True, mid="another")),
        packet.encode(Packet(kickoff=False, mid="a")),
        packet.encode_kickoff("a", 0),
        packet.encode_kickoff("a", 65536),
        b'{"Type":"c2s","ID":"a","Seq":0,"Port":"x"}',
        b'{"Type":"c2s","ID":"a","Seq":0,"Pad":"' + b"x" * 300 + b'"}',
    ],
)
def test_an_answer_that_is_no_beginning_is_none(answer: bytes) -> None:
    assert packet.read_kickoff(answer, "a") is None


def test_a_result_comes_back_as_it_went() -> None:
    told = packet.encode_result("a", "2026-11-21T09:00:00Z", [5, None, 7])
    assert packet.read_result(told) == [5, None, 7]
    assert json.loads(told)["PacketsReceived"] == 2
    assert packet.read_result(b"nothing") == []
    assert packet.read_result(b'{"RoundTrips":[1,{"RTT":-1},{"RTT":"x"},{"RTT":true},{"RTT":4}]}') == [*[None] * 4, 4]
