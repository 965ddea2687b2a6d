"""Pure. Every rule on the service being away, over one span of time.

Long interruptions get findings of their own; where none can have been long enough, one finding says so for the whole
time. Knows nothing of money.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from analysis.availability.accumulated import accumulated
from analysis.availability.billing import Billing
from analysis.availability.downtime import Downtime, Interruption, longest_s, seconds
from analysis.availability.single import consecutive, long, suspension
from analysis.case.case import Case, Works
from analysis.clause import Rule
from analysis.clocks import package_data
from analysis.clocks.term import due
from analysis.clocks.working_calendar import Calendar
from analysis.finding import Figure, Finding, Sentence, Verdict
from analysis.outage.stretch import Stretch, shared_us, stretch_of
from analysis.period import Period
from analysis.ruling import Bench, Conclusion
from analysis.speed_test_json import at as iso
from analysis.wording import instant, sentence, stretch

_S_PER_H = 3600
_SINGLE = {"availability.consecutive": consecutive, "availability.suspension": suspension}


def judge(
    bench: Bench,
    away: Downtime,
    billings: Sequence[Billing],
    asked: Period,
    calendar: Calendar,
    case: Case,
) -> tuple[Finding, ...]:
    """Interruptions and works that touch `asked`, and the billing periods given."""
    ours = [one for one in away.interruptions if one.period.clip(asked) is not None]
    return (
        *(finding for rule_id in _SINGLE for finding in _single(bench, rule_id, ours, billings, away)),
        *_long(bench, ours, calendar),
        *_accumulated(bench, billings, away),
        *(finding for one in case.works if one.period.clip(asked) if (finding := _notice(bench, one))),
    )


def _single(
    bench: Bench, rule_id: str, ours: Sequence[Interruption], billings: Sequence[Billing], away: Downtime
) -> Iterator[Finding]:
    inclusive = rule_id == "availability.suspension"
    found = []
    for one in ours:
        rule = bench.rule(rule_id, one.period.start_at)
        if rule is None:
            continue
        limit_s, high_s = rule.number("hours") * _S_PER_H, seconds(one.possible)
        if high_s > limit_s or (inclusive and high_s == limit_s):
            found.append(one)
            yield _SINGLE[rule_id](bench, rule, one)
    for billing in billings:
        rule = bench.rule(rule_id, billing.period.start_at)
        if rule is not None and not any(one.span.clip(billing.period) for one in found):
            yield _none_long(bench, rule, billing.period, away)


def _none_long(bench: Bench, rule: Rule, period: Period, away: Downtime) -> Finding:
    """No interruption that was seen can have lasted so long; *met* only if nothing unseen or to come can either."""
    longest, _ = longest_s([one for one in away.dark if _touches(one, period)], 0)
    limit_s = rule.number("hours") * _S_PER_H
    to_come_s = (period.end_at - max(bench.now, period.start_at)).total_seconds()
    key = "insufficient" if longest >= limit_s else "met" if to_come_s < 1 else "open"
    verdict = Verdict.MET if key == "met" else Verdict.INSUFFICIENT
    missing = {"met": [], "open": ["period_not_over"], "insufficient": ["unobserved"]}[key]
    said = sentence(f"availability.none_long.{key}", high=stretch(longest, up=True), hours=str(rule.whole("hours")))
    figures: dict[str, Figure] = {"lower_s": 0.0, "upper_s": longest, "missing": [*missing]}
    return bench.finding(rule, Conclusion(verdict=verdict, period=period, measured=figures, sentence=said))


def _touches(one: Stretch, asked: Period) -> bool:
    """Whether any of it lies in `asked`; it then counts whole: an interruption does not end where a question does."""
    return bool(shared_us([one], [stretch_of(asked)]))


def _long(bench: Bench, ours: Sequence[Interruption], calendar: Calendar) -> Iterator[Finding]:
    terms = package_data.rules()
    for one in ours:
        rule = bench.rule("availability.long", one.period.start_at)
        if one.reported_at is None or rule is None:
            continue
        if seconds(one.possible) <= timedelta(days=1).total_seconds():
            continue  # nobody asks of a short one whether it lasted for days
        reported_on = one.reported_at.astimezone(calendar.line.zone).date()
        term, other = terms.term("long-outage", reported_on), terms.term("long-outage-two-weeks", reported_on)
        if term is not None and other is not None:
            yield long(bench, rule, one, due(term, reported_on, calendar), due(other, reported_on, calendar))


def _accumulated(bench: Bench, billings: Sequence[Billing], away: Downtime) -> Iterator[Finding]:
    for billing in billings:
        rule = bench.rule("availability.accumulated", billing.period.start_at)
        if rule is not None:
            yield accumulated(bench, rule, billing, away)


def _notice(bench: Bench, works: Works) -> Finding | None:
    """NOS 12.2(a): announced works need notice. Its lack is flagged; notice does not stop the clocks."""
    rule = bench.rule("availability.notice", works.period.start_at)
    if rule is None:
        return None
    said_at, zone = works.announced_at, bench.contract.line.zone
    notice_s = None if said_at is None else (works.period.start_at - said_at).total_seconds()
    verdict = Verdict.INSUFFICIENT
    if notice_s is not None:
        verdict = Verdict.MET if notice_s >= rule.number("hours") * _S_PER_H else Verdict.BREACHED
    said: Sentence = sentence(
        f"availability.notice.{verdict.value}",
        start=instant(works.period.start_at, zone),
        notice=stretch(max(0.0, notice_s or 0.0)),
        hours=str(rule.whole("hours")),
    )
    figures: dict[str, Figure] = {
        "announced_at": None if said_at is None else iso(said_at),
        "notice_s": notice_s,
        "said_in": works.said_in,
    }
    return bench.finding(rule, Conclusion(verdict=verdict, period=works.period, measured=figures, sentence=said))
