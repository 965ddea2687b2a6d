"""Real stores of one line, filled through the collector's journal with signed batches: days that went well or not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from joserfc.jwk import OKPKey

from collector.envelope import Accepted, Enrolled
from collector.home import CollectorHome
from collector.journal import Journal
from collector.judging.outline import open_outline
from probe import key, wire
from probe.body.conditions import LinkType
from probe.body.reachability import Reachability, Role
from probe.body.speed_test import Direction, Failure, Server
from probe.record import Body, Record
from tests.build import a_record, a_server, a_speed_test, a_target, good_conditions

NOW = datetime(2026, 11, 21, 18, 40, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_BATCH = 40  # records, well below the wire's bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened to a line: `rate_at` gives Mbit/s of IP packets, None for a test that fails; `answers_at` the
    router's and the Internet's answers in a minute, None for a minute of which the probe has no record."""

    days: int = 2
    tests_per_day: int = 96
    rate_at: Callable[[datetime, Direction], float | None]
    answers_at: Callable[[datetime], tuple[str, str] | None]
    link_type: LinkType = LinkType.ETHERNET
    server: Server = field(default_factory=a_server)
    synchronised: bool = True


_AWAY_ON = 11  # a day of the month of which the probe has no record
_LONG_CUT = (datetime(2026, 11, 19, 8, tzinfo=UTC), datetime(2026, 11, 20, 17, tzinfo=UTC))
ALL, NONE = "############", "............"


def _good_rate(at: datetime, direction: Direction) -> float | None:
    wave = (at.minute * 7 + at.hour * 13 + at.day) % 23 / 23
    return 1004 + 12 * wave if direction is Direction.DOWNLOAD else 203 + 3 * wave


def _evening_slump(at: datetime, direction: Direction) -> float | None:
    if direction is Direction.DOWNLOAD and at.hour >= 12:
        return 210 + 9.0 * (at.minute % 20)
    return _good_rate(at, direction)


def _evenings(at: datetime, direction: Direction) -> float | None:
    """Slow from 20 to 23 on weekdays, worst on Fridays; well else."""
    good = _good_rate(at, direction) or 0.0
    if at.weekday() < 5 and at.hour in {20, 21, 22} and direction is Direction.DOWNLOAD:
        return good * (0.35 if at.weekday() == 4 else 0.55 + at.minute / 300)
    return None if at.day % 5 == 0 and _cut(at) else good


def _cut(at: datetime) -> bool:
    return at.hour in {9, 10} or (at.hour, at.minute) == (15, 30)


def _rate_with_cut(at: datetime, direction: Direction) -> float | None:
    return None if _cut(at) else _good_rate(at, direction)


def _answers_with_cut(at: datetime) -> tuple[str, str] | None:
    if 2 <= at.hour < 5:
        return None  # the machine slept
    return ALL, NONE if _cut(at) else ALL


GOOD = Story(rate_at=_good_rate, answers_at=lambda _: (ALL, ALL))
BREACHED = Story(rate_at=_evening_slump, answers_at=lambda _: (ALL, ALL))
OUTAGE = Story(rate_at=_rate_with_cut, answers_at=_answers_with_cut)
INSUFFICIENT = Story(
    rate_at=_good_rate, answers_at=lambda _: (ALL, ALL), link_type=LinkType.WIFI, tests_per_day=8, synchronised=False
)
LONG_CUT = Story(
    days=4,
    tests_per_day=24,
    rate_at=lambda at, direction: None if _LONG_CUT[0] <= at < _LONG_CUT[1] else _good_rate(at, direction),
    answers_at=lambda at: (ALL, NONE) if _LONG_CUT[0] <= at < _LONG_CUT[1] else (ALL, ALL),
)
WEEKS = Story(
    days=19,
    tests_per_day=24,
    rate_at=_evenings,
    answers_at=lambda at: None if at.day == _AWAY_ON else _answers_with_cut(at) if at.day % 5 == 0 else (ALL, ALL),
)
SILENT = Story(rate_at=_good_rate, answers_at=lambda _: None)
DEMONSTRATION = Story(
    rate_at=lambda at, direction: 30 * (_good_rate(at, direction) or 0),
    answers_at=lambda _: (ALL, ALL),
    days=1,
    server=a_server(url="ws://127.0.0.1:4443", address="127.0.0.1", demonstration=True),
)


def fill(home: Path, story: Story, *, until: datetime = NOW) -> Path:
    """A home whose journal holds the story's records up to `until`, as one probe on line `casa` sent them."""
    by = OKPKey.generate_key("Ed25519", private=True)
    journal = Journal(CollectorHome(home).journal)
    try:
        enrolled_at = until - timedelta(days=story.days)
        public = key.public_jwk(by)
        journal.enrol(Enrolled(probe="p1", line="casa", public_jwk=public, enrolled_at=enrolled_at))
        batches = [_accepted(records, by) for records in _in_batches(list(_records(story, until)))]
        if batches:
            journal.store(batches)
    finally:
        journal.close()
    return home


def _records(story: Story, until: datetime) -> Iterator[Record]:
    first = (until - timedelta(days=story.days)).replace(second=0, microsecond=0)
    minutes = int((until - first) / MINUTE)
    every = 1440 // story.tests_per_day
    sequence = 0
    for number in range(minutes):
        at = first + number * MINUTE
        bodies: list[tuple[datetime, Body]] = []
        answers = story.answers_at(at)
        if answers is not None:
            bodies.append((at, _minute(story, *answers)))
            if number % every == every // 2:
                bodies += [(at + _LATER[way], _test(story, at, way)) for way in Direction]
        for started_at, body in bodies:
            sequence += 1
            yield a_record(body=body, at=started_at, sequence=sequence, synchronised=story.synchronised)


_LATER = {Direction.DOWNLOAD: timedelta(seconds=8), Direction.UPLOAD: timedelta(seconds=24)}


def _minute(story: Story, router: str, internet: str) -> Reachability:
    loopback = story.server.demonstration
    name = "127.0.0.1" if loopback else "measure.example"
    targets = [
        a_target(target="192.168.1.1", role=Role.GATEWAY, answers=router),
        a_target(target=name, role=Role.SERVER, answers=internet, loopback=loopback),
    ]
    if not loopback:
        targets.append(a_target(target="198.51.100.9", answers=internet))
    return Reachability(interval_s=5.0, targets=tuple(targets))


def _test(story: Story, at: datetime, direction: Direction) -> Body:
    mbps = story.rate_at(at, direction)
    return a_speed_test(
        direction=direction,
        ip_mbps=mbps,
        failure=None if mbps is not None else Failure.TIMED_OUT,
        server=story.server,
        conditions=good_conditions(link_type=story.link_type),
        loaded_rtt_ms=None if mbps is None else 21.7,
    )


def _in_batches(records: list[Record]) -> Iterator[Sequence[Record]]:
    for start in range(0, len(records), _BATCH):
        yield records[start : start + _BATCH]


def _accepted(records: Sequence[Record], by: OKPKey) -> Accepted:
    encoded = [wire.encode_record(record) for record in records]
    signed = wire.seal_batch("casa", "p1", encoded, previous_sha256=None, key=by)
    return Accepted(
        batch=open_outline(signed, key=by),
        batch_sha256=wire.sha256(signed),
        signed=signed,
        received_at=records[-1].ended.at + timedelta(seconds=2),
    )
