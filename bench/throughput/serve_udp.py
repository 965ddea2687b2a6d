"""Shell. The capacity server as a process of its own: HOST. Ends when its input does."""

import sys

from probe.capacity.server import CapacityServer

if __name__ == "__main__":
    with CapacityServer(sys.argv[1]):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()
