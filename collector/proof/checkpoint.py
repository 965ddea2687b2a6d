"""Pure. A checkpoint: how many batches the collector's log held, and the root over them, as a signed note.

The text is C2SP's tlog-checkpoint in a signed-note, so that any witness of transparency logs can co-sign it. Knows
nothing of files or of what a batch is.
"""

import base64
import re
from dataclasses import dataclass

from collector.proof import note
from collector.proof.merkle import HASH_BYTES
from probe.key import Ed25519Key

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
    """The name of the log of the collector with this key: the key's own."""
    return note.name_of(key)


def seal(checkpoint: Checkpoint, *, key: Ed25519Key) -> bytes:
    """The checkpoint as text, signed with the collector's private key."""
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"
    return note.signed(text, key=key)


def opened(told: bytes, *, key: Ed25519Key) -> Checkpoint:
    """The checkpoint inside `told`, its signature by `key` checked; others' signatures may stand beside it.

    Raises CheckpointError.
    """
    try:
        text, signatures = note.parts(told)
        origin, size, root, *_ = text.removesuffix("\n").split("\n")
        checkpoint = Checkpoint(origin, _size(size), note.decoded(root))
    except ValueError as error:
        raise CheckpointError("this is not the text of a checkpoint") from error
    name = origin_of(key)
    if origin != name:
        raise CheckpointError(f"it is of the log {origin!r}, not of {name!r}")
    if len(checkpoint.root) != HASH_BYTES or not note.holds(text, signatures, key=key):
        raise CheckpointError("its signature is not this collector's")
    return checkpoint


def _size(text: str) -> int:
    if not _SIZE.fullmatch(text):
        raise ValueError(text)
    return int(text)
