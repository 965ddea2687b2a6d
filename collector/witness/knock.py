"""Shell. Asks one address once, by ICMP echo or by TCP. Knows nothing of lines or of minutes."""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

_HERE = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EACCES, errno.EPERM, errno.EADDRNOTAVAIL})
_REQUEST = {socket.AF_INET: 8, socket.AF_INET6: 128}
_REPLY = {socket.AF_INET: 0, socket.AF_INET6: 129}
_PROTOCOL = {socket.AF_INET: socket.IPPROTO_ICMP, socket.AF_INET6: socket.IPPROTO_ICMPV6}
_ECHO = struct.Struct("!BBHHH")
_TOKEN_BYTES = 8
_MOST_BYTES = 2048


async def answers(address: str, port: int | None, *, within_s: float) -> bool | None:
    """Whether `address` answered in time. None where this machine could not ask: that says nothing of the address."""
    try:
        async with asyncio.timeout(within_s):
            if port is None:
                return await _echoed(address)
            _, writer = await asyncio.open_connection(address, port)
            writer.transport.abort()
    except TimeoutError:
        return False
    except socket.gaierror:
        return None
    except OSError as error:
        return None if error.errno in _HERE else isinstance(error, ConnectionRefusedError)
    return True


async def _echoed(address: str) -> bool:
    """Returns with the echo. Raises OSError where it cannot be sent, or somebody says that nobody is there."""
    loop = asyncio.get_running_loop()
    [(family, *_, where), *_] = await loop.getaddrinfo(address, 0, type=socket.SOCK_DGRAM)
    token = os.urandom(_TOKEN_BYTES)
    with _opened(socket.AddressFamily(family)) as sock:
        sock.connect(where)
        await loop.sock_sendall(sock, _request(socket.AddressFamily(family), token))
        while not _is_reply(await loop.sock_recv(sock, _MOST_BYTES), sock, token):
            pass  # a raw socket hears what others asked too
    return True


@contextmanager
def _opened(family: socket.AddressFamily) -> Iterator[socket.socket]:
    """A datagram socket where the kernel grants it (net.ipv4.ping_group_range), else a raw one."""
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, _PROTOCOL[family])
    except PermissionError:
        sock = socket.socket(family, socket.SOCK_RAW | socket.SOCK_NONBLOCK, _PROTOCOL[family])
    with sock:
        yield sock


def _request(family: socket.AddressFamily, token: bytes) -> bytes:
    """An echo request (RFC 792, RFC 4443); of ICMPv6 and of datagram sockets the kernel makes the checksum."""
    head = _ECHO.pack(_REQUEST[family], 0, 0, 0, 1)
    total = sum(struct.unpack(f"!{(len(head) + len(token)) // 2}H", head + token))
    total = (total & 0xFFFF) + (total >> 16)
    return _ECHO.pack(_REQUEST[family], 0, ~(total + (total >> 16)) & 0xFFFF, 0, 1) + token


def _is_reply(message: bytes, sock: socket.socket, token: bytes) -> bool:
    family = socket.AddressFamily(sock.family)
    if sock.type == socket.SOCK_RAW and family == socket.AF_INET:
        message = message[(message[0] & 0x0F) * 4 :]
    return message[:1] == bytes([_REPLY[family]]) and message[_ECHO.size :] == token
