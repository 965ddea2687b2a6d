"""Vocabulary. That a probe goes on under another signing key.

Knows nothing of where keys lie, nor of who allows the change.
"""

from dataclasses import dataclass

_MOST_CHARS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """What a probe signs last with one key: its batches from here on are signed with another.

    `previous`: the thumbprint (RFC 7638) of the key that this is said with; where another key signed the batch around
    it, it changes nothing. `next_jwk`: the public half of the next (RFC 7517, as text). `proof`: a JWS by the next key,
    over line, probe, this record's number and `previous` (`probe.body.key_proof`).
    """

    previous: str
    next_jwk: str
    proof: str

    def __post_init__(self) -> None:
        for name, value in (("previous", self.previous), ("next_jwk", self.next_jwk), ("proof", self.proof)):
            if not 0 < len(value) <= _MOST_CHARS:
                raise ValueError(f"{name} must be 1 to {_MOST_CHARS} characters, but is {len(value)}")
