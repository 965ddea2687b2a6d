"""Shell. One group of messages on its way: judgement, commit, answers.

Only the commit is the journal's own thread's; the other steps are for any, group after group. Knows nothing of the
broker.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import starmap

from collector.envelope import Accepted, Arrival, Rejected, Rejection, Settled, StatusSeen
from collector.intake import decide, sender
from collector.journal import Journal
from collector.judging.crew import Crew
from collector.receipt import receipt
from collector.turn import Turns
from probe import wire
from probe.key import Key, private_jwk
from probe.wire import Kind, Receipt, Turn

_MANY = 16  # messages: below, a process beside this one would cost more than it takes off


@dataclass(frozen=True, slots=True)
class Answer:
    """A signed receipt and the topic to publish it on."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """One group, on the disk: the receipts to give now, and by topic what was put in quarantine, and what is odd."""

    receipts: tuple[Receipt, ...]
    refused: tuple[tuple[str, Settled], ...]
    remarked: tuple[tuple[str, Settled], ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """One message, looked at, and the topic it came on."""

    topic: str
    judged: Accepted | Rejected | StatusSeen


def _nobody(_line: str, _probe: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Desk:
    """Where messages become evidence, in three steps. `key` signs the receipts; `turns` are granted in them.

    `revoked` names the probes that are let in no longer; asked once for each group. `erased` says of (line, probe)
    whether it was erased: nothing that still comes from there is kept, its topic neither. With a `crew`, what is many
    is judged and signed by it.
    """

    journal: Journal
    key: Key
    turns: Turns = field(default_factory=Turns)
    revoked: Callable[[], frozenset[str]] = frozenset
    erased: Callable[[str, str], bool] = _nobody
    crew: Crew | None = None

    def judge(self, arrivals: Sequence[Arrival]) -> tuple[Looked, ...]:
        """What each is by its form; each sender is looked up once. Raises JournalError, CrewError."""
        enrolled, revoked = lru_cache(len(arrivals))(self.journal.enrolled), self.revoked()
        if self.crew is None or len(arrivals) < _MANY:
            judged = tuple(decide(one, enrolled, revoked) for one in arrivals)
        else:
            named = {probe for _, _, probe in filter(None, (sender(one.topic) for one in arrivals))}
            known = {probe: one for probe in named if (one := enrolled(probe)) is not None}
            judged = self.crew.judge(arrivals, known, revoked)
        return tuple(Looked(arrival.topic, one) for arrival, one in zip(arrivals, judged, strict=True))

    def settle(self, looked: Sequence[Looked], passed_over: int = 0) -> Done:
        """All of it in one commit. Raises JournalError, and then nothing is stored and nothing may be answered.

        `passed_over`: messages that were left to their probes, which are counted here.
        """
        known = [one for one in looked if not self._was_erased(one)]
        passed_over += len(looked) - len(known)
        judged = [(one.topic, one.judged) for one in known if not isinstance(one.judged, StatusSeen)]
        statuses = [one.judged for one in looked if isinstance(one.judged, StatusSeen)]
        settled = self.journal.store([one for _, one in judged], statuses, passed_over=passed_over)
        told = list(zip((topic for topic, _ in judged), settled, strict=True))
        receipts = (
            receipt(one, became, self._turn(one, became)) for (_, one), became in zip(judged, settled, strict=True)
        )
        return Done(
            receipts=tuple(one for one in receipts if one is not None),
            refused=tuple((topic, became) for topic, became in told if became.reason is not None),
            remarked=tuple((topic, became) for topic, became in told if became.remarks),
        )

    def answers(self, receipts: Sequence[Receipt]) -> tuple[Answer, ...]:
        """The receipts, signed. Raises CrewError."""
        if self.crew is None or len(receipts) < _MANY:
            signed = tuple(wire.seal_receipt(one, key=self.key) for one in receipts)
        else:
            signed = self.crew.sign(receipts, private_jwk(self.key))
        topics = (wire.topic(Kind.RECEIPT, one.line, one.probe) for one in receipts)
        return tuple(starmap(Answer, zip(topics, signed, strict=True)))

    def _was_erased(self, one: Looked) -> bool:
        """Only what is refused is asked about: a name may be given anew."""
        if not isinstance(one.judged, Rejected) or one.judged.reason is not Rejection.UNKNOWN_PROBE:
            return False
        named = sender(one.topic)
        return named is not None and self.erased(named[1], named[2])

    def _turn(self, judged: Accepted | Rejected, settled: Settled) -> Turn | None:
        if settled.reason is not None or not isinstance(judged, Accepted):
            return None
        return self.turns.answer(judged.batch, judged.received_at)
