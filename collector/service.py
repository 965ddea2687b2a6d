"""Shell. The collector at work: takes what the broker has, commits it, and only then acknowledges and gives receipts.

While the journal cannot be written nothing is acknowledged: messages wait with the broker and batches with their
probes. Knows nothing of what a message holds.
"""

import asyncio
import fcntl
import gc
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from collector.desk import Desk, Done
from collector.envelope import ODD, Rejection, Remark
from collector.erasure import erased_file
from collector.fleet.follow import follow
from collector.fleet.share import Share
from collector.home import CollectorHome
from collector.identity.files import IdentityHome
from collector.identity.register import Register
from collector.journal import Journal, JournalError
from collector.judging.crew import CrewError
from collector.judging.stream import Stream, collect, opened
from collector.lake.nightly import seal_daily
from collector.proof.own_key import own_key
from collector.retention.daily import retain_daily
from collector.settings import BrokerSettings, CollectorSettings
from collector.store import Store
from collector.subscribe import Link, LinkError, connected, now
from collector.uptime.beat import beat
from collector.witness.desk import witness

_COLLECT_AFTER = 50_000  # objects: next to none of them is in a circle, and to look for one costs a tenth of all
_MOST_PROCESSES = 3  # unless told: what is left to this one, commits and the broker, keeps no more of them busy
_WAITS_S = (0.2, 0.5, 1.0, 2.0, 5.0)
_STEADY_S = 10.0  # a connection that held so long begins the waits anew
_END_WITHIN_S = 1.5
_DETAIL_CHARS = 200


@dataclass(slots=True, kw_only=True)
class _Running:
    """What one running collector has at hand, and what it has said."""

    store: Store
    stop: asyncio.Event
    say: Callable[[str], None]
    connections: int = 0
    attends: bool = False
    no_broker: bool = False
    no_disk: bool = False
    no_crew: bool = False
    refusals: set[Rejection] = field(default_factory=set)
    remarks: set[Remark] = field(default_factory=set)
    passed_over: bool = False

    def at_work(self) -> int | None:
        """The number of the connection that it works on; None without a broker, or a disk that took what came last."""
        return self.connections if self.attends and not self.no_disk else None


async def run(settings: CollectorSettings, home: Path, *, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """Collects until `stop`, whatever the broker does, and ends within two seconds of it.

    Raises JournalError where the journal cannot be opened, KeyFileError, SettingsError.
    """
    layout, processes = CollectorHome(home), _processes(settings)
    running = _Running(store=Store(layout.journal), stop=stop, say=say)
    with (
        _alone(layout),
        _seldom_collected(),
        closing(Journal(layout.journal)) as journal,
        ThreadPoolExecutor(1, thread_name_prefix="journal") as worker,
    ):
        key = own_key(layout)
        register = Register(IdentityHome(layout).register)
        identifier = f"prova-collector-{key.thumbprint()[:7]}"  # 23 characters, which every broker allows
        with opened(
            Desk(journal, key, revoked=register.revoked, erased=erased_file.asked(layout)),
            worker,
            processes,
            partial(_settled, running),
        ) as stream:
            serving = asyncio.create_task(_serve(settings.broker, identifier, stream, running))
            witnessing = asyncio.create_task(
                witness(settings.witness, journal=journal, worker=worker, now=now, stop=stop)
            )
            sealing = asyncio.create_task(seal_daily(layout, now=now, stop=stop, say=say))
            retaining = asyncio.create_task(retain_daily(layout, now=now, stop=stop, say=say))
            beating = asyncio.create_task(beat(layout.journal, at_work=running.at_work, now=now, stop=stop))
            await _until_stopped(serving, {witnessing, sealing, retaining, beating}, stop)


async def _until_stopped(serving: "asyncio.Task[None]", others: "set[asyncio.Task[None]]", stop: asyncio.Event) -> None:
    """Ends them all within two seconds of `stop`, or once `serving` has ended. Raises what that did."""
    try:
        if not await _first(serving, stop):
            # they see `stop` unless a broker keeps them waiting
            await asyncio.wait({serving, *others}, timeout=_END_WITHIN_S)
    finally:
        for task in (serving, *others):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        await asyncio.gather(*others, return_exceptions=True)


async def _serve(broker: BrokerSettings, identifier: str, stream: Stream, running: _Running) -> None:
    """One connection after another, until `stop`."""
    failures = 0
    while not running.stop.is_set():
        began = time.monotonic()
        try:
            async with connected(broker, identifier=identifier) as link:
                _found(broker, running)
                await _attend(link, broker.share, stream, running)
        except (LinkError, JournalError, CrewError) as error:
            _missed(error, broker, running)
            failures = 0 if time.monotonic() - began > _STEADY_S else failures
            await _pause(running.stop, _WAITS_S[min(failures, len(_WAITS_S) - 1)])
            failures += 1


async def _attend(link: Link, share: Share, stream: Stream, running: _Running) -> None:
    """Collects; of a share of the lines, what its own lines' probes send. Raises as `collect`."""
    tasks = {asyncio.create_task(collect(link, share, stream, stop=running.stop))}
    if not share.whole:
        following = follow(link, share, running.store, stop=running.stop, say=running.say)
        tasks.add(asyncio.create_task(following))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _found(broker: BrokerSettings, running: _Running) -> None:
    if not running.no_disk:
        running.say(f"Collecting from the broker at {broker.host}:{broker.port}.")
    running.no_broker = False
    running.attends, running.connections = True, running.connections + 1


def _missed(error: LinkError | JournalError | CrewError, broker: BrokerSettings, running: _Running) -> None:
    """Says once what is wrong; leaving the broker keeps with it what the disk cannot take."""
    running.attends = False
    if isinstance(error, JournalError):
        if not running.no_disk:
            running.say(str(error))
        running.no_disk = True
    elif isinstance(error, CrewError):
        if not running.no_crew:
            running.say(str(error))
        running.no_crew = True
    else:
        if not running.no_broker:
            running.say(f"No broker at {broker.host}:{broker.port} ({error}). Trying until there is one.")
        running.no_broker = True


def _settled(running: _Running, done: Done, passed_over: int) -> None:
    """Says that the disk is back, and what is refused or odd for the first time; the store counts them all."""
    if running.no_disk:
        running.say("The journal can be written again.")
    running.no_disk = running.no_crew = False
    for topic, became in done.refused:
        if became.reason is not None and became.reason not in running.refusals:
            running.refusals.add(became.reason)
            running.say(f"A message on {topic!r} is kept in quarantine: {became.detail[:_DETAIL_CHARS]}.")
    for topic, became in done.remarked:
        for remark in set(became.remarks) - running.remarks:
            running.remarks.add(remark)
            running.say(f"A batch on {topic!r} is kept, and is odd: {ODD[remark]}.")
    if passed_over and not running.passed_over:
        running.passed_over = True
        running.say(
            "A probe sends far more than it may leave unanswered. The surplus gets no receipt until it is sent again;"
            " other probes are served meanwhile."
        )


def _processes(settings: CollectorSettings) -> int:
    """How many judge beside this one: as set, else one for each core up to three, and none where there is but one."""
    if settings.judging_processes is not None:
        return settings.judging_processes
    cores = len(os.sched_getaffinity(0))
    return min(cores, _MOST_PROCESSES) if cores > 1 else 0


async def _first(task: asyncio.Task[object], stop: asyncio.Event) -> bool:
    """Waits for either, and says whether the task has ended."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    return task.done()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Python looks for circles of objects seldom, and at none of those that are here already."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _alone(layout: CollectorHome) -> Iterator[None]:
    """Held by one process at a time, and let go by the kernel however that process ends."""
    try:
        layout.lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = layout.lock.open("a")
    except OSError as error:
        raise JournalError(f"{layout.lock} cannot be written: {error.strerror}. Choose another home.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise JournalError(
                f"Another collector runs on {layout.root}. End it, or give this one another home."
            ) from error
        yield
