"""Builders: one noun each, keyword-only, with sane defaults. A test names only what it is about."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analysis.contract import Contract, Line, Speeds, Technology, Terms
from analysis.finding import Sentence
from analysis.period import local_day
from collector.envelope import StoredRecord
from probe.body.conditions import Conditions, LinkType, Path
from probe.body.reachability import NoAnswer, ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.body.speed_test import Direction, Failure, Server, SpeedTest
from probe.record import Body, Record, Stamp
from probe.units import bps_of_mbps, epoch_us

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
LISBON = ZoneInfo("Europe/Lisbon")
BOOT = "b9319ce8-952a-4d16-a654-8ea450bed903"
IP_PER_PAYLOAD = 1500 / 1448
MINUTE = timedelta(minutes=1)


def a_stamp(
    *,
    at: datetime = AT,
    boot_id: str = BOOT,
    monotonic_ns: int | None = None,
    synchronised: bool | None = True,
    error_ms: float | None = 5.0,
) -> Stamp:
    """`monotonic_ns` runs with the wall clock unless it is given."""
    if monotonic_ns is None:
        monotonic_ns = epoch_us(at) * 1000
    return Stamp(at=at, monotonic_ns=monotonic_ns, boot_id=boot_id, synchronised=synchronised, error_ms=error_ms)


def good_conditions(
    *,
    path: Path | None = Path.ROUTED,
    link_type: LinkType | None = LinkType.ETHERNET,
    link_mbps: float | None = 2500,
    full_duplex: bool | None = True,
    other_bytes: int | None = 0,
    cpu_share: float | None = 0.2,
) -> Conditions:
    """A wired test through the router, with nothing else going on."""
    return Conditions(
        path=path,
        interface="eth0",
        link_type=link_type,
        link_bps=None if link_mbps is None else bps_of_mbps(link_mbps),
        full_duplex=full_duplex,
        other_bytes=other_bytes,
        cpu_share=cpu_share,
    )


def a_server(
    *, url: str = "wss://measure.example", address: str | None = "203.0.113.7", demonstration: bool = False
) -> Server:
    return Server(url=url, address=address, tls=url.startswith("wss"), demonstration=demonstration)


def a_speed_test(
    *,
    direction: Direction = Direction.DOWNLOAD,
    ip_mbps: float | None = 1010,
    conditions: Conditions | None = None,
    server: Server | None = None,
    failure: Failure | None = None,
    **fields: Any,
) -> SpeedTest:
    """`ip_mbps` is the rate in IP packets, from which the payload's is worked back. A failed test has none."""
    if failure is not None:
        ip_mbps = None
    ip_bps = None if ip_mbps is None else bps_of_mbps(ip_mbps)
    rate_bps = None if ip_bps is None else round(ip_bps / IP_PER_PAYLOAD)
    given: dict[str, Any] = {
        "method": "ndt7",
        "method_version": "1",
        "rate_bps": rate_bps,
        "mean_bps": None if rate_bps is None else round(rate_bps * 0.97),
        "ip_rate_bps": ip_bps,
        "bytes": None if rate_bps is None else rate_bps * 10 // 8,
        "duration_s": None if rate_bps is None else 10.0,
        "idle_rtt_ms": 8.0,
        **fields,
    }
    return SpeedTest(
        direction=direction,
        server=server or a_server(),
        conditions=conditions or good_conditions(),
        failure=failure,
        **given,
    )


def a_target(
    *,
    answers: str = "############",
    target: str = "198.51.100.1",
    role: Role = Role.INTERNET,
    loopback: bool = False,
    interval_s: float = 5.0,
    first_ms: int = 0,
) -> TargetMinute:
    """One mark per interval: `#` an answer, `.` none in time, `-` could not be asked, `n` no name, ` ` not tried."""
    missed = {".": NoAnswer.TIMED_OUT, "-": NoAnswer.NOT_SENT, "n": NoAnswer.NAME_NOT_RESOLVED}
    offsets = ((first_ms + round(number * interval_s * 1000), mark) for number, mark in enumerate(answers))
    samples = tuple(
        Sample(offset_ms, 9.0) if mark == "#" else Sample(offset_ms, None, missed[mark])
        for offset_ms, mark in offsets
        if mark != " "
    )
    return TargetMinute(target=target, role=role, method=ProbeMethod.ICMP, loopback=loopback, samples=samples)


def a_reachability_minute(
    *, answers: str = "############", interval_s: float = 5.0, role: Role = Role.INTERNET, targets: int = 3
) -> Reachability:
    """`targets` targets that answer alike; the marks are those of `a_target`."""
    names = [f"198.51.100.{number + 1}" for number in range(targets)]
    return Reachability(
        interval_s=interval_s,
        targets=tuple(a_target(answers=answers, target=name, role=role, interval_s=interval_s) for name in names),
    )


def a_record(
    *,
    body: Body | None = None,
    at: datetime = AT,
    lasts: timedelta | None = None,
    sequence: int = 1,
    line: str = "casa",
    probe: str = "p1",
    boot_id: str = BOOT,
    synchronised: bool | None = True,
    monotonic_ns: int | None = None,
) -> Record:
    """A speed test unless `body` says otherwise; `lasts` a minute for reachability, else 10 s."""
    body = body if body is not None else a_speed_test()
    if lasts is None:
        lasts = MINUTE if isinstance(body, Reachability) else timedelta(seconds=10)
    ended_ns = None if monotonic_ns is None else monotonic_ns + lasts // timedelta(microseconds=1) * 1000
    return Record(
        line=line,
        probe=probe,
        sequence=sequence,
        started=a_stamp(at=at, boot_id=boot_id, synchronised=synchronised, monotonic_ns=monotonic_ns),
        ended=a_stamp(at=at + lasts, boot_id=boot_id, synchronised=synchronised, monotonic_ns=ended_ns),
        software="prova 0.1.0",
        body=body,
    )


def stored(record: Record, *, after: timedelta = timedelta(seconds=2)) -> StoredRecord:
    """The record as the store gives it back."""
    return StoredRecord(record=record, received_at=record.ended.at + after, batch_sha256="0" * 64)


def a_day_of_tests(
    rate: Callable[[int], float | SpeedTest | None], *, count: int = 24, on: date = DAY, zone: ZoneInfo = LISBON
) -> list[StoredRecord]:
    """`count` download tests, one in the middle of each equal part of the day.

    `rate` gives, for the number of the part, Mbit/s in IP packets, a whole test, or None for no test.
    """
    day = local_day(on, zone)
    given = ((number, rate(number)) for number in range(count))
    return [
        stored(
            a_record(
                body=one if isinstance(one, SpeedTest) else a_speed_test(ip_mbps=one),
                at=day.start_at + (number + 0.5) * day.duration / count,
                sequence=number + 1,
            )
        )
        for number, one in given
        if one is not None
    ]


def speeds(maximum_mbps: float = 1000, normal_mbps: float | None = 1000, minimum_mbps: float | None = 400) -> Speeds:
    return Speeds(
        maximum_bps=bps_of_mbps(maximum_mbps),
        normal_bps=None if normal_mbps is None else bps_of_mbps(normal_mbps),
        minimum_bps=None if minimum_mbps is None else bps_of_mbps(minimum_mbps),
    )


def some_terms(
    *,
    from_on: date = date(2026, 1, 15),
    service: str = "Fibra 1000",
    download: Speeds | None = None,
    upload: Speeds | None = None,
) -> Terms:
    return Terms(from_on=from_on, service=service, download=download or speeds(), upload=upload or speeds(200, 200, 80))


def a_contract(
    *,
    terms: tuple[Terms, ...] = (),
    download: Speeds | None = None,
    technology: Technology = Technology.FTTH,
    line: str = "casa",
    zone: ZoneInfo = LISBON,
) -> Contract:
    return Contract(
        operator="NOS",
        technology=technology,
        profile="pt-nos",
        line=Line(id=line, zone=zone, municipality="Lisboa"),
        terms=terms or (some_terms(download=download),),
    )


def a_sentence() -> Sentence:
    return Sentence(pt="Uma frase.", en="A sentence.")
