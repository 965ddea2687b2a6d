"""Pure. What a server makes of what a client asks: refuse a setup, put an activation's numbers right.

Out of range becomes the default, beyond the server's limits becomes the limit; the response tells what it became. Knows
nothing of sockets, of digests or of how many clients there are.
"""

from dataclasses import dataclass, replace

from probe.capacity.pdu import (
    ANY_ROW,
    VERSION,
    Activation,
    ActivationAnswer,
    Algorithm,
    Rate,
    Setup,
    SetupAnswer,
)
from probe.capacity.seal import MODE_CONTROL, MODE_NONE
from probe.capacity.search import Settings, highest_row

_DEFAULT = Activation(upstream=False)
_THRESHOLD_MS = range(1, 10_001)
_TRIAL_MS = range(5, 251)
_SUB_INTERVAL_MS = range(100, 10_001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a server gives at most. `bps`: of IP packets, to each client; all clients together get `clients` times it.

    `per_address`: tests at once from one address.
    """

    clients: int = 8
    per_address: int = 2
    duration_s: int = 60
    bps: int = 10_000_000_000


def refusal(setup: Setup, *, has_secret: bool) -> SetupAnswer | None:
    """Why a setup request makes no test here; None if it may."""
    if setup.version != VERSION:
        return SetupAnswer.BAD_VERSION
    if not setup.connection_index < setup.connection_count:
        return SetupAnswer.BAD_CONNECTIONS
    if setup.jumbo:
        return SetupAnswer.BAD_JUMBO
    if setup.auth.mode not in {MODE_NONE, MODE_CONTROL}:
        return SetupAnswer.AUTH_MODE_INVALID
    if has_secret is not (setup.auth.mode == MODE_CONTROL):
        return SetupAnswer.AUTH_REQUIRED if has_secret else SetupAnswer.AUTH_NOT_CONFIGURED
    return None


def accept(asked: Activation, limits: Limits) -> Activation:
    """The response to `asked`, without the rate and the digest.

    A row of the client's choice is not taken: the search begins at the lowest, so that nobody is sent more than a
    trickle before his feedback comes. Nor is a mark in the IP header.
    """
    low_ms, upper_ms = _thresholds(asked)
    duration_s = min(asked.duration_s or _DEFAULT.duration_s, limits.duration_s)
    sub_interval_ms = asked.sub_interval_ms
    if sub_interval_ms not in _SUB_INTERVAL_MS or sub_interval_ms > duration_s * 1000:
        sub_interval_ms = _DEFAULT.sub_interval_ms
    return replace(
        asked,
        answer=ActivationAnswer.ACCEPTED,
        low_ms=low_ms,
        upper_ms=upper_ms,
        trial_ms=asked.trial_ms if asked.trial_ms in _TRIAL_MS else _DEFAULT.trial_ms,
        duration_s=duration_s,
        dscp_ecn=0,
        row=ANY_ROW,
        row_is_start=False,
        high_speed_delta=asked.high_speed_delta or _DEFAULT.high_speed_delta,
        slow_threshold=asked.slow_threshold or _DEFAULT.slow_threshold,
        algorithm=asked.algorithm if asked.algorithm in set(Algorithm) else Algorithm.B,
        rate=Rate(),
        sub_interval_ms=sub_interval_ms,
    )


def _thresholds(asked: Activation) -> tuple[int, int]:
    if asked.low_ms in _THRESHOLD_MS and asked.upper_ms in _THRESHOLD_MS and asked.low_ms <= asked.upper_ms:
        return asked.low_ms, asked.upper_ms
    return _DEFAULT.low_ms, _DEFAULT.upper_ms


def is_sound(agreed: Activation) -> bool:
    """Whether a server's response makes a test: a client must not be made to spin or to wait for ever."""
    return (
        agreed.trial_ms in _TRIAL_MS
        and agreed.sub_interval_ms in _SUB_INTERVAL_MS
        and agreed.duration_s > 0
        and agreed.low_ms <= agreed.upper_ms
    )


def settings_of(agreed: Activation, most_bps: float) -> Settings:
    """The search that a response stands for, limited to `most_bps` of IP packets."""
    return Settings(
        algorithm=agreed.algorithm,
        low_ms=agreed.low_ms,
        upper_ms=agreed.upper_ms,
        high_speed_delta=agreed.high_speed_delta,
        slow_threshold=agreed.slow_threshold,
        loss_threshold=agreed.loss_threshold,
        ignore_reordering=agreed.ignore_reordering,
        use_one_way_delay=agreed.use_one_way_delay,
        last_row=highest_row(most_bps),
    )
