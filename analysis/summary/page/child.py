"""Shell. The short-lived process that opens a stranger's PDF: its bytes on standard input, its text on standard output.

Bounded in time, memory and output by its own hand, and with nothing open but these two. Knows nothing of the contract.
"""

import logging
import os
import resource
import signal
import sys

import msgspec

from analysis.summary.page.paper import Drawn, Refusal

CPU_S = 20
_WALL_S = 60  # on a busy machine
_MEMORY_BYTES = 768 * 2**20
MOST_OUTPUT_BYTES = 24 * 2**20
_NICE = 10


def main() -> None:
    """Read, answer, end."""
    _bound()
    logging.disable()  # pypdf tells of each oddity of a file
    data = sys.stdin.buffer.read()
    try:
        from analysis.summary.page.drawn import drawn

        answer = drawn(data)
    except (MemoryError, RecursionError):
        answer = Refusal.TOO_HARD
    said = Drawn(refusal=answer) if isinstance(answer, Refusal) else Drawn(page_count=answer[0], pieces=answer[1])
    sys.stdout.buffer.write(msgspec.json.encode(said))


def _bound() -> None:
    signal.alarm(_WALL_S)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_OUTPUT_BYTES, MOST_OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # starts no other; root is not held by it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICE)


if __name__ == "__main__":
    main()
