"""Shell. Who is signed in: random words that browsers hold, and of each its digest and its times, in memory.

So nobody who reads this process's files can take a session over; a restart signs everybody out. Knows nothing of
passwords or cookies.
"""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

IDLE_S = 24 * 3600.0
LONGEST_S = 7 * 24 * 3600.0
_MOST = 100
_WORD_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Session:
    began_s: float
    seen_s: float


class Sessions:
    """`clock` never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: OrderedDict[bytes, _Session] = OrderedDict()

    def begin(self) -> str:
        """A new session's word. The oldest session ends where there are too many."""
        word, now_s = secrets.token_urlsafe(_WORD_BYTES), self._clock()
        self._held[_digest(word)] = _Session(now_s, now_s)
        while len(self._held) > _MOST:
            self._held.popitem(last=False)
        return word

    def is_held(self, word: str) -> bool:
        """Whether the word is a session's that has not ended; it is then seen."""
        name, now_s = _digest(word), self._clock()
        session = self._held.get(name)
        if session is None:
            return False
        if now_s - session.seen_s > IDLE_S or now_s - session.began_s > LONGEST_S:
            del self._held[name]
            return False
        self._held[name] = replace(session, seen_s=now_s)
        return True

    def end(self, word: str) -> None:
        """Whoever holds the word is signed out."""
        self._held.pop(_digest(word), None)


def _digest(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()
