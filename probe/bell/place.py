"""Shell. The bell's socket: a file in the probe's folder, for the owner of that folder alone.

The kernel takes 108 bytes of a socket's path and no more; by way of the open folder any home is short enough. Knows
nothing of what is said.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def hang(path: Path) -> socket.socket:
    """A listening socket at `path`, in the place of one that nobody listens on any more. Raises OSError."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(path) as name:
            listening.bind(name)
        path.chmod(0o600)
        listening.listen()
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def reach(path: Path) -> socket.socket:
    """A connected socket. Raises OSError where nobody listens."""
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connected.settimeout(5)
        with _short(path) as name:
            connected.connect(name)
        connected.setblocking(False)
    except OSError:
        connected.close()
        raise
    return connected


@contextmanager
def _short(path: Path) -> Iterator[str]:
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
