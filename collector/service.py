"""Shell. The collector at work: takes what the broker has, commits it, and only then acknowledges and gives receipts.

While the journal cannot be written nothing is acknowledged: messages wait with the broker and batches with their
probes. Knows nothing of what a message holds.
"""

import asyncio
import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from collector.desk import Desk, Done, Looked
from collector.envelope import ODD, Rejection, Remark
from collector.fleet.follow import follow
from collector.fleet.share import Share
from collector.home import CollectorHome
from collector.identity.files import IdentityHome
from collector.identity.register import Register
from collector.journal import Journal, JournalError
from collector.lake.nightly import seal_daily
from collector.settings import BrokerSettings, CollectorSettings
from collector.store import Store
from collector.subscribe import Group, Link, LinkError, connected, now
from collector.witness.desk import witness
from probe.keyfile import load_or_make
from probe.wire import Receipt

_GROUP = 300  # messages to one commit at most; fewer where fewer wait, so that no commit waits for more to come
_BESIDE = 2  # threads beside the journal's: one judges, one signs; a second judge would wait for the interpreter
_WAITS_S = (0.2, 0.5, 1.0, 2.0, 5.0)
_STEADY_S = 10.0  # a connection that held so long begins the waits anew
_END_WITHIN_S = 1.5
_DETAIL_CHARS = 200


_Groups = asyncio.Queue[tuple[Group, tuple[Looked, ...]]]
_Kept = asyncio.Queue[tuple[Group, tuple[Receipt, ...]]]


@dataclass(slots=True, kw_only=True)
class _Running:
    """What one running collector has at hand, and what it has said.

    `worker` is the journal's only thread; those of `beside` do what can be done beside a commit.
    """

    desk: Desk
    store: Store
    worker: ThreadPoolExecutor
    beside: ThreadPoolExecutor
    stop: asyncio.Event
    say: Callable[[str], None]
    no_broker: bool = False
    no_disk: bool = False
    refusals: set[Rejection] = field(default_factory=set)
    remarks: set[Remark] = field(default_factory=set)
    passed_over: bool = False


async def run(settings: CollectorSettings, home: Path, *, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """Collects until `stop`, whatever the broker does, and ends within two seconds of it.

    Raises JournalError where the journal cannot be opened, KeyFileError, SettingsError.
    """
    layout = CollectorHome(home)
    with (
        _alone(layout),
        closing(Journal(layout.journal)) as journal,
        ThreadPoolExecutor(1, thread_name_prefix="journal") as worker,
        ThreadPoolExecutor(_BESIDE, thread_name_prefix="beside") as beside,
    ):
        key = load_or_make(layout.key)
        register = Register(IdentityHome(layout).register)
        identifier = f"prova-collector-{key.thumbprint()[:7]}"  # 23 characters, which every broker allows
        running = _Running(
            desk=Desk(journal, key, revoked=register.revoked),
            store=Store(layout.journal),
            worker=worker,
            beside=beside,
            stop=stop,
            say=say,
        )
        serving = asyncio.create_task(_serve(settings.broker, identifier, running))
        witnessing = asyncio.create_task(witness(settings.witness, journal=journal, worker=worker, now=now, stop=stop))
        sealing = asyncio.create_task(seal_daily(layout, now=now, stop=stop, say=say))
        try:
            if not await _first(serving, stop):
                # they see `stop` unless a broker keeps them waiting
                await asyncio.wait({serving, witnessing, sealing}, timeout=_END_WITHIN_S)
        finally:
            for task in (serving, witnessing, sealing):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await serving
            await asyncio.gather(witnessing, sealing, return_exceptions=True)


async def _serve(broker: BrokerSettings, identifier: str, running: _Running) -> None:
    """One connection after another, until `stop`."""
    failures = 0
    while not running.stop.is_set():
        began = time.monotonic()
        try:
            async with connected(broker, identifier=identifier) as link:
                _found(broker, running)
                await _attend(link, broker.share, running)
        except (LinkError, JournalError) as error:
            _missed(error, broker, running)
            failures = 0 if time.monotonic() - began > _STEADY_S else failures
            await _pause(running.stop, _WAITS_S[min(failures, len(_WAITS_S) - 1)])
            failures += 1


async def _attend(link: Link, share: Share, running: _Running) -> None:
    """Collects; of a share of the lines, what its own lines' probes send. Raises as `_collect`."""
    tasks = {asyncio.create_task(_collect(link, share, running))}
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


async def _collect(link: Link, share: Share, running: _Running) -> None:
    """Group after group, until `stop`: while one is committed, the next is judged and the one before it answered.

    Raises LinkError, and JournalError where a group could not be committed.
    """
    looked: _Groups = asyncio.Queue(1)
    kept: _Kept = asyncio.Queue(1)
    steps = (_look(link, share, looked, running), _keep(looked, kept, running), _answer(link, kept, running))
    working = {asyncio.create_task(one) for one in (*steps, _emptied((looked, kept), running.stop))}
    try:
        done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _look(link: Link, share: Share, looked: _Groups, running: _Running) -> None:
    """Takes what there is and judges it, until `stop`. Raises LinkError, JournalError.

    What is not of this share, of a session older than it, another collector has too.
    """
    loop = asyncio.get_running_loop()
    while True:
        group = await link.take(_GROUP)
        if running.stop.is_set():
            await asyncio.Event().wait()  # for the end, which comes when what was looked at before is committed
        arrivals = [one for one in group.arrivals if share.takes_topic(one.topic)]
        await looked.put((group, await loop.run_in_executor(running.beside, running.desk.judge, arrivals)))


async def _keep(looked: _Groups, kept: _Kept, running: _Running) -> None:
    """Commits what was judged. Raises JournalError, once what was committed before is answered."""
    loop = asyncio.get_running_loop()
    while True:
        group, judged = await looked.get()
        try:
            done = await loop.run_in_executor(running.worker, running.desk.settle, judged, group.passed_over)
        except JournalError:
            await kept.join()
            raise
        _settled(done, group, running)
        await kept.put((group, done.receipts))
        looked.task_done()


async def _answer(link: Link, kept: _Kept, running: _Running) -> None:
    """Signs and sends the receipts of what was committed, and acknowledges it: if it ends before, all comes again."""
    loop = asyncio.get_running_loop()
    while True:
        group, receipts = await kept.get()
        for answer in await loop.run_in_executor(running.beside, running.desk.answers, receipts):
            link.publish(answer.topic, answer.payload)
        link.acknowledge(group)
        kept.task_done()


async def _emptied(queues: Sequence[_Groups | _Kept], stop: asyncio.Event) -> None:
    """Returns after `stop`, once what was judged by then is committed and answered."""
    await stop.wait()
    for queue in queues:
        await queue.join()


def _found(broker: BrokerSettings, running: _Running) -> None:
    if not running.no_disk:
        running.say(f"Collecting from the broker at {broker.host}:{broker.port}.")
    running.no_broker = False


def _missed(error: LinkError | JournalError, broker: BrokerSettings, running: _Running) -> None:
    """Says once what is wrong; leaving the broker keeps with it what the disk cannot take."""
    if isinstance(error, JournalError):
        if not running.no_disk:
            running.say(str(error))
        running.no_disk = True
    else:
        if not running.no_broker:
            running.say(f"No broker at {broker.host}:{broker.port} ({error}). Trying until there is one.")
        running.no_broker = True


def _settled(done: Done, group: Group, running: _Running) -> None:
    """Says that the disk is back, and what is refused or odd for the first time; the store counts them all."""
    if running.no_disk:
        running.say("The journal can be written again.")
    running.no_disk = False
    for topic, became in done.refused:
        if became.reason is not None and became.reason not in running.refusals:
            running.refusals.add(became.reason)
            running.say(f"A message on {topic!r} is kept in quarantine: {became.detail[:_DETAIL_CHARS]}.")
    for topic, became in done.remarked:
        for remark in set(became.remarks) - running.remarks:
            running.remarks.add(remark)
            running.say(f"A batch on {topic!r} is kept, and is odd: {ODD[remark]}.")
    if group.passed_over and not running.passed_over:
        running.passed_over = True
        running.say(
            "A probe sends far more than it may leave unanswered. The surplus gets no receipt until it is sent again;"
            " other probes are served meanwhile."
        )


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
