"""Pure. All interruptions of one billing period together: more than 24 h known.

Knows no other billing period, and no money.
"""

from analysis.availability.billing import Billing
from analysis.availability.downtime import Downtime, Standing, seconds
from analysis.availability.single import missing_words
from analysis.clause import Rule
from analysis.finding import Figure, Finding, Verdict
from analysis.period import Period
from analysis.ruling import Bench, Conclusion, bounded
from analysis.wording import day, sentence, stretch

_S_PER_H = 3600


def accumulated(bench: Bench, rule: Rule, billing: Billing, away: Downtime) -> Finding:
    """Lei 16/2022, art. 129(1): more than the hours of `rule`, summed over the billing period and clipped to it."""
    limit_s, period = rule.number("hours") * _S_PER_H, billing.period
    low_s, high_s = bounds_s(billing.period, away)
    to_come_s = max(0.0, (period.end_at - max(bench.now, period.start_at)).total_seconds())
    verdict = bounded(low_s, high_s + to_come_s, limit_s)
    missing = _missing(away, period, limit_s, to_come_s) if verdict is Verdict.INSUFFICIENT else []
    figures: dict[str, Figure] = {
        "lower_s": low_s,
        "upper_s": high_s,
        "from_known_s": low_s,
        "from_observed_s": seconds(away.down(Standing.OPERATOR), period),
        **{f"{standing.value}_s": seconds(away.down(standing), period) for standing in Standing},
        "unobserved_s": max(0.0, high_s - seconds(_not_own(away), period)),
        "to_come_s": to_come_s,
        "contested": bool(seconds(away.down(Standing.CONTESTED), period)),
        "billing_day_assumed": billing.assumed,
        "missing": [*missing],
    }
    zone = bench.contract.line.zone
    said = sentence(
        f"availability.accumulated.{verdict.value}",
        start=day(period.start_at.astimezone(zone).date()),
        low=stretch(low_s),
        high=stretch(high_s, up=True),
        hours=str(rule.whole("hours")),
        missing=missing_words(missing),
    )
    ids = [name for one in away.interruptions if seconds(one.down(), period) for name in one.outage_ids]
    return bench.finding(
        rule, Conclusion(verdict=verdict, period=period, measured=figures, sentence=said, witnesses=ids)
    )


def bounds_s(period: Period, away: Downtime) -> tuple[float, float]:
    """Time without service in `period`: the operator's and known to it; and all that was not surely up."""
    return seconds(away.down(Standing.OPERATOR, known=True), period), seconds(away.dark, period)


def _missing(away: Downtime, period: Period, limit_s: float, to_come_s: float) -> list[str]:
    observed_s = seconds(away.down(Standing.OPERATOR), period)
    doubts = {"contested": Standing.CONTESTED, "cause": Standing.UNKNOWN}
    missing = ["report"] if observed_s > limit_s else []
    missing += [name for name, standing in doubts.items() if seconds(away.down(standing), period)]
    if seconds(away.dark, period) > limit_s and seconds(_not_own(away), period) <= limit_s:
        missing.append("unobserved")
    return missing + (["period_not_over"] if to_come_s else []) or ["unobserved"]


def _not_own(away: Downtime) -> list[tuple[int, int]]:
    return away.down(Standing.OPERATOR, Standing.CONTESTED, Standing.UNKNOWN)
