"""Pure. The line now: its state and why, what each target last answered, the last tests, the probes.

Knows nothing of charts or contracts.
"""

from datetime import datetime

from analysis.report import JudgedTest, State
from collector.envelope import ProbeState
from dashboards.web.part.counting import counts_for, speed_of
from dashboards.web.part.shown import Fact, Now, Tone
from dashboards.web.part.state_now import FRESH_FOR, answer_count, asked_count, since, span_now, targets_now, why
from dashboards.web.part.trials import level_words, promised
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice
from probe.body.reachability import TargetMinute
from probe.body.speed_test import Direction, SpeedTest

_TONES = {State.UP: Tone.GOOD, State.DOWN: Tone.BAD, State.UNOBSERVED: Tone.UNKNOWN}


def line_now(reading: Reading, voice: Voice) -> Now:
    """What is known at `reading.now`; what is too old to be the present counts as unobserved."""
    span = span_now(reading)
    state = span.state if span else State.UNOBSERVED
    return Now(
        tone=_TONES[state],
        state=voice.say(f"state.{state}"),
        since=since(span, reading, voice) if span else "",
        why=why(state, reading, voice),
        tests=tuple(last_test(direction, reading, voice) for direction in Direction),
        targets=tuple(_target(target, at, reading, voice) for at, target in targets_now(reading)),
        probes=tuple(_probe(probe, reading, voice) for probe in reading.probes),
    )


def _target(target: TargetMinute, at: datetime, reading: Reading, voice: Voice) -> Fact:
    asked, answers = asked_count(target), answer_count(target)
    notes = [voice.say("target.answers", answers=answers, asked=asked)] if asked else []
    if reading.now - at > FRESH_FOR:
        notes.append(voice.say("target.at", time=voice.moment(at)))
    if target.loopback:
        notes.append(voice.say("target.this_machine"))
    tone = Tone.UNKNOWN if target.loopback or not asked else Tone.GOOD if answers else Tone.BAD
    label = voice.say(f"role.{target.role}", target=target.target)
    return Fact(label, _last_answer(target, voice), tuple(notes), tone)


def _last_answer(target: TargetMinute, voice: Voice) -> str:
    answered = [sample.rtt_ms for sample in target.samples if sample.rtt_ms is not None]
    if answered:
        return voice.milliseconds(answered[-1])
    reasons = [sample.no_answer for sample in target.samples if sample.no_answer is not None]
    return voice.say(f"no_answer.{reasons[-1]}") if reasons else voice.say("not_measured")


def last_test(direction: Direction, reading: Reading, voice: Voice) -> Fact:
    """The newest of the reading's latest tests in one direction; not measured where there is none."""
    tests = [test for test in reading.latest_tests if speed_of(test).direction is direction]
    label = voice.say(f"direction.{direction}")
    if not tests:
        return Fact(label, voice.say("not_measured"), (voice.say("test.none_yet"),), Tone.UNKNOWN)
    newest = tests[-1]
    body, at = speed_of(newest), newest.stored.record.started.at
    when = voice.say("test.when", time=voice.moment(at), age=voice.age((reading.now - at).total_seconds()))
    if body.rate_bps is None:
        failure = voice.say("test.failed", why=voice.say(f"failure.{body.failure}"))
        return Fact(label, voice.say("test.no_result"), (failure, when, *_last_result(tests, voice)), Tone.BAD)
    told = (_layer(body, voice), *_stated(direction, reading, voice), when, *_surroundings(body, voice))
    return Fact(label, voice.rate(body.rate_bps), (*told, *counts_for(newest, voice)))


def _stated(direction: Direction, reading: Reading, voice: Voice) -> list[str]:
    """What the contract promises of this direction, highest first, to be read beside the result."""
    stated = promised(direction, reading.contract, reading.day)
    speeds = "; ".join(level_words(names, bps, voice) for bps, names in stated.items())
    return [voice.say("test.stated", speeds=speeds)] if stated else []


def _last_result(tests: list[JudgedTest], voice: Voice) -> tuple[str, ...]:
    rates = [(test.stored.record.started.at, speed_of(test).rate_bps) for test in tests]
    known = [(at, rate_bps) for at, rate_bps in rates if rate_bps is not None]
    return tuple(
        voice.say("test.last_result", rate=voice.rate(rate_bps), time=voice.moment(at)) for at, rate_bps in known[-1:]
    )


def _layer(body: SpeedTest, voice: Voice) -> str:
    if body.ip_rate_bps is None:
        return voice.say("layer.tcp")
    return voice.say("layer.tcp_and_ip", rate=voice.rate(body.ip_rate_bps))


def _surroundings(body: SpeedTest, voice: Voice) -> list[str]:
    idle, loaded = (
        voice.say("not_measured") if value_ms is None else voice.milliseconds(value_ms)
        for value_ms in (body.idle_rtt_ms, body.loaded_rtt_ms)
    )
    said = [voice.say("test.latency", idle=idle, loaded=loaded)]
    if body.limited_by is not None:
        said.append(voice.say(f"limit.{body.limited_by}"))
    return [*said, voice.say("test.server", server=body.server.url)]


def _probe(probe: ProbeState, reading: Reading, voice: Voice) -> Fact:
    if probe.last_record_at is None:
        return Fact(probe.probe, voice.say("probe.nothing"), (), Tone.UNKNOWN)
    quiet = reading.now - probe.last_record_at
    tone = Tone.UNKNOWN if quiet > FRESH_FOR else Tone.GOOD
    value = voice.say("probe.silent" if quiet > FRESH_FOR else "probe.heard", age=voice.age(quiet.total_seconds()))
    notes = [voice.say("probe.records", count=probe.record_count)]
    if missing := probe.last_sequence - probe.record_count:
        notes.append(voice.say("probe.missing", count=missing))
    if probe.status is not None:
        notes.append(voice.say(f"probe.{probe.status}"))
    return Fact(probe.probe, value, tuple(notes), tone)
