"""Shell. One group of messages through judgement, the journal and the answers, in the journal's own thread.

Knows nothing of the broker.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from collector.envelope import Accepted, Arrival, Enrolled, Rejected, Settled, StatusSeen
from collector.intake import judge, judge_status, refuse_revoked, sender
from collector.journal import Journal
from collector.receipt import receipt
from collector.turn import Turns
from probe import wire
from probe.key import Key
from probe.wire import Kind, Turn


@dataclass(frozen=True, slots=True)
class Answer:
    """A signed receipt and the topic to publish it on."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """One group, on the disk: what to publish now, and by topic what was put in quarantine."""

    answers: tuple[Answer, ...]
    refused: tuple[tuple[str, Settled], ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where messages become evidence. `key` signs the receipts; `turns` are granted in them.

    `revoked` names the probes that are let in no longer; asked once for each group.
    """

    journal: Journal
    key: Key
    turns: Turns = field(default_factory=Turns)
    revoked: Callable[[], frozenset[str]] = frozenset

    def settle(self, arrivals: Sequence[Arrival]) -> Done:
        """All of it in one commit. Raises JournalError, and then nothing is stored and nothing may be answered."""
        revoked = self.revoked()
        enrolled = lru_cache(self.journal.enrolled)  # of one group each probe is looked up once
        looked_at = [(arrival.topic, _judge(arrival, enrolled, revoked)) for arrival in arrivals]
        judged = [(topic, one) for topic, one in looked_at if not isinstance(one, StatusSeen)]
        statuses = [one for _, one in looked_at if isinstance(one, StatusSeen)]
        settled = self.journal.store([one for _, one in judged], statuses)
        receipts = [
            receipt(one, became, self._turn(one, became)) for (_, one), became in zip(judged, settled, strict=True)
        ]
        return Done(
            answers=tuple(
                Answer(wire.topic(Kind.RECEIPT, one.line, one.probe), wire.seal_receipt(one, key=self.key))
                for one in receipts
                if one is not None
            ),
            refused=tuple(
                (topic, became) for (topic, _), became in zip(judged, settled, strict=True) if became.reason is not None
            ),
        )

    def _turn(self, judged: Accepted | Rejected, settled: Settled) -> Turn | None:
        if settled.reason is not None or not isinstance(judged, Accepted):
            return None
        return self.turns.answer(judged.batch, judged.received_at)


def _judge(
    arrival: Arrival, known: Callable[[str], Enrolled | None], revoked: frozenset[str]
) -> Accepted | Rejected | StatusSeen:
    named = sender(arrival.topic)
    enrolled = None if named is None else known(named[2])
    if named is not None and enrolled is not None and named[2] in revoked:
        return refuse_revoked(arrival, named[2])
    if named is not None and named[0] is Kind.STATUS:
        return judge_status(arrival, enrolled)
    return judge(arrival, enrolled)
