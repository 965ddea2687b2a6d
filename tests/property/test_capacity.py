"""Whatever a peer sends, the capacity test's pure parts hold."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from probe.capacity import codec, seal
from probe.capacity.pace import Pace
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
from probe.capacity.result import Ledger
from probe.capacity.search import LAST_ROW, Settings, Signs, State, adjust
from probe.capacity.tally import Order, Tally
from probe.capacity.terms import Limits, accept, is_sound

U8, U16, U32 = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
MEASURED = st.none() | st.integers(0, 0xFFFFFFFE)
TIMES = st.builds(lambda s, ns: s * 10**9 + ns, U32, st.integers(0, 10**9 - 1))
AUTHS = st.builds(Auth, mode=U8, unix_time=U32, digest=st.binary(min_size=32, max_size=32), key_id=U8)
RATES = st.builds(
    Rate,
    interval1_us=U32,
    payload1_bytes=U32,
    burst1=U32,
    interval2_us=U32,
    payload2_bytes=U32,
    burst2=U32,
    addon2_bytes=U32,
)
SETUPS = st.builds(
    Setup,
    is_request=st.booleans(),
    version=U16,
    connection_index=U8,
    connection_count=U8,
    connection_group=U16,
    answer=st.sampled_from(SetupAnswer),
    bandwidth_mbps=st.integers(0, 0x7FFF),
    upstream=st.booleans(),
    test_port=U16,
    jumbo=st.booleans(),
    full_packets=st.booleans(),
    auth=AUTHS,
)
ACTIVATIONS = st.builds(
    Activation,
    upstream=st.booleans(),
    version=U16,
    answer=st.sampled_from(ActivationAnswer),
    low_ms=U16,
    upper_ms=U16,
    trial_ms=U16,
    duration_s=U16,
    dscp_ecn=U8,
    row=U16,
    use_one_way_delay=st.booleans(),
    high_speed_delta=U8,
    slow_threshold=U16,
    loss_threshold=U16,
    ignore_reordering=st.booleans(),
    row_is_start=st.booleans(),
    random_payload=st.booleans(),
    algorithm=U8,
    rate=RATES,
    sub_interval_ms=U16,
    auth=AUTHS,
)
LOADS = st.builds(
    Load,
    sequence=U32,
    payload_bytes=st.integers(codec.LOAD_BYTES, 9000),
    sent_ns=TIMES,
    action=st.sampled_from(Action),
    receiving_stopped=st.booleans(),
    status_errors=U16,
    status_ns=TIMES,
    response_ms=U16,
)
DELAYS = st.builds(Delay, min_ms=MEASURED, max_ms=U32, sum_ms=U32, count=U32)
SUB_INTERVALS = st.builds(
    SubInterval,
    datagrams=U32,
    bytes=st.integers(0, 2**64 - 1),
    duration_us=U32,
    lost=U32,
    reordered=U32,
    duplicated=U32,
    delay=DELAYS,
    rtt_min_ms=MEASURED,
    rtt_max_ms=U32,
    end_ms=U32,
)
STATUSES = st.builds(
    Status,
    sequence=U32,
    sent_ns=TIMES,
    action=st.sampled_from(Action),
    receiving_stopped=st.booleans(),
    rate=RATES,
    sub_interval_count=U32,
    sub_interval=SUB_INTERVALS,
    lost=U32,
    reordered=U32,
    duplicated=U32,
    clock_delta_ms=st.integers(-(2**31), 2**31 - 1),
    delay=DELAYS,
    rtt_min_ms=MEASURED,
    rtt_variation_ms=MEASURED,
    minimum_changed=st.booleans(),
    trial_us=U32,
    datagrams=U32,
    bytes=U32,
    auth=AUTHS,
)
DECODERS = (codec.decode_setup, codec.decode_null, codec.decode_activation, codec.decode_load, codec.decode_status)
SIZES = (codec.SETUP_BYTES, codec.NULL_BYTES, codec.ACTIVATION_BYTES, codec.LOAD_BYTES, codec.STATUS_BYTES)
UNITS = st.one_of(
    SETUPS.map(codec.encode_setup),
    st.builds(Null, version=U16, auth=AUTHS).map(codec.encode_null),
    ACTIVATIONS.map(codec.encode_activation),
    STATUSES.map(codec.encode_status),
)


@given(unit=SETUPS)
def test_a_setup_survives_the_wire(unit: Setup) -> None:
    assert codec.decode_setup(codec.encode_setup(unit)) == unit


@given(unit=st.builds(Null, version=U16, auth=AUTHS))
def test_a_null_survives_the_wire(unit: Null) -> None:
    assert codec.decode_null(codec.encode_null(unit)) == unit


@given(unit=ACTIVATIONS)
def test_an_activation_survives_the_wire(unit: Activation) -> None:
    assert codec.decode_activation(codec.encode_activation(unit)) == unit


@given(unit=STATUSES)
def test_a_status_survives_the_wire(unit: Status) -> None:
    assert codec.decode_status(codec.encode_status(unit)) == unit


@given(unit=LOADS, count=st.integers(1, 4))
def test_loads_survive_the_wire(unit: Load, count: int) -> None:
    buffer = bytearray(unit.payload_bytes * count)
    codec.write_loads(buffer, unit, count)
    for index in range(count):
        header = memoryview(buffer)[index * unit.payload_bytes :]
        assert codec.decode_load(header) == replace(unit, sequence=(unit.sequence + index) % 2**32)


@given(
    data=st.binary(max_size=256) | st.sampled_from(SIZES).flatmap(lambda size: st.binary(min_size=size, max_size=size))
)
def test_no_bytes_raise(data: bytes) -> None:
    for decode in DECODERS:
        decode(data)
    codec.sequences(memoryview(data), max(1, len(data)))


@given(unit=UNITS, changes=st.lists(st.tuples(st.integers(0, 203), U8), min_size=1, max_size=6), cut=st.integers(0, 8))
def test_a_unit_changed_on_the_way_is_read_as_another_or_not_at_all(
    unit: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(unit)
    for offset, value in changes:
        data[offset % len(data)] = value
    for decode in DECODERS:
        read: Any = decode(bytes(data[: len(data) - cut]))
        if cut and not isinstance(read, Load):
            assert isinstance(read, Malformed)


@given(
    unit=st.one_of(SETUPS.map(codec.encode_setup), ACTIVATIONS.map(codec.encode_activation)),
    offset=st.integers(0, 101),
    change=st.integers(1, 255),
)
def test_a_control_unit_changed_on_the_way_is_not_genuine(unit: bytes, offset: int, change: int) -> None:
    """Its checksum, the last two bytes, is not covered."""
    key = bytes(32)
    signed = bytearray(seal.sealed(unit, key))
    assert seal.is_genuine(bytes(signed), key)
    signed[offset % (len(signed) - 2)] ^= change
    assert not seal.is_genuine(bytes(signed), key)


@given(asked=ACTIVATIONS, duration_s=st.integers(1, 60))
def test_a_server_agrees_to_nothing_that_a_client_would_not_take(asked: Activation, duration_s: int) -> None:
    accepted = accept(asked, Limits(duration_s=duration_s))
    assert is_sound(accepted)
    assert accepted.duration_s <= duration_s


@given(
    algorithm=st.sampled_from(Algorithm),
    last_row=st.integers(0, LAST_ROW),
    signs=st.lists(st.builds(Signs, lost=st.integers(0, 30), rtt_variation_ms=st.none() | st.integers(0, 120))),
)
def test_a_search_never_leaves_the_table(algorithm: Algorithm, last_row: int, signs: list[Signs]) -> None:
    state, settings = State(), Settings(algorithm=algorithm, last_row=last_row)
    for sign in signs:
        state = adjust(state, sign, settings)
        assert 0 <= state.row <= last_row


@given(sequences=st.lists(st.integers(1, 60), min_size=1, max_size=60))
def test_loss_is_what_never_came_however_it_was_jumbled(sequences: list[int]) -> None:
    """As long as no more is jumbled than is remembered."""
    order = Order()
    for sequence in sequences:
        order.take([sequence])
    assert order.lost == max(sequences) - len(set(sequences))
    assert order.duplicated == len(sequences) - len(set(sequences))
    assert order.datagrams == len(sequences)


@given(
    steps=st.lists(st.tuples(st.integers(-(10**9), 10**10), st.lists(U32, min_size=1, max_size=5), U16, LOADS)),
)
def test_whatever_comes_a_status_can_be_told(steps: list[tuple[int, list[int], int, Load]]) -> None:
    tally, now_ns = Tally(sub_interval_ms=1000, offset_ns=0), 10**10
    for step_ns, sequences, size, load in steps:
        now_ns += step_ns
        tally.take(now_ns, sequences, size)
        tally.sample(now_ns, load)
        codec.encode_status(replace(tally.status(max(now_ns, 0), action=Action.TEST, stopped=False, auth_mode=0)))


@given(statuses=st.lists(STATUSES, max_size=30))
def test_whatever_is_told_makes_a_result(statuses: list[Status]) -> None:
    ledger = Ledger(ip_version=4, settings=Settings())
    for status in statuses:
        ledger.add(status)
    capacity = ledger.capacity()
    assert capacity is None or capacity.ip_bps >= 0
    assert list(ledger.series) == sorted(ledger.series, key=lambda point: (point.elapsed_ms, point.received_bytes))


@given(rates=st.lists(st.tuples(RATES, st.integers(0, 10**8)), min_size=1, max_size=10))
def test_no_rate_makes_a_sender_send_without_bound(rates: list[tuple[Rate, int]]) -> None:
    """At most 10 ms of bursts of a hundred every 100 us, by each transmitter, and an addon."""
    pace, now_ns = Pace(0, extra_header_bytes=0, most_payload_bytes=1472), 0
    for rate, step_ns in rates:
        now_ns += step_ns
        pace.follow(rate, now_ns)
        groups = pace.due(now_ns)
        assert sum(count for _, count in groups) <= 2 * 100 * 100 + 100
        assert all(codec.LOAD_BYTES <= size <= 1472 for size, _ in groups)
