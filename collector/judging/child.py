"""Shell. A process that judges for a collector: order after order from the socket that is its standard input.

It holds nothing between two of them, and ends when the collector does, however that ends. Knows nothing of the
journal or of the broker.
"""

import gc
import socket
import sys

from collector.judging.order import carried_out
from collector.judging.parcel import get, put

_COLLECT_AFTER = 50_000  # objects: what an order makes is gone with it, and nearly none of it in circles


def main() -> None:
    """Until the other end is gone."""
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    with socket.socket(fileno=sys.stdin.fileno()) as link:
        try:
            while True:
                put(link, carried_out(get(link)))
        except (ConnectionError, EOFError):
            return


if __name__ == "__main__":
    main()
