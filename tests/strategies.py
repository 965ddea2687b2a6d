"""Hypothesis strategies for the nouns: what any probe, honest or broken, could have handed in."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from analysis.contract import Contract, Speeds, Technology
from analysis.period import Period
from collector.envelope import StoredRecord
from probe.body.conditions import Conditions, LinkType, Path
from probe.body.reachability import NoAnswer, ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.body.speed_test import Direction, Failure, Limit, SpeedTest
from probe.record import Record
from tests.build import AT, a_contract, a_record, a_server, a_speed_test, some_terms, stored

ZONES = ("Europe/Lisbon", "Atlantic/Azores", "Atlantic/Madeira", "Asia/Kathmandu", "Australia/Lord_Howe")


def zones() -> st.SearchStrategy[ZoneInfo]:
    return st.sampled_from(ZONES).map(ZoneInfo)


def days() -> st.SearchStrategy[date]:
    """Among them those on which the clock changes in Lisbon."""
    return st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 21)]) | st.dates(
        date(2026, 1, 15), date(2027, 12, 31)
    )


def moments(*, around: datetime = AT, within: timedelta = timedelta(hours=6)) -> st.SearchStrategy[datetime]:
    """To the microsecond, within so long of `around`."""
    span_us = within // timedelta(microseconds=1)
    return st.integers(-span_us, span_us).map(lambda us: around + timedelta(microseconds=us))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start_at = draw(moments())
    return Period(start_at, start_at + timedelta(microseconds=draw(st.integers(1, 8 * 3_600_000_000))))


def _samples(draw: st.DrawFn) -> tuple[Sample, ...]:
    offsets = sorted(draw(st.lists(st.integers(0, 60_000), max_size=16)))
    answers = st.one_of(st.floats(0, 5000, allow_nan=False), st.sampled_from(NoAnswer))
    given = [draw(answers) for _ in offsets]
    return tuple(
        Sample(offset_ms, None, answer) if isinstance(answer, NoAnswer) else Sample(offset_ms, answer)
        for offset_ms, answer in zip(offsets, given, strict=True)
    )


@st.composite
def reachabilities(draw: st.DrawFn) -> Reachability:
    """Any minute: few or many targets, in or out of step, answered or not."""
    targets = tuple(
        TargetMinute(
            target=f"198.51.100.{number}",
            role=draw(st.sampled_from(Role)),
            method=ProbeMethod.ICMP,
            loopback=draw(st.sampled_from([False, False, False, True])),
            samples=_samples(draw),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    return Reachability(interval_s=draw(st.sampled_from([1.0, 5.0, 30.0])), targets=targets)


@st.composite
def histories(draw: st.DrawFn) -> list[StoredRecord]:
    """Minutes of up to two probes: boots, gaps, overlaps, clocks that step either way, synchronised or not."""
    records: list[StoredRecord] = []
    for probe in draw(st.sampled_from([["p1"], ["p1", "p2"]])):
        at, monotonic_us, boot = draw(moments()), 0, 0
        for sequence in range(1, draw(st.integers(0, 8)) + 1):
            record = a_record(
                body=draw(reachabilities()),
                at=at,
                sequence=sequence,
                probe=probe,
                boot_id=f"boot-{boot}",
                synchronised=draw(st.sampled_from([True, True, False, None])),
                monotonic_ns=monotonic_us * 1000,
            )
            records.append(stored(record))
            step_us = draw(st.sampled_from([60_000_000, 60_000_000, 75_123_457, 600_000_000]))
            clock_set_us = draw(st.sampled_from([0, 0, 0, -90_000_000, 3_600_000_000, 7]))
            at, monotonic_us = at + timedelta(microseconds=step_us + clock_set_us), monotonic_us + step_us
            boot += draw(st.sampled_from([0, 0, 0, 1]))
    return records


def conditions() -> st.SearchStrategy[Conditions]:
    return st.builds(
        Conditions,
        path=st.none() | st.sampled_from(Path),
        link_type=st.none() | st.sampled_from(LinkType),
        link_bps=st.none() | st.sampled_from([100_000_000, 1_000_000_000, 2_500_000_000, 10_000_000_000]),
        full_duplex=st.none() | st.booleans(),
        other_bytes=st.none() | st.sampled_from([0, 1000, 10**9]),
        cpu_share=st.none() | st.floats(0, 1, allow_nan=False),
        mtu_bytes=st.sampled_from([None, 1280, 1492, 1500, 9000]),
        reverse_bytes=st.sampled_from([None, 0, 10**9]),
        household_bytes=st.sampled_from([None, 0, 1000, 10**9]),
        cpu_pressure_share=st.none() | st.floats(0, 1, allow_nan=False),
        ceiling_bps=st.sampled_from([None, 0, 10**9, 10**11]),
    )


@st.composite
def speed_tests(draw: st.DrawFn) -> SpeedTest:
    """Failed or not, quiet or disturbed; half of them without a fault."""
    direction = draw(st.sampled_from(Direction))
    ip_mbps = draw(st.sampled_from([0.0, 79.0, 300.0, 399.0, 401.0, 951.0, 960.0, 1000.0, 1010.0]))
    if draw(st.booleans()):
        return a_speed_test(direction=direction, ip_mbps=ip_mbps)
    return a_speed_test(
        direction=direction,
        ip_mbps=ip_mbps,
        failure=draw(st.none() | st.sampled_from(Failure)),
        conditions=draw(conditions()),
        limited_by=draw(st.none() | st.sampled_from(Limit)),
        server=a_server(
            address=draw(st.sampled_from([None, "203.0.113.7", "127.0.0.1", "192.168.1.5", "not an address"])),
            demonstration=draw(st.sampled_from([False, False, True])),
        ),
    )


@st.composite
def trial_records(draw: st.DrawFn, *, around: datetime = AT) -> list[Record]:
    """Speed tests of one probe, mostly within a day of `around`."""
    bodies = draw(st.lists(speed_tests(), max_size=30))
    return [
        a_record(
            body=body,
            at=draw(moments(around=around, within=timedelta(hours=14))),
            sequence=number,
            synchronised=draw(st.sampled_from([True, True, True, None, False])),
        )
        for number, body in enumerate(bodies, 100)
    ]


@st.composite
def speeds(draw: st.DrawFn) -> Speeds:
    """In their order: minimum, normal, maximum."""
    minimum, normal, maximum = sorted(draw(st.tuples(*[st.integers(1_000_000, 2_000_000_000)] * 3)))
    return Speeds(
        maximum_bps=maximum,
        normal_bps=draw(st.sampled_from([normal, maximum, None])),
        minimum_bps=draw(st.sampled_from([minimum, None])),
    )


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """One or two terms, any technology."""
    terms = tuple(
        some_terms(from_on=from_on, download=draw(speeds()), upload=draw(speeds()))
        for from_on in sorted(draw(st.sets(st.dates(date(2026, 11, 15), date(2026, 11, 25)), min_size=1, max_size=2)))
    )
    return a_contract(terms=terms, technology=draw(st.sampled_from(Technology)), zone=draw(zones()))


def instants() -> st.SearchStrategy[datetime]:
    """Any moment of these years, in UTC."""
    return st.datetimes(datetime(2026, 1, 15), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  Hypothesis wants naive bounds beside a zone
