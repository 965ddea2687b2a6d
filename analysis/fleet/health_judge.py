"""Pure. What is amiss with a probe, from what the store knows of it and what its newest records say.

Knows nothing of stores, clocks or groups: the time is handed in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from analysis.fleet.health import Health, Lately, Level, Limit, Sign, SignName
from analysis.fleet.health_limits import limits
from analysis.wording import Said, sentence, stretch
from collector.envelope import ProbeState, StoredRecord
from probe.body.notice import Notice, NoticeKind
from probe.wire import Status

_RANK = {level: rank for rank, level in enumerate(Level)}
_VERSION = re.compile(r"(\d+(?:\.\d+)*)")
_MB = 1_000_000
Version = tuple[int, ...]


def lately(records: Iterable[StoredRecord]) -> Lately:
    """What one probe's newest records say; in any order, may be none."""
    ordered = sorted(records, key=lambda stored: stored.record.sequence)
    if not ordered:
        return Lately()
    newest = ordered[-1]
    stamp = newest.record.ended
    ahead_s = max((one.record.started.at - one.received_at).total_seconds() for one in ordered)
    return Lately(
        software=newest.record.software,
        synchronised=stamp.synchronised,
        error_ms=stamp.error_ms,
        delay_s=max((newest.received_at - stamp.at).total_seconds(), 0.0),
        ahead_s=max(ahead_s, 0.0),
        notices=tuple(
            (body.kind, one.record.started.at, body.seconds)
            for one in ordered
            if isinstance(body := one.record.body, Notice)
        ),
    )


def judge(state: ProbeState, said: Lately, now: datetime, *, newest: str | None = None) -> Health:
    """How a probe is at `now`. `newest`: the newest software in its fleet, None where that is not known."""
    found = [*_of_word(state, now), *_of_clock(said, state), *_of_spool(said), *_of_version(said, newest)]
    if state.last_received_at is not None and said.delay_s is not None:
        found += _over(SignName.LATE, said.delay_s, since=None)
    signs = sorted(found, key=lambda sign: (-_RANK[sign.level], list(SignName).index(sign.name)))
    return Health(
        probe=state.probe,
        line=state.line,
        level=signs[0].level if signs else Level.WELL,
        last_received_at=state.last_received_at,
        software=said.software,
        signs=tuple(signs),
    )


def judge_disk(free_bytes: int) -> tuple[Sign, ...]:
    """What is to be said of the collector's own disk; mostly nothing."""
    limit = limits()[SignName.COLLECTOR_DISK]
    if free_bytes >= limit.value:
        return ()
    return (_sign(limit, free_bytes, since=None, amount=str(free_bytes // _MB)),)


def newest_software(said: Iterable[Lately]) -> str | None:
    """The software of the highest version among those that name one."""
    named = [one.software for one in said if one.software is not None and version_of(one.software)]
    return max(named, key=version_of, default=None)


def version_of(software: str) -> Version:
    """The numbers of a version; empty where there are none.

    >>> version_of("prova 0.10.2")
    (0, 10, 2)
    """
    found = _VERSION.search(software)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def count_by_level(found: Sequence[Health]) -> Mapping[Level, int]:
    """How many probes are how; every level is there."""
    return {level: sum(one.level is level for one in found) for level in Level}


def _of_word(state: ProbeState, now: datetime) -> Iterator[Sign]:
    """Whether it is heard."""
    heard_at = state.last_received_at
    if heard_at is None:
        yield from _over(SignName.NEVER, _seconds(state.enrolled_at, now), since=state.enrolled_at)
    elif state.status is Status.SLEEPING and state.status_at is not None:
        since = state.status_at
        long = tuple(_over(SignName.ASLEEP_LONG, _seconds(since, now), since=since))
        yield from long or _over(SignName.ASLEEP, _seconds(since, now), since=since)
    else:
        yield from _over(SignName.SILENT, _seconds(heard_at, now), since=heard_at)


def _of_clock(said: Lately, state: ProbeState) -> Iterator[Sign]:
    known = limits()
    if said.synchronised is False:
        yield _sign(known[SignName.CLOCK], None, since=state.last_record_at)
    if said.error_ms is not None and said.error_ms > known[SignName.CLOCK_ERROR].value:
        limit = known[SignName.CLOCK_ERROR]
        yield _sign(limit, said.error_ms, since=state.last_record_at, amount=f"{said.error_ms:.0f}")
    if said.ahead_s is not None:
        yield from _over(SignName.CLOCK_AHEAD, said.ahead_s, since=None)
    steps = [(at, abs(seconds)) for kind, at, seconds in said.notices if kind is NoticeKind.CLOCK_STEPPED and seconds]
    if steps:
        at, most_s = max(steps, key=lambda one: one[1])
        yield from _over(SignName.STEPPED, most_s, since=at)


def _of_spool(said: Lately) -> Iterator[Sign]:
    kinds = {NoticeKind.HEARTBEATS_STOPPED, NoticeKind.HEARTBEATS_RESUMED}
    turns = [(kind, at) for kind, at, _ in said.notices if kind in kinds]
    if turns and turns[-1][0] is NoticeKind.HEARTBEATS_STOPPED:
        yield _sign(limits()[SignName.HEARTBEATS_STOPPED], None, since=turns[-1][1])
    thinned = [at for kind, at, _ in said.notices if kind is NoticeKind.THINNED]
    if thinned:
        yield _sign(limits()[SignName.THINNED], len(thinned), since=thinned[0])


def _of_version(said: Lately, newest: str | None) -> Iterator[Sign]:
    if said.software is None or newest is None or not version_of(said.software):
        return
    if version_of(said.software) < version_of(newest):
        yield _sign(limits()[SignName.VERSION], None, since=None, own=said.software, newest=newest)


def _over(name: SignName, value_s: float, *, since: datetime | None) -> Iterator[Sign]:
    """A sign where a time is beyond its limit."""
    limit = limits()[name]
    if value_s > limit.value:
        yield _sign(limit, value_s, since=since, time=stretch(value_s))


def _sign(limit: Limit, value: float | None, *, since: datetime | None, **parts: Said | str) -> Sign:
    return Sign(
        name=SignName(limit.name),
        level=limit.level,
        since_at=since,
        value=value,
        limit=limit,
        sentence=sentence(f"health.{limit.name}", **parts),
    )


def _seconds(since: datetime, now: datetime) -> float:
    return max((now - since) / timedelta(seconds=1), 0.0)
