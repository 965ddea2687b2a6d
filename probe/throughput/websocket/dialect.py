"""Pure. What sets one speed test over WebSocket apart from another, and what they share in asking.

Knows nothing of sockets or clocks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from probe.body.speed_test import Direction
from probe.throughput.said import Report, Said
from probe.throughput.websocket.upgrade import Refusal

LARGEST_MESSAGE_BYTES = 1 << 20  # ndt7 allows 2^24, but M-Lab's clients read no more
MESSAGE_SHARE = 16  # a message doubles while it is at most this part of what was sent
MAX_QUERY_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a client's address asks for.

    `most_bytes`: the test ends once so many moved, None for no such limit. `congestion_control`: of the server's
    kernel, None for its default. `test`: the client's name for the test that the connection belongs to, may be empty.
    """

    direction: Direction
    duration_s: float
    congestion_control: str | None = None
    most_bytes: int | None = None
    test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One protocol. `version` names it with its version in a record.

    `text_every_s`: mean of the memoryless ticker of texts, between `text_soonest_s` and `text_latest_s`.
    `client_tells`: whether a client sends texts too. `counts_payload`: whether `Asked.most_bytes` are of messages'
    payload, rather than of what TCP acknowledged. `asked`: what a request target wants; None where its path belongs to
    another protocol. `encode` and `decode`: text messages; None for a text that is none.
    """

    version: str
    subprotocol: str
    paths: Mapping[Direction, str]
    first_message_bytes: int
    text_soonest_s: float
    text_every_s: float
    text_latest_s: float
    client_tells: bool
    counts_payload: bool
    asked: Callable[[str], Asked | Refusal | None]
    encode: Callable[[Report], bytes]
    decode: Callable[[bytes], Said | None]


def next_message_bytes(message_bytes: int, sent_bytes: int) -> int:
    """The size of the next binary message, after `sent_bytes` in all and a last one of `message_bytes`.

    >>> next_message_bytes(8192, 16 * 8192)
    16384
    """
    if message_bytes <= sent_bytes // MESSAGE_SHARE:
        return min(message_bytes * 2, LARGEST_MESSAGE_BYTES)
    return message_bytes


def target(path: str, query: str, wanted: Mapping[str, str]) -> str:
    """The request target. `query` is the address's own (an access token) and wins over `wanted`.

    What would exceed the protocols' limit is left out, from the end.

    >>> target("/ndt/v7/upload", "", {"client_name": "prova 1"})
    '/ndt/v7/upload?client_name=prova+1'
    """
    pairs = dict(parse_qsl(query))
    for name, value in wanted.items():
        if value and name not in pairs and len(urlencode(pairs | {name: value})) <= MAX_QUERY_BYTES:
            pairs[name] = value
    return f"{path}?{urlencode(pairs)}" if pairs else path
