"""Pure. Notices that answers begin to be missing and that they come again, and says how often to ask meanwhile.

A target counts once it has proved that it answers: one that never did says nothing when it is silent. Knows no clock:
every time is handed in, monotonic. Knows nothing of whose fault a silence is.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

FAST_S = 1.0  # between questions, once an answer is missing
FAST_FOR_S = 60.0
_KEPT_AFTER_S = 10.0
_FAST_AN_HOUR = 20  # a line that loses packets all day long is asked fast for a third of it at most
_PROVED = 3  # answers in a row
_HOUR_S = 3600.0
_FORGET_INTERVALS = 6  # a target that is not asked any more
_GIVE_UP_S = 900.0  # one that stays silent while most others answer is itself gone
_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """The last trouble, monotonic. `began_ns` None: never any; `ended_ns` None: it goes on."""

    began_ns: int | None = None
    ended_ns: int | None = None

    @property
    def is_on(self) -> bool:
        """Whether there is trouble now."""
        return self.began_ns is not None and self.ended_ns is None


@dataclass(slots=True)
class _Seen:
    heard_ns: int
    streak: int = 0
    proved: bool = False
    lost_ns: int | None = None


class Trouble:
    """Begins calm. Targets are told apart by whatever names them."""

    def __init__(self, *, calm_s: float) -> None:
        """`calm_s`: seconds between questions when nothing is missing."""
        self._calm_s = calm_s
        self._seen: dict[Hashable, _Seen] = {}
        self._fast: deque[int] = deque()  # when each stretch of fast questions began, of the last hour
        self.span = Span()

    def answered(self, who: Hashable, at_ns: int) -> None:
        """`who` answered a question."""
        seen = self._seen.setdefault(who, _Seen(at_ns))
        seen.heard_ns = at_ns
        seen.streak += 1
        if seen.lost_ns is not None and seen.streak == 1:
            self._quicken(at_ns)
        if seen.streak >= _PROVED:
            seen.proved, seen.lost_ns = True, None
            self._conclude(at_ns)

    def missed(self, who: Hashable, at_ns: int) -> None:
        """`who` left a question without an answer, or its answer is late."""
        seen = self._seen.setdefault(who, _Seen(at_ns))
        seen.heard_ns, seen.streak = at_ns, 0
        if not seen.proved or seen.lost_ns is not None:
            return
        seen.lost_ns = at_ns
        if not self.span.is_on:
            self.span = Span(at_ns)
            self._quicken(at_ns)

    def interval_s(self, now_ns: int) -> float:
        """Seconds between questions, as of now. To be asked every second or so."""
        self._forget(now_ns)
        return min(FAST_S, self._calm_s) if self._is_fast(now_ns) else self._calm_s

    def to_be_kept(self, began_ns: int, now_ns: int) -> bool:
        """Whether a record under way since `began_ns` is to end now.

        What tells of trouble is not left in memory for long: the power may be the next to go.
        """
        return self._is_fast(now_ns) and now_ns - began_ns >= _KEPT_AFTER_S * _NS_PER_S

    def _is_fast(self, now_ns: int) -> bool:
        return bool(self._fast) and now_ns - self._fast[-1] < FAST_FOR_S * _NS_PER_S

    def _quicken(self, at_ns: int) -> None:
        while self._fast and at_ns - self._fast[0] > _HOUR_S * _NS_PER_S:
            self._fast.popleft()
        if not self._is_fast(at_ns) and len(self._fast) < _FAST_AN_HOUR:
            self._fast.append(at_ns)

    def _forget(self, now_ns: int) -> None:
        longest_ns = _FORGET_INTERVALS * self._calm_s * _NS_PER_S
        gone = [who for who, seen in self._seen.items() if now_ns - seen.heard_ns > longest_ns]
        for who in gone:
            del self._seen[who]
        lost = [seen for seen in self._seen.values() if seen.lost_ns is not None]
        proved = sum(seen.proved for seen in self._seen.values())
        if 2 * len(lost) <= proved:
            for seen in lost:
                if seen.lost_ns is not None and now_ns - seen.lost_ns > _GIVE_UP_S * _NS_PER_S:
                    seen.proved, seen.lost_ns = False, None
        self._conclude(now_ns)

    def _conclude(self, at_ns: int) -> None:
        if self.span.is_on and not any(seen.lost_ns is not None for seen in self._seen.values()):
            self.span = Span(self.span.began_ns, at_ns)
