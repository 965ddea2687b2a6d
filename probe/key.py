"""Pure. Ed25519 keys as JSON Web Keys (RFC 7517, RFC 8037): as text, and back.

A noun of the wire, on `cryptography` alone: a JOSE library would be a tenth of a resting probe's memory, and is loaded
where batches are verified. Knows nothing of files or of what is signed.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_BASE64 = msgspec.json.Decoder(bytes)
_COMMON = bytes.maketrans(b"-_", b"+/")


class KeyFileError(Exception):
    """What should be a key is none of ours. The text says which and how to mend it."""


class Key(Protocol):
    """What signing and verifying need of a key; a JOSE library's OKP key will do as well."""

    @property
    def private_key(self) -> object:
        """An Ed25519PrivateKey, None where only the public half is known."""

    @property
    def public_key(self) -> object:
        """An Ed25519PublicKey."""

    def as_dict(self, *, private: bool = False) -> Mapping[str, object]:
        """The JWK; `private` True: with the private half."""


@dataclass(frozen=True, slots=True)
class Ed25519Key:
    """A key of this house. `private_key` None: the public half alone."""

    public_key: Ed25519PublicKey
    private_key: Ed25519PrivateKey | None = None

    @property
    def is_private(self) -> bool:
        """Whether it can sign."""
        return self.private_key is not None

    def as_dict(self, *, private: bool = False) -> Mapping[str, object]:
        """The JWK. Raises ValueError where the private half is asked for and not known."""
        jwk = {"crv": "Ed25519", "x": base64url(self.public_key.public_bytes_raw())}
        if private:
            if self.private_key is None:
                raise ValueError("only the public half of this key is known")
            jwk["d"] = base64url(self.private_key.private_bytes_raw())
        return {**jwk, "kty": "OKP"}

    def thumbprint(self) -> str:
        """The key's name everywhere (RFC 7638, RFC 8037 appendix A.3)."""
        ordered = {"crv": "Ed25519", "kty": "OKP", "x": base64url(self.public_key.public_bytes_raw())}
        return base64url(hashlib.sha256(json.dumps(ordered, separators=(",", ":")).encode()).digest())


def generate() -> Ed25519Key:
    """A new private key, from the system's randomness."""
    private_key = Ed25519PrivateKey.generate()
    return Ed25519Key(private_key.public_key(), private_key)


def public_jwk(key: Key) -> str:
    """The public half as JSON (RFC 7517), in a stable order."""
    return json.dumps(key.as_dict(private=False), sort_keys=True)


def private_jwk(key: Key) -> str:
    """The key with its private half as JSON: for a file of its owner, or another process of his. Raises ValueError."""
    return json.dumps(key.as_dict(private=True), sort_keys=True)


def from_jwk(text: str) -> Ed25519Key:
    """A key from its JSON, the private half with it where it is there. Raises KeyFileError."""
    try:
        return _from_mapping(json.loads(text))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KeyFileError("not an Ed25519 key in JWK form (RFC 7517)") from error


def base64url(raw: bytes) -> str:
    """Base 64 for addresses, without padding (RFC 7515, section 2).

    >>> base64url(b"prova?")
    'cHJvdmE_'
    """
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_base64url(text: str | bytes) -> bytes:
    """The inverse of `base64url`. Raises ValueError for anything that `base64url` does not write."""
    try:
        raw = text.encode("ascii") if isinstance(text, str) else text
        if any(one in raw for one in b'+/=\\"'):
            raise ValueError("not base64url as RFC 7515 writes it")
        # Base 64 within JSON, which this reads at twice the speed of the standard library.
        decoded: bytes = _BASE64.decode(b'"%b%b"' % (raw.translate(_COMMON), b"=" * (-len(raw) % 4)))
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ValueError(f"not base64url: {error}") from error
    # Of whole groups every letter counts; a shorter last one has bits to spare, which must be zero.
    spare = len(decoded) % 3
    if spare and base64url(decoded[-spare:]).encode("ascii") != raw[-spare - 1 :]:
        raise ValueError("not base64url as RFC 7515 writes it")
    return decoded


def _from_mapping(jwk: Mapping[str, str]) -> Ed25519Key:
    if (jwk["kty"], jwk["crv"]) != ("OKP", "Ed25519"):
        raise ValueError("another kind of key")
    public_key = Ed25519PublicKey.from_public_bytes(from_base64url(jwk["x"]))
    if "d" not in jwk:
        return Ed25519Key(public_key)
    private_key = Ed25519PrivateKey.from_private_bytes(from_base64url(jwk["d"]))
    if private_key.public_key() != public_key:
        raise ValueError("its two halves are of two keys")
    return Ed25519Key(public_key, private_key)
