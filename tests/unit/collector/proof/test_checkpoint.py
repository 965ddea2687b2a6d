"""Checkpoints as signed notes: read back, refused when changed, co-signed by others."""

import base64
import hashlib

import pytest

from collector.proof.checkpoint import Checkpoint, CheckpointError, opened, origin_of, seal
from probe import key

OWN = key.generate()
PUBLIC = key.from_jwk(key.public_jwk(OWN))
CHECKPOINT = Checkpoint(origin_of(OWN), 7, b"r" * 32)
NOTE = seal(CHECKPOINT, key=OWN)


def test_a_checkpoint_comes_back_and_the_public_key_is_enough() -> None:
    assert opened(NOTE, key=PUBLIC) == CHECKPOINT
    assert origin_of(PUBLIC) == CHECKPOINT.origin


def test_its_text_is_that_of_tlog_checkpoint_and_its_signature_that_of_a_signed_note() -> None:
    """C2SP tlog-checkpoint and signed-note: origin, size, root; an em dash, the key's name, its id and signature."""
    text, signature = NOTE.decode().split("\n\n")
    name = CHECKPOINT.origin
    assert text.split("\n") == [name, "7", base64.b64encode(b"r" * 32).decode()]
    dash, said, blob = signature.removesuffix("\n").split(" ")
    assert (dash, said) == ("—", name)
    data = base64.b64decode(blob)
    public = OWN.public_key.public_bytes_raw()
    assert data[:4] == hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    OWN.public_key.verify(data[4:], f"{text}\n".encode())


def test_every_flipped_bit_is_noticed() -> None:
    for bit in range(8 * len(NOTE)):
        changed = bytearray(NOTE)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CheckpointError):
            opened(bytes(changed), key=PUBLIC)


def test_a_witness_may_sign_beside_the_collector() -> None:
    witness = "— witness.example AAAAAa==\n".replace("AAAAAa==", base64.b64encode(b"w" * 68).decode())
    assert opened(NOTE + witness.encode(), key=PUBLIC) == CHECKPOINT
    alone = NOTE.decode().split("\n\n")[0] + "\n\n" + witness
    with pytest.raises(CheckpointError, match="signature"):
        opened(alone.encode(), key=PUBLIC)


def test_another_logs_checkpoint_is_refused() -> None:
    other = key.generate()
    with pytest.raises(CheckpointError, match="it is of the log"):
        opened(seal(Checkpoint(origin_of(other), 7, b"r" * 32), key=other), key=PUBLIC)


@pytest.mark.parametrize("note", [b"", b"x", b"\xff", b"a\n01\nAAAA\n\n", b"a\nb\nc\n\n"])
def test_what_is_no_checkpoint_is_refused(note: bytes) -> None:
    with pytest.raises(CheckpointError):
        opened(note, key=PUBLIC)
