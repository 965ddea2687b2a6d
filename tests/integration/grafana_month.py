"""A month that is known to the digit, judged and shown in a real database; and a dashboard's questions asked of it.

Two lines through October 2026, the night of 25 hours inside, and the day of 23 hours of March. Every number that a test
expects follows from the constants here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from analysis.case.case import NO_CASE, Case, Fault, Service
from analysis.congestion.household import Household
from analysis.congestion.judgement import Depth, Episode, Judgement, Kind, Located, Place, Window
from analysis.congestion.signal import DayClass, Signal
from analysis.contract import Contract
from analysis.outage.outage import Confidence
from analysis.period import Period, local_day
from collector.envelope import Counts, ProbeState, Rejection, StoredRecord, Witnessed
from collector.projection import settings
from collector.projection.health import lines_of_health
from collector.projection.influx import Database
from collector.projection.point import lines_of
from dashboards.grafana.judged.congestion import congestion_points
from dashboards.grafana.judged.line import place_of
from dashboards.grafana.measurement import CONGESTED
from probe.body.conditions import Conditions
from probe.body.conditions import Path as Way
from probe.body.notice import Notice, NoticeKind
from probe.body.rung import ClockSeen, LinkSeen, RouterSeen
from probe.body.speed_test import Direction, Failure, RoundTrips, SpeedTest
from probe.record import Body
from probe.wire import Status
from prova.many.judged_view import findings_sheet, judged_line
from prova.many.shown import Memory, Sheet, show
from tests.build import (
    LISBON,
    a_contract,
    a_reachability_minute,
    a_record,
    a_speed_test,
    good_conditions,
    speeds,
    stored,
)
from tests.integration.influx_rig import BUCKET, Influx

SHORT_DAY, LONG_DAY = date(2026, 3, 29), date(2026, 10, 25)
CUT_DAY = date(2026, 10, 24)
OCTOBER = tuple(date(2026, 10, 1) + timedelta(days=n) for n in range(31))
SLOW_DAYS = OCTOBER[4:9]
SLOW_HOURS = (20, 21, 22)
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
FAST, SLOW, UP, OTHER = 1_010_000_000, 300_000_000, 210_000_000, 505_000_000
IDLE, LOADED, LOADED_SLOW = 8.0, 20.0, 60.0
BYTES = 1_000_000
OFTEN_S, SELDOM_S = 5.0, 30.0  # between two questions; what is watched ends with its last answer
CUT = (datetime(2026, 10, 24, 9, 0, tzinfo=UTC), datetime(2026, 10, 24, 9, 40, tzinfo=UTC))


def lines() -> Mapping[str, Contract]:
    """casa of NOS in Lisbon; loja of another operator, in a group whose name has signs in it."""
    shop = replace(
        a_contract(line="loja", download=speeds(500, 500, 200)),
        operator="Outra, Lda",
    )
    return {"casa": a_contract(), "loja": replace(shop, line=replace(shop.line, municipality="Porto (Baixa)"))}


def case() -> Case:
    """The cut, reported while it lasted."""
    fault = Fault(
        id="cut",
        service=Service.INTERNET,
        reported_at=datetime(2026, 10, 24, 9, 10, tzinfo=UTC),
        operator_known_at=None,
        restored_at=datetime(2026, 10, 24, 9, 40, tzinfo=UTC),
    )
    return replace(NO_CASE, faults=(fault,))


@dataclass(frozen=True)
class Kept:
    """Records as a store gives them."""

    held: Sequence[StoredRecord]

    def records(self, lines: Sequence[str], start_at: datetime, end_at: datetime) -> Iterator[StoredRecord]:
        return (one for one in self.held if one.record.line in lines and start_at <= one.record.started.at < end_at)

    def imported(self, lines: Sequence[str], start_at: datetime, end_at: datetime) -> Iterator[StoredRecord]:
        return iter(())

    def witnessed(self, lines: Sequence[str], start_at: datetime, end_at: datetime) -> Sequence[Witnessed]:
        return ()


def hours(day: date, zone: ZoneInfo = LISBON) -> Iterator[datetime]:
    """Every hour of the local day, 23, 24 or 25 of them."""
    whole = local_day(day, zone)
    return (whole.start_at + n * timedelta(hours=1) for n in range(whole.duration // timedelta(hours=1)))


def _test(at: datetime, direction: Direction, ip_bps: int, *, slow: bool = False) -> tuple[datetime, Body]:
    trips = RoundTrips(method="latency1", sent_count=100, lost_count=0, median_ms=IDLE, p95_ms=10.0)
    body = a_speed_test(
        direction=direction,
        ip_mbps=ip_bps / 1e6,
        bytes=BYTES,
        idle_rtt_ms=IDLE,
        loaded_rtt_ms=LOADED_SLOW if slow else LOADED,
        loaded_rtt_p95_ms=90.0,
        responsiveness_rpm=3000,
        retransmitted_share=0.01,
        idle_round_trips=trips,
        loaded_round_trips=replace(trips, median_ms=22.0, p95_ms=33.0),
    )
    return at, body


def _casa() -> Iterator[tuple[datetime, Body]]:
    for day in (SHORT_DAY, *OCTOBER):
        for at in hours(day):
            slow = day in SLOW_DAYS and at.astimezone(LISBON).hour in SLOW_HOURS
            if not CUT[0] <= at + timedelta(minutes=30) < CUT[1]:
                yield _test(at + timedelta(minutes=30), Direction.DOWNLOAD, SLOW if slow else FAST, slow=slow)
            yield _test(at + timedelta(minutes=45), Direction.UPLOAD, UP)
    seldom = a_reachability_minute(answers="##", interval_s=SELDOM_S, targets=1)
    for at in (*hours(SHORT_DAY), *hours(LONG_DAY)):
        yield from ((at + timedelta(minutes=n), seldom) for n in range(60))
    for n in range(180):
        at = datetime(2026, 10, 24, 8, 0, tzinfo=UTC) + timedelta(minutes=n)
        yield at, a_reachability_minute(answers="............" if CUT[0] <= at < CUT[1] else "############")
    noon = datetime(2026, 10, 10, 11, 0, tzinfo=UTC)
    wireless = Conditions(path=Way.ROUTED, link_type=good_conditions().link_type, cpu_share=0.99)
    yield noon, replace(_speed(noon), failure=Failure.REFUSED, rate_bps=None, mean_bps=None, ip_rate_bps=None)
    yield noon + timedelta(minutes=1), replace(_speed(noon), conditions=wireless)
    yield noon + timedelta(minutes=2), ClockSeen(time_server="192.0.2.1", offset_ms=12.5)
    yield noon + timedelta(minutes=3), LinkSeen(interface="eth0", carrier=True, carrier_down_count=1)
    yield noon + timedelta(hours=2), LinkSeen(interface="eth0", carrier=True, carrier_down_count=3)
    yield noon + timedelta(minutes=4), RouterSeen(device_uptime_s=86400)
    yield noon + timedelta(minutes=5), Notice(kind=NoticeKind.SUSPENDED, detail="lid", seconds=60.0)


def _speed(at: datetime) -> SpeedTest:
    body = _test(at, Direction.DOWNLOAD, FAST)[1]
    assert isinstance(body, SpeedTest)
    return replace(body, bytes=None)


def records() -> list[StoredRecord]:
    """Both lines'."""
    casa = sorted(_casa(), key=lambda one: one[0])
    loja = [_test(at + timedelta(minutes=30), Direction.DOWNLOAD, OTHER) for day in OCTOBER for at in hours(day)]
    return [
        stored(a_record(line=line, probe=probe, sequence=number, at=at, body=body))
        for line, probe, told in (("casa", "p1", casa), ("loja", "p2", loja))
        for number, (at, body) in enumerate(told, 1)
    ]


def fill(influx: Influx, folder: Path) -> Mapping[str, tuple[Any, ...]]:
    """Everything shown twice over, as a follower does; the findings by line."""
    held = records()
    own = settings.Influx(url=influx.url, bucket=BUCKET)
    months = [
        Period(local_day(SHORT_DAY, LISBON).start_at, local_day(SHORT_DAY, LISBON).end_at),
        Period(local_day(OCTOBER[0], LISBON).start_at, local_day(OCTOBER[-1], LISBON).end_at),
    ]
    found: dict[str, tuple[Any, ...]] = {}
    with closing(Database(own)) as database:
        database.write([line for one in held for line in lines_of(one.record)])
        for hour in range(3):
            database.write(health(NOW + timedelta(hours=hour), accepted=100 + 10 * hour))
        for contract in lines().values():
            for period in months[contract.line.id == "loja" :]:
                told = case() if contract.line.id == "casa" else NO_CASE
                judged = judged_line(Kept(held), contract, period, NOW, case=told, group="")
                found[contract.line.id] = (*found.get(contract.line.id, ()), *judged.report.findings)
                for _ in range(2):
                    assert not show(database, Memory(folder, own.target), findings_sheet(judged)).refused
        judged_hours = Sheet(
            line="casa",
            period=months[1],
            about=CONGESTED,
            points=congestion_points(congested(months[1]), place_of(lines()["casa"], "")),
        )
        for _ in range(2):
            assert not show(database, Memory(folder, own.target), judged_hours).refused
    return found


def congested(period: Period) -> Judgement:
    """As if the slow evenings had been judged to come back, and one early morning to stand alone."""
    depth = Depth(
        signal=Signal.DOWNLOAD,
        towards=None,
        median_inside=SLOW,
        median_beside=FAST,
        low_inside=SLOW,
        low_beside=FAST,
        n_inside=15,
    )
    window = Window(
        day_class=DayClass.WEEKDAY,
        start_min=SLOW_HOURS[0] * 60 + 15,
        end_min=(SLOW_HOURS[-1] + 1) * 60,
        days=SLOW_DAYS,
        days_seen=len(SLOW_DAYS),
        days_share_least=0.5,
        chance=0.001,
        depths=(depth,),
        household=Household.APART,
        confidence=Confidence.HIGH,
        located=Located(place=Place.ACCESS),
    )
    morning = Period(datetime(2026, 10, 10, 0, 0, tzinfo=UTC), datetime(2026, 10, 10, 1, 0, tzinfo=UTC))
    alone = Episode(period=morning, depths=(depth,), household=Household.NOT_SEEN, confidence=Confidence.LOW)
    return Judgement(
        line="casa",
        period=period,
        timezone="Europe/Lisbon",
        kind=Kind.RECURRING,
        windows=(window,),
        episodes=(alone,),
        episode_count=1,
    )


def health(now: datetime, *, accepted: int) -> tuple[str, ...]:
    states = [
        ProbeState(
            probe=probe,
            line=line,
            enrolled_at=NOW,
            record_count=90,
            last_sequence=100,
            last_record_at=NOW,
            last_received_at=NOW - timedelta(seconds=30),
            status=status,
            status_at=NOW,
        )
        for probe, line, status in (("p1", "casa", Status.ONLINE), ("p2", "loja", Status.LOST))
    ]
    counts = Counts(accepted=accepted, duplicate=5, rejected={Rejection.SIGNATURE: 2})
    return lines_of_health(states, counts, now)


def asked(text: str, values: Mapping[str, str], start_at: datetime, end_at: datetime) -> str:
    """What Grafana's InfluxDB data source makes of a question with macros and variables in it."""
    bounds = f"time >= {int(start_at.timestamp() * 1000)}ms and time <= {int(end_at.timestamp() * 1000)}ms"
    text = text.replace("$timeFilter", bounds).replace("$__interval", values.get("__interval", "1h"))
    for name, value in values.items():
        text = re.sub(rf"\$\{{?{name}\b\}}?", value.replace("\\", "\\\\"), text)
    assert "$" not in text.replace("$/", ""), text
    return text


def escaped(*values: str) -> str:
    """Some chosen values as Grafana puts them into a pattern."""
    plain = [re.sub(r"([\\^$*+?.()|{}\[\]/])", r"\\\1", value) for value in values]
    return plain[0] if len(plain) == 1 else f"({'|'.join(plain)})"
