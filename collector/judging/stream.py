"""Shell. Messages on their way, group after group: taken, judged, committed, answered, each step beside the others.

The commit is what the others keep busy: it takes all groups that wait for it together, so that a slow disk is asked
less often. Knows nothing of what a message holds, nor of what is said of it.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain

from collector.desk import Desk, Done, Looked
from collector.fleet.share import Share
from collector.journal import JournalError
from collector.judging.crew import Crew, CrewError
from collector.subscribe import Group, Link
from probe.wire import Receipt

_GROUP = 300  # messages judged together at most; fewer where fewer wait
_GROUPS = 4  # to one commit at most, of those that wait for it by then: none waits for more to come

_Looking = asyncio.Queue[tuple[Group, "asyncio.Future[tuple[Looked, ...]]"]]
_Kept = asyncio.Queue[tuple[tuple[Group, ...], tuple[Receipt, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What messages pass through. `settled` hears of each commit, and how many messages were passed over before it.

    `journal` is the journal's only thread. Those of `judges` judge: one, for a second would wait for the interpreter,
    or one for each process of a crew; `ahead` groups may wait for their commit meanwhile. `signer` signs.
    """

    desk: Desk
    journal: ThreadPoolExecutor
    judges: ThreadPoolExecutor
    signer: ThreadPoolExecutor
    ahead: int
    settled: Callable[[Done, int], None]


@contextmanager
def opened(
    desk: Desk, journal: ThreadPoolExecutor, processes: int, settled: Callable[[Done, int], None]
) -> Iterator[Stream]:
    """A stream with so many processes that judge, 0 for none; they have ended with it."""
    with (
        closing(Crew(processes)) as crew,
        ThreadPoolExecutor(processes or 1, thread_name_prefix="judge") as judges,
        ThreadPoolExecutor(1, thread_name_prefix="signer") as signer,
    ):
        yield Stream(
            desk=replace(desk, crew=crew) if processes else desk,
            journal=journal,
            judges=judges,
            signer=signer,
            ahead=processes + 1,
            settled=settled,
        )


async def collect(link: Link, share: Share, stream: Stream, *, stop: asyncio.Event) -> None:
    """Until `stop`, and then until what is judged by then is committed and answered.

    Raises LinkError, JournalError where a group could not be committed, CrewError where it could not be judged.
    """
    looking: _Looking = asyncio.Queue(stream.ahead)
    kept: _Kept = asyncio.Queue(1)
    steps = (_look(link, share, looking, stream, stop=stop), _keep(looking, kept, stream), _answer(link, kept, stream))
    working = {asyncio.create_task(one) for one in (*steps, _emptied((looking, kept), stop))}
    try:
        done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _look(link: Link, share: Share, looking: _Looking, stream: Stream, *, stop: asyncio.Event) -> None:
    """Takes what there is and has it judged, as many groups at once as there are judges. Raises LinkError.

    What is not of this share, of a session older than it, another collector has too.
    """
    loop = asyncio.get_running_loop()
    while True:
        group = await link.take(_GROUP)
        if stop.is_set():
            await asyncio.Event().wait()  # for the end, which comes when what was looked at before is committed
        arrivals = [one for one in group.arrivals if share.takes_topic(one.topic)]
        judging = loop.run_in_executor(stream.judges, stream.desk.judge, arrivals)
        judging.add_done_callback(_seen)
        await looking.put((group, judging))


def _seen(judging: "asyncio.Future[tuple[Looked, ...]]") -> None:
    """An error is `_keep`'s matter; of a group behind one that could not be kept, nobody asks for it."""
    if not judging.cancelled():
        judging.exception()


async def _keep(looking: _Looking, kept: _Kept, stream: Stream) -> None:
    """Commits what was judged, in order. Raises JournalError, CrewError, once what was committed before is answered."""
    loop = asyncio.get_running_loop()
    while True:
        waiting = [await looking.get()]
        while len(waiting) < _GROUPS and not looking.empty():
            waiting.append(looking.get_nowait())
        groups = tuple(group for group, _ in waiting)
        passed_over = sum(group.passed_over for group in groups)
        try:
            judged = tuple(chain.from_iterable([await judging for _, judging in waiting]))
            done = await loop.run_in_executor(stream.journal, stream.desk.settle, judged, passed_over)
        except (JournalError, CrewError):
            await kept.join()
            raise
        stream.settled(done, passed_over)
        await kept.put((groups, done.receipts))
        for _ in waiting:
            looking.task_done()


async def _answer(link: Link, kept: _Kept, stream: Stream) -> None:
    """Signs and sends the receipts of what was committed, and acknowledges it: if it ends before, all comes again."""
    loop = asyncio.get_running_loop()
    while True:
        groups, receipts = await kept.get()
        answers = await loop.run_in_executor(stream.signer, stream.desk.answers, receipts)
        link.publish([(one.topic, one.payload) for one in answers])
        for group in groups:
            link.acknowledge(group)
        kept.task_done()


async def _emptied(queues: Sequence[_Looking | _Kept], stop: asyncio.Event) -> None:
    """Returns after `stop`, once what was judged by then is committed and answered."""
    await stop.wait()
    for queue in queues:
        await queue.join()
