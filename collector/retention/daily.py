"""Shell. Carries out what was declared once a day by itself: soon after a UTC day is over, what is due goes.

In a process of its own; what is deleted is noted in the audit log, before and after. Without a declared period it does
nothing at all. Knows nothing of what deleting is, only when it is due and how it ended.
"""

import asyncio
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from collector.home import CollectorHome
from collector.operation.apart import done_apart, stopped

_AFTER_MIDNIGHT = timedelta(minutes=40)  # the seal of the night comes first
_FIRST_LOOK_S = 300.0
_LOOK_EVERY_S = 600.0
_AGAIN_AFTER_S = 3600.0
_WITHIN_S = 6 * 3600.0
_WHO = "service:collector"


async def retain_daily(
    home: CollectorHome,
    *,
    now: Callable[[], datetime],
    stop: asyncio.Event,
    say: Callable[[str], None],
    first_look_s: float | None = None,
) -> None:
    """Until `stop`. What is in the way is said once, and tried again every hour."""
    wait_s, said, done_on = _FIRST_LOOK_S if first_look_s is None else first_look_s, "", date.min
    while not await stopped(stop, wait_s):
        wait_s = _LOOK_EVERY_S
        today_on = (now() - _AFTER_MIDNIGHT).date()
        if today_on <= done_on or not home.retention_settings.exists():
            continue
        words = (str(home.root), now().isoformat())
        done, told = await done_apart("collector.retention.daily", words, stop, within_s=_WITHIN_S)
        if done:
            said, done_on = "", today_on
            if told:
                say(told)
            continue
        wait_s = _AGAIN_AFTER_S
        if told != said and not stop.is_set():
            say(f"What was kept long enough is not deleted yet: {told} Trying again every hour.")
        said = told


def main() -> None:
    """What is due in the home `argv[1]` at the time `argv[2]`; tells on stdout what went, a failure on stderr."""
    try:
        mendable = _mendable()
    except ImportError as error:
        sys.exit(f"{error.name} is missing. Install Prova with its part [collector].")
    try:
        told = _retain_here(CollectorHome(Path(sys.argv[1])), datetime.fromisoformat(sys.argv[2]))
    except mendable as error:
        sys.exit(str(error))
    sys.stdout.write(told)


def _retain_here(home: CollectorHome, at: datetime) -> str:
    from collector.audit_log.act import Act, Entry, Outcome
    from collector.audit_log.book import append
    from collector.retention import retain, settings
    from probe.keyfile import load_or_make

    declared = settings.load(home.retention_settings)
    if not home.journal.exists():
        return ""
    found = [one for one in retain.due(home, declared, today_on=at.date()) if one.row_count or one.file_count]
    if not found:
        return ""
    kinds = ", ".join(one.held for one in found)

    def note(outcome: Outcome) -> None:
        append(home.audit_log, Entry(at=at, who=_WHO, act=Act.RETENTION_DELETED, on=kinds, outcome=outcome))

    note(Outcome.BEGUN)
    try:
        found = [one for one in retain.remove(home, declared, now_at=at, key=load_or_make(home.key)) if one.row_count]
    except BaseException:
        note(Outcome.FAILED)
        raise
    note(Outcome.DONE)
    told = "; ".join(f"{one.row_count} rows of {one.held} of before {one.before_on}" for one in found)
    return f"Kept as long as declared, and deleted: {told}." if told else ""


def _mendable() -> tuple[type[Exception], ...]:
    """Whose text is a sentence for people. Raises ImportError where what deletes is not installed."""
    from collector.audit_log.book import AuditLogError
    from collector.imported.shelf import ShelfError
    from collector.journal import JournalError
    from collector.lake.seal import SealError
    from collector.retention.hold_file import HoldError
    from collector.settings import SettingsError
    from collector.store import StoreError
    from probe.key import KeyFileError

    return (
        AuditLogError,
        HoldError,
        JournalError,
        SealError,
        SettingsError,
        ShelfError,
        StoreError,
        KeyFileError,
        OSError,
    )


if __name__ == "__main__":
    main()
