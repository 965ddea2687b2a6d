"""Shell. One look from where it runs: NAME ADDRESS..., who answers an echo, what name servers say of NAME, as JSON.

Each address is asked for an echo, and those after the word `dns` for NAME by UDP. `unreachable`: for whom somebody else
said so. Ends as soon as everybody has answered, and after half a second.
"""

import json
import select
import socket
import struct
import sys
import time
from pathlib import Path

_WITHIN_S = 0.5
_EVERY_S = 0.1
_RECVERR = {socket.AF_INET: (0, 11), socket.AF_INET6: (41, 25)}


class Asked:
    """One socket for one address. `said` is None as long as nothing came back."""

    def __init__(self, address: str, question: bytes | None) -> None:
        self.address = address
        self.said: str | None = None
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
        self._message = question or struct.pack("!BBHHH", 128 if family == socket.AF_INET6 else 8, 0, 0, 0, 1)
        self.socket = socket.socket(family, socket.SOCK_DGRAM, 0 if question else protocol)
        self.socket.setsockopt(*_RECVERR[family], 1)
        self.socket.setblocking(False)
        self._is_dns = question is not None
        self._connect()

    def _connect(self) -> None:
        try:
            self.socket.connect((self.address, 53 if self._is_dns else 0))
        except OSError:
            self.said = "unreachable"

    def send(self) -> None:
        try:
            self.socket.send(self._message)
        except OSError as error:
            self._failed(error)

    def hear(self) -> None:
        try:
            answer = self.socket.recv(2048)
        except BlockingIOError:
            return
        except OSError as error:
            self._failed(error)
            return
        self.said = f"code {answer[3] & 15}" if self._is_dns else "echo"

    def _failed(self, error: OSError) -> None:
        self.said = "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"


def question(name: str) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!BHH", 0, 1, 1)


def look(name: str, echoed: list[str], served: list[str]) -> dict[str, object]:
    asked = [Asked(one, None) for one in echoed] + [Asked(one, question(name)) for one in served]
    until = time.monotonic() + _WITHIN_S
    while time.monotonic() < until and (waiting := [one for one in asked if one.said is None]):
        for one in waiting:
            one.send()
        again = time.monotonic() + _EVERY_S
        while (left_s := again - time.monotonic()) > 0 and any(one.said is None for one in asked):
            ready, _, _ = select.select([one.socket for one in asked if one.said is None], [], [], left_s)
            for one in asked:
                if one.socket in ready:
                    one.hear()
    echoes, answers = asked[: len(echoed)], asked[len(echoed) :]
    return {
        "carrier": _carrier(),
        "echo": [one.address for one in echoes if one.said == "echo"],
        "unreachable": [one.address for one in echoes if one.said == "unreachable"],
        "dns": {one.address: one.said or "silent" for one in answers},
    }


def _carrier() -> bool | None:
    try:
        return Path("/sys/class/net/lan/carrier").read_text().strip() == "1"
    except OSError:
        return None


if __name__ == "__main__":
    where = sys.argv.index("dns")
    sys.stdout.write(json.dumps(look(sys.argv[1], sys.argv[2:where], sys.argv[where + 1 :])))
