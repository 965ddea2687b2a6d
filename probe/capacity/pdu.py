"""Vocabulary. The data units of UDPSTP, the UDP Speed Test Protocol, version 20 (RFC 9946).

Times are nanoseconds since 1970 on the sender's clock, 0 where none is given; a delay that was not measured is None.
Knows nothing of how the units look as bytes (`codec`), of what authenticates them (`seal`), or of who may send what.
"""

from dataclasses import dataclass
from enum import IntEnum

VERSION = 20
PORT = 24601  # the control port that IANA assigned to udpstp
ANY_ROW = 0xFFFF  # srIndexConf: let the server search
RANDOM_SIZE = 1 << 31  # in a payload size of a `Rate`: any size up to the rest of the number


class SetupAnswer(IntEnum):
    """cmdResponse of a setup."""

    NONE = 0  # in a request
    ACCEPTED = 1
    BAD_VERSION = 2
    BAD_JUMBO = 3
    AUTH_NOT_CONFIGURED = 4
    AUTH_REQUIRED = 5
    AUTH_MODE_INVALID = 6
    AUTH_FAILED = 7
    AUTH_TIME = 8
    NO_BANDWIDTH = 9
    CAPACITY_EXCEEDED = 10
    BAD_PACKET_SIZE = 11
    BAD_CONNECTIONS = 12
    NO_CONNECTION = 13


class ActivationAnswer(IntEnum):
    """cmdResponse of an activation."""

    NONE = 0
    ACCEPTED = 1
    BAD_PARAMETER = 2


class Algorithm(IntEnum):
    """rateAdjAlgo."""

    B = 0
    C = 1


class Action(IntEnum):
    """testAction of load and status: STOP is what the ends say to each other, STOPPING what a server says to itself."""

    TEST = 0
    STOPPING = 1
    STOP = 2


@dataclass(frozen=True, slots=True)
class Malformed:
    """What came is no data unit of this version."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """The tail of every control unit. Mode 0 is unauthenticated, 1 authenticates the control units."""

    mode: int = 0
    unix_time: int = 0
    digest: bytes = bytes(32)
    key_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The request asks for a test port; the response is the same unit with an answer and that port.

    `bandwidth_mbps`: what the test may need at most, 0 where not said; `upstream` belongs to it and is false without.
    `full_packets`: IP packets of 1500 bytes instead of 1250 (the "traditional MTU" bit).
    """

    is_request: bool
    version: int = VERSION
    connection_index: int = 0
    connection_count: int = 1
    connection_group: int = 0
    answer: SetupAnswer = SetupAnswer.NONE
    bandwidth_mbps: int = 0
    upstream: bool = False
    test_port: int = 0
    jumbo: bool = False
    full_packets: bool = False
    auth: Auth = Auth()


@dataclass(frozen=True, slots=True, kw_only=True)
class Null:
    """What a server sends from the test port right after its setup response, to open its own firewall."""

    version: int = VERSION
    auth: Auth = Auth()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How to send: two transmitters, each a burst of datagrams every so many microseconds (0: off).

    `addon2_bytes` is one more datagram behind each burst of the second. Sizes are of UDP payload on IPv4; a size may
    carry `RANDOM_SIZE`.
    """

    interval1_us: int = 0
    payload1_bytes: int = 0
    burst1: int = 0
    interval2_us: int = 0
    payload2_bytes: int = 0
    burst2: int = 0
    addon2_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """What the client wants of the test; the response is the same unit with an answer and what the server made of it.

    `row`: of the table of sending rates, `ANY_ROW` to search; `row_is_start`: to search from there.
    `rate`: in a response to an upload, how the client is to begin. `algorithm` may be none that we know.
    """

    upstream: bool
    version: int = VERSION
    answer: ActivationAnswer = ActivationAnswer.NONE
    low_ms: int = 30
    upper_ms: int = 90
    trial_ms: int = 50
    duration_s: int = 10
    dscp_ecn: int = 0
    row: int = ANY_ROW
    use_one_way_delay: bool = False
    high_speed_delta: int = 10
    slow_threshold: int = 3
    loss_threshold: int = 10
    ignore_reordering: bool = True
    row_is_start: bool = False
    random_payload: bool = False
    algorithm: int = Algorithm.B
    rate: Rate = Rate()
    sub_interval_ms: int = 1000
    auth: Auth = Auth()


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The header of a datagram of load; the rest of its `payload_bytes` means nothing.

    `status_ns`: the send time of the last status unit that the sender of the load has, as that unit gave it.
    `response_ms`: how long ago that unit came.
    """

    sequence: int
    payload_bytes: int
    sent_ns: int
    action: Action = Action.TEST
    receiving_stopped: bool = False
    status_errors: int = 0
    status_ns: int = 0
    response_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """One-way delay above the least seen so far, in ms. `min_ms` is None where `count` is 0."""

    min_ms: int | None = None
    max_ms: int = 0
    sum_ms: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SubInterval:
    """What the receiver counted in one sub-interval. `bytes`: UDP payload. `rtt_min_ms`, `rtt_max_ms`: variation."""

    datagrams: int = 0
    bytes: int = 0
    duration_us: int = 0
    lost: int = 0
    reordered: int = 0
    duplicated: int = 0
    delay: Delay = Delay()
    rtt_min_ms: int | None = None
    rtt_max_ms: int = 0
    end_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the receiver tells the sender every trial interval. Counts are of that interval; `sub_interval` is the last
    complete one and `sub_interval_count` how many there were.

    `rate`: in an upload, how the client is to go on. `rtt_variation_ms`: the last round trip above `rtt_min_ms`.
    """

    sequence: int
    sent_ns: int
    action: Action = Action.TEST
    receiving_stopped: bool = False
    rate: Rate = Rate()
    sub_interval_count: int = 0
    sub_interval: SubInterval = SubInterval()
    lost: int = 0
    reordered: int = 0
    duplicated: int = 0
    clock_delta_ms: int = 0
    delay: Delay = Delay()
    rtt_min_ms: int | None = None
    rtt_variation_ms: int | None = None
    minimum_changed: bool = False
    trial_us: int = 0
    datagrams: int = 0
    bytes: int = 0
    auth: Auth = Auth()
