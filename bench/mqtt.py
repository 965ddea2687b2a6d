"""A publisher of MQTT 3.1.1 that costs next to nothing, so that a benchmark measures the other side."""

import socket
import threading

_CONNECT, _PUBLISH = 0x10, 0x32  # with QoS 1
_WITHIN_S = 120.0


def packet(head: int, body: bytes) -> bytes:
    size, length = len(body), bytearray()
    while True:
        size, low = divmod(size, 128)
        length.append(low | (0x80 if size else 0))
        if not size:
            return bytes([head]) + bytes(length) + body


def text(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


def publish(
    address: tuple[str, int], *, user: str, password: str, topic: str, stream: list[bytes], window: int
) -> None:
    """The whole stream with QoS 1, at most `window` messages under way, and every one acknowledged at the end."""
    free, ended = threading.Semaphore(window), threading.Event()
    with socket.create_connection(address, timeout=_WITHIN_S) as link:
        connect = b"\x00\x04MQTT\x04\xc2\x00\x78" + text(user) + text(user) + text(password)
        link.sendall(packet(_CONNECT, connect))
        reader = threading.Thread(target=_acknowledged, args=(link, len(stream), free, ended))
        reader.start()
        head = text(topic)
        for number, message in enumerate(stream):
            free.acquire(timeout=_WITHIN_S)
            link.sendall(packet(_PUBLISH, head + (number % 65_535 + 1).to_bytes(2, "big") + message))
        ended.wait(_WITHIN_S)
        reader.join(_WITHIN_S)


def _acknowledged(link: socket.socket, count: int, free: threading.Semaphore, ended: threading.Event) -> None:
    """Every answer but the first, which says that we are connected, is four bytes long, as that one is."""
    seen = -4
    while seen < 4 * count:
        got = link.recv(65_536)
        if not got:
            break
        done = seen // 4
        seen += len(got)
        for _ in range(max(0, seen // 4) - max(0, done)):
            free.release()
    ended.set()
