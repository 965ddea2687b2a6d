"""Shell. One UDP socket of a test: bursts out, datagrams in with the time at which the kernel took them.

A burst is one call where the kernel cuts it up itself (UDP_SEGMENT), and what came together is read in one (UDP_GRO);
elsewhere each datagram is a call. Nothing is fragmented, so that what is too large for the path is seen as missing.
Knows nothing of what the datagrams mean beyond the header of load that it writes.
"""

import errno
import os
import select
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import replace

from probe import clock
from probe.capacity.codec import write_loads
from probe.capacity.pdu import Load
from probe.units import epoch_us

_SOL_UDP, _UDP_SEGMENT, _UDP_GRO = 17, 103, 104  # linux/udp.h
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE, _SO_TIMESTAMPNS, _SO_MEMINFO = 32, 33, 35, 55  # asm-generic/socket.h
_MTU_DISCOVER = {socket.AF_INET: (socket.IPPROTO_IP, 10), socket.AF_INET6: (socket.IPPROTO_IPV6, 23)}
_PMTUDISC_DO = 2
_MEMINFO = struct.Struct("=9I")  # linux/sock_diag.h; the last one counts drops
_TIMESPEC = struct.Struct("@ll")
_INT = struct.Struct("=i")
_SEGMENT = struct.Struct("=H")
_BUFFER_BYTES = 16 << 20  # 100 ms at 1 Gbit/s, of which the kernel's books take half
_MOST_BYTES = 65_000  # of one burst; the kernel's limit is a UDP datagram's
_MOST_SEGMENTS = 64
_ANCILLARY_BYTES = 128
_NS_PER_MS, _NS_PER_S = 1_000_000, 1_000_000_000
_FARTHEST_NS = 1_000_000_000  # a stamp further from now is of a clock that was set meanwhile
_STEP_NS = 100_000_000  # between the two clocks: the wall clock was set
_TOO_LARGE = {errno.EMSGSIZE, errno.EINVAL, errno.EIO}  # what the kernel says of a burst that it cannot cut up
_FULL = {errno.EAGAIN, errno.ENOBUFS}

Arrived = tuple[int, memoryview, int]  # nanosecond of the monotonic clock; bytes; length of each datagram in them


class Datagrams:
    """Owns `sock`, which others may question. `gone`: why nothing can be sent or received; None while it can."""

    def __init__(self, sock: socket.socket) -> None:
        self.gone: OSError | None = None
        self.sock = sock
        self._incoming = bytearray(1 << 16)
        self._outgoing = bytearray(os.urandom(_MOST_BYTES))  # nothing on the way can compress it
        self._segments = _prepare(sock)
        self._offset_ns = wall_offset_ns()
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        sock.setblocking(False)

    @property
    def ip_version(self) -> int:
        """4 or 6; an IPv4 address within IPv6 is IPv4."""
        return 4 if self.sock.family == socket.AF_INET or self.sock.getsockname()[0].startswith("::ffff:") else 6

    def connect(self, address: tuple[str, int]) -> None:
        """Only `address` is heard from now on. Raises OSError."""
        self.sock.connect(address)

    def send(self, unit: bytes) -> None:
        """One datagram; dropped where the socket is full, as the network would."""
        try:
            self.sock.send(unit)
        except OSError as error:
            self._failed(error)

    def send_loads(self, first: Load, count: int) -> int:
        """`count` datagrams like `first`. How many of them the kernel took."""
        size, taken = first.payload_bytes, 0
        most = min(_MOST_SEGMENTS, _MOST_BYTES // size) if self._segments else 1
        while taken < count and self.gone is None:
            burst = min(most, count - taken)
            write_loads(self._outgoing, replace(first, sequence=first.sequence + taken), burst)
            sent = self._send_burst(size, burst)
            if sent is None:
                return taken + self.send_loads(replace(first, sequence=first.sequence + taken), count - taken)
            if sent == 0:
                break
            taken += sent
        return taken

    def _send_burst(self, size: int, burst: int) -> int | None:
        """How many were taken; None where the kernel cannot cut bursts up after all, and from now on need not."""
        bytes_out = memoryview(self._outgoing)[: size * burst]
        try:
            if burst == 1:
                self.sock.send(bytes_out)
            else:
                self.sock.sendmsg([bytes_out], [(_SOL_UDP, _UDP_SEGMENT, _SEGMENT.pack(size))])
        except OSError as error:
            if burst > 1 and error.errno in _TOO_LARGE:
                self._segments = False
                return None
            self._failed(error)
            return 0
        return burst

    def receive(self, most: int = 256) -> Iterator[Arrived]:
        """What has come, at most so many reads of it. The bytes hold until the next one is asked for."""
        now_ns = time.monotonic_ns()
        if abs(epoch_us(clock.now()) * 1000 - now_ns - self._offset_ns) > _STEP_NS:
            self._offset_ns = wall_offset_ns()
        view = memoryview(self._incoming)
        for _ in range(most):
            try:
                count, ancillary, _, _ = self.sock.recvmsg_into([self._incoming], _ANCILLARY_BYTES)
            except BlockingIOError:
                return
            except OSError as error:  # told once, and before what came earlier
                self._failed(error)
                continue
            arrived_ns, segment = now_ns, count
            for level, kind, data in ancillary:
                if level == _SOL_UDP and kind == _UDP_GRO:
                    segment = _INT.unpack_from(data)[0]
                elif kind == _SO_TIMESTAMPNS:
                    seconds, nanoseconds = _TIMESPEC.unpack(data)
                    arrived_ns = seconds * _NS_PER_S + nanoseconds - self._offset_ns
            if abs(now_ns - arrived_ns) > _FARTHEST_NS:
                arrived_ns = now_ns
            if count:
                yield arrived_ns, view[:count], segment or count

    def wait(self, until_ns: int) -> bool:
        """Until something comes, or the monotonic `until_ns`, or up to a millisecond before it; whether something came.

        The last millisecond is slept through, precise to about 60 us: poll(2) counts in milliseconds.
        """
        left_ns = max(0, until_ns - time.monotonic_ns())
        if left_ns < _NS_PER_MS:
            time.sleep(left_ns / _NS_PER_S)
        return bool(self._poll.poll(left_ns // _NS_PER_MS))

    def dropped(self) -> int | None:
        """Datagrams that came and found this socket full; None where the kernel does not tell."""
        try:
            return int(_MEMINFO.unpack(self.sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))[8])
        except (OSError, struct.error):
            return None

    def close(self) -> None:
        """At once."""
        self.sock.close()

    def _failed(self, error: OSError) -> None:
        """A full socket and a datagram too large for the path are the network's: they show as loss."""
        if error.errno not in _FULL and error.errno != errno.EMSGSIZE:
            self.gone = error


def wall_offset_ns() -> int:
    """What carries the monotonic clock to the wall clock now. Of a few readings the quickest, which no one held up."""
    readings = []
    for _ in range(5):
        before_ns = time.monotonic_ns()
        wall_ns = epoch_us(clock.now()) * 1000
        after_ns = time.monotonic_ns()
        readings.append((after_ns - before_ns, wall_ns - (before_ns + after_ns) // 2))
    return min(readings)[1]


def split(arrived: memoryview, segment: int) -> Iterator[bytes]:
    """The datagrams that came together, one by one."""
    for start in range(0, len(arrived), segment):
        yield bytes(arrived[start : start + segment])


def _prepare(sock: socket.socket) -> bool:
    """Whether the kernel cuts bursts up (UDP_SEGMENT). Options that it does not have are gone without."""
    level, option = _MTU_DISCOVER[socket.AddressFamily(sock.family)]
    wanted = [
        (level, option, _PMTUDISC_DO),
        (socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1),
        (_SOL_UDP, _UDP_GRO, 1),
    ]
    for size, forced in ((socket.SO_SNDBUF, _SO_SNDBUFFORCE), (socket.SO_RCVBUF, _SO_RCVBUFFORCE)):
        wanted += [(socket.SOL_SOCKET, size, _BUFFER_BYTES), (socket.SOL_SOCKET, forced, _BUFFER_BYTES)]
    for where, name, value in wanted:
        try:
            sock.setsockopt(where, name, value)
        except OSError:
            continue
    try:
        sock.getsockopt(_SOL_UDP, _UDP_SEGMENT)
    except OSError:
        return False
    return True
