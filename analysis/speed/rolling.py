"""Pure. `speed.normal.rolling`: the promise of the normally available speed in other 24 hours than the civil day.

Windows of 24 elapsed hours that end in the day, a step apart back from its end. Each is judged as the day is, with its
part of the error (Bonferroni): whatever the line did, the chance that any of them accuses a line that kept every one
is no more than stated. Knows nothing of other speeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from analysis.clause import Rule
from analysis.finding import Figure, Interval, Verdict
from analysis.period import Period
from analysis.speed.below import day_below
from analysis.speed.case import Case, Conclusion
from analysis.speed.evidence import Standing
from analysis.speed.slots import Slot, cut
from analysis.wording import day, instant, percent, sentence, speed, stretch

LENGTH = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    period: Period
    slots: tuple[Slot, ...]
    at_least: float
    at_most: float

    @property
    def below(self) -> int:
        return sum(slot.standing is Standing.BELOW for slot in self.slots)

    @property
    def tested(self) -> int:
        return sum(slot.standing is not None for slot in self.slots)


def decide(case: Case) -> Conclusion:
    """Met, breached or insufficient. `case.witnesses` are those in `reach`; its `slots` are not looked at."""
    step = timedelta(seconds=case.rule.whole("step_s"))
    ends_at = ends(case.period, step)
    confidence = window_confidence(case.rule, len(ends_at))
    windows = [_window(case, end_at, confidence) for end_at in ends_at]
    worst = max(windows, key=lambda one: (one.at_least, one.at_most))
    allowed = 1 - case.rule.number("share")
    at_most = max(one.at_most for one in windows)
    verdict = verdict_of(worst.at_least, at_most, allowed)
    return Conclusion(
        verdict=verdict,
        measured=_measured(case, windows, worst, verdict),
        threshold={
            "share": case.rule.number("share"),
            "confidence": case.rule.number("confidence"),
            "window_confidence": round(confidence, 9),
            "step_s": case.rule.whole("step_s"),
        },
        interval=Interval(round(worst.at_least, 6), round(at_most, 6), case.rule.number("confidence")),
        sentence=sentence(
            f"rolling.{verdict.value if case.witnesses else 'no_tests'}",
            day=day(case.on),
            direction=case.direction.value,
            speed=speed(case.threshold_bps),
            end=instant(worst.period.end_at, case.zone),
            windows=str(len(windows)),
            below=str(worst.below),
            slots=str(worst.tested),
            slot=stretch(worst.slots[0].period.duration.total_seconds()),
            confidence=percent(case.rule.number("confidence")),
            allowed=percent(allowed),
            at_least=percent(worst.at_least),
            at_most=percent(at_most, up=True),
        ),
    )


def reach(period: Period, rule: Rule) -> Period:
    """From the start of the earliest window to the day's end: the tests that count."""
    return Period(min(ends(period, timedelta(seconds=rule.whole("step_s")))) - LENGTH, period.end_at)


def ends(period: Period, step: timedelta) -> tuple[datetime, ...]:
    """Where windows end, the latest first."""
    return tuple(period.end_at - number * step for number in range(-(-LENGTH // step)))


def window_confidence(rule: Rule, windows: int) -> float:
    """Of each limit of one of so many windows."""
    return 1 - (1 - rule.number("confidence")) / windows


def _window(case: Case, end_at: datetime, confidence: float) -> _Window:
    period = Period(end_at - LENGTH, end_at)
    lengths_s = case.rule.parameters["slot_lengths_s"].value
    assert isinstance(lengths_s, tuple)
    drawn = [one for one in case.witnesses if one.of_slot and one.at in period]
    slots = cut(period, drawn, lengths_s, case.rule.number("confidence"))
    at_least, at_most = day_below(replace(case, period=period, slots=slots), confidence)
    return _Window(period=period, slots=slots, at_least=at_least, at_most=at_most)


def _measured(case: Case, windows: Sequence[_Window], worst: _Window, verdict: Verdict) -> dict[str, Figure]:
    to_come = [slot for slot in worst.slots if slot.period.end_at > case.now]
    ended = [slot.standing for slot in worst.slots if slot.period.end_at <= case.now]
    measured: dict[str, Figure] = {
        "windows": len(windows),
        "window_start_at": worst.period.start_at.isoformat(),
        "window_end_at": worst.period.end_at.isoformat(),
        "below_count": worst.below,
        "below_share": round(worst.below / worst.tested, 6) if worst.tested else None,
        "slot_s": worst.slots[0].period.duration.total_seconds(),
        "slots_total": len(worst.slots),
        "slots_tested": worst.tested,
        "slots_ended_tested": sum(standing is not None for standing in ended),
        "slots_below": ended.count(Standing.BELOW),
        "slots_to_come": len(to_come),
    }
    if verdict is Verdict.INSUFFICIENT:
        measured["missing"] = {"windows_undecided": len(windows), "until": _until(case)}
    return measured


def _until(case: Case) -> str | None:
    return None if case.over else case.period.end_at.astimezone(case.zone).isoformat()


def verdict_of(at_least: float, at_most: float, allowed: float) -> Verdict:
    """Of one window, or of several by the largest of their limits."""
    if at_least > allowed:
        return Verdict.BREACHED
    return Verdict.MET if at_most < allowed else Verdict.INSUFFICIENT
