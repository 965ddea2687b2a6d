"""Pure. A cell as a time: an instant where it says its offset, else a local time of a zone yet to be told.

Knows nothing of zones.
"""

import re
from datetime import UTC, datetime, timedelta

_AUTO = re.compile(
    r"(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[T ,]+(?P<clock>\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?)"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
# Since 1970, told apart by their length: of the other unit either would be of another century.
_SECONDS, _MILLISECONDS = re.compile(r"\d{9,10}(\.\d+)?", re.ASCII), re.compile(r"\d{12,13}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _AFTER = datetime(1995, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001  bounds of local times too
_UNITS_S = {"epoch_s": 1.0, "epoch_ms": 0.001}


def moment(text: str, form: str) -> datetime:
    """The time: aware and in UTC, or naive. `form` as `mapping.Time` has it. Raises ValueError."""
    text = text.strip()
    if form in _UNITS_S:
        at = _EPOCH + timedelta(seconds=round(float(text) * _UNITS_S[form], 6))
    elif form == "auto":
        at = _auto(text)
    else:
        at = datetime.strptime(text, form)  # noqa: DTZ007  its zone is told elsewhere, or asked for
    if at.tzinfo is not None:
        at = at.astimezone(UTC)
    if not _FIRST <= at.replace(tzinfo=None) < _AFTER:
        raise ValueError(f"no time of a speed test: {text}")
    return at


def has_half_day(text: str, form: str) -> bool:
    """Whether the text says which half of the day it is, or cannot be of a clock of 12 hours."""
    if form == "auto":
        found = _AUTO.fullmatch(text.strip())
        return found is None or bool(found["half"] or found["zone"])
    return form.startswith("epoch") or "%p" in form


def _auto(text: str) -> datetime:
    if _SECONDS.fullmatch(text):
        return _EPOCH + timedelta(seconds=round(float(text), 6))
    if _MILLISECONDS.fullmatch(text):
        return _EPOCH + timedelta(milliseconds=int(text))
    found = _AUTO.fullmatch(text)
    if found is None:
        raise ValueError(f"not a time: {text}")
    year, month, day = (int(part) for part in re.split(r"[-/.]", found["day"]))
    hour, minute, *rest = found["clock"].replace(",", ".").split(":")
    seconds = float(rest[0]) if rest else 0.0
    whole = datetime(year, month, day, _hour(int(hour), found["half"]), int(minute))  # noqa: DTZ001  see below
    at = whole + timedelta(seconds=round(seconds, 6)) if seconds < 61 else _refuse(text)
    zone = found["zone"]
    if zone is None:
        return at
    if zone in {"Z", "UTC", "GMT"}:
        return at.replace(tzinfo=UTC)
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return at.replace(tzinfo=UTC) + (-ahead if zone[0] == "+" else ahead)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"no hour of a clock of 12: {hour}")
    return hour % 12 + (12 if half[0] in "Pp" else 0)


def _refuse(text: str) -> datetime:
    raise ValueError(f"not a time: {text}")
