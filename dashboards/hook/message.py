"""Pure. A finding as a message, its signature, and when it is sent again (Standard Webhooks 1.0).

The id follows from hook, line, finding and verdict, so that the same is the same message however often it is judged and
sent: a receiver that keeps ids hears of each once. Knows nothing of sockets or clocks.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from analysis.finding import Finding
from analysis.finding_json import finding_json
from analysis.fleet.record_json import bare
from analysis.speed_test_json import at
from dashboards.hook.hook import Hook

# As Standard Webhooks advises: soon while it may be a restart, then for more than a day, over a night without staff.
WAITS_S = (5, 300, 1800, 7200, 18000, 36000, 36000)
_SPREAD = 0.2  # of a wait, by chance, so that messages which failed together do not all come again together


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`body` is what is sent and signed, byte for byte, each time."""

    id: str
    hook: str
    body: bytes


def of_finding(hook: Hook, line: str, finding: Finding, now: datetime) -> Message:
    """What a hook hears of a finding; without texts that hold addresses, unless it is to hear them."""
    told = {**finding_json(finding), "line": line}
    body = {
        "type": f"finding.{finding.verdict.value}",
        "timestamp": at(now),
        "data": told if hook.personal else bare(told),
    }
    mark = f"{hook.name}\n{line}\n{finding.id}\n{finding.verdict.value}".encode()
    return Message(
        id=f"msg_{hashlib.sha256(mark).hexdigest()[:32]}",
        hook=hook.name,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def signature(secret: bytes, id_: str, timestamp_s: int, body: bytes) -> str:
    """The field `webhook-signature`: HMAC-SHA256 over id, time and body, with dots between.

    >>> signature(b"k" * 24, "msg_1", 1, b"{}")[:3]
    'v1,'
    """
    signed = hmac.digest(secret, b".".join((id_.encode(), str(timestamp_s).encode(), body)), "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def wait_s(attempts: int, chance: float) -> float | None:
    """How long to wait after so many attempts; None: no more. `chance` from 0 to 1 spreads it.

    >>> wait_s(1, 0.5), wait_s(8, 0.5)
    (5.0, None)
    """
    if not 1 <= attempts <= len(WAITS_S):
        return None
    return WAITS_S[attempts - 1] * (1 + _SPREAD * (2 * chance - 1))
