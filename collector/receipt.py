"""Pure. What the collector answers to a message: a receipt for its probe, or nothing where it has no sure sender.

Knows nothing of keys or of how a receipt travels.
"""

from collector.envelope import Accepted, Rejected, Rejection, Settled
from probe import wire
from probe.key import from_jwk
from probe.wire import Outcome, Receipt, Turn

_SENDER_UNSURE = (Rejection.NOT_A_TOPIC, Rejection.UNKNOWN_PROBE, Rejection.REVOKED)


def receipt(judged: Accepted | Rejected, settled: Settled, turn: Turn | None = None) -> Receipt | None:
    """The receipt for a message once it is `settled`; None where the topic names no probe that is let in.

    `turn` answers a wish for the line in it.
    """
    if isinstance(judged, Accepted):
        line, probe = judged.batch.line, judged.batch.probe
        batch_sha256, received_at = judged.batch_sha256, judged.received_at
    elif judged.reason in _SENDER_UNSURE:
        return None
    else:
        _, line, probe = wire.parse_topic(judged.arrival.topic)
        batch_sha256, received_at = wire.sha256(judged.arrival.payload), judged.arrival.received_at
    return Receipt(
        line=line,
        probe=probe,
        batch_sha256=batch_sha256,
        outcome=settled.outcome,
        received_at=received_at,
        reason=settled.reason or "",
        head_sha256=settled.head.sha256 if settled.head else None,
        batch_count=settled.head.batch_count if settled.head else None,
        turn=turn,
        key=_key(judged) if settled.outcome is not Outcome.REJECTED else None,
    )


def _key(judged: Accepted | Rejected) -> str | None:
    """The thumbprint of the key that follows, where the batch names one."""
    if isinstance(judged, Rejected) or judged.next_jwk is None:
        return None
    return from_jwk(judged.next_jwk).thumbprint()
