"""Pure. What one end of a test tells the other of its side: counters as M-Lab's protocols name them in JSON.

Numbers are whole: one float in a message ends a test of M-Lab's Go client. Prova's own server adds, which other clients
pass over and nothing here needs, two rows of readings: `Samples` (the receiver's count every few milliseconds since the
last message, so that an upload is judged as finely as a download) and `RoundTrips` (the sender's round-trip times as
often, in a download); and what it is and how busy (`host.told`). Knows nothing of which message they stand in.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from probe.body.speed_test import Direction, ServerSaid
from probe.throughput.arrival import Arrival
from probe.throughput.host import told as host_told
from probe.throughput.host.told import Host, Working
from probe.throughput.tcp_info import BbrInfo, TcpInfo

MOST_SAMPLES = 4096  # of one message; a peer that sends more is not ours
# Our name: M-Lab's, which is the kernel's in capitals. Times in microseconds.
_COUNTERS = {
    "snd_mss": "SndMSS",
    "rcv_mss": "RcvMSS",
    "rtt_us": "RTT",
    "rttvar_us": "RTTVar",
    "snd_cwnd": "SndCwnd",
    "pacing_rate": "PacingRate",
    "bytes_acked": "BytesAcked",
    "bytes_received": "BytesReceived",
    "segs_out": "SegsOut",
    "segs_in": "SegsIn",
    "min_rtt_us": "MinRTT",
    "data_segs_in": "DataSegsIn",
    "data_segs_out": "DataSegsOut",
    "delivery_rate": "DeliveryRate",
    "busy_us": "BusyTime",
    "rwnd_limited_us": "RWndLimited",
    "sndbuf_limited_us": "SndBufLimited",
    "bytes_sent": "BytesSent",
    "bytes_retrans": "BytesRetrans",
    "rcv_ooopack": "RcvOooPack",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Both ends as this one sees them, "address:port"; its name for the connection, and the start (RFC 3339)."""

    here: str
    there: str
    uuid: str
    start_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one message is to tell. `since_open_us` counts from the connection's opening, `elapsed_us` from the load's.

    `payload_sent` and `payload_received` are bytes of WebSocket messages. `first`: the connection's first message.
    `host`: of a server.
    """

    direction: Direction
    ends: Ends
    first: bool
    elapsed_us: int
    since_open_us: int
    tcp: TcpInfo
    bbr: BbrInfo | None
    congestion_control: str
    payload_sent: int
    payload_received: int
    samples: tuple[Arrival, ...] = ()
    round_trips: tuple[tuple[int, int], ...] = ()
    host: tuple[Host, Working] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a peer said of its side. `elapsed_us` is None, and `tcp` empty, where it did not say.

    `arrivals`: every count of the receiver in the message, in the order sent; empty where it says none.
    `round_trips`: (elapsed, round-trip time) of its kernel in microseconds; empty where it says none. `host`: what it
    says of itself, None where it does not.
    """

    elapsed_us: int | None
    tcp: TcpInfo
    arrivals: tuple[Arrival, ...]
    congestion_control: str | None
    round_trips: tuple[tuple[int, int], ...] = ()
    host: ServerSaid | None = None


def tcp_info(tcp: TcpInfo, elapsed_us: int) -> dict[str, int]:
    """`TCPInfo` of a message: what the kernel did not tell is left out."""
    counters = {wire: getattr(tcp, ours) for ours, wire in _COUNTERS.items()}
    return {name: value for name, value in counters.items() if value is not None} | {"ElapsedTime": elapsed_us}


def bbr_info(bbr: BbrInfo | None, elapsed_us: int) -> dict[str, int]:
    """`BBRInfo` of a message; zeros without BBR."""
    return {
        "BW": bbr.bandwidth if bbr else 0,
        "MinRTT": bbr.min_rtt_us if bbr else 0,
        "PacingGain": bbr.pacing_gain if bbr else 0,
        "CwndGain": bbr.cwnd_gain if bbr else 0,
        "ElapsedTime": elapsed_us,
    }


def additions(report: Report) -> dict[str, Any]:
    """Prova's own; none where there is nothing to tell."""
    found: dict[str, Any] = {} if report.host is None else {**host_told.message(*report.host)}
    samples, round_trips = report.samples, report.round_trips
    if samples:
        found["Samples"] = [
            [one.elapsed_us, one.received_bytes, *(at for at in (one.segments, one.out_of_order) if at is not None)]
            for one in samples
        ]
    if round_trips:
        found["RoundTrips"] = [list(row) for row in round_trips]
    return found


def read(text: bytes) -> tuple[dict[str, Any], Said] | None:
    """(the message, what it says in the words that all protocols share); None where it is none.

    Of arrivals only Prova's own rows. A field that is not a count is taken as not sent.
    """
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(message, dict):
        return None
    told = mapping(message, "TCPInfo")
    counters: dict[str, Any] = {ours: count(told.get(wire)) for ours, wire in _COUNTERS.items()}
    return message, Said(
        elapsed_us=count(told.get("ElapsedTime")),
        tcp=TcpInfo(**counters),
        arrivals=_samples(message.get("Samples")),
        congestion_control=_congestion_control(message),
        round_trips=_round_trips(message.get("RoundTrips")),
        host=_host(message),
    )


def _host(message: dict[str, Any]) -> ServerSaid | None:
    """M-Lab's ndt7 names the connection in an object of its own, its MSAK in the message itself."""
    ends = mapping(message, "ConnectionInfo")
    return host_told.read(
        mapping(message, host_told.NAME),
        connection=ends.get("UUID", message.get("UUID")),
        own_address=ends.get("Server", message.get("LocalAddr")),
    )


def mapping(message: dict[str, Any], name: str) -> dict[str, Any]:
    """The object of that name; empty where there is none."""
    value = message.get(name)
    return value if isinstance(value, dict) else {}


def count(value: object) -> int | None:
    """A count that JSON holds, a float cut down; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 63:
        return None
    return int(value)


def single(elapsed_us: int | None, tcp: TcpInfo) -> tuple[Arrival, ...]:
    """The one arrival that a message's counters make; none where they do not."""
    if elapsed_us is None or tcp.bytes_received is None:
        return ()
    return (Arrival(elapsed_us, tcp.bytes_received, tcp.data_segs_in, tcp.rcv_ooopack),)


def _samples(sent: object) -> tuple[Arrival, ...]:
    return tuple(Arrival(*row) for row in _counts(sent, {2, 3, 4}))


def _round_trips(sent: object) -> tuple[tuple[int, int], ...]:
    return tuple((row[0], row[1]) for row in _counts(sent, {2}))


def _counts(sent: object, widths: set[int]) -> list[list[int]]:
    """The rows of whole numbers; empty where any of them is something else."""
    if not isinstance(sent, list) or len(sent) > MOST_SAMPLES:
        return []
    found: list[list[int]] = []
    for row in sent:
        counts = [count(value) for value in row] if isinstance(row, list) else []
        whole = [one for one in counts if one is not None]
        if len(whole) != len(counts) or len(whole) not in widths:
            return []
        found.append(whole)
    return found


def _congestion_control(message: dict[str, Any]) -> str | None:
    named = message.get("CC")
    if isinstance(named, str) and named.isalnum() and len(named) <= 16:
        return named
    return "bbr" if count(mapping(message, "BBRInfo").get("BW")) else None
