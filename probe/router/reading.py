"""Vocabulary. What the home router said of itself and of its connection at one moment, or why it said nothing.

`None` is *not said*. The public address, serial numbers and the household's devices have no place here, though a
router would tell them. Knows nothing of how it is asked.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from probe.body.rung import LinkStatus, WanStatus
from probe.record import Stamp


class Source(StrEnum):
    """Which of its interfaces the router answered on."""

    IGD = "upnp_igd"
    TR064 = "tr_064"
    IGD_AND_TR064 = "upnp_igd+tr_064"


class LoginOutcome(StrEnum):
    """What became of a login, where the router asked for one. Who reads `REFUSED` must not try it again."""

    WANTED = "wanted"  # and none was given: the router would say more
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why there is no reading."""

    NOT_A_HOME_ADDRESS = "not_a_home_address"  # only private IPv4 addresses are asked
    NO_ROUTE = "no_route"
    NOT_FOUND = "not_found"  # nothing at the gateway's address answered the search
    ELSEWHERE = "elsewhere"  # the gateway points to another host, which is not asked
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    NOT_UNDERSTOOD = "not_understood"  # too long, cut short, or not the protocol
    SAYS_NOTHING = "says_nothing"  # it answered, and knows none of what is asked


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the router. The password is never sent, only digests of it (RFC 7616).

    Over plain HTTP, so that whoever listens at home may guess at it at leisure: a long one, of a user made for this.
    """

    user: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.user.isprintable():
            raise ValueError("user must not hold control characters")


@dataclass(frozen=True, slots=True)
class NoRouter:
    """Nothing was learnt. `login` as in a reading."""

    reason: Reason
    login: LoginOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterReading:
    """One reading. `stamp` is taken when the counters had been read, the last of the questions.

    `received_bytes`, `sent_bytes`: of the WAN interface since an unknown start, as the router counts; `counter_bits`
    is 32 where they may have wrapped (UPnP ui4) and None where neither was said. They prove nothing until
    `counters.calibrate` has trusted them.
    `wan_uptime_s`, `device_uptime_s`: as the router counts. Some report the whole machine's time as the connection's
    (miniupnpd with `system_uptime`), some a clock that was set after the start: compare one only with itself.
    `link_down_bps`, `link_up_bps`: layer 1 of the access line. UPnP has 32 bits for them, so that 4.29 Gbit/s and more
    may read wrapped.
    `last_error`: the connection's, in the words of UPnP (`ERROR_NONE`, `ERROR_NO_CARRIER` ...).
    `model`: maker and product.
    """

    stamp: Stamp
    source: Source
    model: str | None = None
    wan_status: WanStatus | None = None
    link_status: LinkStatus | None = None
    last_error: str | None = None
    wan_uptime_s: int | None = None
    device_uptime_s: int | None = None
    received_bytes: int | None = None
    sent_bytes: int | None = None
    counter_bits: int | None = None
    link_down_bps: int | None = None
    link_up_bps: int | None = None
    login: LoginOutcome | None = None

    def __post_init__(self) -> None:
        numbers = {
            "wan_uptime_s": self.wan_uptime_s,
            "device_uptime_s": self.device_uptime_s,
            "received_bytes": self.received_bytes,
            "sent_bytes": self.sent_bytes,
            "link_down_bps": self.link_down_bps,
            "link_up_bps": self.link_up_bps,
        }
        for name, value in numbers.items():
            if value is not None and value < 0:
                raise ValueError(f"{name} must not be negative, but is {value}")
        counted = self.received_bytes is not None or self.sent_bytes is not None
        if self.counter_bits not in ((32, 64) if counted else (None,)):
            raise ValueError(f"counter_bits is 32 or 64 beside a counter and None without, but is {self.counter_bits}")
