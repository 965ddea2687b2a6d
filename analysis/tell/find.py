"""Pure. Findings, outages and deadlines as news. Judges nothing: it counts days that were judged.

Knows nothing of what was told already.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from analysis.case.due import Due, near
from analysis.finding import Finding, Verdict
from analysis.outage.outage import Concern, Outage
from analysis.outage.words import verdict_words
from analysis.tell.news import Kind, News, Wishes
from analysis.wording import Said, day, instant, sentence, stretch

_DAILY = ("speed.maximum", "speed.normal", "speed.minimum")
_DECIDED = frozenset({Verdict.MET, Verdict.BREACHED})


def breaches(findings: Sequence[Finding], wishes: Wishes) -> Iterator[News]:
    """Of each rule and direction: the days in a row that were broken last, and that it was kept again."""
    series: dict[tuple[str, str], list[Finding]] = {}
    for one in sorted(findings, key=lambda one: one.period.start_at):
        if one.rule in _DAILY and one.verdict in _DECIDED and one.local_day is not None:
            series.setdefault((one.rule, str(one.direction or "")), []).append(one)
    for (rule, way), judged in series.items():
        run: list[Finding] = []
        for one in judged:
            if one.verdict is Verdict.BREACHED:
                run.append(one)
            elif len(run) >= wishes.days:
                yield from _breach(rule, way, run, wishes)
                yield _recovery(rule, way, run, one)
                run = []
            else:
                run = []
        if len(run) >= wishes.days:
            yield from _breach(rule, way, run, wishes)


def _breach(rule: str, way: str, run: Sequence[Finding], wishes: Wishes) -> Iterator[News]:
    last = run[wishes.days - 1]  # the day that confirmed it
    yield News(
        key=f"breach:{rule}:{way}:{run[0].local_day}",
        kind=Kind.BREACH,
        at=last.period.end_at,
        sentence=sentence("tell.breach", n=str(wishes.days), said=_said(last), clause=last.clause),
    )


def _recovery(rule: str, way: str, run: Sequence[Finding], good: Finding) -> News:
    breach = f"breach:{rule}:{way}:{run[0].local_day}"
    return News(
        key=f"recovery:{breach}",
        kind=Kind.RECOVERY,
        at=good.period.end_at,
        sentence=sentence("tell.recovery", n=str(len(run)), said=_said(good)),
        after=breach,
    )


def outages(found: Sequence[Outage], wishes: Wishes, zone: ZoneInfo) -> Iterator[News]:
    """Each outage of the line that is long enough, and its end once that is known."""
    for one in found:
        if one.concern is not Concern.LINE or one.down_s_lower < wishes.outage_s:
            continue
        start_at = one.down[0].start_at
        key = f"outage:{one.id}"
        parts: dict[str, Said | str] = {"start": instant(start_at, zone), "cause": verdict_words(one)}
        yield News(key=key, kind=Kind.OUTAGE, at=start_at, sentence=sentence("tell.outage", **parts))
        if one.end.later_at is not None:
            lasted = stretch(one.down_s_lower)
            said = sentence("tell.outage_over", lasted=lasted, **parts)
            yield News(key=f"over:{key}", kind=Kind.OUTAGE_OVER, at=one.end.later_at, sentence=said, after=key)


def deadlines(found: Sequence[Due], now: datetime, wishes: Wishes, zone: ZoneInfo) -> Iterator[News]:
    """Those that are near: of a clock with several readings, the primary one's."""
    for one in near(found, now, wishes.ahead):
        primary = one.finding.measured.get("primary")
        if one.reading and one.reading != primary:
            continue
        when = day(one.on) if one.on is not None else instant(one.at, zone)
        said = sentence("tell.deadline", when=when, said=_said(one.finding), clause=one.finding.clause)
        yield News(key=f"deadline:{one.finding.id}:{one.reading}", kind=Kind.DEADLINE, at=now, sentence=said)


def _said(finding: Finding) -> Said:
    return Said(pt=finding.sentence.pt, en=finding.sentence.en)
