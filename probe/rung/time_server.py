"""Shell. Asks one time server once, over UDP, with the kernel's receive time. Sets no clock.

Knows nothing of how often it may.
"""

import secrets
import socket

from probe import clock
from probe.reach import packet
from probe.rung import sntp
from probe.units import epoch_us
from probe.worker import in_thread

_BUFFER_BYTES = 1024
_MOST_PACKETS = 8  # strangers may answer too; they are not listened to for ever


async def ask(host: str, within_s: float, *, port: int = sntp.PORT) -> sntp.Told | sntp.Kiss | None:
    """What the server says; None where it says nothing of use within `within_s`, or its name is not found."""
    return await in_thread(lambda: _ask(host, port, within_s))


def _ask(host: str, port: int, within_s: float) -> sntp.Told | sntp.Kiss | None:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.setsockopt(packet.SOL_SOCKET, packet.SO_TIMESTAMPNS, 1)
            sock.connect(address)
            return _exchange(sock, within_s)
    except (OSError, UnicodeError):
        return None


def _exchange(sock: socket.socket, within_s: float) -> sntp.Told | sntp.Kiss | None:
    cookie = secrets.token_bytes(8)
    sent_ns, sent_wall_ns = clock.monotonic_ns(), epoch_us(clock.now()) * 1000
    sock.send(sntp.question(cookie))
    for _ in range(_MOST_PACKETS):
        waited_ns = clock.monotonic_ns() - sent_ns
        sock.settimeout(max(0.001, within_s - waited_ns / 1e9))
        message, ancillary, _, _ = sock.recvmsg(_BUFFER_BYTES, 512)
        waited_ns = clock.monotonic_ns() - sent_ns
        received_wall_ns = packet.received_wall_ns(ancillary) or sent_wall_ns + waited_ns
        if not 0 <= received_wall_ns - sent_wall_ns <= waited_ns + 1_000_000:  # the clock was set in between
            return None
        told = sntp.answer(message, cookie, sent_wall_ns=sent_wall_ns, received_wall_ns=received_wall_ns)
        if told is not None:
            return told
    return None
