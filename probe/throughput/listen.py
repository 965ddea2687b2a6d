"""Shell. A socket bound to an address of this machine, for a server to listen at; or a sentence why there is none.

Knows nothing of what is served.
"""

import socket


class ServerError(Exception):
    """The server cannot start. The text says why and how to mend it."""


def bound(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    """Raises ServerError."""
    try:
        found = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        sock = socket.socket(family, kind)
    except OSError as error:
        raise ServerError(f"Cannot listen on {host!r}: {error}. Name an address of this machine.") from error
    try:
        if kind is socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError as error:
        sock.close()
        over = "UDP port" if kind is socket.SOCK_DGRAM else "port"
        raise ServerError(
            f"Cannot listen on {host} {over} {port}: {error.strerror or error}."
            " End what uses it, or name another address or port."
        ) from error
    return sock
