"""Shell. Secrets in files: private keys made once, readable by their owner alone, never printed.

The collector keeps its own key the same way. Knows nothing of what is signed.
"""

import os
import stat
from pathlib import Path

from probe.key import Ed25519Key, KeyFileError, from_jwk, generate, private_jwk

_OTHERS, _ANYBODY = 0o077, 0o027  # rights that group and others have; that a group may not have, nor anybody else


def load_or_make(path: Path) -> Ed25519Key:
    """The private key in `path`, made there (mode 0600, durable) if there is none. Raises KeyFileError, OSError."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_new(path, private_jwk(generate()))
    check_private(path)
    try:
        key = from_jwk(path.read_text())
    except (KeyFileError, UnicodeDecodeError) as error:
        raise KeyFileError(
            f"{path} holds no private Ed25519 key. Restore it from a backup; without it this probe or collector"
            " becomes a new one."
        ) from error
    if not key.is_private:
        raise KeyFileError(f"{path} holds a public key only. Put the private key back from a backup.")
    return key


def check_private(path: Path) -> None:
    """Raises KeyFileError where others may read or change a secret's file, OSError where there is none.

    A file of root's may be open to a group or by an access list: so a service is handed what it cannot own.
    """
    seen = path.stat()
    mine, rights = seen.st_uid == os.geteuid(), stat.S_IMODE(seen.st_mode)
    if not mine and seen.st_uid != 0 and os.geteuid() != 0:
        raise KeyFileError(f"{path} belongs to another user, who could change it. Make it this user's own: chown.")
    if rights & (_OTHERS if mine else _ANYBODY):
        raise KeyFileError(f"{path} is a secret that others may read or change. Run: chmod 600 {path}")


def follow(following: Path, path: Path) -> None:
    """The key in the file `following` takes the place of the one in `path`, at once and durable. Raises OSError."""
    following.replace(path)
    _settle(path.parent)


def _write_new(path: Path, text: str) -> None:
    """All or nothing: a key half written would be a probe that cannot start again."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """What was renamed in it is so on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
