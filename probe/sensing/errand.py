"""Vocabulary. What a short-lived process is sent to do, and what it brings back: JSON, one document a line.

So the process that stays never loads what a speed test needs. Knows nothing of processes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from probe.body.draw import Passed
from probe.body.speed_test import Direction, SpeedTest
from probe.body.train import Train
from probe.settings import MeasureSettings
from probe.throughput.plan import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTest:
    """One direction of one speed test. `router`: the own gateway is asked beside it. `mlab_kept`: M-Lab's ledger."""

    server: str
    direction: Direction
    router: bool
    mlab_kept: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Exactly one of `test`, `train_at` (a server) and `look_s` is set; `router`: a look asks the own gateway too."""

    software: str
    measure: MeasureSettings
    test: OneTest | None = None
    train_at: str | None = None
    look_s: float | None = None
    router: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What came of it: the field of what was asked. Before it, `live` alone: how a test goes, and what it has moved."""

    live: Live | None = None
    test: SpeedTest | None = None
    train: Train | None = None
    passed: tuple[Passed, ...] = ()


def encode(document: Errand | Brought) -> bytes:
    """As JSON, one whole line."""
    return msgspec.json.encode(document, enc_hook=str) + b"\n"


def decode_errand(raw: bytes) -> Errand:
    """The inverse. Raises msgspec.DecodeError."""
    return msgspec.json.decode(raw, type=Errand, dec_hook=_path)


def decode_brought(raw: bytes) -> Brought:
    """Of several documents the last whole one. Raises msgspec.DecodeError."""
    return msgspec.json.decode(raw.rpartition(b"\n")[0].rpartition(b"\n")[2], type=Brought)


def _path(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value)
    raise TypeError(f"{kind} has no form in JSON")
