"""Pure. Findings as points: what was concluded, and what falls due. Concludes nothing itself."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from zlib import crc32
from zoneinfo import ZoneInfo

from analysis.finding import Finding, Verdict
from analysis.period import local_day
from dashboards.grafana.judged.point import Place, Point, Value
from probe.units import epoch_us

_DUE_AT = ("deadline_at",)
_DUE_ON = ("due_on",)


def finding_points(findings: Iterable[Finding], place: Place) -> Iterator[Point]:
    """A point a finding, at the start of its period; findings of one rule that begin together stay apart by subject."""
    for one in findings:
        direction = one.direction.value if one.direction else ""
        yield Point(
            measurement="finding",
            tags=place.tags(rule=one.rule, direction=direction, profile=one.profile),
            fields={
                "verdict": one.verdict.value,
                **{verdict.value: int(one.verdict is verdict) for verdict in Verdict},
                "used_count": one.n_used,
                "excluded_count": sum(one.n_excluded.values()),
                "interval_low": None if one.interval is None else float(one.interval.low),
                "interval_high": None if one.interval is None else float(one.interval.high),
                "clause": one.clause,
                **_told(one),
            },
            at_ns=at_ns(one.period.start_at, one.subject),
        )


def deadline_points(findings: Iterable[Finding], place: Place, zone: ZoneInfo, now: datetime) -> Iterator[Point]:
    """A point for each finding that has a last moment, at that moment: the end of the day, where it names a day."""
    for one in findings:
        due_at = _due_at(one, zone)
        if due_at is not None:
            yield Point(
                measurement="deadline",
                tags=place.tags(rule=one.rule),
                fields={
                    "about": one.subject,
                    "left_s": (due_at - now).total_seconds(),
                    "open": int(one.verdict is Verdict.INSUFFICIENT),
                    "breached": int(one.verdict is Verdict.BREACHED),
                    "verdict": one.verdict.value,
                    **_told(one),
                },
                at_ns=at_ns(due_at, one.subject),
            )


def at_ns(at: datetime, subject: str | None = None) -> int:
    """The instant in nanoseconds, and below its microsecond a number made of `subject`, 0 where there is none."""
    return epoch_us(at) * 1000 + (0 if subject is None else 1 + crc32(subject.encode()) % 999)


def _told(one: Finding) -> dict[str, Value | None]:
    return {"id": one.id, "sentence_pt": one.sentence.pt, "sentence_en": one.sentence.en}


def _due_at(one: Finding, zone: ZoneInfo) -> datetime | None:
    for figures in (one.threshold, one.measured):
        for name in _DUE_AT:
            if isinstance(value := figures.get(name), str):
                return datetime.fromisoformat(value).astimezone(UTC)
        for name in _DUE_ON:
            if isinstance(value := figures.get(name), str):
                return local_day(date.fromisoformat(value), zone).end_at
    return None
