"""Pure. Decides whether a message has the form of evidence: sender, size, signature, content, identity, in that order.

Judges form, never meaning: a number however odd is kept. Knows nothing of MQTT, of the disk, or of what is there
already.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from collector.envelope import Accepted, Arrival, Enrolled, Outline, ProbeKey, Rejected, Rejection, Remark, StatusSeen
from collector.identity import keyring
from probe import wire
from probe.units import epoch_us
from probe.wire import MAX_BATCH_BYTES, Kind, SignatureError, Status, WireError

_MAX_SEQUENCE = 2**63 - 1  # what the store can count to
_AHEAD_US = 10_000_000  # a clock that is held for synchronised is nowhere near so wrong
_DAY_MS = 86_400_000.0
_BEHIND_US = 400 * 86_400_000_000  # a spool holds less


@lru_cache(4096)  # the same few topics all the time, asked for twice a message
def sender(topic: str) -> tuple[Kind, str, str] | None:
    """(kind, line, probe) that a topic names; None where it is not a topic that probes write."""
    try:
        kind, line, probe = wire.parse_topic(topic)
    except WireError:
        return None
    return None if kind is Kind.RECEIPT else (kind, line, probe)


def decide(
    arrival: Arrival, known: Callable[[str], Enrolled | None], revoked: frozenset[str]
) -> Accepted | Rejected | StatusSeen:
    """A message on any topic. `known` gives the enrolled probe of a name; `revoked` names those let in no longer."""
    named = sender(arrival.topic)
    enrolled = None if named is None else known(named[2])
    if named is not None and enrolled is not None and named[2] in revoked:
        return _refuse_revoked(arrival, named[2])
    if named is not None and named[0] is Kind.STATUS:
        return judge_status(arrival, enrolled)
    return judge(arrival, enrolled)


def judge(arrival: Arrival, enrolled: Enrolled | None) -> Accepted | Rejected:
    """A message on a records topic. `enrolled` is the probe that the topic names, None where it is not known."""
    known = _sender_known(arrival, enrolled, kind=Kind.RECORDS)
    if isinstance(known, Rejected):
        return known
    try:
        batch, signer = keyring.opened(arrival.payload, known)
    except SignatureError as error:
        return Rejected(arrival=arrival, reason=Rejection.SIGNATURE, detail=str(error))
    except WireError as error:
        return Rejected(arrival=arrival, reason=Rejection.MALFORMED, detail=str(error))
    checked = _identity_checked(arrival, batch, known)
    return checked if isinstance(checked, Rejected) else _key_checked(checked, arrival, signer, known)


def judge_status(arrival: Arrival, enrolled: Enrolled | None) -> StatusSeen | Rejected:
    """A message on a status topic. It is not signed: the broker alone says whose it is, so it proves nothing."""
    known = _sender_known(arrival, enrolled, kind=Kind.STATUS)
    if isinstance(known, Rejected):
        return known
    try:
        status = Status(arrival.payload.decode())
    except ValueError:
        return Rejected(arrival=arrival, reason=Rejection.MALFORMED, detail="not a status of a probe")
    return StatusSeen(line=known.line, probe=known.probe, status=status, at=arrival.received_at)


def _refuse_revoked(arrival: Arrival, probe: str) -> Rejected:
    return Rejected(arrival=arrival, reason=Rejection.REVOKED, detail=f"the probe {probe} was revoked")


def _ahead_us(error_ms: float | None) -> int:
    """How far a clock may be ahead that is not wrong: by its own account, up to a day."""
    return _AHEAD_US if error_ms is None else _AHEAD_US + round(min(error_ms, _DAY_MS) * 1000)


def _sender_known(arrival: Arrival, enrolled: Enrolled | None, *, kind: Kind) -> Enrolled | Rejected:
    named = sender(arrival.topic)
    if named is None or named[0] is not kind:
        return Rejected(
            arrival=arrival, reason=Rejection.NOT_A_TOPIC, detail=f"{arrival.topic!r} is not a topic of {kind}"
        )
    _, line, probe = named
    if enrolled is None or (enrolled.line, enrolled.probe) != (line, probe):
        detail = f"no probe {probe} is enrolled for the line {line}"
        return Rejected(arrival=arrival, reason=Rejection.UNKNOWN_PROBE, detail=detail)
    if len(arrival.payload) > MAX_BATCH_BYTES:
        detail = f"{len(arrival.payload)} bytes are more than the {MAX_BATCH_BYTES} allowed"
        return Rejected(arrival=arrival, reason=Rejection.TOO_LARGE, detail=detail)
    return enrolled


def _identity_checked(arrival: Arrival, batch: Outline, known: Enrolled) -> Accepted | Rejected:
    if (batch.line, batch.probe) != (known.line, known.probe):
        detail = f"signed as probe {batch.probe} of line {batch.line}, sent as probe {known.probe} of {known.line}"
        return Rejected(arrival=arrival, reason=Rejection.WRONG_IDENTITY, detail=detail)
    if batch.last > _MAX_SEQUENCE:
        detail = f"sequence {batch.last} is more than can be counted"
        return Rejected(arrival=arrival, reason=Rejection.MALFORMED, detail=detail)
    return Accepted(
        batch=batch,
        batch_sha256=wire.sha256(arrival.payload),
        signed=arrival.payload,
        received_at=arrival.received_at,
        remarks=clock_remarks(batch, arrival.received_at),
    )


def _key_checked(one: Accepted, arrival: Arrival, signer: ProbeKey, known: Enrolled) -> Accepted | Rejected:
    next_jwk, wrong = keyring.following(one.batch, signer, known)
    refused = keyring.ended(one.batch.last, signer, known.probe) or wrong
    if refused is not None:
        return Rejected(arrival=arrival, reason=refused[0], detail=refused[1])
    return replace(one, signer=signer, next_jwk=next_jwk)


def clock_remarks(batch: Outline, received_at: datetime) -> tuple[Remark, ...]:
    """What is odd about the batch's times. A clock that is wrong makes evidence weaker and not less: it is kept."""
    starts, came_us = batch.started_us, epoch_us(received_at)
    found = []
    if max(starts) - came_us > _AHEAD_US:
        clocks = zip(starts, batch.error_ms, batch.synchronised, strict=True)
        ahead = {
            bool(synchronised) for at_us, error_ms, synchronised in clocks if at_us - came_us > _ahead_us(error_ms)
        }
        found += [Remark.CLOCK_AHEAD] if True in ahead else []
        found += [Remark.CLOCK_AHEAD_UNSYNCHRONISED] if False in ahead else []
    if came_us - min(starts) > _BEHIND_US:
        found.append(Remark.CLOCK_BEHIND)
    return tuple(found)
