"""Pure. `speed.minimum`: did the line stay at or above its minimum?

Breached by tests below it, well apart and outside outages: one alone may be the exceptional and occasional congestion
that the clause excepts. Met when no test was below and the line can have been below for a small share of the day only.
Knows nothing of the other speeds.
"""

from datetime import timedelta

from analysis.finding import Figure, Interval, Verdict
from analysis.speed.below import day_below
from analysis.speed.case import Case, Conclusion, Parts
from analysis.speed.evidence import Standing, Witness
from analysis.speed.missing import More, more_slots, what_is_missing
from analysis.speed.share import day_at_most
from analysis.wording import count, day, moment, percent, say, sentence, speed, stretch


def decide(case: Case) -> Conclusion:
    """Met, breached or insufficient."""
    confidence, below_share = case.rule.number("confidence"), case.rule.number("below_share")
    wanted, separation_s = case.rule.whole("tests_below"), case.rule.whole("separation_s")
    below = tuple(witness for witness in case.witnesses if witness.standing is Standing.BELOW)
    at_least, at_most = day_below(case)
    apart = well_apart(below, separation_s)
    verdict, why = _verdict(case, below, enough=apart >= wanted, proven=at_most < below_share)
    measured: dict[str, Figure] = {
        "below_count": len(below),
        "below_apart_count": apart,
        "reached_count": sum(slot.standing is Standing.REACHED for slot in case.slots),
    }
    if verdict is Verdict.INSUFFICIENT:
        measured["missing"] = what_is_missing(case, more(case))
    return Conclusion(
        verdict=verdict,
        measured=measured,
        threshold={
            "tests_below": wanted,
            "separation_s": separation_s,
            "below_share": below_share,
            "confidence": confidence,
        },
        interval=Interval(round(at_least, 6), round(at_most, 6), confidence),
        sentence=sentence(f"minimum.{why}", **_parts(case, below, at_most)),
    )


def more(case: Case) -> More:
    """A breach takes tests below, well apart; compliance takes many at or above, and cannot be had after one below."""
    confidence, below_share = case.rule.number("confidence"), case.rule.number("below_share")
    below = tuple(witness for witness in case.witnesses if witness.standing is Standing.BELOW)
    tested = sum(slot.standing is not None for slot in case.slots)
    unreached = sum(slot.standing is Standing.UNSURE for slot in case.slots)
    for_met = more_slots(lambda n: day_at_most(unreached, n, n, confidence) < below_share, tested)
    apart = well_apart(below, case.rule.whole("separation_s"))
    return More(for_breached=case.rule.whole("tests_below") - apart, for_met=None if below else for_met)


def well_apart(below: tuple[Witness, ...], separation_s: int) -> int:
    """How many of `below`, sorted by time, lie at least `separation_s` from one another."""
    apart: list[Witness] = []
    for witness in below:
        if not apart or witness.at - apart[-1].at >= timedelta(seconds=separation_s):
            apart.append(witness)
    return len(apart)


def _verdict(case: Case, below: tuple[Witness, ...], *, enough: bool, proven: bool) -> tuple[Verdict, str]:
    if enough:
        return Verdict.BREACHED, "breached"
    if below:
        return Verdict.INSUFFICIENT, "second"
    if not case.over:
        return Verdict.INSUFFICIENT, "open"
    return (Verdict.MET, "met") if proven else (Verdict.INSUFFICIENT, "insufficient")


def _parts(case: Case, below: tuple[Witness, ...], at_most: float) -> Parts:
    lowest = min(case.witnesses, key=lambda one: one.bps)
    first, last = (below[0], below[-1]) if below else (lowest, lowest)
    day_s = case.period.duration.total_seconds()
    return {
        "day": day(case.on),
        "direction": case.direction.value,
        "speed": speed(case.threshold_bps),
        "layer": say(f"layer.{case.layer}"),
        "tests": count("tests", len(case.witnesses), direction=case.direction.value),
        "below": count("tests", len(below), direction=case.direction.value),
        "first": moment(first.at, case.zone),
        "last": moment(last.at, case.zone),
        "lowest": speed(lowest.bps),
        "separation": stretch(case.rule.whole("separation_s")),
        "confidence": percent(case.rule.number("confidence")),
        "at_most": stretch(at_most * day_s, up=True),
        "limit": stretch(case.rule.number("below_share") * day_s),
    }
