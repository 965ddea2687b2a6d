"""Pure. Which of a probe's signing keys a batch was signed with, and whether that key may sign it.

A former key is good for the numbers up to the one that it ended with, for batches come late; a revoked one for nothing
from then on. Knows nothing of where keys are kept.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

from collector.envelope import Enrolled, Outline, ProbeKey, Rejection
from collector.judging.outline import key_changes_of, open_outline
from probe import key, wire
from probe.body.key_change import KeyChange
from probe.body.key_proof import Place, proven
from probe.wire import Batch, SignatureError, WireError

_TRIED = 8  # a probe's newest keys: what is older signed nothing that is still on its way
Objection = tuple[Rejection, str]


def keys_of(known: Enrolled) -> tuple[ProbeKey, ...]:
    """Every key of the probe, newest first."""
    return known.keys or (ProbeKey(public_jwk=known.public_jwk, from_at=known.enrolled_at),)


def opened(signed: bytes, known: Enrolled) -> tuple[Outline, ProbeKey]:
    """What is in it, and which key signed it. Raises SignatureError where none did, WireError like `open_batch`."""
    newest, *former = keys_of(known)[:_TRIED]
    try:
        return open_outline(signed, key=public(newest.public_jwk)), newest
    except SignatureError:
        for one in former:
            with suppress(SignatureError):
                return open_outline(signed, key=public(one.public_jwk)), one
        raise


def held(signed: bytes, number: int, keys: Sequence[ProbeKey]) -> tuple[Batch, ProbeKey]:
    """Batch `number` of the log, and which key of its time signed it.

    Raises SignatureError where none did, WireError as `open_batch`, KeyFileError where a key is none.
    """
    wrong = SignatureError("no key of this probe is known for its time")
    for one in keys:
        if number <= one.from_batch or (one.revoked_batch is not None and number > one.revoked_batch):
            continue
        try:
            batch = wire.open_batch(signed, key=public(one.public_jwk))
        except SignatureError as error:
            wrong = error
            continue
        if one.last_sequence is None or batch.last <= one.last_sequence:
            return batch, one
        wrong = SignatureError(f"the key that signed it ended with record {one.last_sequence}")
    raise wrong


def announced(batch: Batch, signer: ProbeKey) -> tuple[str, str] | None:
    """(record, thumbprint) of the key that the batch says is to follow `signer`; None where it names none."""
    found = _ending(key_changes_of(batch), signer)
    if found is None:
        return None
    sequence, change = found
    try:
        return f"{batch.probe}/{sequence}", key.from_jwk(change.next_jwk).thumbprint()
    except key.KeyFileError:
        return None


def ended(last: int, signer: ProbeKey, probe: str) -> Objection | None:
    """Why a key may not sign a batch whose last number is `last`; None where it may."""
    if signer.revoked_at is not None:
        return Rejection.KEY_REVOKED, f"the key of {probe} that signed it was revoked"
    if signer.last_sequence is not None and last > signer.last_sequence:
        return Rejection.KEY_ENDED, f"the key of {probe} that signed it ended with record {signer.last_sequence}"
    return None


def following(batch: Outline, signer: ProbeKey, known: Enrolled) -> tuple[str | None, Objection | None]:
    """The key that the batch says is to follow its own, as JWK, None where it names none; and what is wrong with it."""
    found = _ending(batch.key_changes, signer)
    if found is None:
        return None, None
    sequence, change = found
    if sequence != batch.last:
        return None, _no_change("it comes before the end of its batch")
    place = Place(line=batch.line, probe=batch.probe, sequence=sequence, previous=change.previous)
    try:
        named = key.public_jwk(proven(change, place))
    except WireError as error:
        return None, _no_change(str(error))
    have = next((one for one in keys_of(known) if one.public_jwk == named), None)
    if have is not None and have.allowed_by != f"{batch.probe}/{sequence}":
        return None, _no_change("it names a key that the probe has or had")
    if have is None and signer.until_at is not None:
        return None, _no_change("another key follows that one already")
    return named, None


@lru_cache(4096)
def public(public_jwk: str) -> key.Ed25519Key:
    """Reading a key anew for each message would cost a fifth of verifying it."""
    return key.from_jwk(public_jwk)


def _ending(changes: Sequence[tuple[int, KeyChange]], signer: ProbeKey) -> tuple[int, KeyChange] | None:
    """The change that ends the very key that signed the batch; where another did, it is history."""
    for one in changes:
        if one[1].previous == public(signer.public_jwk).thumbprint():
            return one
    return None


def _no_change(why: str) -> Objection:
    return Rejection.KEY_CHANGE, f"its change of key does not hold: {why}"
