"""Pure. The records that a line's probe would have made of a scenario, always the same ones.

Tests begin 37 % into each interval, so never on the hour. Around the ends of events the line is watched every 5 s, else
every 5 min, in records of an hour. Knows nothing of verdicts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.period import Period
from analysis.scenario.script import Event, Script, What, Where
from collector.envelope import StoredRecord
from probe.body.conditions import Conditions, LinkType, Path
from probe.body.reachability import NoAnswer, ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.body.rung import LinkSeen, LinkStatus, Occasion, RouterSeen, WanStatus
from probe.body.speed_test import Direction, Failure, Server, SpeedTest
from probe.record import Body, Record, Stamp
from probe.units import epoch_us

PROBE = "scenario"
_SOFTWARE = "prova scenario"
_INTO_THE_INTERVAL = 0.37
_PAYLOAD_PER_IP = 1448 / 1500
_TEST_S, _MINUTE_S, _HOUR_S = 5, 60, 3600
_FINE_S, _COARSE_S = 5, 300
_FINE_AROUND = timedelta(minutes=10)
_SERVER = Server(url="wss://measure.example", address="203.0.113.7", tls=True, address_family=4)
_WATCHED = (
    ("192.168.1.1", Role.GATEWAY, None),
    ("198.51.100.1", Role.FIRST_HOP, None),
    ("192.0.2.10", Role.INTERNET, "first"),
    ("198.51.100.200", Role.INTERNET, "second"),
    ("203.0.113.30", Role.INTERNET, "third"),
)
_SILENT = {
    Where.ROUTER: {Role.GATEWAY, Role.FIRST_HOP, Role.INTERNET},
    Where.ACCESS: {Role.FIRST_HOP, Role.INTERNET},
    Where.CORE: {Role.INTERNET},
}


@dataclass(frozen=True, slots=True)
class _Seen:
    period: Period
    body: Body


def play(script: Script) -> tuple[StoredRecord, ...]:
    """Sorted by time, numbered from 1, none that ended after the scenario's `now`."""
    seen = [*_tests(script), *_watching(script), *_looks(script)]
    awake = [
        one for one in seen if one.period.end_at <= script.now and not _during(script, one.period.start_at, What.ASLEEP)
    ]
    awake.sort(key=lambda one: (one.period.start_at, type(one.body).__name__, str(getattr(one.body, "direction", ""))))
    return tuple(_stored(script, number, one) for number, one in enumerate(awake, 1))


def _tests(script: Script) -> Iterator[_Seen]:
    every = timedelta(seconds=script.usual.tests_every_s)
    at = script.period.start_at + every * _INTO_THE_INTERVAL
    while at < script.period.end_at:
        for number, direction in enumerate(Direction):
            start_at = at + number * timedelta(seconds=2 * _TEST_S)
            if not _during(script, start_at, What.NO_TESTS):
                yield _Seen(Period(start_at, start_at + timedelta(seconds=_TEST_S)), _test(script, start_at, direction))
        at += every


def _test(script: Script, at: datetime, direction: Direction) -> SpeedTest:
    failing = _during(script, at, What.FAILING) or _during(script, at, What.CUT)
    if failing:
        return SpeedTest(
            direction=direction,
            method="ndt7",
            method_version="scenario",
            server=_SERVER,
            conditions=_conditions(script, at),
            failure=Failure.TIMED_OUT,
        )
    ip_bps = _ip_bps(script, at, direction)
    rate_bps = round(ip_bps * _PAYLOAD_PER_IP)
    return SpeedTest(
        direction=direction,
        method="ndt7",
        method_version="scenario",
        server=_SERVER,
        rate_bps=rate_bps,
        mean_bps=rate_bps,
        ip_rate_bps=ip_bps,
        uncertainty_bps=0,
        bytes=rate_bps * _TEST_S // 8,
        duration_s=float(_TEST_S),
        idle_rtt_ms=9.0,
        conditions=_conditions(script, at),
    )


def _ip_bps(script: Script, at: datetime, direction: Direction) -> int:
    usual = script.usual.download_bps if direction is Direction.DOWNLOAD else script.usual.upload_bps
    for event in reversed(script.events):
        slow_bps = event.download_bps if direction is Direction.DOWNLOAD else event.upload_bps
        if event.what is What.SLOW and at in event.period and slow_bps is not None:
            return slow_bps
    return min(usual, 95_000_000) if _during(script, at, What.SMALL_PORT) else usual


def _conditions(script: Script, at: datetime) -> Conditions:
    wireless, small = _during(script, at, What.WIRELESS), _during(script, at, What.SMALL_PORT)
    busy = _during(script, at, What.HOUSEHOLD)
    return Conditions(
        path=Path.ROUTED,
        interface="wlan0" if wireless else "eth0",
        link_type=LinkType.WIFI if wireless else LinkType.ETHERNET,
        link_bps=100_000_000 if small else 2_500_000_000,
        full_duplex=True,
        mtu_bytes=1500,
        other_bytes=0,
        reverse_bytes=0,
        household_bytes=10**9 if busy else 0,
        cpu_share=0.2,
    )


def _watching(script: Script) -> Iterator[_Seen]:
    edges = [at for event in script.events for at in (event.period.start_at, event.period.end_at)]
    at = script.period.start_at - timedelta(seconds=_HOUR_S)
    end_at = script.period.end_at + timedelta(seconds=_HOUR_S)
    while at < end_at:
        fine = any(at - _FINE_AROUND <= edge < at + timedelta(seconds=_HOUR_S) + _FINE_AROUND for edge in edges)
        lasts_s, interval_s = (_MINUTE_S, _FINE_S) if fine else (_HOUR_S, _COARSE_S)
        steps = _HOUR_S // lasts_s
        for number in range(steps):
            start_at = at + number * timedelta(seconds=lasts_s)
            yield _Seen(
                Period(start_at, start_at + timedelta(seconds=lasts_s)), _minute(script, start_at, lasts_s, interval_s)
            )
        at += timedelta(seconds=_HOUR_S)


def _minute(script: Script, start_at: datetime, lasts_s: int, interval_s: int) -> Reachability:
    offsets_s = range(0, lasts_s, interval_s)
    silent = [_silent(script, start_at + timedelta(seconds=offset_s)) for offset_s in offsets_s]
    return Reachability(
        interval_s=float(interval_s),
        targets=tuple(
            TargetMinute(
                target=address,
                role=role,
                method=ProbeMethod.ICMP,
                loopback=False,
                address=address,
                address_family=4,
                network=network,
                samples=tuple(
                    Sample(offset_s * 1000, None, NoAnswer.TIMED_OUT) if role in roles else Sample(offset_s * 1000, 9.0)
                    for offset_s, roles in zip(offsets_s, silent, strict=True)
                ),
            )
            for address, role, network in _WATCHED
        ),
    )


def _silent(script: Script, at: datetime) -> set[Role]:
    cuts = (event for event in script.events if event.what is What.CUT and at in event.period)
    return {role for event in cuts for role in _SILENT[event.where or Where.ACCESS]}


def _looks(script: Script) -> Iterator[_Seen]:
    """What link and router say just after the beginning and the end of each cut."""
    for event in script.events:
        if event.what is not What.CUT:
            continue
        for at, occasion in ((event.period.start_at, Occasion.TROUBLE), (event.period.end_at, Occasion.RECOVERY)):
            seen_at = at + timedelta(seconds=20)
            for body in _look(script, event, seen_at, occasion):
                yield _Seen(Period(seen_at, seen_at + timedelta(milliseconds=1)), body)


def _look(script: Script, event: Event, at: datetime, occasion: Occasion) -> Sequence[Body]:
    link = LinkSeen(interface="eth0", carrier=True, carrier_up_count=1, carrier_down_count=0, occasion=occasion)
    if event.where is Where.ROUTER and occasion is Occasion.TROUBLE:
        return (link, RouterSeen(silence="timed_out", occasion=occasion))
    down = event.where is Where.ACCESS and occasion is Occasion.TROUBLE
    router_started_at = event.period.end_at if event.where is Where.ROUTER else script.period.start_at
    wan_started_at = event.period.end_at if event.where is not Where.CORE else script.period.start_at
    device_s = max(0.0, (at - router_started_at).total_seconds()) + (0 if event.where is Where.ROUTER else 864_000)
    wan_s = max(0.0, (at - wan_started_at).total_seconds()) + (864_000 if event.where is Where.CORE else 0)
    router = RouterSeen(
        source="upnp_igd",
        wan_status=WanStatus.DISCONNECTED if down else WanStatus.CONNECTED,
        link_status=LinkStatus.DOWN if down else LinkStatus.UP,
        wan_uptime_s=0 if down else round(wan_s),
        device_uptime_s=round(device_s),
        occasion=occasion,
    )
    return (link, router)


def _during(script: Script, at: datetime, what: What) -> bool:
    return any(event.what is what and at in event.period for event in script.events)


def _stored(script: Script, number: int, seen: _Seen) -> StoredRecord:
    record = Record(
        line=script.contract.line.id,
        probe=PROBE,
        sequence=number,
        started=_stamp(script, seen.period.start_at),
        ended=_stamp(script, seen.period.end_at),
        software=_SOFTWARE,
        body=seen.body,
    )
    return StoredRecord(record=record, received_at=seen.period.end_at, batch_sha256="0" * 64)


def _stamp(script: Script, at: datetime) -> Stamp:
    return Stamp(
        at=at,
        monotonic_ns=epoch_us(at) * 1000,
        boot_id="scenario",
        synchronised=not _during(script, at, What.CLOCK_OFF),
        error_ms=5.0,
    )
