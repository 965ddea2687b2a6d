"""Pure. Probes' health, outages of many lines and what a line's records are, as rows of text for a terminal.

Knows nothing of how any of it was found.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from analysis.finding import Sentence
from analysis.fleet.burst import Burst
from analysis.fleet.health import Health, Level, Sign
from analysis.fleet.health_judge import count_by_level

_MARK = {Level.WELL: "✓", Level.NOTE: "·", Level.WARNING: "!", Level.ALARM: "✗"}
_NAMED = 6


def health_rows(found: Sequence[Health], collector: Sequence[Sign], lang: str, *, every: bool) -> Iterator[str]:
    """What is amiss, the gravest first; with `every` the probes too that are well. Then how many are how."""
    order = list(reversed(Level))
    for sign in collector:
        yield f"{_MARK[sign.level]} collector: {_in(sign.sentence, lang)}"
    for one in sorted(found, key=lambda one: (order.index(one.level), one.line, one.probe)):
        if every or one.level is not Level.WELL:
            said = "; ".join(_in(sign.sentence, lang) for sign in one.signs)
            yield f"{_MARK[one.level]} {one.probe}  line {one.line}  {said}".rstrip()
    yield ", ".join(f"{count} {level.value}" for level, count in count_by_level(found).items())


def burst_rows(found: Sequence[Burst], zone: ZoneInfo) -> Iterator[str]:
    """Each with when, how many lines, and what they share."""
    for one in found:
        shared = "nothing that is known"
        if one.shared is not None:
            kind, name = one.shared
            shared = f"{kind.value} {name} ({one.of_group_count} lines)"
        lines = ", ".join(one.lines[:_NAMED]) + (" ..." if len(one.lines) > _NAMED else "")
        yield (
            f"{_time(one.start_at, zone)} ... {_time(one.end_at, zone)}  {len(one.lines)} lines: {lines};"
            f" they share {shared}"
        )
    if not found:
        yield "No lines fell silent together more often than chance explains."


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _in(said: Sentence, lang: str) -> str:
    return said.pt if lang == "pt" else said.en
