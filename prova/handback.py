"""Shell. Gives memory back that only the start of this process needed: code of libraries, and free heap.

Code that was never written to lies in its file as well: the kernel may drop it, and reads again what is run again
(madvise(2), MADV_DONTNEED; malloc_trim(3)). Knows nothing of what the process is for.
"""

import ctypes
import gc
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_DONTNEED = 4  # asm-generic/mman-common.h
_MAPPING = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ [1-9]\d*\s+/")
_OWN_COPY = re.compile(r"^(?:Private_Dirty|Anonymous|Swap):\s+[1-9]")


def hand_back() -> None:
    """Does nothing where the kernel or the C library cannot."""
    gc.collect()
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        for start, end in code(Path("/proc/self/smaps").read_text().splitlines()):
            libc.madvise(start, end - start, _DONTNEED)
        libc.malloc_trim(0)


def code(smaps: list[str]) -> Iterator[tuple[int, int]]:
    """The mappings of files' code of which this process has no copy of its own (proc_pid_smaps(5))."""
    found: tuple[int, int] | None = None
    for line in smaps:
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            if found is not None:
                yield found
            mapping = _MAPPING.match(line)
            found = None if mapping is None else (int(mapping[1], 16), int(mapping[2], 16))
        elif _OWN_COPY.match(line):
            found = None
    if found is not None:
        yield found
