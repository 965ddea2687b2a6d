from datetime import UTC, datetime, timedelta

import pytest

from probe.body.reachability import NoAnswer, ProbeMethod, Role, Sample
from probe.reach.minute import Asked, Whom, Window, interrupted, minute_end, reduce, stamp_between
from tests.build import AT, a_stamp

GATEWAY = Whom("192.0.2.1", Role.GATEWAY, ProbeMethod.ICMP, loopback=False)
SERVER = Whom("measure.example", Role.SERVER, ProbeMethod.TCP, loopback=True)
START = a_stamp(at=AT)
END = a_stamp(at=AT + timedelta(minutes=1))
MINUTE = Window(START, END)
HEARD_OUT_NS = END.monotonic_ns + 5 * 10**9


def asked(after_s: float, outcome: float | NoAnswer | None, *, whom: Whom = GATEWAY) -> Asked:
    return Asked(whom, START.monotonic_ns + round(after_s * 1e9), outcome)


def samples(*questions: Asked, heard_until_ns: int = HEARD_OUT_NS) -> tuple[Sample, ...]:
    body = reduce(questions, MINUTE, interval_s=5, heard_until_ns=heard_until_ns)
    return body.targets[0].samples if body.targets else ()


def test_an_answer_is_a_sample_where_it_was_asked_however_late_it_came() -> None:
    assert samples(asked(59.999, 4321.5)) == (Sample(59_999, 4321.5),)


def test_no_answer_keeps_its_reason() -> None:
    assert samples(asked(1, NoAnswer.UNREACHABLE), asked(2, NoAnswer.NOT_SENT)) == (
        Sample(1000, None, NoAnswer.UNREACHABLE),
        Sample(2000, None, NoAnswer.NOT_SENT),
    )


def test_silence_is_a_time_out_only_if_it_was_listened_to_for_long_enough() -> None:
    at_end = END.monotonic_ns
    assert samples(asked(54.9, None), asked(55.1, None), heard_until_ns=at_end) == (
        Sample(54_900, None, NoAnswer.TIMED_OUT),
    )


def test_a_minute_is_half_open() -> None:
    assert samples(asked(-0.001, 1.0), asked(0, 2.0), asked(60, 3.0)) == (Sample(0, 2.0),)


def test_targets_keep_their_own_samples_and_what_they_are() -> None:
    body = reduce([asked(2, 2.0, whom=SERVER), asked(1, 1.0)], MINUTE, interval_s=5, heard_until_ns=HEARD_OUT_NS)
    assert [(one.target, one.role, one.method, one.loopback) for one in body.targets] == [
        ("192.0.2.1", Role.GATEWAY, ProbeMethod.ICMP, False),
        ("measure.example", Role.SERVER, ProbeMethod.TCP, True),
    ]


def test_a_minute_without_targets_still_says_that_somebody_watched() -> None:
    body = reduce([], MINUTE, interval_s=5, heard_until_ns=HEARD_OUT_NS)
    assert body.targets == ()
    assert body.interval_s == 5


def test_minutes_end_on_the_wall_clocks_minute() -> None:
    full = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert minute_end(full) == full + timedelta(minutes=1)
    assert minute_end(full - timedelta(microseconds=1)) == full


def test_a_stamp_in_between_agrees_on_both_clocks() -> None:
    between = stamp_between(AT + timedelta(seconds=58), earlier=START, later=END)
    assert between.at == AT + timedelta(seconds=58)
    assert END.monotonic_ns - between.monotonic_ns == 2 * 10**9


def test_a_clock_put_right_by_a_little_does_not_make_time_run_backwards() -> None:
    later = a_stamp(at=AT + timedelta(seconds=0.9), monotonic_ns=START.monotonic_ns + 2 * 10**8)
    assert stamp_between(AT, earlier=START, later=later).monotonic_ns == START.monotonic_ns


@pytest.mark.parametrize(
    ("wall_s", "monotonic_s", "expected"),
    [
        (1, 1, False),
        (1.9, 1, False),  # a small correction
        (3600, 1, True),  # slept
        (-3600, 1, True),  # set back
        (-0.1, 0.2, True),  # set back by a little, but past the earlier look
        (20, 20, True),  # the process stood still
        (5, 5, False),
    ],
)
def test_a_break_in_the_watching_is_seen(wall_s: float, monotonic_s: float, *, expected: bool) -> None:
    later = a_stamp(at=AT + timedelta(seconds=wall_s), monotonic_ns=START.monotonic_ns + round(monotonic_s * 1e9))
    assert interrupted(START, later) is expected


def test_the_addresses_of_one_name_are_told_apart() -> None:
    four = Whom("host.example", Role.INTERNET, ProbeMethod.ICMP, loopback=False, address="192.0.2.1", network="as1")
    six = Whom("host.example", Role.INTERNET, ProbeMethod.ICMP, loopback=False, address="2001:db8::1", network="as1")
    body = reduce(
        [asked(1, 1.0, whom=four), asked(1, 2.0, whom=six)], MINUTE, interval_s=5, heard_until_ns=HEARD_OUT_NS
    )
    assert [(one.address, one.address_family, one.network) for one in body.targets] == [
        ("192.0.2.1", 4, "as1"),
        ("2001:db8::1", 6, "as1"),
    ]
