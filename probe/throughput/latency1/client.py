"""Shell. One stream of round trips as a client: asks for it, sends everything back, fetches what the server counted.

Whatever fails, there is simply no such stream: the speed test beside it is what matters. Knows nothing of load.
"""

import select
import socket
import threading
import time
import uuid
from contextlib import suppress

from probe.body.speed_test import Direction, Failure, RoundTrips
from probe.throughput import fetch
from probe.throughput.latency1 import packet
from probe.throughput.latency1.datagram import Receiver
from probe.throughput.latency1.packet import Kickoff
from probe.throughput.latency1.result import Heard, reduce
from probe.throughput.plan import Plan

_SCHEMES = {"ws": "http", "wss": "https", "http": "http", "https": "https"}
ECHO_S = 0.3  # for the last echo to arrive before the result is asked for
_AGAIN_S = 0.25  # the kickoff may be lost
_MOST_KICKOFFS = 8
_LOOK_S = 0.1
_MOST_HEARD = 10_000
_NS_PER_S = 1_000_000_000


class Echoing:
    """Sends back what comes of its measurement, from construction to `fetch` or `close`. Made by `begin`."""

    def __init__(self, plan: Plan, direction: Direction, mid: str, kickoff: Kickoff, sock: socket.socket) -> None:
        self._plan, self._direction, self._mid, self._kickoff = plan, direction, mid, kickoff
        self._sock = sock
        self._heard: dict[int, Heard] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prova-echo")
        self._thread.start()

    def fetch(self, stop: threading.Event, *, since_ns: int, until_ns: int) -> RoundTrips | None:
        """Ends it. What there was between two nanoseconds of the monotonic clock; None where nothing came of it."""
        self._end()
        target = f"{packet.RESULT}?mid={self._mid}"
        answer = _get(self._plan, self._direction, stop, target, packet.MOST_RESULT_BYTES)
        if answer is None:
            return None
        return reduce(packet.read_result(answer.body), self._heard, since_ns=since_ns, until_ns=until_ns)

    def close(self) -> None:
        """Ends it; more than once does no harm."""
        self._end()

    def _end(self) -> None:
        self._over.set()
        self._thread.join()
        self._sock.close()

    def _run(self) -> None:
        receiver = Receiver(self._sock)
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        again_at, kickoffs = time.monotonic(), 0
        while not self._over.is_set() and len(self._heard) < _MOST_HEARD:
            if not self._heard and kickoffs < _MOST_KICKOFFS and time.monotonic() >= again_at:
                again_at, kickoffs = time.monotonic() + _AGAIN_S, kickoffs + 1
                with suppress(OSError):
                    self._sock.send(self._kickoff.datagram)
            poll.poll(_LOOK_S * 1000)
            with suppress(OSError):  # refused: nobody listens, or not yet
                self._echo(receiver)

    def _echo(self, receiver: Receiver) -> None:
        """All that is there; a peer that floods is not echoed past the end, nor past what is kept."""
        while not self._over.is_set() and len(self._heard) < _MOST_HEARD and (received := receiver.receive()):
            datagram, _, arrived_ns = received
            heard = packet.decode(datagram)
            if heard is not None and not heard.kickoff and heard.mid == self._mid:
                sent_ns = time.monotonic_ns()
                self._sock.send(datagram)
                self._heard.setdefault(heard.sequence, Heard(arrived_ns, max(0, sent_ns - arrived_ns)))


def begin(plan: Plan, direction: Direction, stop: threading.Event, *, send_s: float) -> Echoing | None:
    """Asks the host of a test for a stream of `send_s` (M-Lab's servers send for 5 s); None where it offers none."""
    mid = str(uuid.uuid4())
    target = f"{packet.AUTHORIZE}?mid={mid}&duration={round(send_s * 1000)}"
    answer = _get(plan, direction, stop, target, packet.MOST_DATAGRAM_BYTES + 1)
    kickoff = None if answer is None else packet.read_kickoff(answer.body, mid)
    if answer is None or kickoff is None:
        return None
    family = socket.AF_INET6 if ":" in answer.address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.connect((answer.address, kickoff.port))
    except OSError:
        sock.close()
        return None
    return Echoing(plan, direction, mid, kickoff, sock)


def idle(plan: Plan, direction: Direction, stop: threading.Event, *, for_s: float) -> RoundTrips | None:
    """Round trips over `for_s`, and as long again as an echo may take, while nothing else is asked of the line."""
    echoing = begin(plan, direction, stop, send_s=for_s)
    if echoing is None:
        return None
    try:
        began_ns = time.monotonic_ns()
        stop.wait(for_s)
        until_ns = time.monotonic_ns()
        stop.wait(ECHO_S)
        return None if stop.is_set() else echoing.fetch(stop, since_ns=began_ns, until_ns=until_ns)
    finally:
        echoing.close()


def _get(plan: Plan, direction: Direction, stop: threading.Event, target: str, most_bytes: int) -> fetch.Answer | None:
    """The server's yes; None for anything else. A server's access token, which is for the test, is not sent."""
    parts = plan.parts
    url = f"{_SCHEMES[parts.scheme]}://{parts.netloc.rpartition('@')[2]}"
    answer = fetch.get(plan, url, direction, stop, target=target, most_bytes=most_bytes)
    return None if isinstance(answer, Failure) or answer.status != 200 else answer
