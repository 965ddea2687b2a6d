"""Shell. Processes that judge messages and sign receipts for a collector, so that it has more than one core.

None is begun before there is work for it. One that ends, or keeps us waiting, is replaced, and what it had is asked
again: it held nothing that is not here too. Knows nothing of the journal.
"""

import queue
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from collector.envelope import Accepted, Arrival, Enrolled, Rejected, StatusSeen
from collector.judging import order
from collector.judging.order import Judging, Order, Signing
from collector.judging.parcel import get, put
from probe.wire import Receipt

_WITHIN_S = 30.0  # without a byte from it: hundreds of times what a group takes
_END_WITHIN_S = 1.0
_TRIES = 3


class CrewError(Exception):
    """The processes that judge cannot be begun, or end again and again. The text says how to mend it."""


class Crew:
    """At most `size` processes. For any thread; an order waits while all are at work."""

    def __init__(self, size: int) -> None:
        self._free: queue.LifoQueue[_Place] = queue.LifoQueue()  # the last one used is the first to be asked
        self._places = tuple(_Place() for _ in range(size))
        for place in self._places:
            self._free.put(place)

    def close(self) -> None:
        """Ends them all, within a second or so each. Nobody may be waiting for an answer."""
        for place in self._places:
            place.clear()

    def judge(
        self, arrivals: Sequence[Arrival], enrolled: Mapping[str, Enrolled], revoked: frozenset[str]
    ) -> tuple[Accepted | Rejected | StatusSeen, ...]:
        """What each message is by its form. Raises CrewError."""
        asked = Judging(arrivals=tuple(arrivals), enrolled=enrolled, revoked=revoked)
        return order.judged(self._ask(Order(judging=asked)), arrivals)

    def sign(self, receipts: Sequence[Receipt], private_jwk: str) -> tuple[bytes, ...]:
        """Each receipt, signed. Raises CrewError."""
        asked = Signing(receipts=tuple(receipts), private_jwk=private_jwk)
        return order.signed(self._ask(Order(signing=asked)), len(receipts))

    def _ask(self, asked: Order) -> bytearray:
        said, why = order.encode(asked), ""
        for _ in range(_TRIES):
            place = self._free.get()  # whoever has it gives it back in time
            try:
                return place.ask(said)
            except (OSError, EOFError) as error:
                why = str(error)
                place.clear()
            finally:
                self._free.put(place)
        raise CrewError(
            f"The processes that judge messages do not live to answer ({why}): look after this machine's memory, or set"
            " judging.processes = 0. Until then batches stay with their probes."
        )


class _Place:
    """One process, or room for one; for one thread at a time."""

    def __init__(self) -> None:
        self._link: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, said: bytes) -> bytearray:
        """Its answer. Begins it where there is none. Raises OSError, EOFError."""
        if self._link is None:
            self._begin()
        assert self._link is not None
        put(self._link, said)
        return get(self._link)

    def clear(self) -> None:
        """Ends it, within a second or so, if it has not ended by itself."""
        if self._link is not None:
            self._link.close()
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_WITHIN_S)
            self._process.kill()
            self._process.wait()
        self._link = self._process = None

    def _begin(self) -> None:
        self._link, its_end = socket.socketpair()
        self._link.settimeout(_WITHIN_S)
        with its_end:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "collector.judging.child"),
                stdin=its_end.fileno(),
                stdout=subprocess.DEVNULL,
                process_group=0,  # a Ctrl-C reaches the collector alone, which ends it
            )
