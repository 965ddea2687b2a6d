"""Shell. What takes packets of one's own making, by scapy: hops with one flow's identifiers, path MTU, ARP, DHCP.

Loaded by the short-lived process alone, for it takes 20 MB and half a second. Needs CAP_NET_RAW. Knows nothing of what
an answer means.
"""

import ctypes
import ipaddress
import logging
import os
import secrets
import socket
import struct
from typing import Any

from probe import clock
from probe.path import kernel_filter
from probe.path.job import MOST_HOPS, HopSeen, Job, Said

logging.getLogger("scapy").setLevel(logging.CRITICAL)

from scapy.config import conf  # noqa: E402  its messages are silenced first
from scapy.layers.dhcp import BOOTP, DHCP  # noqa: E402
from scapy.layers.inet import ICMP, IP, UDP  # noqa: E402
from scapy.layers.inet6 import (  # noqa: E402
    ICMPv6EchoReply,
    ICMPv6EchoRequest,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6NDOptSrcLLAddr,
    ICMPv6TimeExceeded,
    IPv6,
)
from scapy.layers.l2 import ARP, Ether  # noqa: E402
from scapy.utils6 import in6_getnsma, in6_getnsmac  # noqa: E402

conf.verb = 0
conf.sniff_promisc = False
conf.checkIPaddr = False  # DHCP answers come from an address that was not asked

METHOD = "icmp-paris"
_SO_ATTACH_FILTER = 26  # as on every architecture but parisc and sparc
_AT_ONCE = 6  # hops
_MOST_SILENT = 5
_GAP_S = 0.05
_WAIT_S = 1.0
_LEAST_MTU = {4: 576, 6: 1280}  # RFC 1122 and RFC 8200
_HEADS = {4: 28, 6: 48}
_EXPIRED = 11  # ICMP time exceeded
_ANYBODY = "ff:ff:ff:ff:ff:ff"


def trace(job: Job) -> Said:
    """The hops to the job's address, and the largest packet that passes where it answers."""
    until_ns = clock.monotonic_ns() + int(job.within_s * 1e9)
    version = ipaddress.ip_address(job.address).version
    ident = secrets.randbelow(1 << 16)
    hops: dict[int, HopSeen] = {}
    reached = False
    sock = _filtered(conf.L3socket())
    try:
        while not reached and len(hops) < MOST_HOPS and clock.monotonic_ns() < until_ns:
            batch = range(len(hops) + 1, min(len(hops) + _AT_ONCE, MOST_HOPS) + 1)
            found = _ask(sock, [_echo(version, job.address, ident, ttl) for ttl in batch])
            for ttl in batch:
                hops[ttl] = found.get(ttl, HopSeen(ttl=ttl))
                reached = reached or hops[ttl].address == job.address
                if reached:
                    break
            if all(hops[ttl].address is None for ttl in list(hops)[-_MOST_SILENT:]):
                break
        mtu_bytes = _path_mtu(sock, job, version, until_ns) if reached else None
    finally:
        sock.close()
    return Said(method=METHOD, reached=reached, hops=tuple(hops.values()), path_mtu_bytes=mtu_bytes)


def home(job: Job) -> Said:
    """Whether each gateway answers below IP, and whether a DHCP server answers, on the job's interface."""
    own = str(conf.ifaces.dev_from_name(job.interface).mac)
    sock = _filtered(conf.L2socket(iface=job.interface))
    try:
        neighbours = tuple((gateway, _answers_below_ip(sock, own, gateway, job.interface)) for gateway in job.gateways)
        return Said(method="arp", neighbours=neighbours, dhcp_answered=_dhcp_answers(sock, own))
    finally:
        sock.close()


def _filtered(sock: Any) -> Any:
    """Before the first question: what the kernel had put into its queue until then is no answer to any."""
    program = kernel_filter.program()
    buffer = ctypes.create_string_buffer(program)
    told = struct.pack("HL", len(program) // 8, ctypes.addressof(buffer))  # struct sock_fprog
    sock.ins.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, told)
    return sock


def _echo(version: int, address: str, ident: int, ttl: int, *, length: int = 0) -> Any:
    """An echo request. Its number and its first two bytes add up to the same checksum for every `ttl`, so that a
    router that shares load by what it takes for a flow sends them all the same way.
    """
    data = (0xFFFF - ttl).to_bytes(2) + bytes(max(0, length - _HEADS[version] - 2))
    if version == 4:
        return IP(dst=address, ttl=ttl, flags="DF") / ICMP(id=ident, seq=ttl) / data
    return IPv6(dst=address, hlim=ttl) / ICMPv6EchoRequest(id=ident, seq=ttl, data=data)


def _ask(sock: Any, questions: list[Any]) -> dict[int, HopSeen]:
    """Who answered which hop's question."""
    answered, _ = sock.sr(questions, timeout=_WAIT_S, inter=_GAP_S, retry=-1)
    found: dict[int, HopSeen] = {}
    for question, answer in answered:
        if not _is_hop(question, answer):
            continue
        ttl = question.ttl if question.version == 4 else question.hlim
        rtt_ms = max(0.0, round((answer.time - question.sent_time) * 1000, 3))
        found[ttl] = HopSeen(ttl=ttl, address=str(answer.src), rtt_ms=float(rtt_ms))
    return found


def _is_hop(question: Any, answer: Any) -> bool:
    """Who says "unreachable" on the way is no hop: the path ends before."""
    expired = answer.haslayer(ICMPv6TimeExceeded) or (answer.haslayer(ICMP) and int(answer[ICMP].type) == _EXPIRED)
    return bool(expired) or str(answer.src) == str(question.dst)


def _path_mtu(sock: Any, job: Job, version: int, until_ns: int) -> int | None:
    """The largest echo that comes back, by halving between the least that must pass and the interface's MTU."""
    low, high = _LEAST_MTU[version], _mtu(job.interface)
    if _passes(sock, job.address, version, high):
        return high
    if not _passes(sock, job.address, version, low):
        return None
    while high - low > 1 and clock.monotonic_ns() < until_ns:
        middle = (low + high) // 2
        low, high = (middle, high) if _passes(sock, job.address, version, middle) else (low, middle)
    return low if high - low <= 1 else None


def _passes(sock: Any, address: str, version: int, length: int) -> bool:
    ident = secrets.randbelow(1 << 16)
    reply = ICMP if version == 4 else ICMPv6EchoReply
    for _ in range(2):
        answered, _ = sock.sr([_echo(version, address, ident, 64, length=length)], timeout=_WAIT_S, retry=0)
        if any(one.haslayer(reply) and str(one.src) == address and _is_reply(one, version) for _, one in answered):
            return True
    return False


def _is_reply(answer: Any, version: int) -> bool:
    return version == 6 or int(answer[ICMP].type) == 0


def _mtu(interface: str) -> int:
    with open(f"/sys/class/net/{os.path.basename(interface)}/mtu") as file:  # noqa: PTH119, PTH123  three lines of pathlib would say no more
        return min(9000, int(file.read()))


def _answers_below_ip(sock: Any, own: str, gateway: str, interface: str) -> bool:
    if ":" not in gateway:
        question = Ether(src=own, dst=_ANYBODY) / ARP(hwsrc=own, pdst=gateway)
        answered, _ = sock.sr([question], timeout=_WAIT_S, retry=-1)
        return any(one.haslayer(ARP) and str(one[ARP].psrc) == gateway for _, one in answered)
    group = in6_getnsma(ipaddress.IPv6Address(gateway).packed)
    address = ipaddress.IPv6Address(group)
    source = next((str(one) for one in _link_local(interface)), "::")
    question = (
        Ether(src=own, dst=in6_getnsmac(group))
        / IPv6(src=source, dst=str(address))
        / ICMPv6ND_NS(tgt=gateway)
        / ICMPv6NDOptSrcLLAddr(lladdr=own)
    )
    answered, _ = sock.sr([question], timeout=_WAIT_S, retry=-1)
    return any(one.haslayer(ICMPv6ND_NA) for _, one in answered)


def _link_local(interface: str) -> list[str]:
    return [str(one) for one in conf.ifaces.dev_from_name(interface).ips.get(6, []) if str(one).startswith("fe80:")]


def _dhcp_answers(sock: Any, own: str) -> bool:
    """A DHCPDISCOVER (RFC 2131): offers are not taken up."""
    number = secrets.randbits(32)
    question = (
        Ether(src=own, dst=_ANYBODY)
        / IP(src="0.0.0.0", dst="255.255.255.255")  # noqa: S104  nobody's address, not one to bind to
        / UDP(sport=68, dport=67)
        / BOOTP(chaddr=bytes.fromhex(own.replace(":", "")), xid=number, flags=0x8000)
        / DHCP(options=[("message-type", "discover"), "end"])
    )
    answered, _ = sock.sr([question], timeout=2 * _WAIT_S, retry=-1)
    return any(one.haslayer(BOOTP) and one[BOOTP].xid == number for _, one in answered)
