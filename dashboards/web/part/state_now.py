"""Pure. What state the line is in now, since when, and what was seen that says so.

The state is the time ledger's own; this only finds the present in it and tells what stood beside it. Knows nothing of
speed tests.
"""

from datetime import datetime, timedelta

from analysis.report import Span, State
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice
from probe.body.reachability import NoAnswer, Reachability, Role, TargetMinute

FRESH_FOR = timedelta(minutes=3)  # a probe writes once a minute; three missed are a silence


def heard_at(reading: Reading) -> datetime | None:
    """When the newest minute of reachability ended; None where there is none."""
    return max((stored.record.ended.at for stored in reading.minutes), default=None)


def is_silent(reading: Reading) -> bool:
    """Whether nothing new enough to be the present has arrived."""
    heard = heard_at(reading)
    return heard is None or reading.now - heard > FRESH_FOR


def span_now(reading: Reading) -> Span | None:
    """The ledger's newest span; None where that is not the present or there is none.

    What was not observed since the newest minute's last question is only the wait for the next minute.
    """
    if reading.recent_ledger is None or is_silent(reading):
        return None
    newest = max(reading.minutes, key=lambda stored: stored.record.ended.at).record
    spans = reading.recent_ledger.spans
    waiting = spans[-1].state is State.UNOBSERVED and spans[-1].period.start_at >= newest.started.at
    return spans[-2] if waiting and len(spans) > 1 else spans[-1]


def since(span: Span, reading: Reading, voice: Voice) -> str:
    """When the state began, or that it began before what was read; of time not observed only the beginning is said."""
    ledger = reading.recent_ledger
    if ledger is not None and span.period.start_at <= ledger.period.start_at:
        if span.state is State.UNOBSERVED:
            return ""
        return voice.say("now.since_before", hours=round(ledger.period.duration / timedelta(hours=1)))
    return voice.say("now.since", time=voice.moment(span.period.start_at))


def targets_now(reading: Reading) -> list[tuple[datetime, TargetMinute]]:
    """Every target of each probe's newest minute, with the end of that minute."""
    return [
        (stored.record.ended.at, target)
        for stored in reading.minutes
        if isinstance(stored.record.body, Reachability)
        for target in stored.record.body.targets
    ]


def why(state: State, reading: Reading, voice: Voice) -> str:
    """One sentence with what was seen."""
    return voice.say(_why(state, reading), **_numbers(reading, voice))


def _why(state: State, reading: Reading) -> str:
    if heard_at(reading) is None:
        return "why.nothing_yet"
    if is_silent(reading):
        return "why.silent"
    targets = [target for _, target in targets_now(reading)]
    if state is State.UP:
        return "why.up"
    if state is State.DOWN:
        return _why_down(targets)
    if not _outside(targets):
        return "why.only_this_machine" if any(target.loopback for target in targets) else "why.no_targets"
    return "why.not_enough" if any(asked_count(target) for target in targets) else "why.not_asked"


def _why_down(targets: list[TargetMinute]) -> str:
    routers = [target for target in targets if target.role is Role.GATEWAY and asked_count(target)]
    if not routers:
        return "why.down_router_not_asked"
    return "why.down_behind_router" if any(answer_count(target) for target in routers) else "why.down_with_router"


def _numbers(reading: Reading, voice: Voice) -> dict[str, object]:
    outside = _outside([target for _, target in targets_now(reading)])
    heard = heard_at(reading)
    return {
        "answering": sum(1 for target in outside if answer_count(target)),
        "asked": sum(1 for target in outside if asked_count(target)),
        "age": voice.age((reading.now - heard).total_seconds()) if heard else "",
        "time": voice.moment(heard) if heard else "",
    }


def _outside(targets: list[TargetMinute]) -> list[TargetMinute]:
    """Those that stand for the line."""
    return [target for target in targets if not target.loopback and target.role is not Role.GATEWAY]


def asked_count(target: TargetMinute) -> int:
    """How many probes really went out."""
    return sum(1 for sample in target.samples if sample.no_answer is not NoAnswer.NOT_SENT)


def answer_count(target: TargetMinute) -> int:
    """How many of them came back."""
    return sum(1 for sample in target.samples if sample.rtt_ms is not None)
