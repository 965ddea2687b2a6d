"""Shell. One heavy test at a time over one interface of this machine, however many probes run on it.

A file that is locked and never written; the kernel lets go of it however its holder ends. Knows nothing of tests.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDERS = (Path("/run/lock"), Path(tempfile.gettempdir()))  # of all users
_NAMESPACE = Path("/proc/self/ns/net")


@contextmanager
def alone(interface: str, *, folders: tuple[Path, ...] = _FOLDERS) -> Iterator[bool]:
    """Whether nobody else holds the interface; if so it is held until the end.

    True too where no file can be made: a test is worth more than the lock.
    """
    descriptor = _opened(f"prova-{_namespace()}-{interface}.lock", folders)
    if descriptor is None:
        yield True
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _opened(name: str, folders: tuple[Path, ...]) -> int | None:
    """For reading alone, which is enough for a lock: the file may be another user's."""
    for folder in folders:
        for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CREAT | os.O_EXCL, os.O_RDONLY):
            with suppress(OSError):
                return os.open(folder / name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    return None


def _namespace() -> int:
    """Two network namespaces may have interfaces of one name."""
    try:
        return _NAMESPACE.stat().st_ino
    except OSError:
        return 0
