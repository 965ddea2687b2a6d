"""An answer's records are read as they were written; whatever else comes in ends in nothing, never in an error."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from probe.reach.dns import SOA
from probe.reach.dns_answer import RRSIG, ZoneTold, zone_told

_LABELS = st.lists(st.binary(min_size=1, max_size=20), max_size=4)


def named(labels: list[bytes]) -> bytes:
    return b"".join(bytes([len(one)]) + one for one in labels) + b"\0"


def an_answer(name: bytes, records: list[tuple[int, bytes]]) -> bytes:
    head = struct.pack("!HHHHHH", 1, 0x8400, 1, len(records), 0, 0)
    told = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data for kind, data in records)
    return head + name + struct.pack("!HH", SOA, 1) + told


def an_soa(serial: int, labels: list[bytes]) -> bytes:
    return named(labels) + named(labels) + struct.pack("!IIIII", serial, 1, 2, 3, 4)


@given(_LABELS, st.integers(0, 2**32 - 1), st.booleans())
def test_the_serial_and_a_signature_are_found(labels: list[bytes], serial: int, signed: bool) -> None:
    records = [(SOA, an_soa(serial, labels)), *([(RRSIG, b"\0" * 40)] if signed else [])]
    assert zone_told(an_answer(named(labels), records)) == ZoneTold(serial, signed)


@given(st.binary(max_size=300))
def test_no_bytes_raise(message: bytes) -> None:
    zone_told(message)


@given(_LABELS, st.integers(0, 2**32 - 1), st.data())
def test_an_answer_cut_short_is_none_or_tells_no_more(labels: list[bytes], serial: int, data: st.DataObject) -> None:
    whole = an_answer(named(labels), [(SOA, an_soa(serial, labels))])
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert zone_told(cut) is None
