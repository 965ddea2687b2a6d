"""Pure. One rate on three layers: TCP payload, IP packets, Ethernet frames on the wire. Full packets throughout.

    TCP payload per packet     p                         1448 of 1500 bytes, IPv4 with timestamps
    IP packet                  p + IP + TCP headers      20 or 40, and 20; timestamps 12 (RFC 791, 8200, 9293, 7323)
    on an Ethernet port        that + 38                 header 14, check sequence 4, preamble 8, gap 12 (IEEE 802.3)

A full port of 1 Gbit/s thus reads 1 Gbit/s on Ethernet, 975 Mbit/s in IP, 941 Mbit/s of TCP payload. VLAN tags (4
bytes) and PPPoE (8 bytes) are the access line's own and not counted; shapers count 14 to 38 bytes, each in its own way.
"""

from dataclasses import dataclass

from probe.throughput.tcp_info import TcpInfo, header_bytes

_ETHERNET_BYTES = 14 + 4 + 8 + 12


@dataclass(frozen=True, slots=True)
class Layers:
    """One rate, in bit/s."""

    ip_bps: int
    ethernet_bps: int


def layers(payload_bps: float, payload_bytes: int | None, info: TcpInfo, *, ipv6: bool) -> Layers | None:
    """`payload_bps` carried up; None where the payload of a full packet is not known.

    >>> layers(941_482_445, 1448, TcpInfo(timestamps=True), ipv6=False)
    Layers(ip_bps=975292588, ethernet_bps=1000000000)
    """
    if not payload_bytes:
        return None
    packet_bytes = payload_bytes + header_bytes(info, ipv6=ipv6)
    return Layers(
        round(payload_bps * packet_bytes / payload_bytes),
        round(payload_bps * (packet_bytes + _ETHERNET_BYTES) / payload_bytes),
    )
