"""Shell. Whether a router on the way answers often enough to be a witness: a few questions, a second apart.

Many answer what has run out of hops and nothing that is meant for themselves, or only so many a second. Knows nothing
of paths.
"""

import asyncio
import socket

from probe.body.reachability import ProbeMethod
from probe.reach.knock import Knock
from probe.reach.minute import Outcome
from probe.reach.ping import Ping, open_socket
from probe.reach.target import Endpoint

QUESTIONS = 5
ENOUGH = 4
_WAIT_S = 1.0


async def answers(to: Endpoint, *, apart_s: float = _WAIT_S) -> int:
    """How many of `QUESTIONS` were answered, each within `apart_s`."""
    answered: set[int] = set()

    def settle(question: int, outcome: Outcome) -> None:
        if isinstance(outcome, float):
            answered.add(question)

    sock = open_socket(socket.AddressFamily(to.family))
    asker = Knock(ProbeMethod.UDP, settle) if sock is None else Ping(sock, settle)
    try:
        for question in range(QUESTIONS):
            asker.ask(question, to)
            await asyncio.sleep(apart_s)
    finally:
        asker.close()
    return len(answered)
