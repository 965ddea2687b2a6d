"""Pure. MSAK throughput1: its numbers and its addresses.

Source of every number: M-Lab's msak, pkg/throughput1 and internal/handler. Knows nothing of sockets or clocks.
"""

import re
from http import HTTPStatus
from urllib.parse import parse_qsl

from probe.body.speed_test import Direction
from probe.throughput.msak import measurement
from probe.throughput.websocket.dialect import MAX_QUERY_BYTES, Asked, Dialect
from probe.throughput.websocket.upgrade import Refusal

SUBPROTOCOL = "net.measurementlab.throughput.v1"
PATHS = {Direction.DOWNLOAD: "/throughput/v1/download", Direction.UPLOAD: "/throughput/v1/upload"}
FIRST_MESSAGE_BYTES = 1 << 10
DEFAULT_DURATION_S = 5.0
HARD_LIMIT_S = 25.0  # of a connection, whatever was asked
CONGESTION_CONTROLS = ("reno", "cubic", "bbr")
_OPTIONS = {"mid", "streams", "duration", "delay", "cc", "bytes", "access_token"}
_MOST_NAME, _MOST_VALUE = 50, 512  # characters of what is no option
_WHOLE = re.compile(r"[0-9]{1,18}")


def asked(request_target: str) -> Asked | Refusal | None:
    """What a client wants of one connection, or what to refuse it with; None where the path is not throughput1's."""
    path, _, query = request_target.partition("?")
    direction = next((one for one, known in PATHS.items() if known == path), None)
    if direction is None:
        return None
    values: dict[str, str] = {}
    for name, value in parse_qsl(query[: MAX_QUERY_BYTES + 1]):
        values.setdefault(name, value)
    fault = f"the query must not exceed {MAX_QUERY_BYTES} bytes" if len(query) > MAX_QUERY_BYTES else _fault(values)
    if fault is not None:
        return Refusal(HTTPStatus.BAD_REQUEST, fault)
    duration_s = int(values["duration"]) / 1000 if "duration" in values else DEFAULT_DURATION_S
    return Asked(
        direction=direction,
        duration_s=min(duration_s, HARD_LIMIT_S),
        congestion_control=values.get("cc"),
        most_bytes=int(values.get("bytes", "0")) or None,
        test=values.get("mid", ""),
    )


def _fault(values: dict[str, str]) -> str | None:
    if "mid" not in values and "access_token" not in values:
        return "mid is missing: the measurement's name, the same for all of its connections"
    if "streams" not in values:
        return "streams is missing: the number of connections"
    for name in ("duration", "bytes"):
        if name in values and not _WHOLE.fullmatch(values[name]):
            return f"{name} must be a whole number"
    if values.get("cc", "bbr") not in CONGESTION_CONTROLS:
        return f"cc must be one of {', '.join(CONGESTION_CONTROLS)}"
    others = [(name, value) for name, value in values.items() if name not in _OPTIONS]
    if any(len(name) > _MOST_NAME or len(value) > _MOST_VALUE for name, value in others):
        return f"a name must not exceed {_MOST_NAME} characters, a value {_MOST_VALUE}"
    return None


def options(*, mid: str, streams: int, duration_s: float, congestion_control: str) -> dict[str, str]:
    """What a client asks of each of its connections. `mid` is the test's own name.

    >>> options(mid="a", streams=2, duration_s=5, congestion_control="bbr")
    {'mid': 'a', 'streams': '2', 'duration': '5000', 'cc': 'bbr'}
    """
    known = {"cc": congestion_control} if congestion_control in CONGESTION_CONTROLS else {}
    return {"mid": mid, "streams": str(streams), "duration": str(round(duration_s * 1000)), **known}


MSAK = Dialect(
    version="throughput1",
    subprotocol=SUBPROTOCOL,
    paths=PATHS,
    first_message_bytes=FIRST_MESSAGE_BYTES,
    text_soonest_s=0.1,
    text_every_s=0.25,
    text_latest_s=0.4,
    client_tells=True,
    counts_payload=True,
    asked=asked,
    encode=measurement.encode,
    decode=measurement.decode,
)
