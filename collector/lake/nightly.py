"""Shell. Seals once a day by itself: soon after a UTC day is over, what came before it goes to the lake.

In a process of its own, so that intake has its memory and its processor to itself; a seal that ended halfway goes on
where it was. Knows nothing of what sealing is, only when it is due and how it ended.
"""

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from collector.home import CollectorHome
from collector.operation.apart import done_apart, stopped
from probe.units import at_epoch_us

_AFTER_MIDNIGHT = timedelta(minutes=10)  # a day's last batches may still be on their way
_FIRST_LOOK_S = 60.0  # a start has more urgent things to do
_LOOK_EVERY_S = 600.0
_AGAIN_AFTER_S = 3600.0
_WITHIN_S = 6 * 3600.0
_BUSY_S = 5.0


async def seal_daily(
    home: CollectorHome,
    *,
    now: Callable[[], datetime],
    stop: asyncio.Event,
    say: Callable[[str], None],
    first_look_s: float | None = None,
) -> None:
    """Until `stop`. What is in the way is said once, and tried again every hour."""
    wait_s, said = _FIRST_LOOK_S if first_look_s is None else first_look_s, ""
    while not await stopped(stop, wait_s):
        wait_s = _LOOK_EVERY_S
        if not await asyncio.to_thread(due, home.journal, now()):
            continue
        failure = await _seal(home, now(), stop)
        if failure is None:
            said = ""
            continue
        wait_s = _AGAIN_AFTER_S
        if failure != said and not stop.is_set():
            say(f"Days that are over are not sealed yet: {failure} Trying again every hour.")
        said = failure


def due(journal: Path, now: datetime) -> bool:
    """Whether the oldest batch of the journal came on a UTC day that is over. A journal that cannot be read: no."""
    try:
        with closing(sqlite3.connect(f"{journal.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as db:
            oldest = db.execute("SELECT received_us FROM batch ORDER BY id LIMIT 1").fetchone()
    except sqlite3.Error:
        return False  # whoever writes it says so
    return oldest is not None and at_epoch_us(oldest[0]).date() < (now - _AFTER_MIDNIGHT).date()


async def _seal(home: CollectorHome, at: datetime, stop: asyncio.Event) -> str | None:
    """One seal; None once it is done, else what a person can mend."""
    done, told = await done_apart("collector.lake.nightly", (str(home.root), at.isoformat()), stop, within_s=_WITHIN_S)
    return None if done else told


def main() -> None:
    """One seal of the home `argv[1]` at the time `argv[2]`, and the time-stamps that are set; a failure on stderr."""
    try:
        mendable = _mendable()
    except ImportError as error:
        sys.exit(f"{error.name} is missing. Install Prova with its part [collector].")
    try:
        _seal_here(CollectorHome(Path(sys.argv[1])), datetime.fromisoformat(sys.argv[2]))
    except mendable as error:
        sys.exit(str(error))


def _seal_here(home: CollectorHome, at: datetime) -> None:
    from collector.lake import settings
    from collector.lake.seal import Order, seal
    from collector.proof.stamping import stamp
    from probe.keyfile import load_or_make

    loaded = settings.load(home.seal_settings)
    order = Order(before_on=at.date(), now_at=at, key=load_or_make(home.key), url=loaded.lake_url)
    seal(home, order, say=lambda _: None)
    if loaded.timestamp_url is not None:
        stamp(home, url=loaded.timestamp_url, certificate_file=loaded.certificate_file)


def _mendable() -> tuple[type[Exception], ...]:
    """Whose text is a sentence for people. Raises ImportError where what seals is not installed."""
    from collector.journal import JournalError
    from collector.lake.seal import SealError
    from collector.settings import SettingsError
    from collector.store import StoreError
    from probe.key import KeyFileError

    return JournalError, SealError, SettingsError, StoreError, KeyFileError, OSError


if __name__ == "__main__":
    main()
