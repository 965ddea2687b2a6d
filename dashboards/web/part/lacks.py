"""Pure. What stands between the evidence of a day and its verdicts, and what would mend each.

All of it is read from the findings; this knows no threshold and counts no test of its own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from analysis.finding import Figure, Finding, Reason, Verdict
from analysis.period import local_day
from dashboards.web.part.counting import reason_words, speed_of
from dashboards.web.part.shown import Lack
from dashboards.web.part.verdicts import LEVELS, day_finding
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice
from probe.body.speed_test import Direction

_HOUR = timedelta(hours=1)


def lacks(reading: Reading, voice: Voice) -> tuple[Lack, ...]:
    """In the order in which a person would mend them. Empty where every promise of the day has its verdict."""
    if reading.contract is None:
        keys = ["contract_broken" if reading.contract_problem else "contract"]
        return tuple(_lack(key, voice) for key in (*keys, *(["server"] if is_demonstration(reading) else [])))
    undecided = [one for one in _findings(reading) if one.verdict is Verdict.INSUFFICIENT]
    if not undecided:
        return ()
    found = [] if any(one.n_used for one in undecided) else [_lack("tests", voice)]
    found += [_mend(reason, count, voice) for reason, count in _set_aside(undecided)]
    found += [lack for finding in undecided for lack in _needed(finding, voice)]
    found += _unseen_hours(undecided, reading, voice)
    if reading.now in local_day(reading.day, reading.zone):
        found.append(_lack("day", voice))
    return tuple(found)


def is_demonstration(reading: Reading) -> bool:
    """Whether the tests run, or the newest one ran, against a server that Prova started on this machine."""
    newest = reading.latest_tests[-1:]
    return reading.demonstration or any(speed_of(test).server.demonstration for test in newest)


def _lack(key: str, voice: Voice) -> Lack:
    return Lack(voice.say(f"lack.{key}.title"), voice.say(f"lack.{key}.text"))


def _findings(reading: Reading) -> list[Finding]:
    found = (day_finding(reading, level, direction) for direction in Direction for level in LEVELS)
    return [finding for finding in found if finding is not None]


def _set_aside(findings: list[Finding]) -> list[tuple[Reason, int]]:
    """Tests set aside by reason: the most that any one finding set aside, since findings share their tests."""
    most: Counter[str] = Counter()
    for finding in findings:
        most |= Counter(finding.n_excluded)
    return [(Reason(reason), count) for reason, count in most.most_common() if reason in tuple(Reason)]


def _mend(reason: Reason, count: int, voice: Voice) -> Lack:
    title = voice.say("lack.reason", count=count, reason=reason_words(reason, voice))
    return Lack(title, voice.say(f"mend.{reason}"))


def _missing(finding: Finding) -> Mapping[str, Figure]:
    missing = finding.measured.get("missing")
    return missing if isinstance(missing, dict) else {}


def _needed(finding: Finding, voice: Voice) -> Iterator[Lack]:
    """How many more tests would decide, where any number could."""
    missing = _missing(finding)
    numbers = {name: missing.get(f"tests_for_{name}") for name in ("met", "breached")}
    known = {name: number for name, number in numbers.items() if isinstance(number, int)}
    if known and finding.direction is not None:
        direction, level = voice.say(f"direction.{finding.direction}"), finding.rule.removeprefix("speed.")
        which = "either" if len(known) == 2 else next(iter(known))
        yield Lack(f"{direction} · {voice.say(f'level.{level}')}", voice.say(f"lack.tests_{which}", **known))


def _unseen_hours(findings: list[Finding], reading: Reading, voice: Voice) -> list[Lack]:
    """The hours that are over and in which some promise has no test that counts, neighbours joined."""
    listed = [hours for finding in findings if isinstance(hours := _missing(finding).get("hours"), list)]
    starts = sorted({datetime.fromisoformat(hour) for hours in listed for hour in hours if isinstance(hour, str)})
    over = [start for start in starts if start + _HOUR <= reading.now]
    first = [start for start in over if start - _HOUR not in over]
    last = [start + _HOUR for start in over if start + _HOUR not in over]
    stretches = [_stretch(start, end, voice) for start, end in zip(first, last, strict=True)]
    return [Lack(voice.say("lack.hours_title"), ", ".join(stretches))] if stretches else []


def _stretch(start: datetime, end: datetime, voice: Voice) -> str:
    return voice.say("lack.stretch", start=voice.clock(start), end=voice.clock(end))
