"""Shell. Finds where the gateway keeps its descriptions, by SSDP.

The gateway alone is asked first; only if it keeps silent the search goes to the home network's multicast group, with a
hop limit of 1. Answers of any other host are dropped unread.
"""

import asyncio
import contextlib
import socket

from probe.router.ssdp import MULTICAST, PORT, TARGETS, Announcement, answer, search

_MAX_DATAGRAM_BYTES = 2048
_MAX_DATAGRAMS = 200  # a flood ends the search: waiting datagrams are read without a pause
_MAX_ANNOUNCEMENTS = 8
_ALONE_S, _ALONE_MORE_S = 0.4, 0.15  # for the first answer, and after it for the other interface's
_GROUP_S, _GROUP_MORE_S = 1.5, 1.2  # devices wait up to a second


async def announcements(gateway: str, *, until: float) -> tuple[Announcement, ...]:
    """What the gateway announced by the event loop's time `until`, in order of arrival; may be empty.

    Raises OSError where there is no way to the gateway.
    """
    local = _own_address(gateway)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(local))
        sock.bind((local, 0))
        for host, first_s, more_s in ((gateway, _ALONE_S, _ALONE_MORE_S), (MULTICAST, _GROUP_S, _GROUP_MORE_S)):
            for target in TARGETS:
                with contextlib.suppress(OSError):  # no multicast on this interface: nobody will answer
                    sock.sendto(search(target), (host, PORT))
            found = await _collect(sock, gateway, until=until, first_s=first_s, more_s=more_s)
            if found:
                return found
    return ()


def _own_address(gateway: str) -> str:
    """This machine's address on the way to the gateway. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((gateway, PORT))
        return str(sock.getsockname()[0])


async def _collect(
    sock: socket.socket, gateway: str, *, until: float, first_s: float, more_s: float
) -> tuple[Announcement, ...]:
    loop = asyncio.get_running_loop()
    end = min(until, loop.time() + first_s)
    found: list[Announcement] = []
    for _ in range(_MAX_DATAGRAMS):
        try:
            async with asyncio.timeout_at(end):
                datagram, (host, _port) = await loop.sock_recvfrom(sock, _MAX_DATAGRAM_BYTES)
        except TimeoutError:
            break
        announced = answer(datagram) if host == gateway else None
        if announced is None or announced in found:
            continue
        end = end if found else min(until, loop.time() + more_s)
        found.append(announced)
        if len(found) == _MAX_ANNOUNCEMENTS or {one.target for one in found} == set(TARGETS):
            break
    return tuple(found)
