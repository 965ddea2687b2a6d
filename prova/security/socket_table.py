"""Pure. The kernel's tables of sockets (proc(5), /proc/net/tcp and its like), as places where something waits.

Knows nothing of processes.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

_LISTENS, _UNCONNECTED = "0A", "07"  # states: of TCP, of UDP


@dataclass(frozen=True, slots=True)
class Waiting:
    """A socket that takes from anybody who reaches it. `kind`: tcp or udp."""

    kind: str
    address: IPv4Address | IPv6Address
    port: int
    inode: str

    @property
    def is_here(self) -> bool:
        """Whether only this machine reaches it."""
        mapped = self.address.ipv4_mapped if isinstance(self.address, IPv6Address) else None
        return (mapped or self.address).is_loopback

    @property
    def written(self) -> str:
        """As in `tcp 127.0.0.1:8080`."""
        host = f"[{self.address}]" if self.address.version == 6 else str(self.address)
        return f"{self.kind} {host}:{self.port}"


def waiting(kind: str, lines: Iterable[str], own_ports: range) -> Iterator[Waiting]:
    """The sockets of one table (`kind`: tcp, tcp6, udp or udp6). Lines that are none of the kernel's are passed over.

    `own_ports`: those that the kernel gives to whoever asks for none. A UDP socket there is a client's and left out.

    >>> row = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 4711 1 0"
    >>> [one.written for one in waiting("tcp", [row], range(32768, 61000))]
    ['tcp 127.0.0.1:8080']
    """
    wanted = _LISTENS if kind.startswith("tcp") else _UNCONNECTED
    for line in lines:
        fields = line.split()
        if len(fields) < 10 or fields[3] != wanted:
            continue
        host, _, port = fields[1].partition(":")
        try:
            one = Waiting(kind.removesuffix("6"), _address(host), int(port, 16), fields[9])
        except (ValueError, struct.error):
            continue
        if not (one.kind == "udp" and one.port in own_ports):
            yield one


def _address(text: str) -> IPv4Address | IPv6Address:
    """Words of 32 bits, each in this machine's own order."""
    raw = bytes.fromhex(text)
    turned = b"".join(struct.pack(">I", *struct.unpack("=I", raw[at : at + 4])) for at in range(0, len(raw), 4))
    return IPv4Address(turned) if len(turned) == 4 else IPv6Address(turned)
