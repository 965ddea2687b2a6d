"""Shell. When a test's load is to end, known to all of its connections: by time, by bytes, or because all is known.

The bytes are a hard limit: whichever connection passes it ends the load for all, within one of its readings (10 ms).
Knows nothing of why a rate is certain.
"""

import time

from probe.body.course import EndedBy


class Ending:
    """`until`: the monotonic second at which the load ends; it is only ever brought forward.

    `by`: what brought it forward; None while it is the time that was planned.
    """

    def __init__(self, until: float, most_bytes: int) -> None:
        self.until = until
        self.by: EndedBy | None = None
        self._most_bytes = most_bytes
        self._moved: dict[int, int] = {}

    def moved(self, connection: int, moved_bytes: int) -> None:
        """What a connection has moved so far; `connection` is any number of its own."""
        self._moved[connection] = moved_bytes
        if self.moved_bytes >= self._most_bytes:
            self.end(EndedBy.BYTE_CAP)

    @property
    def moved_bytes(self) -> int:
        """Over all connections, by their last word."""
        return sum(tuple(self._moved.values()))

    def end(self, by: EndedBy) -> None:
        """The load ends now; the first reason stands."""
        if self.by is None and time.monotonic() < self.until:
            self.by, self.until = by, time.monotonic()
