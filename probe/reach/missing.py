"""Pure. Which questions are still without an answer, and what that tells the watch for trouble.

An answer that comes later than a second is late enough to look closer; what counts as lost is another's to say. Knows
nothing of sockets or records.
"""

from probe.body.reachability import NoAnswer, Role
from probe.reach.minute import Outcome, Whom
from probe.reach.trouble import Trouble

_LATE_NS = 1_000_000_000
_KEEP_NS = 10_000_000_000
# A gateway that drops echoes is no trouble of the line; one that is gone takes everything else with it.
_WITHIN = frozenset({Role.GATEWAY})
_SAYS_NOTHING = frozenset({NoAnswer.NOT_SENT, NoAnswer.NAME_NOT_RESOLVED})


class Missing:
    """Tells `trouble` of everybody beyond the household."""

    def __init__(self, trouble: Trouble) -> None:
        self._trouble = trouble
        self._open: dict[int, tuple[Whom, int]] = {}
        self._late: dict[int, tuple[Whom, int]] = {}

    def ask(self, question: int, whom: Whom, asked_ns: int) -> None:
        """A question is asked."""
        if whom.role not in _WITHIN and not whom.loopback:
            self._open[question] = whom, asked_ns

    def settle(self, question: int, outcome: Outcome) -> None:
        """What came of it."""
        asked = self._open.pop(question, None) or self._late.pop(question, None)
        if asked is None:
            return
        if isinstance(outcome, float):
            self._trouble.answered(*asked)
        elif outcome not in _SAYS_NOTHING:
            self._trouble.missed(*asked)

    def look(self, now_ns: int) -> None:
        """Time has come to `now_ns`, monotonic."""
        for question, (whom, asked_ns) in list(self._open.items()):
            if now_ns - asked_ns >= _LATE_NS:
                self._late[question] = self._open.pop(question)
                self._trouble.missed(whom, asked_ns)
        for question, (_, asked_ns) in list(self._late.items()):
            if now_ns - asked_ns >= _KEEP_NS:
                del self._late[question]
