"""Shell. Shows the store in a database: catches up from where it was, then follows, until stopped.

A process of its own that only reads the store: a slow or dead database holds up nobody. Where it was is one small file,
written after the database has the points: killed anywhere, some points are written again and none is left out. Knows
nothing of what a record means.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from collector.projection.feed import Feed, Mark
from collector.projection.health import lines_of_health
from collector.projection.influx import Database, DatabaseError
from collector.projection.point import lines_of
from collector.store import Store

_BATCHES_AT_ONCE = 500
Hidden = Callable[[Iterable[str]], frozenset[str]]  # of some lines, those that must not be shown
_LOOK_EVERY_S = 2.0
_LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was is kept in `file`, for the database called `target`: another one begins anew."""

    file: Path
    target: str

    def read(self) -> Mark:
        """Before the first batch where nothing can be read: what is shown twice does no harm."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(self.file.read_text(encoding="utf-8"))
            if told["target"] == self.target:
                return Mark(int(told["batch"]), str(told["sha256"]))
        return Mark()

    def write(self, mark: Mark) -> None:
        """Whole or not at all."""
        fresh = self.file.with_name(f"{self.file.name}.new")
        fresh.write_text(json.dumps({"target": self.target, "batch": mark.batch, "sha256": mark.sha256}))
        fresh.replace(self.file)

    def forget(self) -> None:
        """Before the first batch again."""
        self.file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was done: points written, points that the database refused for good, and up to which batch."""

    point_count: int = 0
    refused_count: int = 0
    through: int = 0


def nobody(_lines: Iterable[str]) -> frozenset[str]:
    """No line asked not to be shown."""
    return frozenset()


def catch_up(
    feed: Feed,
    database: Database,
    place: Place,
    *,
    say: Callable[[str], None],
    most_batches: int = _BATCHES_AT_ONCE,
    hidden: Hidden = nobody,
) -> Shown:
    """Shows all that is not shown yet, but of lines that `hidden` gives. Raises DatabaseError, DatabaseRefusalError,
    StoreError.
    """
    mark = place.read()
    if not feed.holds(mark):
        say("The store is not the one that was shown before: all of it is shown anew.")
        mark = Mark()
    shown = Shown(through=mark.batch)
    for portion in feed.after(mark, most_batches=most_batches):
        passed_over = hidden({record.line for record in portion.records})
        shows = (record for record in portion.records if record.line not in passed_over)
        written = database.write([line for record in shows for line in lines_of(record)])
        for why in written.refused:
            say(f"Left out: {why}")
        place.write(portion.through)
        shown = replace(
            shown,
            point_count=shown.point_count + written.count,
            refused_count=shown.refused_count + len(written.refused),
            through=portion.through.batch,
        )
    return shown


def show_health(store: Store, database: Database, now: datetime, *, hidden: Hidden = nobody) -> int:
    """Shows how probes and intake fare at `now`; how many points. Raises DatabaseError, DatabaseRefusalError,
    StoreError.
    """
    probes = store.probes()
    passed_over = hidden({one.line for one in probes})
    shows = tuple(one for one in probes if one.line not in passed_over)
    return database.write(lines_of_health(shows, store.counts(), now)).count


async def follow(  # noqa: PLR0913  as `catch_up`, and when
    feed: Feed,
    database: Database,
    place: Place,
    *,
    stop: asyncio.Event,
    say: Callable[[str], None],
    now: Callable[[], datetime],
    hidden: Hidden = nobody,
) -> None:
    """Catches up again and again until `stop`, and shows each minute how probes and intake fare. A database that does
    not answer is asked again, at most a minute later.

    Raises DatabaseRefusalError, StoreError.
    """
    wait_s, shown_at = _LOOK_EVERY_S, None
    while not stop.is_set():
        try:
            await asyncio.to_thread(catch_up, feed, database, place, say=say, hidden=hidden)
            if (minute := now().replace(second=0, microsecond=0)) != shown_at:
                await asyncio.to_thread(show_health, Store(feed.journal), database, minute, hidden=hidden)
                shown_at = minute
            wait_s = _LOOK_EVERY_S
        except DatabaseError as error:
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
            say(f"{error} Trying again in {wait_s:.0f} s.")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait_s)
