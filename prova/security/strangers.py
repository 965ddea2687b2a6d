"""Shell. Commands that read a stranger's file, held to bounds before they read: memory and time, and where they write
nothing, the network too.

Knows nothing of the files.
"""

import signal
from collections.abc import Sequence
from typing import Any, NoReturn

from analysis.confined.bounds import Bounds
from analysis.confined.enter import enter
from prova.exit import CommandError

_HOUR_S = 3600
_GIB = 2**30
# By the command's first words. A bundle has at most 2 GiB and is held twice; what is imported is read line by line.
_READING = {
    ("verify",): Bounds(cpu_s=_HOUR_S, wall_s=2 * _HOUR_S, memory_bytes=10 * _GIB, output_bytes=_GIB, alone=False),
    ("import",): Bounds(
        cpu_s=4 * _HOUR_S,
        wall_s=12 * _HOUR_S,
        memory_bytes=4 * _GIB,
        output_bytes=64 * _GIB,
        alone=False,
        offline=False,
    ),
    ("fleet", "import"): Bounds(
        cpu_s=_HOUR_S, wall_s=2 * _HOUR_S, memory_bytes=4 * _GIB, output_bytes=_GIB, alone=False, offline=False
    ),
}


def heed(words: Sequence[str]) -> None:
    """Before a command is begun: `words` are its arguments."""
    for named, bounds in _READING.items():
        if tuple(words[: len(named)]) == named:
            for ends in (signal.SIGXCPU, signal.SIGALRM):
                signal.signal(ends, _too_long)
            enter(bounds)


def _too_long(*_: Any) -> NoReturn:
    raise CommandError("The file takes more time than Prova gives a file of others. Cut it into smaller ones.")
