"""Vocabulary. Units of the field and the conversions between them.

Decimal prefixes only: 1 Mbit/s is 1,000,000 bit/s (ISO/IEC 80000-13 keeps binary prefixes for powers of two).
A number's unit is the suffix of its name: `_bps` bit/s, `_bytes`, `_s`, `_ms`, `_ns`, `_share` (0 to 1),
`_at` (aware UTC datetime), `_on` (local date), `_count`.
"""

from datetime import UTC, datetime, timedelta

BITS_PER_BYTE = 8
BPS_PER_MBPS = 1_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def bps_of_mbps(mbps: float) -> int:
    """Mbit/s as bit/s, rounded to the bit.

    >>> bps_of_mbps(99.5)
    99500000
    """
    return round(mbps * BPS_PER_MBPS)


def mbps_of_bps(bps: float) -> float:
    """Bit/s as Mbit/s.

    >>> mbps_of_bps(99_500_000)
    99.5
    """
    return bps / BPS_PER_MBPS


def rate_bps(moved_bytes: int, elapsed_s: float) -> int:
    """The mean rate of `moved_bytes` over `elapsed_s`. Raises ValueError unless `elapsed_s` is positive.

    >>> rate_bps(1_250_000, 1.0)
    10000000
    """
    if elapsed_s <= 0:
        raise ValueError(f"a rate needs a positive time, not {elapsed_s} s")
    return round(moved_bytes * BITS_PER_BYTE / elapsed_s)


def epoch_us(at: datetime) -> int:
    """An aware datetime as whole microseconds since 1970-01-01 UTC, exactly.

    >>> epoch_us(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))
    1000005
    """
    return (at - _EPOCH) // _MICROSECOND


def at_epoch_us(us: int) -> datetime:
    """The inverse of `epoch_us`.

    >>> at_epoch_us(1_000_005).isoformat()
    '1970-01-01T00:00:01.000005+00:00'
    """
    return _EPOCH + timedelta(microseconds=us)
