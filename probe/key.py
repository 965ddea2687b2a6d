"""Pure. Ed25519 keys as JSON Web Keys (RFC 7517, RFC 8037): the public half as text, and back.

A noun of the wire. Knows nothing of files or of what is signed.
"""

import json

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey


class KeyFileError(Exception):
    """What should be a key is none of ours. The text says which and how to mend it."""


def public_jwk(key: OKPKey) -> str:
    """The public half as JSON (RFC 7517), in a stable order."""
    return json.dumps(key.as_dict(private=False), sort_keys=True)


def from_jwk(text: str) -> OKPKey:
    """A key from `public_jwk`'s text. Raises KeyFileError."""
    try:
        return OKPKey.import_key(json.loads(text))
    except (ValueError, JoseError, TypeError) as error:
        raise KeyFileError("not a public Ed25519 key in JWK form (RFC 7517)") from error
