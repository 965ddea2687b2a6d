"""Vocabulary. What a speed test is asked to do, and what it says while it runs.

Knows nothing of sockets, and nothing of what a result is held against.
"""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from probe.body.speed_test import Direction

DEFAULT_DURATION_S = 3.0
DEFAULT_ADAPTIVE_S = 10.0  # at most; ndt7's own length
DEFAULT_MOST_BYTES = 10_000_000_000  # ten seconds of 8 Gbit/s
MOST_STREAMS = 16


class Method(StrEnum):
    """The protocol of a test."""

    NDT7 = "ndt7"
    MSAK = "msak"
    LIBRESPEED = "librespeed"
    UDP = "udp"


class Family(StrEnum):
    """Which kind of address a server is reached at."""

    ANY = "any"
    IPV4 = "ipv4"
    IPV6 = "ipv6"


_SCHEMES = {
    Method.NDT7: ("ws", "wss"),
    Method.MSAK: ("ws", "wss"),
    Method.LIBRESPEED: ("http", "https"),
    Method.UDP: ("udp",),
}
# Four: on a queue of a tenth of its round trips, or with loss, one BBR connection kept 1 to 7 % below the line for
# seconds, four stayed within 0.6 % (docs/decisions/0009).
_DEFAULT_STREAMS = {Method.NDT7: 4, Method.MSAK: 4, Method.LIBRESPEED: 3, Method.UDP: 1}
# A LibreSpeed upload is known by its acknowledgements alone, which takes longer windows; RFC 9097 wants ten seconds.
_DEFAULT_DURATIONS_S = {Method.LIBRESPEED: 5.0, Method.UDP: 10.0}
_VERSIONS = {Family.IPV4: 4, Family.IPV6: 6}


def default_duration_s(method: Method, *, adaptive: bool = False) -> float:
    """How long one direction takes, an adaptive one at most, unless somebody says otherwise."""
    return DEFAULT_ADAPTIVE_S if adaptive else _DEFAULT_DURATIONS_S.get(method, DEFAULT_DURATION_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """What a jurisdiction's method counts: `measured_s` after `lead_in_s`. `profile` and `edition` name the method."""

    profile: str
    edition: str
    lead_in_s: float
    measured_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One direction of one test.

    `url`: `ws://HOST[:PORT]` or `wss://HOST[:PORT]` for ndt7 and msak, whose path is replaced by the direction's own
    and whose query is kept (an access token); `http://` or `https://HOST[:PORT]/FOLDER/` for librespeed;
    `udp://HOST[:PORT]` for udp. `congestion_control` is asked of whoever sends, where the protocol can say it (an
    ndt7 download runs on the server's), and falls back to the kernel's default. `streams`: connections at once, None
    for the method's own number. `adaptive`: ends as soon as the rate is certain (`rate.certain`), `duration_s` at the
    latest. `most_bytes`: sent or received, ends the load whatever the time. `prescription`: told beside.
    `ca_file`: PEM certificates to trust instead of the system's.
    Raises ValueError where a value makes no test.
    """

    url: str = field(repr=False)
    method: Method = Method.NDT7
    duration_s: float = DEFAULT_DURATION_S
    streams: int | None = None
    adaptive: bool = False
    most_bytes: int = DEFAULT_MOST_BYTES
    prescription: Prescription | None = None
    family: Family = Family.ANY
    congestion_control: str = "bbr"
    demonstration: bool = False
    connect_timeout_s: float = 10.0  # for name, connection, TLS and what the protocol opens with, together
    ca_file: Path | None = None
    software: str = "prova"  # told to the server, as M-Lab's protocols ask

    def __post_init__(self) -> None:
        parts = self._checked_url()
        if not 1 <= self.duration_s <= 60:
            raise ValueError(f"duration_s must be 1 to 60 seconds, but is {self.duration_s}")
        if self.streams is not None and not 1 <= self.streams <= MOST_STREAMS:
            raise ValueError(f"streams must be 1 to {MOST_STREAMS}, but is {self.streams}")
        if self.method is Method.UDP and self.streams not in {None, 1}:
            raise ValueError(f"streams must be 1 for {self.method}, but is {self.streams}")
        if self.most_bytes <= 0:
            raise ValueError(f"most_bytes must be positive, but is {self.most_bytes}")
        if not self.connect_timeout_s > 0:
            raise ValueError(f"connect_timeout_s must be positive, but is {self.connect_timeout_s}")
        version = _version(parts.hostname or "")
        if self.family is not Family.ANY and version not in {None, _VERSIONS[self.family]}:
            raise ValueError(f"{parts.hostname} is an IPv{version} address, but family is {self.family}")

    @property
    def parts(self) -> SplitResult:
        """The address, taken apart; it has a host."""
        return urlsplit(self.url)

    @property
    def connections(self) -> int:
        """How many connections at once."""
        return self.streams or _DEFAULT_STREAMS[self.method]

    @property
    def shown_url(self) -> str:
        """The address without what may be a secret: its query and a user's name."""
        return self.parts._replace(netloc=self.parts.netloc.rpartition("@")[2], query="", fragment="").geturl()

    def _checked_url(self) -> SplitResult:
        try:
            parts = urlsplit(self.url)
            port = parts.port
        except ValueError as error:
            raise ValueError(f"{self.url!r} is no address: {error}") from error
        schemes = _SCHEMES[self.method]
        if parts.scheme not in schemes or not parts.hostname or port == 0:
            forms = " or ".join(f"{scheme}://HOST[:PORT]" for scheme in schemes)
            raise ValueError(f"{self.url!r} must be {forms}")
        return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A moment of a running test. `rate_bps`: TCP payload over the last half second, None until there is one."""

    direction: Direction
    elapsed_s: float
    duration_s: float
    rate_bps: int | None
    bytes: int


def _version(host: str) -> int | None:
    """4 or 6 where `host` is an address; None where it is a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).version
    except ValueError:
        return None
