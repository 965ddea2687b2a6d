"""Pure. `speed.maximum`: was the maximum speed attained at least once in the day?

Met by one test that reached it. Breached only when the day is over, no test reached it or came too close to tell, and
the tests are so many and so well spread that the line can have been at its maximum for a small share of the day only.
Knows nothing of the other speeds.
"""

from analysis.finding import Figure, Interval, Verdict
from analysis.speed.case import Case, Conclusion, Parts
from analysis.speed.evidence import Standing
from analysis.speed.missing import More, more_slots, what_is_missing
from analysis.speed.share import day_at_most
from analysis.wording import count, day, moment, percent, say, sentence, speed, stretch


def decide(case: Case) -> Conclusion:
    """Met, breached or insufficient."""
    confidence, unseen_share = case.rule.number("confidence"), case.rule.number("unseen_share")
    tested = sum(slot.standing is not None for slot in case.slots)
    at_most = day_at_most(0, tested, len(case.slots), confidence)
    standings = {witness.standing for witness in case.witnesses}
    verdict, why = _verdict(case, standings, at_most, unseen_share)
    measured: dict[str, Figure] = {"reached_count": sum(one.standing is Standing.REACHED for one in case.witnesses)}
    if verdict is not Verdict.MET:
        measured["unsure_count"] = sum(one.standing is Standing.UNSURE for one in case.witnesses)
    if standings == {Standing.BELOW}:
        measured["share_at_maximum_at_most"] = round(at_most, 6)
    if verdict is Verdict.INSUFFICIENT:
        measured["missing"] = what_is_missing(case, more(case))
    return Conclusion(
        verdict=verdict,
        measured=measured,
        threshold={"unseen_share": unseen_share, "confidence": confidence},
        interval=Interval(0.0, round(at_most, 6), confidence) if standings == {Standing.BELOW} else None,
        sentence=sentence(f"maximum.{why}", **_parts(case, at_most, unseen_share)),
    )


def more(case: Case) -> More:
    """One test that reaches it proves the maximum; a breach takes many, unless one came too close already."""
    confidence, unseen_share = case.rule.number("confidence"), case.rule.number("unseen_share")
    tested = sum(slot.standing is not None for slot in case.slots)
    close = any(witness.standing is Standing.UNSURE for witness in case.witnesses)
    for_breached = more_slots(lambda n: day_at_most(0, n, n, confidence) <= unseen_share, tested)
    return More(for_breached=None if close else for_breached, for_met=1)


def _verdict(case: Case, standings: set[Standing], at_most: float, unseen_share: float) -> tuple[Verdict, str]:
    if Standing.REACHED in standings:
        return Verdict.MET, "met"
    if not case.over:
        return Verdict.INSUFFICIENT, "open"
    if Standing.UNSURE in standings:
        return Verdict.INSUFFICIENT, "close"
    if at_most <= unseen_share:
        return Verdict.BREACHED, "breached"
    return Verdict.INSUFFICIENT, "insufficient"


def _parts(case: Case, at_most: float, unseen_share: float) -> Parts:
    best = max(case.witnesses, key=lambda one: one.bps)
    day_s = case.period.duration.total_seconds()
    return {
        "day": day(case.on),
        "direction": case.direction.value,
        "speed": speed(case.threshold_bps),
        "layer": say(f"layer.{case.layer}"),
        "tests": count("tests", len(case.witnesses), direction=case.direction.value),
        "best": speed(best.bps),
        "at": moment(best.at, case.zone),
        "confidence": percent(case.rule.number("confidence")),
        "at_most": stretch(at_most * day_s, up=True),
        "limit": stretch(unseen_share * day_s),
    }
