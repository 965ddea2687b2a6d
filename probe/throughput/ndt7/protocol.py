"""Pure. The ndt7 protocol, version 0.11: its numbers and its addresses.

Source of every number unless said: M-Lab, ndt7-protocol.md of ndt-server, version 0.11.0. Knows nothing of sockets or
clocks.
"""

from http import HTTPStatus
from urllib.parse import parse_qsl

from probe.body.speed_test import Direction
from probe.throughput.ndt7 import measurement
from probe.throughput.websocket.dialect import MAX_QUERY_BYTES, Asked, Dialect
from probe.throughput.websocket.upgrade import Refusal

SUBPROTOCOL = "net.measurementlab.ndt.v7"
PATHS = {Direction.DOWNLOAD: "/ndt/v7/download", Direction.UPLOAD: "/ndt/v7/upload"}
FULL_DURATION_S = 10.0  # of a test, from the end of the handshake
FIRST_MESSAGE_BYTES = 1 << 13
EARLY_EXIT_BYTES = {"250": 250_000_000}  # the one value of early_exit that ndt-server takes: a download ends there
TEST = "client_test"  # metadata of ours: what a test's connections have in common, where there are several
_CONGESTION_CONTROL = "bbr"  # as M-Lab's server; the kernel's default where it is missing or not allowed


def asked(request_target: str) -> Asked | Refusal | None:
    """What a client wants, or what to refuse it with; None where the path is not ndt7's."""
    path, _, query = request_target.partition("?")
    direction = next((one for one, known in PATHS.items() if known == path), None)
    if direction is None:
        return None
    if len(query) > MAX_QUERY_BYTES:
        return Refusal(HTTPStatus.BAD_REQUEST, f"the query must not exceed {MAX_QUERY_BYTES} bytes")
    values = dict(reversed(parse_qsl(query)))  # of several of one name the first
    early_exit = values.get("early_exit")
    if early_exit is not None and early_exit not in EARLY_EXIT_BYTES:
        return Refusal(HTTPStatus.BAD_REQUEST, f"early_exit must be {' or '.join(EARLY_EXIT_BYTES)}")
    return Asked(
        direction=direction,
        duration_s=FULL_DURATION_S,
        congestion_control=_CONGESTION_CONTROL,
        most_bytes=EARLY_EXIT_BYTES.get(early_exit or "") if direction is Direction.DOWNLOAD else None,
        test=values.get(TEST, ""),
    )


NDT7 = Dialect(
    version="ndt7/0.11",
    subprotocol=SUBPROTOCOL,
    paths=PATHS,
    first_message_bytes=FIRST_MESSAGE_BYTES,
    text_soonest_s=0.025,  # ndt-server's memoryless ticker; the protocol allows ten texts a second
    text_every_s=0.25,
    text_latest_s=0.625,
    client_tells=False,
    counts_payload=False,
    asked=asked,
    encode=measurement.encode,
    decode=measurement.decode,
)
