"""Pure. The data units of RFC 9946 as bytes: fixed layouts, big-endian.

What a peer sends ends as a data unit or as `Malformed`, never as an exception. A checksum is verified where one was
sent and never sent: UDP has its own. Reserved bits are sent as zero and not looked at. Knows nothing of sockets, of
clocks, or of who may send what.
"""

from struct import Struct

from probe.capacity.pdu import (
    Action,
    Activation,
    ActivationAnswer,
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

SETUP_BYTES, NULL_BYTES, ACTIVATION_BYTES, LOAD_BYTES, STATUS_BYTES = 56, 48, 104, 32, 204
_SETUP_ID, _NULL_ID, _ACTIVATION_ID, _LOAD_ID, _STATUS_ID = 0xACE1, 0xDEAD, 0xACE2, 0xBEEF, 0xFEED
_AUTH = "BI32sBxH"  # authMode, authUnixTime, authDigest, keyId, reserved, checkSum
_RATE = "7I"
_DELAY = "4I"
_SETUP = Struct(f"!HHBBHBBHHB{_AUTH}")
_NULL = Struct(f"!HHBBx{_AUTH}")
_ACTIVATION = Struct(f"!HHBB4HxBHBBHHBBBx{_RATE}H5x{_AUTH}")
_LOAD = Struct("!HBBIHH4IHH")
_STATUS = Struct(f"!HBBI{_RATE}IIQ4I{_DELAY}3I3Ii{_DELAY}2IB3x5I3x{_AUTH}")
_SEQUENCE = Struct("!4xI")
_LOAD_MARK = _LOAD_ID.to_bytes(2, "big")

_SETUP_REQUEST, _SETUP_RESPONSE = 1, 2
_NULL_REQUEST = 1
_ACTIVATE_UPSTREAM, _ACTIVATE_DOWNSTREAM = 1, 2
_UPSTREAM = 0x8000  # of maxBandwidth
_JUMBO, _FULL_PACKETS = 1, 2  # of the setup's modifierBitmap
_START_ROW, _RANDOM_PAYLOAD = 1, 2  # of the activation's modifierBitmap
_NO_DELAY = 0xFFFFFFFF
_NS = 1_000_000_000


def encode_setup(unit: Setup) -> bytes:
    """A setup request or response, without a digest of its own making."""
    return _SETUP.pack(
        _SETUP_ID,
        unit.version,
        unit.connection_index,
        unit.connection_count,
        unit.connection_group,
        _SETUP_REQUEST if unit.is_request else _SETUP_RESPONSE,
        unit.answer,
        unit.bandwidth_mbps | (_UPSTREAM if unit.upstream else 0),
        unit.test_port,
        (_JUMBO if unit.jumbo else 0) | (_FULL_PACKETS if unit.full_packets else 0),
        *_auth_fields(unit.auth),
    )


def decode_setup(data: bytes) -> Setup | Malformed:
    """Any version whose setup has this layout: the caller looks at `version`."""
    fault = _fault(data, SETUP_BYTES, _SETUP_ID)
    if fault is not None:
        return fault
    _, version, index, count, group, request, answer, bandwidth, port, modifiers, *auth = _SETUP.unpack(data)
    if request not in {_SETUP_REQUEST, _SETUP_RESPONSE} or answer not in set(SetupAnswer):
        return Malformed(f"a setup has no command {request} with answer {answer}")
    return Setup(
        is_request=request == _SETUP_REQUEST,
        version=version,
        connection_index=index,
        connection_count=count,
        connection_group=group,
        answer=SetupAnswer(answer),
        bandwidth_mbps=bandwidth & ~_UPSTREAM,
        upstream=bool(bandwidth & _UPSTREAM),
        test_port=port,
        jumbo=bool(modifiers & _JUMBO),
        full_packets=bool(modifiers & _FULL_PACKETS),
        auth=_auth(*auth),
    )


def encode_null(unit: Null) -> bytes:
    """A null request; it has no response."""
    return _NULL.pack(_NULL_ID, unit.version, _NULL_REQUEST, 0, *_auth_fields(unit.auth))


def decode_null(data: bytes) -> Null | Malformed:
    """The other way."""
    fault = _fault(data, NULL_BYTES, _NULL_ID)
    if fault is not None:
        return fault
    _, version, request, _, *auth = _NULL.unpack(data)
    if request != _NULL_REQUEST:
        return Malformed(f"a null unit has no command {request}")
    return Null(version=version, auth=_auth(*auth))


def encode_activation(unit: Activation) -> bytes:
    """An activation request or response, without a digest of its own making."""
    return _ACTIVATION.pack(
        _ACTIVATION_ID,
        unit.version,
        _ACTIVATE_UPSTREAM if unit.upstream else _ACTIVATE_DOWNSTREAM,
        unit.answer,
        unit.low_ms,
        unit.upper_ms,
        unit.trial_ms,
        unit.duration_s,
        unit.dscp_ecn,
        unit.row,
        unit.use_one_way_delay,
        unit.high_speed_delta,
        unit.slow_threshold,
        unit.loss_threshold,
        unit.ignore_reordering,
        (_START_ROW if unit.row_is_start else 0) | (_RANDOM_PAYLOAD if unit.random_payload else 0),
        unit.algorithm,
        *_rate_fields(unit.rate),
        unit.sub_interval_ms,
        *_auth_fields(unit.auth),
    )


def decode_activation(data: bytes) -> Activation | Malformed:
    """The numbers as sent: which of them make a test is the server's to say."""
    fault = _fault(data, ACTIVATION_BYTES, _ACTIVATION_ID)
    if fault is not None:
        return fault
    fields = _ACTIVATION.unpack(data)
    _, version, request, answer, low, upper, trial, duration, dscp_ecn, row, one_way, delta, slow, loss = fields[:14]
    ignore_reordering, modifiers, algorithm = fields[14:17]
    if request not in {_ACTIVATE_UPSTREAM, _ACTIVATE_DOWNSTREAM} or answer not in set(ActivationAnswer):
        return Malformed(f"an activation has no command {request} with answer {answer}")
    return Activation(
        upstream=request == _ACTIVATE_UPSTREAM,
        version=version,
        answer=ActivationAnswer(answer),
        low_ms=low,
        upper_ms=upper,
        trial_ms=trial,
        duration_s=duration,
        dscp_ecn=dscp_ecn,
        row=row,
        use_one_way_delay=bool(one_way),
        high_speed_delta=delta,
        slow_threshold=slow,
        loss_threshold=loss,
        ignore_reordering=bool(ignore_reordering),
        row_is_start=bool(modifiers & _START_ROW),
        random_payload=bool(modifiers & _RANDOM_PAYLOAD),
        algorithm=algorithm,
        rate=_rate(fields[17:24]),
        sub_interval_ms=fields[24],
        auth=_auth(*fields[25:]),
    )


def write_loads(buffer: bytearray, first: Load, count: int) -> None:
    """`count` datagrams like `first`, its `payload_bytes` apart, their sequences counting up; only the headers."""
    sent_s, sent_ns = divmod(first.sent_ns, _NS)
    status_s, status_ns = divmod(first.status_ns, _NS)
    size, action, stopped = first.payload_bytes, first.action, first.receiving_stopped
    errors, response = first.status_errors, first.response_ms
    write = _LOAD.pack_into
    for index in range(count):
        write(
            buffer, index * size, _LOAD_ID, action, stopped, first.sequence + index & 0xFFFFFFFF,
            size, errors, status_s, status_ns, sent_s, sent_ns, response, 0,
        )  # fmt: skip


def decode_load(data: bytes | bytearray | memoryview) -> Load | Malformed:
    """The header that `data` begins with."""
    if len(data) < LOAD_BYTES:
        return Malformed(f"a load has at least {LOAD_BYTES} bytes, not {len(data)}")
    ident, action, stopped, sequence, size, errors, status_s, status_ns, sent_s, sent_ns, response, checksum = (
        _LOAD.unpack_from(data)
    )
    if ident != _LOAD_ID or action > Action.STOP or stopped > 1:
        return Malformed("this is no load")
    if sent_ns >= _NS or status_ns >= _NS:
        return Malformed("a load's nanoseconds exceed a second")
    if checksum and not _sums_up(bytes(data[:LOAD_BYTES])):
        return Malformed("the checksum of a load is wrong")
    return Load(
        sequence=sequence,
        payload_bytes=size,
        sent_ns=sent_s * _NS + sent_ns,
        action=Action(action),
        receiving_stopped=bool(stopped),
        status_errors=errors,
        status_ns=status_s * _NS + status_ns,
        response_ms=response,
    )


def sequences(data: memoryview, size: int) -> list[int]:
    """The sequence numbers of datagrams of load that lie `size` bytes apart; empty where `data` begins with none.

    The last may be shorter; if it is too short for a header it has no number.
    """
    if size < LOAD_BYTES or len(data) < LOAD_BYTES or data[:2] != _LOAD_MARK:
        return []
    read = _SEQUENCE.unpack_from
    if size >= len(data):
        return [read(data)[0]]
    return [read(data, start)[0] for start in range(0, len(data) - LOAD_BYTES + 1, size)]


def says_stop(load: memoryview) -> bool:
    """Whether the header of a load, which `load` begins with, says that the test is over."""
    return load[2] != Action.TEST


def encode_status(unit: Status) -> bytes:
    """A status unit. In authentication mode 1 only its mode is told: the digest covers the control units alone."""
    sub = unit.sub_interval
    return _STATUS.pack(
        _STATUS_ID,
        unit.action,
        unit.receiving_stopped,
        unit.sequence,
        *_rate_fields(unit.rate),
        unit.sub_interval_count,
        sub.datagrams,
        sub.bytes,
        sub.duration_us,
        sub.lost,
        sub.reordered,
        sub.duplicated,
        *_delay_fields(sub.delay),
        _or_none_sent(sub.rtt_min_ms),
        sub.rtt_max_ms,
        sub.end_ms,
        unit.lost,
        unit.reordered,
        unit.duplicated,
        unit.clock_delta_ms,
        *_delay_fields(unit.delay),
        _or_none_sent(unit.rtt_min_ms),
        _or_none_sent(unit.rtt_variation_ms),
        unit.minimum_changed,
        unit.trial_us,
        unit.datagrams,
        unit.bytes,
        *divmod(unit.sent_ns, _NS),
        *_auth_fields(unit.auth),
    )


def decode_status(data: bytes) -> Status | Malformed:
    """The other way."""
    fault = _fault(data, STATUS_BYTES, _STATUS_ID)
    if fault is not None:
        return fault
    fields = _STATUS.unpack(data)
    if fields[1] > Action.STOP or fields[2] > 1 or fields[40] >= _NS:
        return Malformed("this is no status")
    return Status(
        action=Action(fields[1]),
        receiving_stopped=bool(fields[2]),
        sequence=fields[3],
        rate=_rate(fields[4:11]),
        sub_interval_count=fields[11],
        sub_interval=_sub_interval(fields[12:25]),
        lost=fields[25],
        reordered=fields[26],
        duplicated=fields[27],
        clock_delta_ms=fields[28],
        delay=_delay(*fields[29:33]),
        rtt_min_ms=_or_none(fields[33]),
        rtt_variation_ms=_or_none(fields[34]),
        minimum_changed=bool(fields[35]),
        trial_us=fields[36],
        datagrams=fields[37],
        bytes=fields[38],
        sent_ns=fields[39] * _NS + fields[40],
        auth=_auth(*fields[41:]),
    )


def _fault(data: bytes, size: int, ident: int) -> Malformed | None:
    if len(data) != size:
        return Malformed(f"the unit has {size} bytes, not {len(data)}")
    if int.from_bytes(data[:2], "big") != ident:
        return Malformed(f"the unit is {ident:#x}, not {int.from_bytes(data[:2], 'big'):#x}")
    if data[-2:] != b"\0\0" and not _sums_up(data):
        return Malformed("the checksum of the unit is wrong")
    return None


def _sums_up(data: bytes) -> bool:
    """The Internet checksum (RFC 1071) over `data`, itself included. `data` has an even length."""
    total = sum(int.from_bytes(data[start : start + 2], "big") for start in range(0, len(data), 2))
    return total != 0 and total % 0xFFFF == 0


def _auth_fields(auth: Auth) -> tuple[int, int, bytes, int, int]:
    return auth.mode, auth.unix_time, auth.digest, auth.key_id, 0


def _auth(mode: int, unix_time: int, digest: bytes, key_id: int, _checksum: int) -> Auth:
    return Auth(mode=mode, unix_time=unix_time, digest=digest, key_id=key_id)


def _rate_fields(rate: Rate) -> tuple[int, ...]:
    return (
        rate.interval1_us,
        rate.payload1_bytes,
        rate.burst1,
        rate.interval2_us,
        rate.payload2_bytes,
        rate.burst2,
        rate.addon2_bytes,
    )


def _rate(fields: tuple[int, ...]) -> Rate:
    interval1, payload1, burst1, interval2, payload2, burst2, addon2 = fields
    return Rate(
        interval1_us=interval1,
        payload1_bytes=payload1,
        burst1=burst1,
        interval2_us=interval2,
        payload2_bytes=payload2,
        burst2=burst2,
        addon2_bytes=addon2,
    )


def _delay_fields(delay: Delay) -> tuple[int, int, int, int]:
    return _or_none_sent(delay.min_ms), delay.max_ms, delay.sum_ms, delay.count


def _delay(least: int, most: int, total: int, count: int) -> Delay:
    return Delay(min_ms=_or_none(least), max_ms=most, sum_ms=total, count=count)


def _sub_interval(fields: tuple[int, ...]) -> SubInterval:
    return SubInterval(
        datagrams=fields[0],
        bytes=fields[1],
        duration_us=fields[2],
        lost=fields[3],
        reordered=fields[4],
        duplicated=fields[5],
        delay=_delay(*fields[6:10]),
        rtt_min_ms=_or_none(fields[10]),
        rtt_max_ms=fields[11],
        end_ms=fields[12],
    )


def _or_none(sent: int) -> int | None:
    return None if sent == _NO_DELAY else sent


def _or_none_sent(value: int | None) -> int:
    return _NO_DELAY if value is None else value
