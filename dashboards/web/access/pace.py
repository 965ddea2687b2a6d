"""Pure. How often one visitor may ask for something: a bucket that empties with each question and fills with time.

Knows nothing of who asks, nor of clocks.
"""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

_ONE_HOUSEHOLD = 64  # bits: of IPv6 a customer has at least a network of so many


@dataclass(frozen=True, slots=True)
class Pace:
    """`burst` questions at once, then one every `every_s`."""

    burst: int
    every_s: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """`left` questions at `at_s` of a clock that never goes back."""

    left: float
    at_s: float


def taken(bucket: Bucket | None, pace: Pace, now_s: float) -> tuple[Bucket, bool]:
    """The bucket after a question, and whether it was there to be asked; None is a visitor who never asked.

    >>> taken(Bucket(0.0, 10.0), Pace(2, 5.0), 12.0)
    (Bucket(left=0.4, at_s=12.0), False)
    """
    held = Bucket(pace.burst, now_s) if bucket is None else bucket
    left = min(float(pace.burst), held.left + max(0.0, now_s - held.at_s) / pace.every_s)
    return (Bucket(left - 1, now_s), True) if left >= 1 else (Bucket(left, now_s), False)


def visitor_of(peer: str) -> str:
    """Who counts as one visitor: an IPv4 address, or the network that one household has of IPv6.

    >>> visitor_of("2001:db8:1:2:3::4"), visitor_of("192.0.2.1")
    ('2001:db8:1:2::/64', '192.0.2.1')
    """
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _ONE_HOUSEHOLD), strict=False))
    return str(address)
