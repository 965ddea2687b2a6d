"""Pure. A local day held against the contract: every promise with its verdict, sentence, clause and numbers.

Verdicts and sentences are the analysis's own; nothing is judged or recomputed here.
"""

from analysis.contract import Contract, Speeds
from analysis.finding import Finding, Verdict
from dashboards.web.part.counting import reason_words
from dashboards.web.part.shown import Direction, Promise, Tone, Verdicts
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice
from probe.body.speed_test import Direction as Way

LEVELS = ("maximum", "normal", "minimum")
TONES = {
    Verdict.MET: Tone.GOOD,
    Verdict.BREACHED: Tone.BAD,
    Verdict.INSUFFICIENT: Tone.UNKNOWN,
    Verdict.NOT_APPLICABLE: Tone.NOTE,
}


def verdicts(reading: Reading, voice: Voice) -> Verdicts:
    """The day `reading.day`; without a contract in force it says so and shows no promise."""
    contract = reading.contract
    terms = contract.on(reading.day) if contract else None
    directions: tuple[Direction, ...] = ()
    if terms is not None:
        directions = tuple(_direction(way, terms.speeds(way), reading, voice) for way in Way)
    return Verdicts(
        day=voice.day(reading.day),
        contract=f"{contract.operator} · {terms.service}" if contract and terms else "",
        absent="" if terms else _absent(contract, voice),
        directions=directions,
        notes=tuple(getattr(note, voice.language) for note in contract.notes) if contract and terms else (),
    )


def day_finding(reading: Reading, level: str, way: Way) -> Finding | None:
    """The day's finding on one promise; None where the rule gave none."""
    findings = reading.report.findings if reading.report else ()
    wanted = (f"speed.{level}", way, reading.day)
    return next((one for one in findings if (one.rule, one.direction, one.local_day) == wanted), None)


def promised_bps(speeds: Speeds, level: str) -> int | None:
    """What the contract states for one level; None where it states nothing."""
    stated = {"maximum": speeds.maximum_bps, "normal": speeds.normal_bps, "minimum": speeds.minimum_bps}
    return stated[level]


def _absent(contract: Contract | None, voice: Voice) -> str:
    if contract is None:
        return voice.say("verdicts.no_contract")
    return voice.say("verdicts.not_in_force", day=voice.day(contract.terms[0].from_on))


def _direction(way: Way, speeds: Speeds, reading: Reading, voice: Voice) -> Direction:
    promises = tuple(
        _promise(level, promised_bps(speeds, level), day_finding(reading, level, way), voice) for level in LEVELS
    )
    return Direction(voice.say(f"direction.{way}"), promises)


def _promise(level: str, bps: int | None, finding: Finding | None, voice: Voice) -> Promise:
    verdict = finding.verdict if finding else None
    return Promise(
        level=voice.say(f"level.{level}"),
        promised=voice.rate(bps) if bps is not None else voice.say("verdicts.not_stated"),
        tone=TONES[verdict] if verdict else Tone.NOTE,
        verdict=voice.say(f"verdict.{verdict}") if verdict else voice.say("verdicts.not_judged"),
        sentence=getattr(finding.sentence, voice.language) if finding else "",
        clause=finding.clause if finding else "",
        used=voice.say("verdicts.used", count=finding.n_used) if finding else "",
        excluded=_excluded(finding, voice) if finding else (),
    )


def _excluded(finding: Finding, voice: Voice) -> tuple[str, ...]:
    by_count = sorted(finding.n_excluded.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        voice.say("verdicts.excluded", count=count, reason=reason_words(reason, voice))
        for reason, count in by_count
        if count
    )
