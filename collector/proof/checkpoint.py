"""Pure. A checkpoint: how many batches the collector's log held, and the root over them, as a signed note.

The text is C2SP's tlog-checkpoint in a signed-note, so that any witness of transparency logs can co-sign it. Knows
nothing of files or of what a batch is.
"""

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature

from collector.proof.merkle import HASH_BYTES
from probe.key import Ed25519Key

_ED25519 = b"\x01"  # signed-note: the type of key whose signature is over the text itself
_KEY_ID_BYTES = 4
_SIGNATURE = re.compile(r"— (\S+) (\S+)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointError(ValueError):
    """These bytes are no checkpoint of this collector. The text says why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree's first `size` leaves have the hash `root`. `origin` names the log."""

    origin: str
    size: int
    root: bytes


def origin_of(key: Ed25519Key) -> str:
    """The name of the log of the collector with this key, and of the key itself. Holds for the public half too."""
    return f"prova/{key.thumbprint()}"


def seal(checkpoint: Checkpoint, *, key: Ed25519Key) -> bytes:
    """The checkpoint as text, signed with the collector's private key."""
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n".encode()
    name = origin_of(key)
    if key.private_key is None:
        raise ValueError("a checkpoint is signed with a private key")
    signature = key.private_key.sign(text)
    blob = base64.b64encode(_key_id(name, key) + signature).decode()
    return text + f"\n— {name} {blob}\n".encode()


def opened(note: bytes, *, key: Ed25519Key) -> Checkpoint:
    """The checkpoint inside `note`, its signature by `key` checked; others' signatures may stand beside it.

    Raises CheckpointError.
    """
    try:
        text, _, signatures = note.decode().partition("\n\n")
        origin, size, root, *_ = text.split("\n")
        checkpoint = Checkpoint(origin, _size(size), _decoded(root))
    except ValueError as error:
        raise CheckpointError("this is not the text of a checkpoint") from error
    name = origin_of(key)
    if origin != name:
        raise CheckpointError(f"it is of the log {origin!r}, not of {name!r}")
    if len(checkpoint.root) != HASH_BYTES or not _signed(f"{text}\n".encode(), signatures, name, key):
        raise CheckpointError("its signature is not this collector's")
    return checkpoint


def _size(text: str) -> int:
    if not _SIZE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _decoded(text: str) -> bytes:
    """Base64 in its one true form: else a changed text could pass for what was signed. Raises ValueError."""
    blob = base64.b64decode(text, validate=True)
    if base64.b64encode(blob).decode() != text:
        raise ValueError(text)
    return blob


def _signed(text: bytes, signatures: str, name: str, key: Ed25519Key) -> bool:
    """Whether one of the signatures is this key's; none that claims to be may be wrong."""
    public = key.public_key
    own = _key_id(name, key)
    found = False
    *lines, end = signatures.split("\n")
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        if match is None or end:
            return False
        try:
            blob = _decoded(match[2])
            if match[1] == name and blob[:_KEY_ID_BYTES] == own:
                public.verify(blob[_KEY_ID_BYTES:], text)
                found = True
        except (ValueError, InvalidSignature):
            return False
    return found


def _key_id(name: str, key: Ed25519Key) -> bytes:
    public = key.public_key.public_bytes_raw()
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID_BYTES]
