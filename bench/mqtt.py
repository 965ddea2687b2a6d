"""A publisher of MQTT 3.1.1 that costs next to nothing, so that a benchmark measures the other side."""

import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from collector.inflow.packet import Kind, Reader

_CONNECT, _PUBLISH, _SUBSCRIBE = 0x10, 0x32, 0x82  # the second with QoS 1
_WITHIN_S = 120.0
_WINDOW, _AHEAD = 500, 4000


def packet(head: int, body: bytes) -> bytes:
    size, length = len(body), bytearray()
    while True:
        size, low = divmod(size, 128)
        length.append(low | (0x80 if size else 0))
        if not size:
            return bytes([head]) + bytes(length) + body


def text(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


@dataclass
class _Progress:
    """What may go out now, and what came back."""

    window: threading.Semaphore
    ahead: threading.Semaphore
    wanted: dict[int, int]
    seen: dict[int, int] = field(default_factory=lambda: {Kind.PUBACK: 0, Kind.PUBLISH: 0})

    def note(self, kind: int) -> None:
        if kind in self.seen:
            self.seen[kind] += 1
            (self.window if kind == Kind.PUBACK else self.ahead).release()

    @property
    def done(self) -> bool:
        return all(self.seen[kind] >= count for kind, count in self.wanted.items())


def publish(
    address: tuple[str, int],
    *,
    credentials: tuple[str, str],
    stream: Iterable[tuple[str, bytes]],
    count: int,
    receipts: str | None = None,
) -> None:
    """The whole stream of `count` messages with QoS 1, at most 500 without the broker's acknowledgement.

    With `receipts`, a topic: at most 4000 without a message there, and returns when there were as many.
    """
    user, password = credentials
    with socket.create_connection(address, timeout=_WITHIN_S) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(packet(_CONNECT, b"\x00\x04MQTT\x04\xc2\x00\x78" + text(user) + text(user) + text(password)))
        wanted = {int(Kind.PUBACK): count}
        if receipts is not None:
            link.sendall(packet(_SUBSCRIBE, b"\x00\x01" + text(receipts) + b"\x00"))
            wanted[int(Kind.PUBLISH)] = count
        progress = _Progress(threading.Semaphore(_WINDOW), threading.Semaphore(_AHEAD), wanted)
        reader = threading.Thread(target=_read, args=(link, progress))
        reader.start()
        for number, (topic, message) in enumerate(stream):
            assert progress.window.acquire(timeout=_WITHIN_S)
            assert receipts is None or progress.ahead.acquire(timeout=_WITHIN_S)
            link.sendall(packet(_PUBLISH, text(topic) + (number % 65_535 + 1).to_bytes(2, "big") + message))
        reader.join(_WITHIN_S)
        assert progress.done, progress


def _read(link: socket.socket, progress: _Progress) -> None:
    packets = Reader()
    while not progress.done:
        got = link.recv(262_144)
        if not got:
            break
        for head, _ in packets.read(got):
            progress.note(head >> 4)
