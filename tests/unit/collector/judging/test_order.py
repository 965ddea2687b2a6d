"""What goes to a process that judges comes back as if it had been judged here."""

from dataclasses import replace

import msgspec
import pytest

from collector.envelope import Accepted, Arrival, Enrolled
from collector.intake import decide
from collector.judging import order
from collector.judging.order import Judging, Order, Signing
from probe import key, wire
from probe.body.key_proof import Place, announcement
from probe.wire import Kind, Outcome, Receipt, Turn
from tests.integration.collector_rig import AT, a_key, a_notice, sealed

BY = a_key()
WRONG = (msgspec.DecodeError, ValueError)
P1 = Enrolled(probe="p1", line="casa", public_jwk=key.public_jwk(BY), enrolled_at=AT)
RECORDS, STATUS = wire.topic(Kind.RECORDS, "casa", "p1"), wire.topic(Kind.STATUS, "casa", "p1")
GONE = wire.topic(Kind.RECORDS, "casa", "p9")
RECEIPT = Receipt(line="casa", probe="p1", batch_sha256="d" * 64, outcome=Outcome.ACCEPTED, received_at=AT)


def test_every_kind_of_message_is_judged_elsewhere_as_here() -> None:
    good = sealed([a_notice(1), a_notice(2)], by=BY, previous="e" * 64)
    said = [(RECORDS, good), (RECORDS, good[:-1]), (RECORDS, b""), (STATUS, b"online"), (STATUS, b"\xff")]
    said += [("nonsense", good), (GONE, good), (wire.topic(Kind.RECORDS, "casa", "p2"), good)]
    change = announcement(Place(line="casa", probe="p1", sequence=1, previous=BY.thumbprint()), next_key=key.generate())
    said.append((RECORDS, sealed([replace(a_notice(1), body=change)], by=BY)))
    arrivals = tuple(Arrival(topic=topic, payload=payload, received_at=AT) for topic, payload in said)
    known = {"p1": P1, "p9": replace(P1, probe="p9")}
    revoked = frozenset({"p9"})
    asked = Order(judging=Judging(arrivals=arrivals, enrolled=known, revoked=revoked))
    found = order.judged(order.carried_out(order.encode(asked)), arrivals)
    assert found == tuple(decide(one, known.get, revoked) for one in arrivals)
    assert isinstance(found[-1], Accepted)
    assert found[-1].next_jwk == change.next_jwk


def test_a_receipt_signed_elsewhere_is_the_very_one_signed_here() -> None:
    turn = replace(RECEIPT, turn=Turn(granted=True, until=AT), head_sha256="f" * 64, batch_count=3)
    asked = Order(signing=Signing(receipts=(RECEIPT, turn), private_jwk=key.private_jwk(BY)))
    answer = order.carried_out(order.encode(asked))
    assert order.signed(answer, 2) == (wire.seal_receipt(RECEIPT, key=BY), wire.seal_receipt(turn, key=BY))


def test_a_private_key_is_not_shown() -> None:
    assert "secret" not in repr(Signing(receipts=(), private_jwk="secret"))


@pytest.mark.parametrize("answer", [b"", b"\x90", b"\x91\x80", msgspec.msgpack.encode([{"status": "online"}])])
def test_an_answer_to_another_order_is_none(answer: bytes) -> None:
    nowhere = (Arrival(topic="nonsense", payload=b"", received_at=AT),)
    with pytest.raises(WRONG):
        order.judged(answer, nowhere)
    with pytest.raises(WRONG):
        order.signed(answer, 1)


def test_an_answer_that_cannot_be_of_this_order_says_what_is_wrong_with_it() -> None:
    nowhere = (Arrival(topic="nonsense", payload=b"", received_at=AT),)
    with pytest.raises(ValueError, match=r"^an answer that says nothing$"):
        order.judged(msgspec.msgpack.encode([{"status": "online"}]), nowhere)
    with pytest.raises(ValueError, match=r"^0 receipts where 1 were asked for$"):
        order.signed(b"\x90", 1)


@pytest.mark.parametrize("asked", [b"", b"\x80", b"\x01"])
def test_what_is_no_order_is_not_carried_out(asked: bytes) -> None:
    with pytest.raises(WRONG):
        order.carried_out(asked)


def test_an_order_of_neither_kind_is_named() -> None:
    with pytest.raises(ValueError, match=r"^an order to do nothing$"):
        order.carried_out(order.encode(Order()))
