"""Shell. A small name server: ZONE IPV4 IPV6 resolver|authority ADDRESS..., over UDP and TCP, until its input ends.

It knows one zone: www.ZONE has the two addresses, ZONE itself has a start of authority, no other name in it exists, and
of all other names it says that it will not (REFUSED). Knows nothing of caching or of other servers.
"""

import asyncio
import ipaddress
import struct
import sys
from typing import Any

_HEAD = struct.Struct("!HHHHHH")
_A, _SOA, _AAAA = 1, 6, 28
_RESPONSE, _AUTHORITATIVE, _WANTED, _AVAILABLE = 0x8000, 0x0400, 0x0100, 0x0080
_NO_NAME, _REFUSED = 3, 5
_TTL_S = 1


class Zone:
    """What is said of one zone's names. `recursive`: as a resolver says it, else as the zone's own server."""

    def __init__(self, zone: str, ipv4: str, ipv6: str, *, recursive: bool) -> None:
        self._zone = zone.lower()
        self._says = _AVAILABLE if recursive else _AUTHORITATIVE
        soa = _named(f"ns.{zone}") + _named(f"hostmaster.{zone}") + struct.pack("!IIIII", 1, 60, 60, 60, _TTL_S)
        self._held = {
            (f"www.{self._zone}", _A): ipaddress.ip_address(ipv4).packed,
            (f"www.{self._zone}", _AAAA): ipaddress.ip_address(ipv6).packed,
            (self._zone, _SOA): soa,
        }

    def answer(self, question: bytes) -> bytes:
        ident, flags, *_ = _HEAD.unpack_from(question)
        name, end = _read_name(question, _HEAD.size)
        (kind,) = struct.unpack_from("!H", question, end)
        held = self._held.get((name, kind))
        records = b"" if held is None else struct.pack("!HHHIH", 0xC00C, kind, 1, _TTL_S, len(held)) + held
        says = _RESPONSE | self._says | flags & _WANTED | self._code(name)
        return _HEAD.pack(ident, says, 1, bool(held), 0, 0) + question[_HEAD.size : end + 4] + records

    def _code(self, name: str) -> int:
        if any(name == known for known, _ in self._held):
            return 0
        return _NO_NAME if name.endswith(f".{self._zone}") else _REFUSED


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(self._zone.answer(data), addr)


def _read_name(message: bytes, at: int) -> tuple[str, int]:
    labels = []
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("ascii", "replace").lower())
        at += 1 + message[at]
    return ".".join(labels), at + 1


def _named(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


async def _serve(zone: Zone, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        said = zone.answer(await reader.readexactly(length))
        writer.write(struct.pack("!H", len(said)) + said)
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main(zone: str, ipv4: str, ipv6: str, role: str, *addresses: str) -> None:
    known = Zone(zone, ipv4, ipv6, recursive=role == "resolver")
    loop = asyncio.get_running_loop()
    for address in addresses:
        await loop.create_datagram_endpoint(lambda: _Datagrams(known), local_addr=(address, 53))
        await asyncio.start_server(lambda reader, writer: _serve(known, reader, writer), address, 53)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
