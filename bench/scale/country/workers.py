"""Parts on a Dask cluster of one worker here, then of two: `python -m bench.scale.country.workers HOME BUCKETS`.

One worker is a process with one thread. Each has judged a part before the time is taken, for it loads its libraries
then. Prints JSON, a line for each number of workers.
"""

import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.scale.country.numbers import digest, of_summaries
from bench.scale.country.peer import SPAN, work_of
from prova.many.extraction import Task, results

_WITHIN_S = 60


def main() -> None:
    home, count = Path(sys.argv[1]), int(sys.argv[2])
    work = work_of(home, count)
    for workers in (1, 2):
        with ExitStack() as stack:
            address = _cluster(stack, workers)
            for _ in range(workers):
                list(results(work[:workers], Task(SPAN), jobs=1, scheduler=address))
            began_s = time.monotonic()
            every = [*results(work, Task(SPAN), jobs=1, scheduler=address)]
            elapsed_s = time.monotonic() - began_s
        told = digest(of_summaries(one for part in every for one in part.summaries))
        print(json.dumps({"workers": workers, "parts": len(work), "elapsed_s": elapsed_s, "numbers": told}), flush=True)


def _cluster(stack: ExitStack, workers: int) -> str:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    file = folder / "scheduler.json"
    where = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    _start(stack, "distributed.cli.dask_scheduler", *where)
    address = _address(file)
    for number in range(workers):
        own = ("--local-directory", str(folder / str(number)), "--nthreads", "1", "--no-dashboard", "--no-nanny")
        _start(stack, "distributed.cli.dask_worker", address, "--host", "127.0.0.1", *own)
    _await_workers(address, workers)
    return address


def _start(stack: ExitStack, *command: str) -> None:
    process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end() -> None:
        process.kill()
        process.wait(_WITHIN_S)

    stack.callback(end)


def _address(file: Path) -> str:
    deadline = time.monotonic() + _WITHIN_S
    while time.monotonic() < deadline:
        try:
            return str(json.loads(file.read_text())["address"])
        except (OSError, ValueError):
            time.sleep(0.1)
    raise TimeoutError("no scheduler")


def _await_workers(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address) as client:  # type: ignore[no-untyped-call]  # it has no types
        client.wait_for_workers(workers, timeout=_WITHIN_S)


if __name__ == "__main__":
    main()
