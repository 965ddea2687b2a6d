"""Vocabulary. What a speed test is asked to do, and what it says while it runs.

Knows nothing of sockets, and nothing of what a result is held against.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from probe.record import Direction

DEFAULT_DURATION_S = 3.0
MOST_STREAMS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One direction of one ndt7 test.

    `url`: `ws://HOST[:PORT]` or `wss://HOST[:PORT]`; its path is replaced by the direction's own, its query is kept
    (an access token). `congestion_control` is asked of the kernel for upload and falls back to the kernel's default;
    a download runs on the server's. `streams` above one opens that many ndt7 connections at once.
    `ca_file`: PEM certificates to trust instead of the system's. Raises ValueError where a value makes no test.
    """

    url: str
    duration_s: float = DEFAULT_DURATION_S
    streams: int = 1
    congestion_control: str = "bbr"
    demonstration: bool = False
    connect_timeout_s: float = 10.0  # for name, connection, TLS and upgrade together
    ca_file: Path | None = None
    software: str = "prova"  # told to the server, as ndt7 asks

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            port = parts.port
        except ValueError as error:
            raise ValueError(f"{self.url!r} is no address: {error}") from error
        if parts.scheme not in {"ws", "wss"} or not parts.hostname or port == 0:
            raise ValueError(f"{self.url!r} must be ws://HOST[:PORT] or wss://HOST[:PORT]")
        if not 1 <= self.duration_s <= 60:
            raise ValueError(f"duration_s must be 1 to 60 seconds, but is {self.duration_s}")
        if not 1 <= self.streams <= MOST_STREAMS:
            raise ValueError(f"streams must be 1 to {MOST_STREAMS}, but is {self.streams}")
        if not self.connect_timeout_s > 0:
            raise ValueError(f"connect_timeout_s must be positive, but is {self.connect_timeout_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A moment of a running test. `rate_bps`: TCP payload over the last half second, None until there is one."""

    direction: Direction
    elapsed_s: float
    duration_s: float
    rate_bps: int | None
    bytes: int
