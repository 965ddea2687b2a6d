"""Pure. What a collector asks of a process that judges for it, and what that answers, as bytes and back.

An order asks for messages to be judged (`Judging`) or for receipts to be signed (`Signing`). Knows nothing of sockets
or processes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from collector.envelope import Accepted, Arrival, Enrolled, Outline, ProbeKey, Rejected, Rejection, Remark, StatusSeen
from collector.intake import decide, sender
from probe import wire
from probe.key import from_jwk
from probe.wire import Receipt, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """Messages in order; `enrolled`: by name, what is known of the probes that they name; `revoked`: who is let in no
    longer.
    """

    arrivals: tuple[Arrival, ...]
    enrolled: Mapping[str, Enrolled]
    revoked: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Receipts in order, and the collector's private key (RFC 7517 JSON), which goes nowhere but to its own process."""

    receipts: tuple[Receipt, ...]
    private_jwk: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One of the two."""

    judging: Judging | None = None
    signing: Signing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one message is by its form, without its own bytes: one of `outline`, `reason` and `status` is set."""

    outline: Outline | None = None
    batch_sha256: str = ""
    remarks: tuple[Remark, ...] = ()
    signer: ProbeKey | None = None
    next_jwk: str | None = None
    reason: Rejection | None = None
    detail: str = ""
    status: Status | None = None


_ENCODER = msgspec.msgpack.Encoder()
_ORDER = msgspec.msgpack.Decoder(Order)
_FOUND = msgspec.msgpack.Decoder(list[Found])
_SIGNED = msgspec.msgpack.Decoder(list[bytes])


def encode(order: Order) -> bytes:
    """The order, for `carried_out` to read."""
    return _ENCODER.encode(order)


def carried_out(order: bytes | bytearray) -> bytes:
    """The answer to an order: what each message is, or each signed receipt.

    Bytes that are none, as an answer to another order below, raise msgspec.DecodeError or ValueError.
    """
    asked = _ORDER.decode(order)
    if asked.judging is not None:
        known, revoked = asked.judging.enrolled.get, asked.judging.revoked
        return _ENCODER.encode([_found(decide(one, known, revoked)) for one in asked.judging.arrivals])
    if asked.signing is None:
        raise ValueError("an order to do nothing")
    key = from_jwk(asked.signing.private_jwk)
    return _ENCODER.encode([wire.seal_receipt(one, key=key) for one in asked.signing.receipts])


def judged(answer: bytes | bytearray, arrivals: Sequence[Arrival]) -> tuple[Accepted | Rejected | StatusSeen, ...]:
    """What each of `arrivals` is, from the answer to the order to judge them."""
    return tuple(_judged(found, one) for found, one in zip(_FOUND.decode(answer), arrivals, strict=True))


def signed(answer: bytes | bytearray, count: int) -> tuple[bytes, ...]:
    """The `count` receipts in the answer to the order to sign them."""
    receipts = _SIGNED.decode(answer)
    if len(receipts) != count:
        raise ValueError(f"{len(receipts)} receipts where {count} were asked for")
    return tuple(receipts)


def _found(one: Accepted | Rejected | StatusSeen) -> Found:
    if isinstance(one, Accepted):
        return Found(
            outline=one.batch,
            batch_sha256=one.batch_sha256,
            remarks=one.remarks,
            signer=one.signer,
            next_jwk=one.next_jwk,
        )
    if isinstance(one, Rejected):
        return Found(reason=one.reason, detail=one.detail)
    return Found(status=one.status)


def _judged(found: Found, arrival: Arrival) -> Accepted | Rejected | StatusSeen:
    if found.outline is not None:
        return Accepted(
            batch=found.outline,
            batch_sha256=found.batch_sha256,
            signed=arrival.payload,
            received_at=arrival.received_at,
            remarks=found.remarks,
            signer=found.signer,
            next_jwk=found.next_jwk,
        )
    if found.reason is not None:
        return Rejected(arrival=arrival, reason=found.reason, detail=found.detail)
    named = sender(arrival.topic)
    if named is None or found.status is None:
        raise ValueError("an answer that says nothing")
    return StatusSeen(line=named[1], probe=named[2], status=found.status, at=arrival.received_at)
