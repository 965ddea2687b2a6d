"""What has the form of evidence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from joserfc.jwk import OKPKey

from collector.envelope import Accepted, Arrival, Enrolled, Rejected, Rejection, Remark, StatusSeen
from collector.intake import judge, judge_status, sender
from probe import key, wire
from probe.record import Stamp
from probe.wire import MAX_BATCH_BYTES, Kind, Status
from tests.integration.collector_rig import AT, a_key, a_notice, sealed

BY = a_key()
P1 = Enrolled(probe="p1", line="casa", public_jwk=key.public_jwk(BY), enrolled_at=AT)
RECORDS = wire.topic(Kind.RECORDS, "casa", "p1")
STATUS = wire.topic(Kind.STATUS, "casa", "p1")


def _arrival(payload: bytes, topic: str = RECORDS) -> Arrival:
    return Arrival(topic=topic, payload=payload, received_at=AT)


def _reason(payload: bytes, topic: str = RECORDS, enrolled: Enrolled | None = P1) -> Rejection | None:
    one = judge(_arrival(payload, topic), enrolled)
    return one.reason if isinstance(one, Rejected) else None


def test_a_good_batch_is_accepted_with_its_bytes_and_its_name() -> None:
    signed = sealed([a_notice(1), a_notice(2)], by=BY)
    one = judge(_arrival(signed), P1)
    assert isinstance(one, Accepted)
    assert (one.signed, one.batch_sha256, one.received_at) == (signed, wire.sha256(signed), AT)
    assert (one.batch.first, one.batch.last) == (1, 2)


@pytest.mark.parametrize("topic", ["", "prova/1/casa/p1", "prova/2/casa/p1/records", STATUS, "prova/1/casa/P1/records"])
def test_another_topic_is_none_of_ours(topic: str) -> None:
    assert _reason(sealed([a_notice(1)], by=BY), topic) is Rejection.NOT_A_TOPIC


@pytest.mark.parametrize("enrolled", [None, Enrolled(probe="p1", line="x", public_jwk="", enrolled_at=AT)])
def test_a_probe_that_is_not_enrolled_for_this_line_is_unknown(enrolled: Enrolled | None) -> None:
    assert _reason(sealed([a_notice(1)], by=BY), enrolled=enrolled) is Rejection.UNKNOWN_PROBE


def test_too_many_bytes_are_refused_unread() -> None:
    assert _reason(b"x" * MAX_BATCH_BYTES) is Rejection.SIGNATURE
    assert _reason(b"x" * (MAX_BATCH_BYTES + 1)) is Rejection.TOO_LARGE


@pytest.mark.parametrize("payload", [b"", b"a.b", b"a.b.c", b"\xc3.b.c", b"\xff\x00", b"{}", b"..", b"e30.e30.e30"])
def test_bytes_that_nobody_signed_are_refused(payload: bytes) -> None:
    assert _reason(payload) is Rejection.SIGNATURE


def test_another_key_is_refused() -> None:
    assert _reason(sealed([a_notice(1)], by=a_key())) is Rejection.SIGNATURE


def test_a_receipt_is_no_batch_even_if_well_signed() -> None:
    receipt = wire.Receipt(line="casa", probe="p1", batch_sha256="", outcome=wire.Outcome.ACCEPTED, received_at=AT)
    assert _reason(wire.seal_receipt(receipt, key=BY)) is Rejection.MALFORMED


def _with_records(records: list[bytes], by: OKPKey = BY) -> bytes:
    return wire.seal_batch("casa", "p1", records, previous_sha256=None, key=by)


def test_well_signed_nonsense_is_malformed() -> None:
    good = wire.encode_record(a_notice(1))
    for records in (
        [],
        [b"1"],
        [good, good],
        [good, wire.encode_record(a_notice(3))],
        [good.replace(b'"sequence":1', b'"sequence":0')],
        [good.replace(b'"sequence":1', b'"sequence":9223372036854775808')],
        [good.replace(b'"sequence":1', b'"sequence":1e400')],
        [good.replace(b"2026-11-21T12:01:00Z", b"2026-11-21T12:01:00+01:00")],
        [good.replace(b"2026-11-21T12:01:00Z", b"2026-11-21T12:01:00")],
    ):
        assert _reason(_with_records(records)) is Rejection.MALFORMED, records


@pytest.mark.parametrize("record", [a_notice(1, probe="p2"), a_notice(1, line="praia")])
def test_what_is_signed_as_another_is_refused(record: object) -> None:
    assert isinstance(record, type(a_notice(1)))
    assert _reason(sealed([record], by=BY)) is Rejection.WRONG_IDENTITY


def test_a_kind_that_is_not_known_here_is_kept() -> None:
    raw = wire.encode_record(a_notice(1)).replace(b'"kind":"notice"', b'"kind":"tomorrow"')
    assert _reason(_with_records([raw])) is None


def test_a_status_is_heard_from_its_probe_alone() -> None:
    seen = judge_status(_arrival(b"sleeping", STATUS), P1)
    assert seen == StatusSeen(line="casa", probe="p1", status=Status.SLEEPING, at=AT)
    for payload, topic, enrolled, reason in (
        (b"sleeping", RECORDS, P1, Rejection.NOT_A_TOPIC),
        (b"sleeping", STATUS, None, Rejection.UNKNOWN_PROBE),
        (b"asleep", STATUS, P1, Rejection.MALFORMED),
        (b"\xff", STATUS, P1, Rejection.MALFORMED),
        (b"x" * (MAX_BATCH_BYTES + 1), STATUS, P1, Rejection.TOO_LARGE),
    ):
        one = judge_status(_arrival(payload, topic), enrolled)
        assert isinstance(one, Rejected)
        assert one.reason is reason


def test_a_sender_is_named_by_the_topics_that_probes_write() -> None:
    assert sender(RECORDS) == (Kind.RECORDS, "casa", "p1")
    assert sender(STATUS) == (Kind.STATUS, "casa", "p1")
    assert sender(wire.topic(Kind.RECEIPT, "casa", "p1")) is None
    assert sender("x") is None


def test_a_record_that_is_not_utf_8_is_malformed() -> None:
    record = wire.encode_record(a_notice(1)).replace(b"notice", b"not\xd0")
    signed = wire.seal_batch("casa", "p1", [record], previous_sha256=None, key=BY)
    assert _reason(signed) is Rejection.MALFORMED


def _remarks(*starts: Stamp) -> tuple[Remark, ...]:
    records = [replace(a_notice(number), started=start, ended=start) for number, start in enumerate(starts, 1)]
    one = judge(_arrival(sealed(records, by=BY)), P1)
    assert isinstance(one, Accepted)
    return one.remarks


def _stamp(after_s: float, *, synchronised: bool | None = True, error_ms: float | None = None) -> Stamp:
    at = AT + timedelta(seconds=after_s)
    return Stamp(at=at, monotonic_ns=0, boot_id="b", synchronised=synchronised, error_ms=error_ms)


def test_a_batch_from_another_time_is_kept_and_marked() -> None:
    assert _remarks(_stamp(-60), _stamp(10)) == ()
    assert _remarks(_stamp(-60), _stamp(11)) == (Remark.CLOCK_AHEAD,)
    assert _remarks(_stamp(11, synchronised=False)) == (Remark.CLOCK_AHEAD_UNSYNCHRONISED,)
    assert _remarks(_stamp(11, synchronised=None), _stamp(99)) == (
        Remark.CLOCK_AHEAD,
        Remark.CLOCK_AHEAD_UNSYNCHRONISED,
    )
    assert _remarks(_stamp(-401 * 86_400)) == (Remark.CLOCK_BEHIND,)


def test_a_clock_is_marked_from_the_first_microsecond_beyond_what_is_allowed() -> None:
    assert _remarks(_stamp(10.000001)) == (Remark.CLOCK_AHEAD,)
    assert _remarks(_stamp(70.0, error_ms=60_000)) == ()
    assert _remarks(_stamp(70.000001, error_ms=60_000)) == (Remark.CLOCK_AHEAD,)
    assert _remarks(_stamp(86_410.0, error_ms=1e9)) == ()
    assert _remarks(_stamp(86_410.000001, error_ms=1e9)) == (Remark.CLOCK_AHEAD,)
    assert _remarks(_stamp(-400 * 86_400)) == ()
    assert _remarks(_stamp(-400 * 86_400 - 0.000001)) == (Remark.CLOCK_BEHIND,)


def test_a_clock_is_not_marked_for_an_error_that_it_owned_up_to() -> None:
    assert _remarks(_stamp(69, error_ms=60_000)) == ()
    assert _remarks(_stamp(71, error_ms=60_000)) == (Remark.CLOCK_AHEAD,)
    assert _remarks(_stamp(10**6, error_ms=1e300)) == (Remark.CLOCK_AHEAD,)


@pytest.mark.parametrize("year", [1970, 9999])
def test_no_time_is_too_far_to_be_decided(year: int) -> None:
    assert _remarks(Stamp(at=AT.replace(year=year), monotonic_ns=0, boot_id="b"))
