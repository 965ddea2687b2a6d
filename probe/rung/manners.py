"""Pure. How often a time server may be asked, and what a refusal of its means (RFC 5905, section 7.4).

Knows no clock: every time is handed in, in seconds of one monotonic clock.
"""

from dataclasses import dataclass, replace

from probe.rung.sntp import Kiss

ROUTINE_S = 3600.0
_LEAST_S = 64.0  # four times RFC 5905's shortest (MINPOLL)
_MOST_S = 86_400.0
_NEVER = frozenset({"DENY", "RSTR"})


@dataclass(frozen=True, slots=True)
class Manners:
    """What is kept of one server. `asked_s` None: it was not asked yet."""

    asked_s: float | None = None
    least_s: float = _LEAST_S
    refused: bool = False

    def may_ask(self, now_s: float, *, hurry: bool) -> bool:
        """Whether it may be asked now. `hurry`: something happened to the clock, so that an hour is not waited for."""
        if self.refused:
            return False
        wait_s = self.least_s if hurry else max(self.least_s, ROUTINE_S)
        return self.asked_s is None or now_s - self.asked_s >= wait_s

    def asked(self, now_s: float) -> "Manners":
        """It is asked now."""
        return replace(self, asked_s=now_s)

    def kissed(self, kiss: Kiss) -> "Manners":
        """It refused: it is asked half as often, or not again. Any other code says that it has no time to give."""
        if kiss.code in _NEVER:
            return replace(self, refused=True)
        if kiss.code == "RATE":
            return replace(self, least_s=min(_MOST_S, 2 * max(self.least_s, ROUTINE_S)))
        return self
