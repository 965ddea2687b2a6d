"""The data units of RFC 9946, byte by byte."""

import pytest

from probe.capacity import codec
from probe.capacity.pdu import (
    Action,
    Activation,
    ActivationAnswer,
    Algorithm,
    Auth,
    Delay,
    Load,
    Malformed,
    Null,
    Rate,
    Setup,
    SetupAnswer,
    Status,
    SubInterval,
)

AUTH = Auth(mode=1, unix_time=0x01020304, digest=bytes(range(32)), key_id=7)
AUTH_BYTES = "01 01020304" + bytes(range(32)).hex() + "07 00 0000"
RATE = Rate(
    interval1_us=100,
    payload1_bytes=1472,
    burst1=8,
    interval2_us=1000,
    payload2_bytes=1472,
    burst2=3,
    addon2_bytes=597,
)
RATE_BYTES = "00000064 000005c0 00000008 000003e8 000005c0 00000003 00000255"
SETUP = Setup(
    is_request=False,
    connection_index=1,
    connection_count=2,
    connection_group=0xABCD,
    answer=SetupAnswer.ACCEPTED,
    bandwidth_mbps=500,
    upstream=True,
    test_port=0x8001,
    jumbo=True,
    full_packets=True,
    auth=AUTH,
)
SETUP_BYTES = "ace1 0014 01 02 abcd 02 01 81f4 8001 03" + AUTH_BYTES
NULL_BYTES = "dead 0014 01 00 00" + AUTH_BYTES
ACTIVATION = Activation(
    upstream=True,
    answer=ActivationAnswer.ACCEPTED,
    low_ms=30,
    upper_ms=90,
    trial_ms=50,
    duration_s=10,
    dscp_ecn=0xB8,
    row=0x0102,
    use_one_way_delay=True,
    high_speed_delta=10,
    slow_threshold=3,
    loss_threshold=11,
    ignore_reordering=True,
    row_is_start=True,
    random_payload=True,
    algorithm=Algorithm.C,
    rate=RATE,
    sub_interval_ms=1000,
    auth=AUTH,
)
ACTIVATION_BYTES = (
    "ace2 0014 01 01 001e 005a 0032 000a 00 b8 0102 01 0a 0003 000b 01 03 01 00"
    + RATE_BYTES
    + "03e8 0000 0000 00"
    + AUTH_BYTES
)
LOAD = Load(
    sequence=0x01020304,
    payload_bytes=1472,
    sent_ns=0x65000000 * 10**9 + 0x11,
    action=Action.STOP,
    receiving_stopped=True,
    status_errors=5,
    status_ns=0x64FFFFFF * 10**9 + 0x22,
    response_ms=9,
)
LOAD_BYTES = "beef 02 01 01020304 05c0 0005 64ffffff 00000022 65000000 00000011 0009 0000"
STATUS = Status(
    sequence=3,
    sent_ns=0x65000000 * 10**9 + 0x33,
    action=Action.STOP,
    receiving_stopped=True,
    rate=RATE,
    sub_interval_count=4,
    sub_interval=SubInterval(
        datagrams=0x10,
        bytes=0x0102030405,
        duration_us=1_000_000,
        lost=1,
        reordered=2,
        duplicated=3,
        delay=Delay(min_ms=4, max_ms=5, sum_ms=6, count=7),
        rtt_min_ms=None,
        rtt_max_ms=9,
        end_ms=0x0A,
    ),
    lost=0x0B,
    reordered=0x0C,
    duplicated=0x0D,
    clock_delta_ms=-1,
    delay=Delay(min_ms=None, max_ms=0x0E, sum_ms=0x0F, count=0),
    rtt_min_ms=0x12,
    rtt_variation_ms=None,
    minimum_changed=True,
    trial_us=50_000,
    datagrams=0x13,
    bytes=0x14,
    auth=AUTH,
)
STATUS_BYTES = (
    "feed 02 01 00000003"
    + RATE_BYTES
    + "00000004"
    + "00000010 0000000102030405 000f4240 00000001 00000002 00000003"
    + "00000004 00000005 00000006 00000007 ffffffff 00000009 0000000a"
    + "0000000b 0000000c 0000000d ffffffff ffffffff 0000000e 0000000f 00000000 00000012 ffffffff"
    + "01 00 0000 0000c350 00000013 00000014 65000000 00000033 0000 00"
    + AUTH_BYTES
)


def raw(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


def test_a_setup_is_laid_out_as_the_protocol_says() -> None:
    assert codec.encode_setup(SETUP) == raw(SETUP_BYTES)
    assert codec.decode_setup(raw(SETUP_BYTES)) == SETUP
    assert len(raw(SETUP_BYTES)) == 56


def test_a_null_request_is_laid_out_as_the_protocol_says() -> None:
    assert codec.encode_null(Null(auth=AUTH)) == raw(NULL_BYTES)
    assert codec.decode_null(raw(NULL_BYTES)) == Null(auth=AUTH)
    assert len(raw(NULL_BYTES)) == 48


def test_an_activation_is_laid_out_as_the_protocol_says() -> None:
    assert codec.encode_activation(ACTIVATION) == raw(ACTIVATION_BYTES)
    assert codec.decode_activation(raw(ACTIVATION_BYTES)) == ACTIVATION
    assert len(raw(ACTIVATION_BYTES)) == 104


def test_a_load_header_is_laid_out_as_the_protocol_says() -> None:
    buffer = bytearray(LOAD.payload_bytes)
    codec.write_loads(buffer, LOAD, 1)
    assert bytes(buffer[:32]) == raw(LOAD_BYTES)
    assert codec.decode_load(buffer) == LOAD


def test_a_status_is_laid_out_as_the_protocol_says() -> None:
    assert codec.encode_status(STATUS) == raw(STATUS_BYTES)
    assert codec.decode_status(raw(STATUS_BYTES)) == STATUS
    assert len(raw(STATUS_BYTES)) == 204


def test_loads_written_together_count_up_and_wrap() -> None:
    buffer = bytearray(40 * 3)
    first = Load(sequence=0xFFFFFFFF, payload_bytes=40, sent_ns=0)
    codec.write_loads(buffer, first, 3)
    assert codec.sequences(memoryview(buffer), 40) == [0xFFFFFFFF, 0, 1]


def test_the_last_of_datagrams_that_came_together_may_be_shorter() -> None:
    buffer = bytearray(40 * 3)
    codec.write_loads(buffer, Load(sequence=1, payload_bytes=40, sent_ns=0), 3)
    assert codec.sequences(memoryview(buffer)[:112], 40) == [1, 2, 3]
    assert codec.sequences(memoryview(buffer)[:111], 40) == [1, 2]


@pytest.mark.parametrize("data", [b"", b"\xbe", b"\xbe\xef" + bytes(20), b"\xfe\xed" + bytes(202)])
def test_what_is_no_load_has_no_sequence(data: bytes) -> None:
    assert codec.sequences(memoryview(data), len(data)) == []


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("too short", raw(SETUP_BYTES)[:-1]),
        ("too long", raw(SETUP_BYTES) + b"\0"),
        ("another unit", raw(NULL_BYTES + "00" * 8)),
        ("no command", raw(SETUP_BYTES.replace("02 01 81f4", "03 01 81f4"))),
        ("an unknown answer", raw(SETUP_BYTES.replace("02 01 81f4", "02 0e 81f4"))),
    ],
)
def test_a_setup_that_is_none_is_malformed(what: str, data: bytes) -> None:
    assert isinstance(codec.decode_setup(data), Malformed), what


def test_an_activation_in_no_direction_is_malformed() -> None:
    data = bytearray(raw(ACTIVATION_BYTES))
    data[4] = 3
    assert isinstance(codec.decode_activation(bytes(data)), Malformed)


def test_a_null_that_asks_for_nothing_is_malformed() -> None:
    data = bytearray(raw(NULL_BYTES))
    data[4] = 0
    assert isinstance(codec.decode_null(bytes(data)), Malformed)


@pytest.mark.parametrize(("offset", "value"), [(2, 3), (3, 2), (16, 0xFF), (24, 0xFF)])
def test_a_load_with_an_impossible_field_is_malformed(offset: int, value: int) -> None:
    """Action 3, a flag of 2, nanoseconds beyond a second."""
    data = bytearray(raw(LOAD_BYTES))
    data[offset] = value
    assert isinstance(codec.decode_load(data), Malformed)


@pytest.mark.parametrize(("offset", "value"), [(2, 3), (3, 2), (156, 0xFF)])
def test_a_status_with_an_impossible_field_is_malformed(offset: int, value: int) -> None:
    data = bytearray(raw(STATUS_BYTES))
    data[offset] = value
    assert isinstance(codec.decode_status(bytes(data)), Malformed)


def test_a_checksum_is_verified_where_one_was_sent() -> None:
    whole = with_checksum(raw(SETUP_BYTES))
    assert codec.decode_setup(whole) == SETUP
    assert isinstance(codec.decode_setup(whole[:10] + b"\xff" + whole[11:]), Malformed)
    header = with_checksum(raw(LOAD_BYTES))
    assert codec.decode_load(header + bytes(40)) == LOAD
    assert isinstance(codec.decode_load(header[:-1] + bytes([header[-1] ^ 1])), Malformed)


def with_checksum(unit: bytes) -> bytes:
    """RFC 1071, worked out another way than the codec does."""
    total = sum(256 * high + low for high, low in zip(unit[::2], unit[1::2], strict=True))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return unit[:-2] + (0xFFFF - total).to_bytes(2, "big")
