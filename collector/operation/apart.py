"""Shell. One piece of work in a process of its own, so that intake has its memory and its processor to itself.

Ends with whoever began it. Knows nothing of what the work is.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress

_END_WITHIN_S = 1.0


async def done_apart(module: str, words: Sequence[str], stop: asyncio.Event, *, within_s: float) -> tuple[bool, str]:
    """(whether it was done, its last words), of `python -m MODULE WORDS`. It says on stdout what it did, on stderr what
    a person can mend.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C reaches the collector alone, which ends it
    )
    talking = asyncio.create_task(process.communicate())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({talking, stopping}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        if not talking.done():
            return False, "it was ended before it was done."
        did, mend = talking.result()
        if process.returncode == 0:
            return True, did.decode(errors="replace").strip()
        lines = mend.decode(errors="replace").strip().splitlines()
        return False, lines[-1] if lines else f"the process ended with code {process.returncode}."
    finally:
        stopping.cancel()
        await _end(process)
        await asyncio.gather(talking, return_exceptions=True)


async def stopped(stop: asyncio.Event, within_s: float) -> bool:
    """Whether it is to end, after so long at most."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), within_s)
    return stop.is_set()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _END_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()
