"""Pure. A text that the collector signed, as C2SP's signed-note; others' signatures may stand beside its own.

Knows nothing of what a text says.
"""

import base64
import hashlib
import re

from cryptography.exceptions import InvalidSignature

from probe.key import Ed25519Key

_ED25519 = b"\x01"  # signed-note: the type of key whose signature is over the text itself
_KEY_ID_BYTES = 4
_SIGNATURE = re.compile(r"— (\S+) (\S+)")


def name_of(key: Ed25519Key) -> str:
    """The name of the collector with this key, and of the key itself. Holds for the public half too."""
    return f"prova/{key.thumbprint()}"


def signed(text: str, *, key: Ed25519Key) -> bytes:
    """The text, which ends with a line feed and has no empty line, and the signature by the collector's private key."""
    name = name_of(key)
    if key.private_key is None:
        raise ValueError("a note is signed with a private key")
    blob = base64.b64encode(_key_id(name, key) + key.private_key.sign(text.encode())).decode()
    return f"{text}\n— {name} {blob}\n".encode()


def parts(note: bytes) -> tuple[str, str]:
    """(text, signatures) of a note. Raises ValueError where it is no text."""
    text, _, signatures = note.decode().partition("\n\n")
    return f"{text}\n", signatures


def holds(text: str, signatures: str, *, key: Ed25519Key) -> bool:
    """Whether one of the signatures is this key's over the text; none that claims to be may be wrong."""
    name, own, found = name_of(key), _key_id(name_of(key), key), False
    *lines, end = signatures.split("\n")
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        if match is None or end:
            return False
        try:
            blob = decoded(match[2])
            if match[1] == name and blob[:_KEY_ID_BYTES] == own:
                key.public_key.verify(blob[_KEY_ID_BYTES:], text.encode())
                found = True
        except (ValueError, InvalidSignature):
            return False
    return found


def decoded(text: str) -> bytes:
    """Base64 in its one true form: else a changed text could pass for what was signed. Raises ValueError."""
    blob = base64.b64decode(text, validate=True)
    if base64.b64encode(blob).decode() != text:
        raise ValueError(text)
    return blob


def _key_id(name: str, key: Ed25519Key) -> bytes:
    public = key.public_key.public_bytes_raw()
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID_BYTES]
