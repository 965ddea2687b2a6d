"""Shell. What a line really carries: one end sends datagrams faster than it can, the other counts them.

    python -m bench.throughput.flood receive ADDRESS PORT            prints "ready", then line bits a second
    python -m bench.throughput.flood send ADDRESS PORT MBPS SECONDS  offers MBPS, counted as the line counts

Arrivals are timed by the kernel. Segmentation offload (UDP_SEGMENT, UDP_GRO) keeps the cost off the machine.
"""

import socket
import struct
import sys
import time

DATAGRAM_BYTES = 1472  # of payload: 1500 bytes of IP
LINE_BYTES = 1514
_UDP_SEGMENT, _UDP_GRO = 103, 104  # linux/udp.h; Python has no names for them
_SO_TIMESTAMPNS = 35
_MOST_SEGMENTS = 44  # of one call: 64 KB
_TICK_S = 0.0005
_SKIPPED_NS = 150_000_000  # the sender's first moments
_QUIET_S = 0.6
_LONGEST_S = 10.0


def receive(address: str, port: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        sock.setsockopt(socket.IPPROTO_UDP, _UDP_GRO, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUFFORCE if hasattr(socket, "SO_RCVBUFFORCE") else 33, 1 << 25)
        sock.bind((address, int(port)))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdout.write(f"{_bps(_arrivals(sock)):.0f}\n")


def _arrivals(sock: socket.socket) -> list[tuple[int, int]]:
    """(nanosecond, bytes) of everything that came until nothing came any more."""
    found: list[tuple[int, int]] = []
    buffer = bytearray(1 << 16)
    sock.settimeout(_LONGEST_S)
    while True:
        try:
            count, ancillary, _, _ = sock.recvmsg_into([buffer], 64)
        except TimeoutError:
            return found
        stamp = next(data for level, kind, data in ancillary if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS))
        seconds, nanoseconds = struct.unpack("qq", stamp)
        found.append((seconds * 1_000_000_000 + nanoseconds, count))
        if len(found) == 1:
            sock.settimeout(_QUIET_S)


def _bps(found: list[tuple[int, int]]) -> float:
    """Bits a second as the line counts them, from the first arrival after the start to the last before the end.

    The end is cut by as much as the start: the sender's last moments may find the queue not full.
    """
    if not found:
        return 0.0
    kept = [one for one in found if found[0][0] + _SKIPPED_NS <= one[0] <= found[-1][0] - _SKIPPED_NS]
    if len(kept) < 2:
        return 0.0
    moved = sum(count for _, count in kept[1:]) / DATAGRAM_BYTES * LINE_BYTES
    return moved * 8e9 / (kept[-1][0] - kept[0][0])


def send(address: str, port: str, mbps: str, seconds: str) -> None:
    bytes_per_s = float(mbps) * 125_000 * DATAGRAM_BYTES / LINE_BYTES
    payload = bytes(DATAGRAM_BYTES * _MOST_SEGMENTS)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_UDP, _UDP_SEGMENT, DATAGRAM_BYTES)
        sock.setsockopt(socket.SOL_SOCKET, 32, 1 << 22)  # SO_SNDBUFFORCE
        sock.connect((address, int(port)))
        began, sent = time.monotonic(), 0
        while (elapsed := time.monotonic() - began) < float(seconds):
            while (missing := int((elapsed * bytes_per_s - sent) / DATAGRAM_BYTES)) > 0:
                count = min(missing, _MOST_SEGMENTS) * DATAGRAM_BYTES
                sock.send(memoryview(payload)[:count])
                sent += count
            time.sleep(_TICK_S)


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    if verb == "receive":
        receive(rest[0], rest[1])
    else:
        send(rest[0], rest[1], rest[2], rest[3])
