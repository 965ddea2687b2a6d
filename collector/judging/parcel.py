"""Shell. Some bytes from one process to another over a stream socket, whole or not at all.

Knows nothing of what they say.
"""

import socket

_SIZE_BYTES = 4
_MAX_BYTES = 256 * 1024 * 1024  # far above any group of messages


def put(link: socket.socket, parcel: bytes) -> None:
    """Sends it. Raises OSError, of which TimeoutError is one."""
    link.sendall(len(parcel).to_bytes(_SIZE_BYTES, "big"))
    link.sendall(parcel)


def get(link: socket.socket) -> bytearray:
    """The next one. Raises EOFError where the other end is gone, OSError, of which TimeoutError is one."""
    size = int.from_bytes(_exactly(link, _SIZE_BYTES), "big")
    if size > _MAX_BYTES:
        raise ConnectionError(f"a parcel of {size} bytes")
    return _exactly(link, size)


def _exactly(link: socket.socket, size: int) -> bytearray:
    got = bytearray(size)
    rest = memoryview(got)
    while rest:
        count = link.recv_into(rest)
        if not count:
            raise EOFError("the other end is gone")
        rest = rest[count:]
    return got
