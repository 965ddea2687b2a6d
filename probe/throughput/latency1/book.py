"""Pure. The sessions of a latency1 server: who was authorised, what went, what came back. All of it bounded.

A session belongs to the address that asked for it over TCP: a datagram from any other changes nothing and is answered
by nothing, so that nobody can have datagrams sent to somebody else. Knows nothing of sockets or clocks: the caller
hands in the time.
"""

from array import array
from collections import Counter
from dataclasses import dataclass, field

from probe.throughput.latency1 import packet
from probe.throughput.latency1.packet import Packet

MOST_SESSIONS = 64
MOST_PER_ADDRESS = 8
MOST_SENT = 6_000  # of one session: a minute at the shortest gap
_NS_PER_US, _NS_PER_S = 1000, 1_000_000_000
Address = tuple[str, int]


@dataclass(slots=True)
class _Session:
    """`peer` is None before the kickoff. `came`: 1 for each sequence that came back, with its time in `rtts_us`."""

    mid: str
    host: str
    start_time: str
    expires_ns: int
    send_ns: int
    peer: Address | None = None
    due_ns: int = 0
    until_ns: int = 0
    last_rtt_us: int = 0
    sent_ns: "array[int]" = field(default_factory=lambda: array("q"))
    rtts_us: "array[int]" = field(default_factory=lambda: array("q"))
    came: bytearray = field(default_factory=bytearray)


class Book:
    """Every session from its authorisation until its result was fetched, or a minute has passed."""

    def __init__(self, *, most: int = MOST_SESSIONS, most_per_address: int = MOST_PER_ADDRESS) -> None:
        self._most, self._most_per_address = most, most_per_address
        self._sessions: dict[str, _Session] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def authorise(self, mid: str, host: str, *, send_s: float, start_time: str, now_ns: int) -> bool:
        """Whether `host` may now begin the measurement `mid`, of which datagrams go for `send_s`."""
        self.sweep(now_ns)
        held = Counter(one.host for one in self._sessions.values())
        if mid in self._sessions or len(self._sessions) >= self._most or held[host] >= self._most_per_address:
            return False
        self._sessions[mid] = _Session(
            mid=mid,
            host=host,
            start_time=start_time,
            expires_ns=now_ns + round(packet.KEPT_S * _NS_PER_S),
            send_ns=round(min(send_s, packet.KEPT_S) * _NS_PER_S),
        )
        return True

    def take(self, heard: Packet, sender: Address, arrived_ns: int) -> None:
        """A datagram that came: a kickoff begins its session, an echo of what went to its sender is counted once."""
        session = self._sessions.get(heard.mid)
        if session is None or session.host != sender[0]:
            return
        if heard.kickoff:
            if session.peer is None:
                session.peer, session.due_ns, session.until_ns = sender, arrived_ns, arrived_ns + session.send_ns
        elif session.peer == sender and heard.sequence < len(session.came) and not session.came[heard.sequence]:
            rtt_us = max(0, arrived_ns - session.sent_ns[heard.sequence]) // _NS_PER_US
            session.came[heard.sequence], session.rtts_us[heard.sequence] = 1, rtt_us
            session.last_rtt_us = rtt_us

    def due(self, now_ns: int) -> list[tuple[Packet, Address]]:
        """What is to be sent now, to whom. Each is to be told to `sent`."""
        return [
            (self._next(one), one.peer)
            for one in self._sessions.values()
            if one.peer is not None and one.due_ns <= now_ns and _goes_on(one, now_ns)
        ]

    def sent(self, went: Packet, *, sent_ns: int, next_ns: int) -> None:
        """`went` went at `sent_ns`; its session's next one is due at `next_ns`."""
        session = self._sessions.get(went.mid)
        if session is not None and went.sequence == len(session.came):
            session.sent_ns.append(sent_ns)
            session.rtts_us.append(0)
            session.came.append(0)
            session.due_ns = next_ns

    def next_due_ns(self, now_ns: int) -> int | None:
        """When something is due next; None where nothing will be, unless a session begins."""
        return min((one.due_ns for one in self._sessions.values() if _goes_on(one, now_ns)), default=None)

    def result(self, mid: str, host: str, now_ns: int) -> bytes | None:
        """The answer to the asker's question for its result, once; None where it has none."""
        self.sweep(now_ns)
        session = self._sessions.get(mid)
        if session is None or session.host != host:
            return None
        del self._sessions[mid]
        pairs = zip(session.rtts_us, session.came, strict=True)
        return packet.encode_result(mid, session.start_time, [rtt_us if came else None for rtt_us, came in pairs])

    def sweep(self, now_ns: int) -> None:
        """Forgets what is older than a minute."""
        for mid in [mid for mid, one in self._sessions.items() if one.expires_ns <= now_ns]:
            del self._sessions[mid]

    @staticmethod
    def _next(session: _Session) -> Packet:
        return Packet(kickoff=False, mid=session.mid, sequence=len(session.came), last_rtt_us=session.last_rtt_us)


def _goes_on(session: _Session, now_ns: int) -> bool:
    return session.peer is not None and now_ns < session.until_ns and len(session.came) < MOST_SENT
