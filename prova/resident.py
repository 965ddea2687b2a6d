"""Shell. The probe as a process that stays: what `prova probe run` becomes once its settings were found.

Loads nothing of the command line, for this process lives for months on a small box. Knows nothing of options.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import NoReturn

from prova.exit import Exit, mendable
from prova.handback import hand_back

_SETTLED_AFTER_S = 10.0  # connected, and past the first minute's preparations

# Of glibc, read when a process starts: one heap instead of one a thread, and given back to the system when free.
_MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "65536"}


def become(settings: Path, home: Path) -> NoReturn:
    """Replaces this process by a probe with these settings; process number and open files stay."""
    from probe.identity import software

    # -OO: without docstrings, which are a megabyte; -P: nothing is loaded from the folder it stands in.
    argv = [sys.executable, "-OO", "-P", "-m", "prova.resident", str(settings), str(home), software()]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, argv, {**_MEMORY, **os.environ})  # noqa: S606  no shell is wanted


async def _measure(settings_path: Path, home: Path, software: str) -> None:
    from probe import agent, settings
    from prova.stop import stopping

    loaded = settings.load(settings_path)
    asyncio.get_running_loop().call_later(_SETTLED_AFTER_S, hand_back)
    with stopping() as stop:
        await agent.run(loaded, home, stop=stop, say=_say, software=software)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201  what a person reads


def main() -> NoReturn:
    """Until it is stopped. What a person can mend ends in one sentence on stderr."""
    try:
        asyncio.run(_measure(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
    except Exception as error:
        mend = mendable(error)
        if mend is None:
            raise
        _say(f"prova: {mend[0]}")
        sys.exit(mend[1])
    sys.exit(Exit.DONE)


if __name__ == "__main__":
    main()
