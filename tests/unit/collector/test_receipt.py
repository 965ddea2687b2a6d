"""Who gets which answer."""

import pytest

from collector.envelope import Accepted, Arrival, Head, Rejected, Rejection, Settled
from collector.judging.outline import open_outline
from collector.receipt import receipt
from probe import wire
from probe.wire import Kind, Outcome
from tests.integration.collector_rig import AT, a_key, a_notice, sealed

BY = a_key()
SIGNED = sealed([a_notice(1)], by=BY)


@pytest.mark.parametrize(
    "settled",
    [
        Settled(outcome=Outcome.ACCEPTED, head=Head("e" * 64, 7)),
        Settled(outcome=Outcome.DUPLICATE),
        Settled(outcome=Outcome.REJECTED, reason=Rejection.CONFLICT, detail="d"),
    ],
)
def test_a_batch_of_good_form_is_answered_with_what_became_of_it(settled: Settled) -> None:
    batch = open_outline(SIGNED, key=BY)
    one = receipt(Accepted(batch=batch, batch_sha256="d" * 64, signed=SIGNED, received_at=AT), settled)
    assert one == wire.Receipt(
        line="casa",
        probe="p1",
        batch_sha256="d" * 64,
        outcome=settled.outcome,
        received_at=AT,
        reason=settled.reason or "",
        head_sha256=settled.head.sha256 if settled.head else None,
        batch_count=settled.head.batch_count if settled.head else None,
    )


@pytest.mark.parametrize("reason", list(Rejection))
def test_a_refusal_is_told_only_where_the_sender_is_sure(reason: Rejection) -> None:
    arrival = Arrival(topic=wire.topic(Kind.RECORDS, "casa", "p1"), payload=b"x", received_at=AT)
    settled = Settled(outcome=Outcome.REJECTED, reason=reason)
    one = receipt(Rejected(arrival=arrival, reason=reason, detail=""), settled)
    if reason in {Rejection.NOT_A_TOPIC, Rejection.UNKNOWN_PROBE, Rejection.REVOKED}:
        assert one is None
    else:
        assert one is not None
        assert (one.line, one.probe, one.batch_sha256, one.reason) == ("casa", "p1", wire.sha256(b"x"), reason)
