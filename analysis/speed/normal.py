"""Pure. `speed.normal`: was the normally available speed there for the promised share of the day?

Three proofs of a breach that share the error: an exact test on the share of slots below (`below`), the length of the
longest run below (`run`), and the extra tests together with the slots' own (`two_phase`). `run_bound_s` is shown and
decides nothing: it rests on an assumption; nor does the weighted share, whose error is not exact. Knows nothing of the
other speeds.
"""

from itertools import pairwise

from analysis.finding import Figure, Interval, Verdict
from analysis.speed.below import day_below
from analysis.speed.case import Case, Conclusion, Parts
from analysis.speed.evidence import Standing, Witness
from analysis.speed.missing import More, more_slots, what_is_missing
from analysis.speed.run import chance_at_most, length_needed, longest_below
from analysis.speed.share import day_at_least, day_at_most
from analysis.speed.two_phase import two_phase
from analysis.speed.weights import Drawn, weighted_share
from analysis.wording import Said, count, day, percent, say, sentence, speed, stretch


def decide(case: Case) -> Conclusion:
    """Met, breached or insufficient."""
    confidence, allowed = case.rule.number("confidence"), 1 - case.rule.number("share")
    at_least, at_most = day_below(case)
    proofs = _proofs(case, at_least)
    verdict = _verdict(at_most, allowed, proven=bool(proofs))
    below, tested = _counts(case)
    measured: dict[str, Figure] = {
        "below_count": below,
        "below_share": round(below / tested, 6) if tested else None,
        "reached_count": sum(slot.standing is Standing.REACHED for slot in case.slots),
        "longest_run": _run(case),
        "run_chance_at_most": round(chance_at_most(_run(case), _budget(case)), 6),
        "proofs": [*proofs],
        "run_bound_s": run_bound_s(case.witnesses, case.rule.whole("run_gap_s")),
        **_two_phase(case),
        **_weighted(case),
    }
    if verdict is Verdict.INSUFFICIENT:
        measured["missing"] = what_is_missing(case, more(case))
    return Conclusion(
        verdict=verdict,
        measured=measured,
        threshold={
            "share": case.rule.number("share"),
            "confidence": confidence,
            "breach_confidence": case.rule.number("breach_confidence"),
            "run_error": case.rule.number("run_error"),
            "run_needed": _run_needed(case),
            "run_gap_s": case.rule.whole("run_gap_s"),
            "two_phase_error": case.rule.number("two_phase_error"),
        },
        interval=Interval(round(at_least, 6), round(at_most, 6), confidence),
        sentence=sentence(f"normal.{_why(case, verdict, proofs)}", **_parts(case, at_least, at_most)),
    )


def more(case: Case) -> More:
    """What would prove a breach if every further test were below, and compliance if every one reached."""
    confidence, allowed = case.rule.number("confidence"), 1 - case.rule.number("share")
    (below, tested), for_breach = _counts(case), case.rule.number("breach_confidence")
    unreached = sum(slot.standing in {Standing.BELOW, Standing.UNSURE} for slot in case.slots)
    run_error = case.rule.number("run_error")

    def breached(n: int) -> bool:
        by_count = day_at_least(below + n - tested, n, n, for_breach) > allowed
        return by_count or chance_at_most(n - tested, allowed * n) <= run_error

    return More(
        for_breached=more_slots(breached, tested),
        for_met=more_slots(lambda n: day_at_most(unreached, n, n, confidence) < allowed, tested),
    )


def run_bound_s(witnesses: tuple[Witness, ...], gap_s: int) -> float:
    """Seconds below if the line stayed below between consecutive tests below, at most `gap_s` apart."""
    gaps = (
        (later.at - earlier.at).total_seconds()
        for earlier, later in pairwise(witnesses)
        if earlier.standing is later.standing is Standing.BELOW
    )
    return sum((gap for gap in gaps if gap <= gap_s), 0.0)


def _proofs(case: Case, at_least: float) -> tuple[str, ...]:
    """Those that hold, the first the one that the sentence tells."""
    phases = two_phase(case)
    holds = {
        "count": at_least > 1 - case.rule.number("share"),
        "run": _run(case) >= _run_needed(case),
        "two_phase": phases is not None and phases.chance <= case.rule.number("two_phase_error"),
    }
    return tuple(name for name, held in holds.items() if held)


def _two_phase(case: Case) -> dict[str, Figure]:
    """Empty where no extra test counts."""
    phases = two_phase(case)
    if phases is None:
        return {}
    return {
        "extra_count": phases.extra_count,
        "extra_below_count": phases.extra_below_count,
        "two_phase_below_count": phases.below_count,
        "two_phase_moments": phases.moments,
        "two_phase_expected_most": round(phases.expected_most, 6),
        "two_phase_chance_at_most": round(phases.chance, 6),
    }


def _weighted(case: Case) -> dict[str, Figure]:
    """The share of time below, each test weighted by its chance: shown, and decides nothing. Empty where no chance is
    known, or a test was in doubt.
    """
    drawn = [one for one in case.witnesses if one.tests_per_hour]
    if not drawn or any(one.standing is Standing.UNSURE for one in drawn):
        return {}
    estimate = weighted_share([Drawn(one.standing is Standing.BELOW, one.tests_per_hour or 0) for one in drawn])
    assert estimate is not None
    error = None if estimate.error is None else round(estimate.error, 6)
    return {"weighted_share": round(estimate.share, 6), "weighted_share_error": error, "weighted_count": len(drawn)}


def _verdict(at_most: float, allowed: float, *, proven: bool) -> Verdict:
    if proven:
        return Verdict.BREACHED
    return Verdict.MET if at_most < allowed else Verdict.INSUFFICIENT


def _run(case: Case) -> int:
    return longest_below([slot.standing for slot in case.slots if slot.standing and slot.period.end_at <= case.now])


def _budget(case: Case) -> float:
    """How many slots' time may be below."""
    return (1 - case.rule.number("share")) * len(case.slots)


def _run_needed(case: Case) -> int:
    return length_needed(_budget(case), case.rule.number("run_error"))


def _why(case: Case, verdict: Verdict, proofs: tuple[str, ...]) -> str:
    if verdict is Verdict.BREACHED and "count" not in proofs:
        return proofs[0]
    return "open" if verdict is Verdict.INSUFFICIENT and not case.over else verdict.value


def _counts(case: Case) -> tuple[int, int]:
    """Slots below, slots with a test."""
    standings = [slot.standing for slot in case.slots if slot.standing is not None]
    return sum(standing is Standing.BELOW for standing in standings), len(standings)


def _needed(missing: More) -> Said | str:
    if missing.for_breached is None or missing.for_met is None:
        return ""
    return say(
        "normal.needed",
        more_breached=count("more", missing.for_breached),
        more_met=count("more", missing.for_met),
    )


def _parts(case: Case, at_least: float, at_most: float) -> Parts:
    (below, tested), phases = _counts(case), two_phase(case)
    return {
        "day": day(case.on),
        "direction": case.direction.value,
        "speed": speed(case.threshold_bps),
        "below": str(below),
        "slots": str(tested),
        "run": str(_run(case)),
        "chance": percent(chance_at_most(_run(case), _budget(case)), up=True),
        "slot": stretch(case.slot_s),
        "both": "" if phases is None else str(phases.below_count),
        "moments": "" if phases is None else str(phases.moments),
        "both_chance": "" if phases is None else percent(phases.chance, up=True),
        "confidence": percent(case.rule.number("confidence")),
        "allowed": percent(1 - case.rule.number("share")),
        "at_least": percent(at_least),
        "at_most": percent(at_most, up=True),
        "needed": _needed(more(case)),
    }
