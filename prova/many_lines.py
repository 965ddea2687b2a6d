"""Shell. Many lines judged a bucket at a time, in this process or in several.

Memory is one bucket's in each process. Holds no judgement.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice, pairwise
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TypeVar

from analysis.contract import Contract
from analysis.kernel.line import LineVerdicts
from analysis.kernel.run import Judge, Span
from collector.store import Store

_Work = TypeVar("_Work")
_Result = TypeVar("_Result")
_MOST_LINES = 512  # of a part, so that what a process holds does not grow with the country
_WAITING = 2  # parts for each process, so that none is idle and few results wait


@dataclass(frozen=True, slots=True)
class Bucket:
    """The contracts of the lines of one bucket, and where their records are."""

    journal: Path
    contracts: tuple[Contract, ...]


def buckets(store: Store, contracts: Mapping[str, Contract]) -> tuple[Bucket, ...]:
    """The lines with a contract, as the store keeps them together; of many that lie together as several parts.

    Raises the store's errors.
    """
    return tuple(
        Bucket(store.path, tuple(contracts[line] for line in some))
        for lines in store.buckets(list(contracts))
        for some in _cut(lines)
    )


def _cut(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    """Of nearly equal size, each of lines that follow one another."""
    count = -(-len(lines) // _MOST_LINES)
    edges = [len(lines) * number // count for number in range(count + 1)]
    return (lines[start:end] for start, end in pairwise(edges))


def judged(work: Sequence[Bucket], span: Span, jobs: int) -> Iterator[tuple[LineVerdicts, ...]]:
    """The lines of each bucket, in order of the buckets. Raises what judging raises."""
    return mapped(partial(judge_bucket, span=span), work, jobs)


def mapped(task: Callable[[_Work], _Result], work: Sequence[_Work], jobs: int) -> Iterator[_Result]:
    """What `task` makes of each bucket, in order, in so many processes; it can be pickled. Raises what it raises."""
    if jobs == 1:
        yield from map(task, work)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        waiting = iter(work)
        running = deque(pool.submit(task, one) for one in islice(waiting, _WAITING * jobs))
        try:
            while running:
                yield running.popleft().result()
                running.extend(pool.submit(task, one) for one in islice(waiting, 1))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever."""
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def judge_bucket(one: Bucket, span: Span) -> tuple[LineVerdicts, ...]:
    """The lines of one bucket: a task for whatever maps tasks over processes or machines that see the store."""
    return tuple(_judge(one.journal, span).lines(one.contracts))


@lru_cache(1)  # what was decided for one bucket's counts holds for the next one's
def _judge(journal: Path, span: Span) -> Judge:
    return Judge(Store(journal), span)
