"""Vocabulary. What a test of IP-layer capacity is asked to do.

Knows nothing of sockets, and nothing of what a result is held against.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from probe.capacity.pdu import PORT, Algorithm

DEFAULT_DURATION_S = 10.0
DEFAULT_MOST_BYTES = 2_000_000_000
_LONGEST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityPlan:
    """One direction of one test.

    `url`: `udp://HOST[:PORT]`, port 24601 by default. `duration_s`: RFC 9097 wants ten seconds; algorithm B needs five
    of them to reach 1 Gbit/s. `adaptive` ends sooner, once two sub-intervals in a row agree on a full line.
    `most_bytes` of IP packets end the test, whatever the time; `most_bps` is never exceeded (None: the table's 10
    Gbit/s). `secret`: shared with the server, whose units are then authenticated in mode 1; `key_id` names it there.
    `full_packets`: begin with IP packets of 1500 bytes, and of 1250 only if none of those arrives.
    Raises ValueError where a value makes no test.
    """

    url: str
    duration_s: float = DEFAULT_DURATION_S
    algorithm: Algorithm = Algorithm.B
    adaptive: bool = False
    most_bytes: int = DEFAULT_MOST_BYTES
    most_bps: int | None = None
    secret: str | None = field(default=None, repr=False)
    key_id: int = 0
    full_packets: bool = True
    demonstration: bool = False
    connect_timeout_s: float = 10.0  # for name, setup and activation together

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            port = parts.port
        except ValueError as error:
            raise ValueError(f"{self.url!r} is no address: {error}") from error
        if parts.scheme != "udp" or not parts.hostname or port == 0:
            raise ValueError(f"{self.url!r} must be udp://HOST[:PORT]")
        if not 1 <= self.duration_s <= _LONGEST_S:
            raise ValueError(f"duration_s must be 1 to {_LONGEST_S:.0f} seconds, but is {self.duration_s}")
        if self.most_bytes <= 0:
            raise ValueError(f"most_bytes must be positive, but is {self.most_bytes}")
        if self.most_bps is not None and self.most_bps < 1_000_000:
            raise ValueError(f"most_bps must be at least 1 Mbit/s, but is {self.most_bps}")
        if not 0 <= self.key_id <= 255:
            raise ValueError(f"key_id must be 0 to 255, but is {self.key_id}")
        if self.secret == "":
            raise ValueError("secret must not be empty")
        if not self.connect_timeout_s > 0:
            raise ValueError(f"connect_timeout_s must be positive, but is {self.connect_timeout_s}")

    @property
    def host(self) -> str:
        """The server's name or address, without brackets."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The server's control port."""
        return urlsplit(self.url).port or PORT
