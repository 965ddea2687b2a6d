"""Shell. Buckets mapped over a Dask cluster whose machines see the store: the same results as here, in the same order.

A worker that is lost has its buckets made again by another. Holds no judgement.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from prova.exit import CommandError, Exit

_Work = TypeVar("_Work")
_Result = TypeVar("_Result")
_ANSWER_WITHIN_S = 15
_TRIES = 3  # of one bucket, on workers that are lost under it
_WAITING = 2  # buckets for each worker, so that none is idle and few results wait


def mapped_on(address: str, task: Callable[[_Work], _Result], work: Sequence[_Work]) -> Iterator[_Result]:
    """What `task` makes of each bucket, in order; it can be pickled. Raises CommandError and what `task` raises."""
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise CommandError("--scheduler needs Dask. Install it: pip install 'prova[cluster]'") from error
    try:
        client: Any = Client(address, timeout=_ANSWER_WITHIN_S, set_as_default=False)  # type: ignore[no-untyped-call]  # it has no types
    except (OSError, ValueError) as error:
        sentence = f"No Dask scheduler answers at {address}. Start one there, or leave --scheduler out."
        raise CommandError(sentence, Exit.UNREACHABLE) from error
    with client:
        workers = len(client.scheduler_info()["workers"])
        if not workers:
            sentence = f"The Dask scheduler at {address} has no workers. Start some: dask worker {address}"
            raise CommandError(sentence, Exit.UNREACHABLE)
        waiting = iter(work)
        running = deque(_submitted(client, task, one) for one in islice(waiting, _WAITING * workers))
        while running:
            yield running.popleft().result()
            running.extend(_submitted(client, task, one) for one in islice(waiting, 1))


def _submitted(client: Any, task: Callable[[_Work], _Result], one: _Work) -> Any:
    return client.submit(task, one, pure=False, retries=_TRIES)
