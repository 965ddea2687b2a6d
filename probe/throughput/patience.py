"""Shell. Waiting for a socket, with an end: its time is up, or the test is stopped.

Knows nothing of what is waited for.
"""

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import TypeVar

_Done = TypeVar("_Done")
_LOOK_S = 0.1  # how soon a stop is noticed


class StoppedError(Exception):
    """The test was stopped while it waited."""


def insist(sock: socket.socket, act: Callable[[], _Done], until: float, stop: threading.Event) -> _Done:
    """What the reading `act` returns, once the non-blocking `sock` lets it. `until` is a monotonic second.

    Raises TimeoutError, StoppedError, and what `act` raises.
    """
    while True:
        try:
            return act()
        except (BlockingIOError, ssl.SSLWantReadError):
            ready = select.POLLIN
        except ssl.SSLWantWriteError:
            ready = select.POLLOUT
        wait(sock, ready, until, stop)


def wait(sock: socket.socket, ready: int, until: float, stop: threading.Event) -> None:
    """Until `sock` is `ready` (poll's flags). Raises TimeoutError, StoppedError."""
    poll = select.poll()
    poll.register(sock, ready)
    while True:
        if stop.is_set():
            raise StoppedError
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        if poll.poll(min(left_s, _LOOK_S) * 1000):
            return
