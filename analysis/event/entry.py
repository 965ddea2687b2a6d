"""Pure. Entries of the change log as lines of text, each bound to the one before it by its digest; and back.

A line changed, removed or put in later breaks the chain after it, which `read` tells. It proves nothing to anybody who
does not keep a digest elsewhere. Knows nothing of files.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analysis.event.event import EventKind, Noted
from analysis.speed_test_json import at

FIRST = "0" * 64  # what stands for the entry before the first
MOST_LINE = 1_000_000  # bytes; a contract is some thousand


@dataclass(frozen=True, slots=True)
class Log:
    """The entries that could be read, in order. `broken_at`: lines, from 1, that are none or do not follow."""

    entries: tuple[Noted, ...]
    broken_at: tuple[int, ...]
    head: str


def line_of(noted: Noted, previous: str) -> bytes:
    """The entry as one line, after the one whose digest is `previous`."""
    table = {
        "at": at(noted.at),
        "kind": noted.kind.value,
        "subject": noted.subject,
        "line": noted.line,
        "state": dict(sorted(noted.state.items())),
        "previous_sha256": previous,
    }
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def digest(line: bytes) -> str:
    """By which the next entry names this one."""
    return hashlib.sha256(line).hexdigest()


def read(lines: Iterable[bytes]) -> Log:
    """A log's lines. One that is damaged is told and passed over; none of it raises."""
    entries: list[Noted] = []
    broken: list[int] = []
    head = FIRST
    for number, line in enumerate(lines, 1):
        table = _table(line)
        noted = None if table is None else _noted(table)
        if noted is not None:
            entries.append(noted)
        if noted is None or table is None or table.get("previous_sha256") != head:
            broken.append(number)
        head = digest(line)
    return Log(tuple(entries), tuple(broken), head)


def _table(line: bytes) -> dict[str, Any] | None:
    if len(line) > MOST_LINE or not line.endswith(b"\n"):
        return None
    try:
        table = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) else None


def _noted(table: dict[str, Any]) -> Noted | None:
    state, line = table.get("state"), table.get("line")
    if not isinstance(state, dict) or not (line is None or isinstance(line, str)):
        return None
    try:
        moment = datetime.fromisoformat(table["at"])
        kind = EventKind(table["kind"])
    except (KeyError, TypeError, ValueError):
        return None
    if moment.utcoffset() is None:
        return None
    told = {str(name): str(word) for name, word in state.items()}
    return Noted(at=moment, kind=kind, subject=str(table.get("subject", "")), line=line, state=told)
