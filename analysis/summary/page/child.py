"""Shell. The short-lived process that opens a stranger's PDF: its bytes on standard input, its text on standard output.

Bounded in time, memory and output by its own hand, and with nothing open but these two. Knows nothing of the contract.
"""

import logging
import sys

import msgspec

from analysis.confined.bounds import Bounds
from analysis.confined.enter import enter
from analysis.summary.page.paper import Drawn, Refusal

BOUNDS = Bounds(cpu_s=20, wall_s=60, memory_bytes=768 * 2**20, output_bytes=24 * 2**20)


def main() -> None:
    """Read, answer, end."""
    enter(BOUNDS)
    logging.disable()  # pypdf tells of each oddity of a file
    data = sys.stdin.buffer.read()
    try:
        from analysis.summary.page.drawn import drawn

        answer = drawn(data)
    except (MemoryError, RecursionError):
        answer = Refusal.TOO_HARD
    said = Drawn(refusal=answer) if isinstance(answer, Refusal) else Drawn(page_count=answer[0], pieces=answer[1])
    sys.stdout.buffer.write(msgspec.json.encode(said))


if __name__ == "__main__":
    main()
