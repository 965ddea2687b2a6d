"""Shell. Starts the short-lived process, waits for it and reads what it says as one would a stranger's.

Nothing of it outlives the wait. Knows nothing of what is asked.
"""

import asyncio
import sys
from contextlib import suppress

import msgspec

from probe.path.job import Job, Said

_STARTS_WITHIN_S = 8.0
_MOST_ANSWER_BYTES = 65_536
_COMMAND = (sys.executable, "-m", "probe.path.child")


async def ask(job: Job, *, command: tuple[str, ...] = _COMMAND) -> Said:
    """What it says. `cannot` is set where it says nothing of use within the job's time."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_MOST_ANSWER_BYTES,
        )
    except OSError as error:
        return Said(cannot=f"no process: errno {error.errno}")
    try:
        async with asyncio.timeout(job.within_s + _STARTS_WITHIN_S):
            said = _read(await _exchange(process, msgspec.json.encode(job)))
            # It ends by itself: to end one that just did would take its exit from under asyncio's hands.
            await process.wait()
            return said
    except TimeoutError:
        return Said(cannot="it took too long")
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _exchange(process: asyncio.subprocess.Process, job: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(job)
        await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()
    answer = b""
    while len(answer) <= _MOST_ANSWER_BYTES:
        more = await process.stdout.read(_MOST_ANSWER_BYTES)
        if not more:
            break
        answer += more
    return answer


def _read(answer: bytes) -> Said:
    if len(answer) > _MOST_ANSWER_BYTES:
        return Said(cannot="it said too much")
    try:
        return msgspec.json.decode(answer, type=Said)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Said(cannot="it said nothing of use")
