"""Pure. What was asked, read strictly from an address: every fault at once; unknown parameters are faults too.

Knows nothing of what is answered.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from analysis.fleet.placement import MOST_TEXT, GroupKind
from analysis.period import Period
from dashboards.api.problem import Fault, Problem
from probe.record import check_name

MOST_LINES = 100  # named in one question
_FIRST_AT = datetime(2000, 1, 1, tzinfo=UTC)  # no probe measured before
_AFTER = timedelta(days=366)
_MOST_WORD = 200
_Value = TypeVar("_Value")
Words = Mapping[str, Sequence[str]]  # by parameter, in the order given


class Parameter(StrEnum):
    """Everything that may be asked for."""

    LINE = "line"
    OPERATOR = "operator"
    REGION = "region"
    NODE = "node"
    SEGMENT = "segment"
    FROM = "from"
    TO = "to"
    ON = "on"
    BY = "by"
    LIMIT = "limit"
    CURSOR = "cursor"
    KIND = "kind"
    ID = "id"
    RULE = "rule"
    VERDICT = "verdict"
    DIRECTION = "direction"
    LEVEL = "level"
    FORMAT = "format"
    COLUMN = "column"


GROUPS = {Parameter(kind.value): kind for kind in GroupKind}
_MANY = {Parameter.LINE, Parameter.KIND, Parameter.COLUMN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked. Empty or None: not said. `groups` all have to hold. `words`: the parameters as they came."""

    words: Words
    lines: tuple[str, ...]
    groups: tuple[tuple[GroupKind, str], ...]
    period: Period
    on_day: date
    limit: int
    cursor: str | None
    one: Mapping[Parameter, str]
    many: Mapping[Parameter, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one address allows: its own parameters, the days of a period, and the closed lists of words."""

    allowed: frozenset[Parameter]
    most_days: int
    most_items: int
    words: Mapping[Parameter, tuple[str, ...]]


def read(words: Words, bounds: Bounds, now: datetime) -> Question:
    """The question. Without `from` and `to`, the last 24 hours. Raises Problem (400) with every fault."""
    faults: list[Fault] = []
    known = _known(words, bounds, faults)
    question = Question(
        words=words,
        lines=tuple(dict.fromkeys(_lines(known, faults))),
        groups=tuple((GROUPS[name], told[0]) for name, told in known.items() if name in GROUPS),
        period=_period(known, bounds, now, faults),
        on_day=_one(known, Parameter.ON, now.date(), _day, "is no day; write YYYY-MM-DD", faults),
        limit=_one(
            known,
            Parameter.LIMIT,
            min(100, bounds.most_items),
            lambda word: _whole(word, bounds.most_items),
            f"is no number from 1 to {bounds.most_items}",
            faults,
        ),
        cursor=known.get(Parameter.CURSOR, (None,))[0],
        one={name: told[0] for name, told in known.items() if name not in _MANY},
        many={name: tuple(dict.fromkeys(told)) for name, told in known.items() if name in _MANY},
    )
    if faults:
        raise Problem(400, "; ".join(f"{one.parameter}: {one.detail}" for one in faults) + ".", faults=faults)
    return question


def _known(words: Words, bounds: Bounds, faults: list[Fault]) -> dict[Parameter, Sequence[str]]:
    """The parameters that this address knows, each word of bearable length and, where there is a list, on it."""
    known: dict[Parameter, Sequence[str]] = {}
    for name, told in words.items():
        if name not in set(bounds.allowed):
            faults.append(Fault(name[:40], f"is not known here; known: {', '.join(sorted(bounds.allowed))}"))
            continue
        parameter = Parameter(name)
        if len(told) > (MOST_LINES if parameter in _MANY else 1):
            faults.append(Fault(name, "is given too often"))
        elif any(not 0 < len(word) <= _most(parameter) or not word.isprintable() for word in told):
            faults.append(Fault(name, "is empty, too long or not printable"))
        elif strange := [word for word in told if parameter in bounds.words and word not in bounds.words[parameter]]:
            faults.append(Fault(name, f"{strange[0][:40]!r} is none of {', '.join(bounds.words[parameter])}"))
        else:
            known[parameter] = told
    return known


def _most(parameter: Parameter) -> int:
    if parameter is Parameter.CURSOR:
        return 1000
    return MOST_TEXT if parameter in GROUPS else _MOST_WORD


def _lines(known: Mapping[Parameter, Sequence[str]], faults: list[Fault]) -> Sequence[str]:
    told = known.get(Parameter.LINE, ())
    try:
        return [check_name("line", name) for name in told]
    except ValueError as error:
        faults.append(Fault(Parameter.LINE, str(error)))
        return ()


def _period(known: Mapping[Parameter, Sequence[str]], bounds: Bounds, now: datetime, faults: list[Fault]) -> Period:
    spoken = len(faults)
    mend = "is no time; write 2026-11-21T09:00:00Z, or a day in UTC"
    end_at = _one(known, Parameter.TO, now, _moment, mend, faults)
    start_at = _one(known, Parameter.FROM, end_at - timedelta(days=1), _moment, mend, faults)
    if len(faults) == spoken:
        if not _FIRST_AT <= start_at < end_at <= now + _AFTER:
            faults.append(Fault(Parameter.FROM, "must be before `to`, after the year 1999 and not far in the future"))
        elif end_at - start_at > timedelta(days=bounds.most_days):
            faults.append(Fault(Parameter.TO, f"must be within {bounds.most_days} days of `from`: ask in pieces"))
        else:
            return Period(start_at, end_at)
    return Period(_FIRST_AT, _FIRST_AT + timedelta(days=1))


def _one(
    known: Mapping[Parameter, Sequence[str]],
    name: Parameter,
    default: _Value,
    reading: Callable[[str], _Value],
    fault: str,
    faults: list[Fault],
) -> _Value:
    if name not in known:
        return default
    try:
        return reading(known[name][0])
    except (ValueError, OverflowError):
        faults.append(Fault(name, f"{known[name][0][:40]!r} {fault}"))
        return default


def _moment(word: str) -> datetime:
    """A time with its offset, or a day's beginning in UTC."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
        return datetime.combine(_day(word), time(), tzinfo=UTC)
    at = datetime.fromisoformat(word.replace(" ", "+"))  # an address has its plus signs as spaces
    if at.utcoffset() is None:
        raise ValueError("no offset")
    return at.astimezone(UTC)


def _day(word: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
        raise ValueError("no day")
    return date.fromisoformat(word)


def _whole(word: str, most: int) -> int:
    if not re.fullmatch(r"[1-9]\d{0,6}", word) or int(word) > most:
        raise ValueError("no such number")
    return int(word)
