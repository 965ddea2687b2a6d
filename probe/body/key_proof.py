"""Pure. The proof in a `KeyChange`: that whoever holds the next key wants it to follow here, and nowhere else.

Without it a probe could name a key that another holds. Knows nothing of files, nor of what a collector makes of it.
"""

from dataclasses import dataclass

import msgspec

from probe import wire
from probe.body.key_change import KeyChange
from probe.key import Ed25519Key, KeyFileError, from_jwk, public_jwk
from probe.wire import WireError

_TYP = "prova-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a key follows another: in the record `sequence` of the probe, after the key of thumbprint `previous`."""

    line: str
    probe: str
    sequence: int
    previous: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    v: int
    key_change: Place


def announcement(place: Place, *, next_key: Ed25519Key) -> KeyChange:
    """The body of the record in that place. `next_key` is private."""
    payload = msgspec.json.encode(_Proof(v=wire.VERSION, key_change=place))
    return KeyChange(
        previous=place.previous,
        next_jwk=public_jwk(next_key),
        proof=wire.seal_paper(payload, typ=_TYP, key=next_key).decode(),
    )


def proven(change: KeyChange, place: Place) -> Ed25519Key:
    """The next key's public half. Raises WireError where it did not sign for this place."""
    try:
        following = from_jwk(change.next_jwk)
        if following.is_private:
            raise WireError("the next key is given with its private half")
        signed = wire.open_paper(change.proof.encode(), typ=_TYP, key=following)
        told = msgspec.json.decode(signed, type=_Proof)
    except (KeyFileError, msgspec.DecodeError, RecursionError) as error:
        raise WireError(f"not the proof of a key: {error}") from error
    if told != _Proof(v=wire.VERSION, key_change=place):
        raise WireError("the next key signed for another place")
    return following
