"""Shell. An act noted in the audit log, with the time and who this process works for.

Knows nothing of how the log is kept.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.audit_log import book
from collector.audit_log.act import MOST_LETTERS, TOLD_AHEAD, Act, Entry, Outcome
from collector.home import CollectorHome
from probe import clock


def note(home: Path, act: Act, on: str = "", *, outcome: Outcome = Outcome.DONE, who: str | None = None) -> None:
    """Notes one act on the home folder. `who` None: the user that runs this process. Raises AuditLogError."""
    entry = Entry(at=clock.now(), who=_clipped(who or user()), act=act, on=_clipped(on), outcome=outcome)
    book.append(CollectorHome(home).audit_log, entry)


@contextmanager
def noting(home: Path, act: Act, on: str = "", *, who: str | None = None) -> Iterator[None]:
    """Notes how what stands in the block ended; what cannot be taken back is noted before it begins too.

    Raises AuditLogError; where that comes first, nothing was done.
    """
    if act in TOLD_AHEAD:
        note(home, act, on, outcome=Outcome.BEGUN, who=who)
    try:
        yield
    except BaseException:
        note(home, act, on, outcome=Outcome.FAILED, who=who)
        raise
    note(home, act, on, who=who)


def user() -> str:
    """The user of this process, and on whose behalf where sudo tells it."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = str(number)
    behind = os.environ.get("SUDO_USER", "")
    return f"user:{name} (sudo by {behind})" if behind and behind != name else f"user:{name}"


def _clipped(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
