"""Shell. What this user may do beyond plain sockets, found out by trying; nothing is sent.

Knows nothing of what it is wanted for.
"""

import importlib.util
import socket


def may_craft() -> bool:
    """Whether frames of one's own making can be sent and others' seen: CAP_NET_RAW."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except (OSError, AttributeError):
        return False
    return True


def has_scapy() -> bool:
    """Whether the library is installed; it is not loaded."""
    return importlib.util.find_spec("scapy") is not None
