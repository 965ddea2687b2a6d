"""Pure. How much of a frame is heads, and what kind of packet it is: what a capture keeps, and what it counts.

Knows nothing of sockets or files.
"""

import struct

_ETHERNET = 14
_ARP = 28
_LEAST_IPV4, _IPV6 = 20, 40
_UDP, _ICMP = 8, 8
_ETHERTYPES = {0x0806: "arp", 0x0800: "ipv4", 0x86DD: "ipv6"}
_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6"}
_PORTS = {53: "dns", 67: "dhcp", 68: "dhcp", 123: "ntp", 546: "dhcpv6", 547: "dhcpv6"}
_GLOBAL = struct.Struct("<IHHiIII")
_RECORD = struct.Struct("<IIII")
_MAGIC, _ETHERNET_LINK = 0xA1B2C3D4, 1


def cut(frame: bytes) -> tuple[bytes, str]:
    """The heads of an Ethernet frame, without what they carry, and a word for its kind."""
    if len(frame) < _ETHERNET:
        return frame, "other"
    kind = _ETHERTYPES.get(int.from_bytes(frame[12:14]), "other")
    if kind == "arp":
        return frame[: _ETHERNET + _ARP], kind
    if kind == "other":
        return frame[:_ETHERNET], kind
    protocol, at = _upper(frame, kind)
    name = _PROTOCOLS.get(protocol, kind)
    if name == "tcp":
        words = frame[at + 12] >> 4 if len(frame) > at + 12 else 5
        return frame[: at + max(5, words) * 4], name
    if name == "udp":
        ports = struct.unpack_from("!HH", frame, at) if len(frame) >= at + 4 else ()
        return frame[: at + _UDP], next((_PORTS[port] for port in ports if port in _PORTS), name)
    return (frame[: at + _ICMP] if name in {"icmp", "icmpv6"} else frame[:at]), name


def file_head(most_bytes: int) -> bytes:
    """The beginning of a pcap file (draft-ietf-opsawg-pcap) of Ethernet frames, none longer than `most_bytes`."""
    return _GLOBAL.pack(_MAGIC, 2, 4, 0, 0, most_bytes, _ETHERNET_LINK)


def file_record(kept: bytes, length: int, wall_ns: int) -> bytes:
    """One packet of the file. `length`: as it was on the wire."""
    seconds, rest_ns = divmod(wall_ns, 1_000_000_000)
    return _RECORD.pack(seconds, rest_ns // 1000, len(kept), length) + kept


def _upper(frame: bytes, kind: str) -> tuple[int, int]:
    """Number and place of what an IP packet carries; -1 for a fragment's rest, which has no head of its own."""
    if kind == "ipv6":
        return (frame[_ETHERNET + 6] if len(frame) > _ETHERNET + 6 else -1), _ETHERNET + _IPV6
    if len(frame) < _ETHERNET + _LEAST_IPV4:
        return -1, len(frame)
    at = _ETHERNET + max(_LEAST_IPV4, (frame[_ETHERNET] & 0x0F) * 4)
    rest = int.from_bytes(frame[_ETHERNET + 6 : _ETHERNET + 8]) & 0x1FFF
    return (-1 if rest else frame[_ETHERNET + 9]), at
