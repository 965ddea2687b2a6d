"""Shell. The server of latency1: sends datagrams to whoever was authorised, and hears their echoes.

To an address that did not ask over TCP nothing is ever sent. Knows nothing of HTTP, nor of what the times mean.
"""

import random
import select
import socket
import threading
import time
from contextlib import suppress

from probe import clock
from probe.throughput.latency1 import packet
from probe.throughput.latency1.book import Book
from probe.throughput.latency1.datagram import Receiver

_LOOK_S = 0.2  # how soon `close` is noticed
_MOST_AT_ONCE = 256  # datagrams heard before others get their turn
_NS_PER_S = 1_000_000_000


class LatencyServer:
    """Runs from construction, with a bound UDP socket that it owns, until `stop` is set and it is closed."""

    def __init__(self, sock: socket.socket, stop: threading.Event) -> None:
        self.port = int(sock.getsockname()[1])
        self._sock = sock
        self._book = Book()
        self._lock = threading.Lock()
        self._stop = stop
        self._thread = threading.Thread(target=self._run, name="prova-latency")
        self._thread.start()

    def authorise(self, mid: str, host: str, send_s: float) -> bytes | None:
        """The answer to `authorize`; None where there is no room."""
        start_time, now_ns = clock.now().isoformat(), time.monotonic_ns()
        with self._lock:
            given = self._book.authorise(mid, host, send_s=send_s, start_time=start_time, now_ns=now_ns)
        return packet.encode_kickoff(mid, self.port) if given else None

    def result(self, mid: str, host: str) -> bytes | None:
        """The answer to `result`, once; None where that address has no such session."""
        with self._lock:
            return self._book.result(mid, host, time.monotonic_ns())

    def close(self) -> None:
        """Ends every session."""
        self._stop.set()
        self._thread.join()
        self._sock.close()

    def _run(self) -> None:
        receiver = Receiver(self._sock)
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        while not self._stop.is_set():
            with self._lock:
                now_ns = time.monotonic_ns()
                self._book.sweep(now_ns)
                next_ns = self._book.next_due_ns(now_ns)
            left_s = _LOOK_S if next_ns is None else (next_ns - now_ns) / _NS_PER_S
            poll.poll(max(0.0, min(left_s, _LOOK_S)) * 1000)
            self._hear(receiver)
            self._send()

    def _hear(self, receiver: Receiver) -> None:
        for _ in range(_MOST_AT_ONCE):
            try:
                received = receiver.receive()
            except OSError:  # what an earlier datagram came to: nobody listens there any more
                continue
            if received is None:
                return
            datagram, sender, arrived_ns = received
            heard = packet.decode(datagram) if len(datagram) <= packet.MOST_DATAGRAM_BYTES else None
            if heard is not None:
                with self._lock:
                    self._book.take(heard, sender, arrived_ns)

    def _send(self) -> None:
        with self._lock:
            for one, peer in self._book.due(time.monotonic_ns()):
                datagram, sent_ns = packet.encode(one), time.monotonic_ns()
                with suppress(OSError):  # a full socket or no route: it shows as lost
                    self._sock.sendto(datagram, peer)
                self._book.sent(one, sent_ns=sent_ns, next_ns=sent_ns + _gap_ns())


def _gap_ns() -> int:
    gap_s = min(max(random.expovariate(1 / packet.GAP_S), packet.SHORTEST_GAP_S), packet.LONGEST_GAP_S)
    return round(gap_s * _NS_PER_S)
