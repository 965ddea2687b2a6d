import struct

import pytest

from probe.rung import sntp
from probe.rung.sntp import Kiss, Told

COOKIE = b"cookie!!"
SENT_NS = 1_800_000_000_000_000_000
RECEIVED_NS = SENT_NS + 40_000_000
EPOCH_S = 2_208_988_800


def ntp(wall_ns: int) -> bytes:
    seconds, rest = divmod(wall_ns, 10**9)
    return (((seconds + EPOCH_S) << 32) % (1 << 64) + (rest << 32) // 10**9).to_bytes(8)


def a_reply(
    *,
    first: int = 0b00_100_100,
    stratum: int = 2,
    reference: bytes = b"\0\0\0\0",
    cookie: bytes = COOKIE,
    at_ns: int = SENT_NS + 15_000_000,
    kept_ns: int = 10_000_000,
) -> bytes:
    head = struct.pack("!BBbbII4s", first, stratum, 6, -20, 0, 0, reference)
    return head + bytes(8) + cookie + ntp(at_ns) + ntp(at_ns + kept_ns)


def told(message: bytes) -> Told | Kiss | None:
    return sntp.answer(message, COOKIE, sent_wall_ns=SENT_NS, received_wall_ns=RECEIVED_NS)


def test_the_question_tells_nothing_of_this_machine() -> None:
    packet = sntp.question(COOKIE)
    assert len(packet) == 48
    assert packet[0] == 0b00_100_011
    assert packet[1:40] == bytes(39)
    assert packet[40:] == COOKIE


@pytest.mark.parametrize("ahead_s", [0, 5, -5, 3600, -86_400 * 365 * 50, 86_400 * 365 * 50])
def test_the_offset_is_halfway_between_what_both_directions_show(ahead_s: int) -> None:
    answer = told(a_reply(at_ns=SENT_NS + 15_000_000 + ahead_s * 10**9))
    assert isinstance(answer, Told)
    assert answer.offset_ms == pytest.approx(ahead_s * 1000, abs=0.01)
    assert answer.round_trip_ms == pytest.approx(30, abs=0.01)
    assert answer.stratum == 2


def test_a_server_in_the_next_era_is_understood() -> None:
    era_end_ns = (2**32 - EPOCH_S) * 10**9
    answer = sntp.answer(
        a_reply(at_ns=era_end_ns + 10**9),
        COOKIE,
        sent_wall_ns=era_end_ns - 10**9,
        received_wall_ns=era_end_ns - 10**9 + 20_000_000,
    )
    assert isinstance(answer, Told)
    assert answer.offset_ms == pytest.approx(1995, abs=1)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        a_reply()[:47],
        a_reply(cookie=b"another!"),
        a_reply(first=0b00_100_011),
        a_reply(first=0b11_100_100),
        a_reply(stratum=16),
        a_reply(stratum=0, reference=b"\0\1\2\3"),
        a_reply()[:40] + bytes(8),
    ],
    ids=["empty", "short", "not asked", "a client's", "unsynchronised", "stratum", "no code", "no time"],
)
def test_what_tells_no_time_is_no_answer(message: bytes) -> None:
    assert told(message) is None


@pytest.mark.parametrize("code", ["RATE", "DENY", "RSTR"])
def test_a_kiss_of_death_is_a_refusal(code: str) -> None:
    assert told(a_reply(stratum=0, reference=code.encode())) == Kiss(code)
