"""Shell. Holds back packets of one NFQUEUE for a time: a one-way delay where the kernel has no netem.

    python -m bench.throughput.hold QUEUE MILLISECONDS

Only packets' numbers cross to user space, whole segmentation-offload packets stay in the kernel, and one batch verdict
lets all go that are due. If it dies, what it holds is lost. Needs CAP_NET_ADMIN. (linux/netfilter/nfnetlink_queue.h)
"""

import collections
import gc
import select
import socket
import struct
import sys
import time

_NETLINK_NETFILTER = 12
_SUBSYSTEM_QUEUE = 3
_VERDICT, _CONFIG, _VERDICT_BATCH = 1, 2, 3
_REQUEST, _ACK = 1, 4
_BIND, _COPY_META = 1, 1
_MOST_HELD = 200_000
_FAIL_OPEN_AND_GSO = 5
_BATCH = 64
_ID_AT = 24  # netlink header 16, queue header 4, attribute header 4


def _attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


class _Queue:
    def __init__(self, number: int) -> None:
        self._number = number
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER)
        self.sock.bind((0, 0))
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        self.sock.setsockopt(270, 5, 1)  # SOL_NETLINK, NETLINK_NO_ENOBUFS
        self._configure(_attribute(1, struct.pack(">BBH", _BIND, 0, 0)))
        self._configure(_attribute(2, struct.pack(">IB", 0, _COPY_META)))
        self._configure(_attribute(3, struct.pack(">I", _MOST_HELD)))
        flags = struct.pack(">I", _FAIL_OPEN_AND_GSO)
        self._configure(_attribute(4, flags) + _attribute(5, flags))
        self.sock.setblocking(False)

    def release_until(self, packet_id: int) -> None:
        accept = struct.pack(">II", 1, packet_id)
        self.sock.send(self._message(_VERDICT_BATCH, 0, _attribute(2, accept)))

    def _configure(self, attributes: bytes) -> None:
        self.sock.send(self._message(_CONFIG, _ACK, attributes))
        error = struct.unpack_from("=i", self.sock.recv(4096), 16)[0]
        if error:
            raise OSError(-error, "the kernel refused the queue's configuration")

    def _message(self, kind: int, flags: int, attributes: bytes) -> bytes:
        body = struct.pack(">BBH", 0, 0, self._number) + attributes
        return struct.pack("=IHHII", 16 + len(body), _SUBSYSTEM_QUEUE << 8 | kind, _REQUEST | flags, 0, 0) + body


def hold(number: int, delay_s: float) -> None:
    queue, held = _Queue(number), collections.deque[tuple[float, int]]()
    buffer, id_in = bytearray(1 << 16), struct.Struct(">I").unpack_from
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    gc.disable()  # nothing here is cyclic, and a pause would be jitter
    while True:
        due = time.monotonic() + delay_s
        try:
            for _ in range(_BATCH):
                queue.sock.recv_into(buffer)
                held.append((due, id_in(buffer, _ID_AT)[0]))
        except BlockingIOError:
            pass
        now, last = time.monotonic(), None
        while held and held[0][0] <= now:
            last = held.popleft()[1]
        if last is not None:
            queue.release_until(last)
        select.select((queue.sock,), (), (), max(0.0, held[0][0] - time.monotonic()) if held else None)


if __name__ == "__main__":
    hold(int(sys.argv[1]), float(sys.argv[2]) / 1000)
