"""Shell. What the kernel tells of a TCP socket and takes from us: counters and congestion control (tcp(7)).

Knows nothing of what is sent.
"""

import contextlib
import socket

from probe.throughput.tcp_info import READ_BYTES, BbrInfo, TcpInfo, decode, decode_bbr

_TCP_CC_INFO, _TCP_NOTSENT_LOWAT = 26, 25  # linux/tcp.h; Python has no names for them


def tcp_info(sock: socket.socket) -> TcpInfo:
    """The kernel's counters now. Raises OSError once the socket is closed."""
    return decode(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, READ_BYTES))


def congestion_control(sock: socket.socket) -> str:
    """The name of the congestion control in use, as `cubic`. Raises OSError once the socket is closed."""
    name = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16)
    return name.split(b"\0")[0].decode("ascii", "replace")


def ask_congestion_control(sock: socket.socket, name: str) -> str:
    """Asks for `name` and returns what is in use: the kernel's default where it has no `name` or does not allow it."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, name.encode("ascii"))
    return congestion_control(sock)


def leave_unsent(sock: socket.socket, most_bytes: int) -> None:
    """Takes no more to send once `most_bytes` wait to be sent for the first time. Raises OSError once it is closed."""
    sock.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, most_bytes)


def bbr_info(sock: socket.socket, in_use: str) -> BbrInfo | None:
    """What BBR thinks of the path; None under any other congestion control."""
    if in_use != "bbr":
        return None
    try:
        return decode_bbr(sock.getsockopt(socket.IPPROTO_TCP, _TCP_CC_INFO, 64))
    except OSError:
        return None


def ends(sock: socket.socket) -> tuple[str, str]:
    """(this end, the other end) as "address:port". Raises OSError once the socket is closed."""
    return _written(sock.getsockname()), _written(sock.getpeername())


def _written(address: tuple[str, int]) -> str:
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
