"""Pure. Deadlines as a calendar file (iCalendar, RFC 5545), to be taken into any calendar; always the same bytes.

Knows nothing of how a deadline was counted.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from analysis.case.due import Due

_MOST_OCTETS = 75  # of a line (RFC 5545, section 3.1)
_BEFORE = "-P1D"


def calendar_file(found: Sequence[Due], *, made_at: datetime, lang: str) -> bytes:
    """One event a deadline, with an alarm a day before. `lang` is `pt` or `en`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Prova//case//EN"]
    for one in found:
        lines += _event(one, made_at, lang)
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines).encode()


def _event(due: Due, made_at: datetime, lang: str) -> Iterator[str]:
    finding = due.finding
    about = f" {finding.subject}" if finding.subject else ""
    reading = f" ({due.reading})" if due.reading else ""
    said = finding.sentence.pt if lang == "pt" else finding.sentence.en
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(finding.id)}:{due.reading}@prova"
    yield f"DTSTAMP:{_utc(made_at)}"
    if due.on is not None:
        yield f"DTSTART;VALUE=DATE:{due.on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{due.on + timedelta(days=1):%Y%m%d}"
    else:
        yield f"DTSTART:{_utc(due.at)}"
    yield f"SUMMARY:{_text(f'{finding.rule}{about}{reading}')}"
    yield f"DESCRIPTION:{_text(f'{said} ({finding.clause})')}"
    yield from (
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(finding.rule)}",
        f"TRIGGER:{_BEFORE}",
        "END:VALARM",
    )
    yield "END:VEVENT"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A TEXT value (section 3.3.11)."""
    for one, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", "")):
        value = value.replace(one, escaped)
    return value


def _folded(line: str) -> str:
    """Cut where it is too long, never within a letter."""
    parts, held = [], 0
    for letter in line:
        size = len(letter.encode())
        if held + size > _MOST_OCTETS:
            parts.append("\r\n ")
            held = 1
        parts.append(letter)
        held += size
    return "".join(parts)
