"""Pure. The kernel's counters of one TCP connection: `struct tcp_info` of linux/tcp.h as a value.

An older kernel returns a shorter struct: what it leaves out is None. Knows nothing of sockets.
"""

from dataclasses import dataclass, replace
from struct import Struct
from typing import Any

# uapi linux/tcp.h: 8 u8, 24 u32 from rto, 4 u64 from pacing_rate, 6 u32 from segs_out, 4 u64 from delivery_rate,
# 2 u32 from delivered, 2 u64 from bytes_sent, 3 u32 from dsack_dups. Later kernels append.
_LAYOUT = Struct("=8B24I4Q6I4Q2I2Q3I")
_OPTION_TIMESTAMPS = 1  # TCPI_OPT_TIMESTAMPS
_UNKNOWN_RTT = 0xFFFFFFFF  # min_rtt before the first sample
# Field name: (index in the unpacked struct, offset just behind it).
_FIELDS = {
    "snd_mss": (10, 20),
    "rcv_mss": (11, 24),
    "rtt_us": (23, 72),
    "rttvar_us": (24, 76),
    "snd_cwnd": (26, 84),
    "pacing_rate": (32, 112),
    "bytes_acked": (34, 128),
    "bytes_received": (35, 136),
    "segs_out": (36, 140),
    "segs_in": (37, 144),
    "min_rtt_us": (39, 152),
    "data_segs_in": (40, 156),
    "data_segs_out": (41, 160),
    "delivery_rate": (42, 168),
    "busy_us": (43, 176),
    "rwnd_limited_us": (44, 184),
    "sndbuf_limited_us": (45, 192),
    "bytes_sent": (48, 208),
    "bytes_retrans": (49, 216),
    "rcv_ooopack": (52, 228),
}
READ_BYTES = 256  # enough to ask the kernel for


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpInfo:
    """One reading. Counts since the connection began; `delivery_rate` and `pacing_rate` in bytes per second."""

    timestamps: bool = False  # RFC 7323, agreed for this connection
    snd_mss: int | None = None
    rcv_mss: int | None = None
    rtt_us: int | None = None
    rttvar_us: int | None = None
    snd_cwnd: int | None = None
    pacing_rate: int | None = None
    bytes_acked: int | None = None
    bytes_received: int | None = None
    segs_out: int | None = None
    segs_in: int | None = None
    min_rtt_us: int | None = None
    data_segs_in: int | None = None
    data_segs_out: int | None = None
    delivery_rate: int | None = None
    busy_us: int | None = None
    rwnd_limited_us: int | None = None
    sndbuf_limited_us: int | None = None
    bytes_sent: int | None = None
    bytes_retrans: int | None = None
    rcv_ooopack: int | None = None


def decode(raw: bytes) -> TcpInfo:
    """The struct in `raw`, which may be shorter or longer than the fields above: what is cut off is None."""
    values = _LAYOUT.unpack_from(raw.ljust(_LAYOUT.size, b"\0"))
    known = {name: values[index] for name, (index, behind) in _FIELDS.items() if behind <= len(raw)}
    if known.get("min_rtt_us") == _UNKNOWN_RTT:
        del known["min_rtt_us"]
    return TcpInfo(timestamps=bool(values[5] & _OPTION_TIMESTAMPS), **known)


@dataclass(frozen=True, slots=True, kw_only=True)
class BbrInfo:
    """`struct tcp_bbr_info` (linux/inet_diag.h). The gains are in 1/256."""

    bandwidth: int  # bytes per second
    min_rtt_us: int
    pacing_gain: int
    cwnd_gain: int


def decode_bbr(raw: bytes) -> BbrInfo | None:
    """The 20 bytes that TCP_CC_INFO gives of a BBR socket; None for any other length."""
    if len(raw) != 20:
        return None
    low, high, min_rtt_us, pacing_gain, cwnd_gain = Struct("=5I").unpack(raw)
    return BbrInfo(bandwidth=high << 32 | low, min_rtt_us=min_rtt_us, pacing_gain=pacing_gain, cwnd_gain=cwnd_gain)


def header_bytes(info: TcpInfo, *, ipv6: bool) -> int:
    """IP and TCP headers of one full packet of this connection (RFC 8200, 791, 9293; timestamps: RFC 7323).

    >>> header_bytes(TcpInfo(timestamps=True), ipv6=False)
    52
    """
    return (40 if ipv6 else 20) + 20 + (12 if info.timestamps else 0)


_SUMS = (
    "bytes_acked",
    "bytes_received",
    "segs_out",
    "segs_in",
    "data_segs_in",
    "data_segs_out",
    "busy_us",
    "rwnd_limited_us",
    "sndbuf_limited_us",
    "bytes_sent",
    "bytes_retrans",
    "rcv_ooopack",
)


def continued(before: TcpInfo, now: TcpInfo) -> TcpInfo:
    """`now`, of a connection that took another's place, counting on from where that one ended: `before`.

    >>> continued(TcpInfo(bytes_acked=5, rtt_us=9, min_rtt_us=2), TcpInfo(bytes_acked=7, rtt_us=3, min_rtt_us=3))
    TcpInfo(..., rtt_us=3, ..., bytes_acked=12, ..., min_rtt_us=2, ...)
    """
    sums: dict[str, Any] = {name: _sum(getattr(before, name), getattr(now, name)) for name in _SUMS}
    least = min((one for one in (before.min_rtt_us, now.min_rtt_us) if one is not None), default=None)
    return replace(now, **sums, min_rtt_us=least)


def _sum(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None else before + now
