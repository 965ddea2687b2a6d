"""Shell. The requests to M-Lab, kept in a small file, so that its limits hold across starts. It holds no token.

Knows nothing of what the limits are.
"""

import fcntl
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from probe.throughput.mlab.allowance import Spent
from probe.units import at_epoch_us, epoch_us


class LedgerError(Exception):
    """The file cannot be kept, and without it nobody may ask. The text says where and how to mend it."""


def read(path: Path) -> Spent:
    """What `path` holds; nothing spent where it is missing or damaged."""
    try:
        return _decoded(path.read_bytes())
    except OSError:
        return Spent()


def change(path: Path, by: Callable[[Spent], Spent]) -> None:
    """Puts `by` of what `path` holds in its place, on disk before this returns. Raises LedgerError.

    Whoever else changes it waits meanwhile.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            encoded = _encoded(by(_decoded(file.read())))
            file.seek(0)
            file.truncate()
            file.write(encoded)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise LedgerError(
            f"{path} cannot be written ({error.strerror}), and M-Lab may not be asked without keeping count."
            " Make room there or name another --home DIR."
        ) from error


def _encoded(spent: Spent) -> bytes:
    not_before = None if spent.not_before is None else epoch_us(spent.not_before)
    return json.dumps({"asked_us": [epoch_us(at) for at in spent.asked_at], "not_before_us": not_before}).encode()


def _decoded(raw: bytes) -> Spent:
    try:
        held: dict[str, Any] = json.loads(raw)
        not_before = held["not_before_us"]
        return Spent(
            asked_at=tuple(at_epoch_us(int(one)) for one in held["asked_us"]),
            not_before=None if not_before is None else at_epoch_us(int(not_before)),
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return Spent()


def said(at: datetime) -> str:
    """A moment, for people."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
