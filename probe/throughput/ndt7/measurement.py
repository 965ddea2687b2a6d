"""Pure. The text messages of ndt7: what each side's kernel counts, as JSON.

Numbers are whole: one float in a message ends a test of M-Lab's Go client. Prova's own server sends three things more,
which other clients pass over and nothing here needs: `Samples` (the receiver's count every few milliseconds since the
last message, so that an upload is judged as finely as a download), `CC` (the congestion control in use, named as in
M-Lab's msak) and, in `TCPInfo`, more of the kernel's counters than ndt7 lists. Knows nothing of sockets or clocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from probe.throughput.arrival import Arrival
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
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Both ends as the server sees them, "address:port", and its name and start of the test (RFC 3339)."""

    client: str
    server: str
    uuid: str
    start_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What a peer said of its side. `elapsed_us` is None, and `tcp` empty, where it did not say.

    `arrivals`: every count of the receiver in the message, in the order sent; empty where it says none.
    """

    elapsed_us: int | None
    tcp: TcpInfo
    arrivals: tuple[Arrival, ...]
    congestion_control: str | None


def encode(  # noqa: PLR0913  one argument for each part of the message
    *,
    connection: Connection,
    elapsed_us: int,
    tcp: TcpInfo,
    bbr: BbrInfo | None,
    congestion_control: str,
    samples: Sequence[Arrival] = (),
    test: str,
) -> bytes:
    """A server's message. BBRInfo is sent without BBR too, as zeros: M-Lab's own page reads it unasked."""
    counters = {wire: getattr(tcp, ours) for ours, wire in _COUNTERS.items()}
    message: dict[str, Any] = {
        "ConnectionInfo": {
            "Client": connection.client,
            "Server": connection.server,
            "UUID": connection.uuid,
            "StartTime": connection.start_time,
        },
        "TCPInfo": {name: value for name, value in counters.items() if value is not None} | {"ElapsedTime": elapsed_us},
        "BBRInfo": {
            "BW": bbr.bandwidth if bbr else 0,
            "MinRTT": bbr.min_rtt_us if bbr else 0,
            "PacingGain": bbr.pacing_gain if bbr else 0,
            "CwndGain": bbr.cwnd_gain if bbr else 0,
            "ElapsedTime": elapsed_us,
        },
        "CC": congestion_control,
        "Origin": "server",
        "Test": test,
    }
    if samples:
        message["Samples"] = [_row(one) for one in samples]
    return msgspec.json.encode(message)


def decode(text: bytes) -> Measurement | None:
    """A peer's message; None where it is not one. A field that is not a count is taken as not sent."""
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    if not isinstance(message, dict):
        return None
    said = _mapping(message, "TCPInfo")
    tcp = _tcp(said)
    elapsed_us = _count(said.get("ElapsedTime"))
    return Measurement(
        elapsed_us=elapsed_us,
        tcp=tcp,
        arrivals=_samples(message.get("Samples")) or _single(elapsed_us, tcp),
        congestion_control=_congestion_control(message),
    )


def _row(one: Arrival) -> list[int]:
    row = [one.elapsed_us, one.received_bytes]
    return row if one.segments is None else [*row, one.segments]


def _mapping(message: dict[str, Any], name: str) -> dict[str, Any]:
    value = message.get(name)
    return value if isinstance(value, dict) else {}


def _tcp(said: dict[str, Any]) -> TcpInfo:
    counters: dict[str, Any] = {ours: _count(said.get(wire)) for ours, wire in _COUNTERS.items()}
    return TcpInfo(**counters)


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 63:
        return None
    return int(value)


def _single(elapsed_us: int | None, tcp: TcpInfo) -> tuple[Arrival, ...]:
    if elapsed_us is None or tcp.bytes_received is None:
        return ()
    return (Arrival(elapsed_us, tcp.bytes_received, tcp.data_segs_in),)


def _samples(sent: object) -> tuple[Arrival, ...]:
    if not isinstance(sent, list) or len(sent) > MOST_SAMPLES:
        return ()
    arrivals: list[Arrival] = []
    for row in sent:
        counts = [_count(value) for value in row] if isinstance(row, list) else []
        whole = [count for count in counts if count is not None]
        if len(whole) != len(counts) or len(whole) not in {2, 3}:
            return ()
        arrivals.append(Arrival(*whole))
    return tuple(arrivals)


def _congestion_control(message: dict[str, Any]) -> str | None:
    named = message.get("CC")
    if isinstance(named, str) and named.isalnum() and len(named) <= 16:
        return named
    return "bbr" if _count(_mapping(message, "BBRInfo").get("BW")) else None
