"""Pure. The ndt7 protocol, version 0.11: its numbers, its message sizes, its addresses.

Source of every number unless said: M-Lab, ndt7-protocol.md of ndt-server, version 0.11.0. The text messages are in
`measurement`, the frames in `websocket`. Knows nothing of sockets or clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from probe.record import Direction
from probe.throughput.websocket.upgrade import Refusal

VERSION = "0.11"
SUBPROTOCOL = "net.measurementlab.ndt.v7"
PATHS = {Direction.DOWNLOAD: "/ndt/v7/download", Direction.UPLOAD: "/ndt/v7/upload"}
FULL_DURATION_S = 10.0  # of a test, from the end of the handshake
HARD_LIMIT_S = 13.0  # either side may then close hard
FIRST_MESSAGE_BYTES = 1 << 13
LARGEST_MESSAGE_BYTES = 1 << 20  # the protocol allows 2^24, but M-Lab's Go client reads no more
MESSAGE_SHARE = 16  # a message doubles while it is at most this part of what was sent
MAX_QUERY_BYTES = 4096
TEXT_EVERY_S = 0.25  # mean and bounds of ndt-server's memoryless ticker; the protocol allows ten a second
TEXT_SOONEST_S = 0.025
TEXT_LATEST_S = 0.625
EARLY_EXIT_BYTES = {"250": 250_000_000}  # the one value of early_exit that ndt-server takes: a download ends there


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client's address asks for. `early_exit_bytes`: a download ends once so much is acknowledged."""

    direction: Direction
    early_exit_bytes: int | None = None


def next_message_bytes(message_bytes: int, sent_bytes: int) -> int:
    """The size of the next binary message, after `sent_bytes` in all and a last one of `message_bytes`.

    >>> next_message_bytes(8192, 16 * 8192)
    16384
    """
    if message_bytes <= sent_bytes // MESSAGE_SHARE:
        return min(message_bytes * 2, LARGEST_MESSAGE_BYTES)
    return message_bytes


def target(direction: Direction, query: str, metadata: Mapping[str, str]) -> str:
    """The request target. `query` is the address's own (an access token) and wins over `metadata`.

    Metadata that would exceed ndt7's limit is left out.

    >>> target(Direction.UPLOAD, "", {"client_name": "prova 1"})
    '/ndt/v7/upload?client_name=prova+1'
    """
    pairs = dict(parse_qsl(query))
    for name, value in metadata.items():
        if value and name not in pairs and len(urlencode(pairs | {name: value})) <= MAX_QUERY_BYTES:
            pairs[name] = value
    return f"{PATHS[direction]}?{urlencode(pairs)}" if pairs else PATHS[direction]


def asked(request_target: str) -> Asked | Refusal:
    """What a client wants, or what to refuse it with."""
    path, _, query = request_target.partition("?")
    direction = next((one for one, known in PATHS.items() if known == path), None)
    if direction is None:
        return Refusal(HTTPStatus.NOT_FOUND, f"only {' and '.join(PATHS.values())} are here")
    if len(query) > MAX_QUERY_BYTES:
        return Refusal(HTTPStatus.BAD_REQUEST, f"the query must not exceed {MAX_QUERY_BYTES} bytes")
    early_exit = next((value for name, value in parse_qsl(query) if name == "early_exit"), None)
    if early_exit is not None and early_exit not in EARLY_EXIT_BYTES:
        return Refusal(HTTPStatus.BAD_REQUEST, f"early_exit must be {' or '.join(EARLY_EXIT_BYTES)}")
    return Asked(direction, EARLY_EXIT_BYTES.get(early_exit or ""))
