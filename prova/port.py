"""Shell. A port of the loopback for a service that is about to start.

Knows nothing of the service.
"""

import socket
from random import SystemRandom

# Below what Linux hands to connections and to whoever asks for any port (ip_local_port_range, 32768 upwards): a port
# from there could be gone again before the service has it.
_FIRST, _LAST = 20_000, 32_000
_TRIES = 200


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now. Raises OSError where none was found."""
    for _ in range(_TRIES):
        port = SystemRandom().randint(_FIRST, _LAST)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"No free port between {_FIRST} and {_LAST} on 127.0.0.1. End what listens there.")
