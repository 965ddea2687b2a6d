"""Shell. A UDP socket of a latency1 test: datagrams with the nanosecond at which the kernel took them.

So a busy process does not make the line look slow. Knows nothing of what the datagrams say.
"""

import socket
import struct
import time

from probe.capacity.datagrams import wall_offset_ns
from probe.throughput.latency1.packet import MOST_DATAGRAM_BYTES

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h
_TIMESPEC = struct.Struct("@ll")
_ANCILLARY_BYTES = 128
_NS_PER_S = 1_000_000_000
_FARTHEST_NS = 1_000_000_000  # a stamp further from now is of a clock that was set meanwhile
_OFFSET_EVERY_NS = 1_000_000_000

Received = tuple[bytes, tuple[str, int], int]  # datagram, sender, nanosecond of the monotonic clock


class Receiver:
    """Hears what comes to `sock`, which stays the caller's and does not block."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._offset_ns, self._offset_at_ns = wall_offset_ns(), time.monotonic_ns()
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)

    def receive(self) -> Received | None:
        """The next datagram; None where there is none now. One that is too long comes cut off, by a byte too many.

        Raises OSError for what an earlier one of ours came to.
        """
        try:
            data, ancillary, _, sender = self._sock.recvmsg(MOST_DATAGRAM_BYTES + 1, _ANCILLARY_BYTES)
        except BlockingIOError:
            return None
        return data, (str(sender[0]), int(sender[1])), self._arrived_ns(ancillary)

    def _arrived_ns(self, ancillary: list[tuple[int, int, bytes]]) -> int:
        now_ns = time.monotonic_ns()
        if now_ns - self._offset_at_ns > _OFFSET_EVERY_NS:  # the wall clock runs at a rate of its own, and may be set
            self._offset_ns, self._offset_at_ns = wall_offset_ns(), now_ns
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS:
                seconds, nanoseconds = _TIMESPEC.unpack(data)
                arrived_ns = int(seconds * _NS_PER_S + nanoseconds - self._offset_ns)
                if 0 <= now_ns - arrived_ns < _FARTHEST_NS:
                    return arrived_ns
        return now_ns
