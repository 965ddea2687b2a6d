import ipaddress
import struct

import msgspec
import pytest

from probe.body.rung import Hop
from probe.path import head
from probe.path.hops import provider_hops
from probe.path.job import Said

ROUTER = "192.168.1.1"


def first(*addresses: str | None, own: tuple[str, ...] = (), gateway: str = ROUTER) -> str | None:
    hops = [Hop(ttl, address) for ttl, address in enumerate(addresses, 1)]
    networks = [ipaddress.ip_network(one) for one in own]
    return next(iter(provider_hops(hops, target="198.51.100.9", gateways=[gateway], own=networks)), None)


@pytest.mark.parametrize(
    ("hops", "expected"),
    [
        ((ROUTER, "203.0.113.1", "198.51.100.9"), "203.0.113.1"),
        ((ROUTER, "100.64.0.1", "203.0.113.1"), "100.64.0.1"),
        ((ROUTER, None, "203.0.113.1"), "203.0.113.1"),
        ((ROUTER, "192.168.100.1", "203.0.113.1"), "203.0.113.1"),
        ((ROUTER, "10.20.0.1", "203.0.113.1"), "10.20.0.1"),
        ((ROUTER, "198.51.100.9"), None),
        ((ROUTER, None, None), None),
        ((None, ROUTER, "203.0.113.1"), "203.0.113.1"),
        ((), None),
    ],
)
def test_the_nearest_router_outside_the_household_is_the_providers(
    hops: tuple[str | None, ...], expected: str | None
) -> None:
    assert first(*hops) == expected


def test_the_household_may_have_a_second_router_by_name_of_its_network() -> None:
    assert first(ROUTER, "10.20.0.1", "203.0.113.1", own=("10.20.0.0/16",)) == "203.0.113.1"


def test_ipv6_hops_are_told_apart_as_well() -> None:
    assert first("fe80::1", "2001:db8::1", gateway="fe80::1") == "2001:db8::1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"hops": [{"ttl": 0}]}',
        '{"hops": [{"ttl": 1, "address": "nobody"}]}',
        '{"hops": [{"ttl": 1, "rtt_ms": -1}]}',
        '{"method": "' + "x" * 200 + '"}',
        '{"cannot": "two\\nlines"}',
        '{"packets": -1}',
        '{"counts": [["tcp", -1]]}',
        '{"hops": [' + ",".join(['{"ttl": 1}'] * 31) + "]}",
        '{"path_mtu_bytes": "large"}',
    ],
)
def test_what_the_short_lived_process_may_not_say(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(text, type=Said)


def frame(ethertype: int, packet: bytes) -> bytes:
    return bytes(12) + struct.pack("!H", ethertype) + packet


def ipv4(protocol: int, carried: bytes, *, options: bytes = b"", fragment: int = 0) -> bytes:
    head_bytes = struct.pack("!BBHHHBBH8x", 0x45 + len(options) // 4, 0, 0, 0, fragment, 64, protocol, 0)
    return frame(0x0800, head_bytes + options + carried)


UDP_DNS = struct.pack("!HHHH", 40_000, 53, 20, 0)
TCP = struct.pack("!HHIIBBHHH", 40_000, 443, 0, 0, 0x80, 0, 0, 0, 0) + bytes(12)
SECRET = b"what was asked"


@pytest.mark.parametrize(
    ("heads", "kind"),
    [
        (ipv4(17, UDP_DNS), "dns"),
        (ipv4(17, struct.pack("!HHHH", 1, 2, 8, 0)), "udp"),
        (ipv4(17, struct.pack("!HHHH", 68, 67, 8, 0), options=bytes(8)), "dhcp"),
        (ipv4(6, TCP), "tcp"),
        (ipv4(1, bytes(8)), "icmp"),
        (ipv4(17, b"", fragment=0x00FF), "ipv4"),
        (ipv4(47, b""), "ipv4"),
        (frame(0x86DD, bytes([0x60, 0, 0, 0, 0, 0, 58, 64]) + bytes(32) + bytes(8)), "icmpv6"),
        (frame(0x0806, bytes(28)), "arp"),
        (frame(0x88CC, b""), "other"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_heads_are_kept_and_what_they_carry_is_cut_off(heads: bytes, kind: str) -> None:
    assert head.cut(heads + SECRET) == (heads, kind)


def test_a_frame_that_is_cut_short_anywhere_is_no_mistake() -> None:
    for whole in (ipv4(6, TCP), ipv4(17, UDP_DNS), frame(0x86DD, bytes(48))):
        for length in range(len(whole)):
            kept, _ = head.cut(whole[:length])
            assert len(kept) <= length


def test_a_file_of_packets_is_what_the_format_says() -> None:
    written = head.file_head(256) + head.file_record(b"abc", 1500, 1_700_000_000_123_456_789)
    assert written[:24] == bytes.fromhex("d4c3b2a1 0200 0400 00000000 00000000 00010000 01000000")
    assert struct.unpack("<IIII", written[24:40]) == (1_700_000_000, 123_456, 3, 1500)
    assert written[40:] == b"abc"
