"""Shell. The measuring server as a process of its own: HOST PORT [CERT KEY]. Ends when its input does."""

import sys
from pathlib import Path

from probe.throughput.server import MeasuringServer


def main(host: str, port: str, *tls: str) -> None:
    cert, key = map(Path, tls) if tls else (None, None)
    with MeasuringServer(host, int(port), tls_cert=cert, tls_key=key):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
