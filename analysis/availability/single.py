"""Pure. One interruption against the rules on a single one: more than 24 h known, 24 h suspended, 15 days reported.

Knows no other interruption, and no money.
"""

from collections.abc import Sequence

from analysis.availability.downtime import Interruption, Standing, longest_s, runs, seconds
from analysis.clause import Rule
from analysis.clocks.term import Due
from analysis.finding import Figure, Finding, Sentence, Verdict
from analysis.outage.stretch import Stretch
from analysis.ruling import Bench, Conclusion, bounded
from analysis.speed_test_json import at as iso
from analysis.wording import Said, day, instant, say, sentence, stretch
from probe.units import at_epoch_us, epoch_us

_S_PER_H = 3600


def consecutive(bench: Bench, rule: Rule, one: Interruption) -> Finding:
    """Lei 16/2022, art. 129(1) and (2): more than the hours of `rule`, from when the operator knew."""
    limit_s, bridge_s = rule.number("hours") * _S_PER_H, rule.number("bridge_s")
    low_s, run = longest_s(one.down(Standing.OPERATOR, known=True), bridge_s)
    high_s = seconds(one.possible)
    verdict = bounded(low_s, high_s, limit_s)
    missing = what_is_missing(one, low_s, limit_s, bridge_s) if verdict is Verdict.INSUFFICIENT else []
    said = _said("consecutive", verdict, _parts(bench, one, low_s, high_s, rule), missing)
    figures: dict[str, Figure] = {"lower_s": low_s, "upper_s": high_s, "run": _run(run), "missing": [*missing]}
    return bench.finding(rule, _conclusion(one, verdict, {**_figures(one, bridge_s), **figures}, said))


def suspension(bench: Bench, rule: Rule, one: Interruption) -> Finding:
    """Lei 16/2022, art. 113(1)(l): the hours of `rule` or more, from the first miss, whoever knew."""
    limit_s, bridge_s = rule.number("hours") * _S_PER_H, rule.number("bridge_s")
    low_s, run = longest_s(one.down(Standing.OPERATOR), bridge_s)
    high_s = seconds(one.possible)
    verdict = bounded(low_s, high_s, limit_s, inclusive=True)
    missing = []
    if verdict is Verdict.INSUFFICIENT:
        missing = [name for name in what_is_missing(one, low_s, limit_s, bridge_s) if name != "report"] or [
            "unobserved"
        ]
    said = _said("suspension", verdict, _parts(bench, one, low_s, high_s, rule), missing)
    figures: dict[str, Figure] = {"lower_s": low_s, "upper_s": high_s, "run": _run(run), "missing": [*missing]}
    return bench.finding(rule, _conclusion(one, verdict, {**_figures(one, bridge_s), **figures}, said))


def long(bench: Bench, rule: Rule, one: Interruption, due: Due, alternative: Due) -> Finding:
    """Lei 16/2022, art. 129(5): still down when the days of `due`, counted from the report, are over."""
    assert one.reported_at is not None
    bridge_s = rule.number("bridge_s")
    deadline_us, reported_us = epoch_us(due.last_at), epoch_us(one.reported_at)
    run = next(
        (
            run
            for run in runs(one.down(Standing.OPERATOR), bridge_s)
            if run[-1][1] > deadline_us and run[0][0] <= reported_us + bridge_s * 1_000_000
        ),
        None,
    )
    last_possible_at = one.span.end_at
    verdict = Verdict.BREACHED if run is not None else Verdict.INSUFFICIENT
    if run is None and one.restored_at is not None and last_possible_at <= due.last_at:
        verdict = Verdict.MET
    figures: dict[str, Figure] = {
        "reported_at": iso(one.reported_at),
        "deadline_at": iso(due.last_at),
        "alternative_deadline_at": iso(alternative.last_at),
        "still_down_at": None if run is None else iso(at_epoch_us(run[-1][1])),
        "restored_at": None if one.restored_at is None else iso(one.restored_at),
        "ends_whole_bundle": True,
        "missing": _long_missing(one, verdict, deadline_us, bridge_s),
    }
    zone = bench.contract.line.zone
    said = sentence(
        f"availability.long.{verdict.value}",
        start=day(one.period.start_at.astimezone(zone).date()),
        reported=instant(one.reported_at, zone),
        deadline=instant(due.last_at, zone),
        days=str(rule.whole("days")),
    )
    return bench.finding(rule, _conclusion(one, verdict, {**_figures(one, bridge_s), **figures}, said))


def _long_missing(one: Interruption, verdict: Verdict, deadline_us: int, bridge_s: float) -> list[Figure]:
    if verdict is not Verdict.INSUFFICIENT:
        return []
    if epoch_us(one.span.end_at) <= deadline_us:
        return ["term_not_over"]
    return [*_doubts(one, bridge_s)] or ["unobserved"]


def what_is_missing(one: Interruption, low_s: float, limit_s: float, bridge_s: float) -> list[str]:
    """What would have to be known for a breach: a report, whose it was, or what went on while nobody watched."""
    missing = []
    if longest_s(one.down(Standing.OPERATOR), bridge_s)[0] > limit_s >= low_s:
        missing.append("report")
    missing += _doubts(one, bridge_s)
    if seconds(one.possible) > seconds(one.down()) + bridge_s and not missing:
        missing.append("unobserved")
    return missing or ["report"]


def _doubts(one: Interruption, bridge_s: float) -> list[str]:
    doubts = {"contested": Standing.CONTESTED, "cause": Standing.UNKNOWN}
    return [name for name, standing in doubts.items() if seconds(one.down(standing)) > bridge_s]


def _figures(one: Interruption, bridge_s: float) -> dict[str, Figure]:
    by_standing: dict[str, Figure] = {f"{standing.value}_s": seconds(one.down(standing)) for standing in Standing}
    return {
        "known_at": None if one.known_at is None else iso(one.known_at),
        "observed_at": iso(one.period.start_at),
        "from_known_s": longest_s(one.down(Standing.OPERATOR, known=True), bridge_s)[0],
        "from_observed_s": longest_s(one.down(Standing.OPERATOR), bridge_s)[0],
        **by_standing,
        "unobserved_s": max(0.0, seconds(one.possible) - seconds(one.down(*_NOT_OWN))),
        "contested": bool(one.down(Standing.CONTESTED)),
    }


_NOT_OWN = (Standing.OPERATOR, Standing.CONTESTED, Standing.UNKNOWN)


def _conclusion(one: Interruption, verdict: Verdict, figures: dict[str, Figure], said: Sentence) -> Conclusion:
    return Conclusion(verdict=verdict, period=one.period, measured=figures, sentence=said, witnesses=one.outage_ids)


def _parts(bench: Bench, one: Interruption, low_s: float, high_s: float, rule: Rule) -> dict[str, Said | str]:
    zone = bench.contract.line.zone
    return {
        "start": instant(one.period.start_at, zone),
        "known": say("availability.not_known") if one.known_at is None else instant(one.known_at, zone),
        "low": stretch(low_s),
        "high": stretch(high_s, up=True),
        "hours": str(rule.whole("hours")),
    }


def _said(name: str, verdict: Verdict, parts: dict[str, Said | str], missing: Sequence[str]) -> Sentence:
    return sentence(f"availability.{name}.{verdict.value}", **parts, missing=missing_words(missing))


def missing_words(missing: Sequence[str]) -> Said:
    """What is missing, as one clause after another."""
    said = [say(f"availability.missing.{name}") for name in missing]
    return Said(pt="; ".join(one.pt for one in said), en="; ".join(one.en for one in said))


def _run(run: Stretch | None) -> Figure:
    return None if run is None else {"start_at": iso(at_epoch_us(run[0])), "end_at": iso(at_epoch_us(run[1]))}
