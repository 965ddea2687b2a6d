"""Shell. The only reader of clocks: wall, monotonic, boot id, and whether the wall clock is synchronised.

Knows nothing of what is stamped.
"""

import ctypes
import time
from datetime import UTC, datetime
from pathlib import Path

from probe.record import Stamp

_STA_UNSYNC = 0x0040  # adjtimex(2), linux/timex.h
_TIME_ERROR = 5
_TRIES = 5
_AT_ONCE_NS = 10_000_000
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class _Timex(ctypes.Structure):
    """The head of `struct timex` (linux/timex.h); the kernel writes 208 bytes, `rest` leaves room."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def now() -> datetime:
    """The wall clock, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  this module is the one that may


def monotonic_ns() -> int:
    """Nanoseconds of a clock that never steps; compares only within one boot."""
    return time.monotonic_ns()


def suspended_s() -> float | None:
    """How long this boot has slept so far, to the millisecond; None where the kernel has no clock that tells.

    CLOCK_BOOTTIME goes on while the machine sleeps, CLOCK_MONOTONIC does not (clock_gettime(2)).
    """
    try:
        for _ in range(_TRIES):
            before_ns, boot_ns = time.monotonic_ns(), time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            # A process that was stopped between the two reads would take its own pause for a sleep.
            if time.monotonic_ns() - before_ns < _AT_ONCE_NS:
                return max(0.0, round((boot_ns - before_ns) / 1e9, 3))
    except (OSError, AttributeError):
        pass
    return None


def boot_id() -> str:
    """The kernel's name of this boot; 'unknown' where it has none."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return "unknown"


def synchronisation() -> tuple[bool | None, float | None]:
    """(synchronised, bound of the error in ms) as adjtimex(2) says; (None, None) where it cannot be asked."""
    timex = _Timex()
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None, None
    if state < 0:
        return None, None
    if state == _TIME_ERROR or timex.status & _STA_UNSYNC:
        return False, None
    return True, timex.maxerror / 1000


def stamp() -> Stamp:
    """This instant on both clocks."""
    synchronised, error_ms = synchronisation()
    return Stamp(at=now(), monotonic_ns=monotonic_ns(), boot_id=boot_id(), synchronised=synchronised, error_ms=error_ms)
