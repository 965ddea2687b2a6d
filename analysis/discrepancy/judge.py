"""Pure. `speed.discrepancy`: was the speed over the whole period significantly below, continuously or regularly?

Significant is a level below the promised speed; continuous is a number of bad days, bounded from below; regularly
recurring is fewer of them with a pattern by hour or weekday. The two ways to accuse share the stated error. No result
here comes of a monitoring mechanism certified by the regulator, and every sentence says so. Knows nothing of how a day
is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import stdev

from analysis.clause import Rule
from analysis.contract import Contract
from analysis.discrepancy.bad_days import SurelyBad, bad_days_at_least, surely_bad
from analysis.discrepancy.day_count import DayCount
from analysis.discrepancy.pattern import HOURS, QUESTIONS, Pattern, patterns
from analysis.finding import Figure, Finding, Interval, Sentence, Verdict
from analysis.period import Period
from analysis.speed.evidence import Evidence, excluded_together
from analysis.speed.share import day_at_least, day_at_most
from analysis.wording import Said, count, day, percent, say, sentence, speed
from probe.body.speed_test import Direction

_MOST_DAYS = 400  # more than this is not a period that anybody asks about


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """`days`: every local day of `period` that is over and had terms stating the speed, in order. `passed_over`: tests
    of the others.
    """

    contract: Contract
    period: Period
    profile: str
    rule: Rule
    direction: Direction
    days: tuple[DayCount, ...]
    passed_over: int = 0
    compared: Sequence[Figure] = ()

    @property
    def bad(self) -> int:
        """Days each of which is called bad."""
        return sum(one.is_bad for one in self.days)


def judge(held: Held) -> Finding:
    """Breached, met, insufficient; not applicable where no day had terms that state the speed."""
    rule = held.rule
    if not held.days or held.contract.technology not in rule.technologies:
        return _finding(held, Verdict.NOT_APPLICABLE, {}, _said(held, "not_applicable"))
    at_least, at_most = _time_below(held)
    surely = _surely(held)
    found = patterns(held.days, rule.whole("least_days"), 1 - rule.number("claim_confidence"))
    verdict, why = _verdict(held, surely.at_least, found, at_most)
    measured: dict[str, Figure] = {
        "certified": False,
        "days": len(held.days),
        "days_tested": sum(one.tested > 0 for one in held.days),
        "days_called_bad": held.bad,
        "days_bad_at_least": surely.at_least,
        "days_bad_by_calls": surely.by_calls,
        "days_bad_by_sum": surely.by_sum,
        "slots_below": sum(one.below_count for one in held.days),
        "slots_total": sum(one.slots for one in held.days),
        "bad_days": [one.on.isoformat() for one in held.days if one.is_bad],
        "by_day": [{"on": one.on.isoformat(), "slots_below": one.below_count, "slots": one.slots} for one in held.days],
        "patterns": [_told(one) for one in found],
        "by_hour": _by_hour(held.days),
        **_mean(held.days),
        "compared": list(held.compared),
    }
    if verdict is Verdict.INSUFFICIENT:
        measured["missing"] = _missing(held)
    interval = Interval(round(at_least, 6), round(at_most, 6), rule.number("confidence"))
    return _finding(held, verdict, measured, _said(held, why, surely.at_least, found, at_most), interval)


def _surely(held: Held) -> SurelyBad:
    return surely_bad(
        held.days,
        day_error=1 - held.rule.number("day_confidence"),
        allowed_share=held.rule.number("allowed_share"),
        confidence=held.rule.number("claim_confidence"),
    )


def _surely_called(bad: int, days: int, rule: Rule) -> int:
    """By calls alone, with its half of the error."""
    return bad_days_at_least(bad, days, 1 - rule.number("day_confidence"), (1 + rule.number("claim_confidence")) / 2)


def _continuous_from(days: int, rule: Rule) -> int:
    """So many bad days are called continuous."""
    return max(rule.whole("least_days"), ceil(round(rule.number("continuous_share") * days, 9)))


def _verdict(held: Held, surely: int, found: Sequence[Pattern], at_most: float) -> tuple[Verdict, str]:
    if surely >= _continuous_from(len(held.days), held.rule):
        return Verdict.BREACHED, "continuous"
    if found and surely >= held.rule.whole("least_days"):
        return Verdict.BREACHED, "recurring"
    enough = len(held.days) >= held.rule.whole("least_days")
    if enough and not surely and not found and at_most < held.rule.number("allowed_share"):
        return Verdict.MET, "met"
    return Verdict.INSUFFICIENT, "insufficient" if any(one.tested for one in held.days) else "no_tests"


def _time_below(held: Held) -> tuple[float, float]:
    """The share of all these days' time, at least and at most: the slots of the commonest length as one draw.

    Other time counts as good for the first and as bad for the second.
    """
    lengths = [one.slot_s for one in held.days if one.tested]
    if not lengths:
        return 0.0, 1.0
    common = max(sorted(set(lengths)), key=lengths.count)
    alike = [one for one in held.days if one.tested and one.slot_s == common]
    all_s = sum(one.slots * one.slot_s for one in held.days)
    total, confidence = round(all_s / common), held.rule.number("confidence")
    tested = sum(one.tested for one in alike)
    return (
        day_at_least(sum(one.below_count for one in alike), tested, total, confidence),
        day_at_most(sum(one.not_reached_count for one in alike), tested, max(total, tested), confidence),
    )


def _mean(days: Sequence[DayCount]) -> dict[str, Figure]:
    """The mean of the days' shares, with its standard error by days (the clusters): shown, and decides nothing."""
    shares = [share for one in days if (share := one.below_share) is not None]
    if not shares:
        return {"day_mean_below_share": None, "day_mean_error": None}
    error = stdev(shares) / sqrt(len(shares)) if len(shares) > 1 else None
    return {
        "day_mean_below_share": round(sum(shares) / len(shares), 6),
        "day_mean_error": None if error is None else round(error, 6),
    }


def _by_hour(days: Sequence[DayCount]) -> list[Figure]:
    hours = ((hour, [one.hours[hour] for one in days if hour in one.hours]) for hour in range(HOURS))
    return [{"hour": hour, "days": len(low), "days_below": sum(low)} for hour, low in hours if low]


def _told(pattern: Pattern) -> Figure:
    return {
        "what": pattern.what,
        "days": pattern.days,
        "days_below": pattern.low_days,
        "chance": float(f"{pattern.chance:.3g}"),
    }


def _missing(held: Held) -> Figure:
    """`days_for_breached`: the fewest further days, each called bad, that would prove it continuous."""
    days = len(held.days)
    further = next(
        (
            more
            for more in range(1, _MOST_DAYS)
            if _surely_called(held.bad + more, days + more, held.rule) >= _continuous_from(days + more, held.rule)
        ),
        None,
    )
    untested: list[Figure] = [one.on.isoformat() for one in held.days if not one.tested]
    return {"days_for_breached": further, "days_untested": untested}


def _finding(
    held: Held, verdict: Verdict, measured: dict[str, Figure], said: Sentence, interval: Interval | None = None
) -> Finding:
    rule, evidence = held.rule, [one.evidence for one in held.days] if measured else []
    levels = sorted({one.level_bps for one in held.days})
    names = ("allowed_share", "day_confidence", "claim_confidence", "confidence", "continuous_share", "level_share")
    witnesses = tuple(sorted(witness.record_id for one in evidence for witness in one.witnesses))
    threshold: dict[str, Figure] = {
        "bps": levels[0] if len(levels) == 1 else None,
        "levels_bps": [*levels],
        "layer": str(rule.parameters["layer"].value),
        "least_days": rule.whole("least_days"),
        "questions": QUESTIONS,
        **{name: rule.number(name) for name in names},
        "continuous_days": _continuous_from(len(held.days), rule),
    }
    return Finding(
        line=held.contract.line.id,
        rule=rule.id,
        rule_version=rule.version,
        profile=held.profile,
        clause=rule.clause,
        direction=held.direction,
        period=held.period,
        local_day=None,
        verdict=verdict,
        measured=measured,
        threshold=threshold if measured else {},
        n_used=len(witnesses),
        n_excluded=_excluded(held, evidence),
        interval=interval,
        witnesses=witnesses,
        sentence=said,
    )


def _excluded(held: Held, evidence: Sequence[Evidence]) -> dict[str, int]:
    together = excluded_together(evidence)
    return {"day_not_judged": held.passed_over, **together} if held.passed_over and evidence else together


def _said(held: Held, why: str, surely: int = 0, found: Sequence[Pattern] = (), at_most: float = 1.0) -> Sentence:
    parts: dict[str, Said | str] = {
        "direction": held.direction.value,
        "not_certified": say("discrepancy.not_certified"),
    }
    if held.days:
        parts |= {
            "first": day(held.days[0].on),
            "last": day(held.days[-1].on),
            "speed": speed(held.days[-1].level_bps),
            "days": count("days", len(held.days)),
            "bad": str(held.bad),
            "surely": str(surely),
            "allowed": percent(held.rule.number("allowed_share")),
            "at_most": percent(at_most, up=True),
            "pattern": _clearest(found),
        }
    return sentence(f"discrepancy.{why}", **parts)


def _clearest(found: Sequence[Pattern]) -> Said | str:
    if not found:
        return ""
    kind, which, *group = min(found, key=lambda one: one.chance).what.split(":")
    if kind == "weekday":
        return say(f"discrepancy.weekday_{which}")
    return say(f"discrepancy.hour_{group[0]}", hour=which)
