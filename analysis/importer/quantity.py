"""Pure. A cell as a number and a rate: units beside the value, decimal signs, and what cannot be told for sure.

Knows nothing of columns.
"""

import math
import re
from dataclasses import dataclass

from analysis.importer.told import Why

IMPOSSIBLE_BPS = 10**12  # a home line's rate is nowhere near
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SPLIT = re.compile(r"([+-]?[\d.,' \u00a0\u202f]*\d|[+-]?\d[\d.,]*[eE][+-]?\d+)\s*([^\d\s].*)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,' \u00a0\u202f])\d{3}(\1\d{3})*", re.ASCII)
_PREFIXES = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9}
_BITS = ("bit/s", "bits/s", "Bit/s", "bps", "b/s", "bit", "bits", "Bit", "bit/sec", "bits/sec", "b/sec")
_BYTES = ("B/s", "Bps", "byte/s", "bytes/s", "Byte/s", "Bytes/s", "B", "byte", "bytes", "Byte", "Bytes", "B/sec")
# Bit/s in one of a unit. Not here, for it may mean either: "mb/s", "MBPS".
UNITS = {
    **{prefix + name: factor for prefix, factor in _PREFIXES.items() for name in _BITS},
    **{prefix + name: factor * 8 for prefix, factor in _PREFIXES.items() for name in _BYTES},
    "mbps": 10**6,
    "kbps": 10**3,
    "gbps": 10**9,
    "mbit/s": 10**6,
    "mbit": 10**6,
    "kbit/s": 10**3,
    "gbit/s": 10**9,
}


class CellError(Exception):
    """A cell that gives no number; `why` for counting."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and the unit that stood beside it, empty where none did."""

    number: float
    unit: str


def quantity(text: str, decimal: str | None = None) -> Quantity:
    """`text` as a number. `decimal`: the sign before decimals, where it is known. Raises CellError.

    >>> quantity("94,73 Mbit/s"), quantity("1.234,5"), quantity("1e3")
    (Quantity(number=94.73, unit='Mbit/s'), Quantity(number=1234.5, unit=''), Quantity(number=1000.0, unit=''))
    """
    text = text.strip()
    if _PLAIN.fullmatch(text) and decimal != ",":
        return Quantity(_finite(text), "")
    found = _SPLIT.fullmatch(text)
    if found is None:
        raise CellError(Why.BAD_NUMBER, text)
    return Quantity(_finite(_plain(found[1], decimal)), (found[2] or "").strip())


def rate_bps(text: str, unit: str | None, decimal: str | None = None) -> int:
    """`text` as bit/s. `unit`: what its column says, None where each cell has to. Raises CellError."""
    read = quantity(text, decimal)
    told = read.unit.replace(" ", "")
    if told and told not in UNITS:
        raise CellError(Why.UNCLEAR_UNIT, f"{text}: {told}")
    if unit is None and not told:
        raise CellError(Why.UNCLEAR_UNIT, f"{text}: no unit")
    if unit is not None and unit not in UNITS:
        raise CellError(Why.UNCLEAR_UNIT, f"{text}: {unit}")
    factor = UNITS[told] if told else UNITS[str(unit)]
    if told and unit is not None and UNITS[unit] != factor:
        raise CellError(Why.CONTRADICTED_UNIT, f"{text}, in a column of {unit}")
    bps = round(read.number * factor)
    if bps < 0:
        raise CellError(Why.BAD_NUMBER, text)
    if bps > IMPOSSIBLE_BPS:
        raise CellError(Why.IMPOSSIBLE_RATE, text)
    return bps


def milliseconds(text: str, decimal: str | None = None) -> float | None:
    """`text` as ms; None where it is empty, negative or no number: what stands beside a speed voids none.

    >>> milliseconds("12.5 ms"), milliseconds("0.012 s"), milliseconds("-1"), milliseconds("")
    (12.5, 12.0, None, None)
    """
    if not text:
        return None
    try:
        read = quantity(text, decimal)
    except CellError:
        return None
    factor = {"": 1.0, "ms": 1.0, "s": 1000.0, "us": 0.001, "µs": 0.001}.get(read.unit)
    return None if factor is None or read.number < 0 else round(read.number * factor, 6)


def _plain(digits: str, decimal: str | None) -> str:
    signs = {sign for sign in ".," if sign in digits}
    if len(signs) == 2:
        last = max(signs, key=digits.rindex)
        if decimal not in {None, last}:
            raise CellError(Why.BAD_NUMBER, digits)
        decimal = last
    elif signs and decimal is None:
        decimal = _told_by(digits, signs.pop())
    grouping = ".,".replace(decimal or ".", "") + "' \u00a0\u202f"
    whole, sign, rest = digits.partition(decimal or ".")
    grouped = whole.strip("+-")
    if any(one in grouped for one in grouping) and not _GROUPED.fullmatch(grouped):
        raise CellError(Why.BAD_NUMBER, digits)
    for one in grouping:
        whole = whole.replace(one, "")
    return whole + ("." + rest if sign else "")


def _told_by(digits: str, sign: str) -> str:
    """Which sign is before decimals, where one alone stands in the number. A point is, unless it stands twice."""
    if digits.count(sign) > 1:
        return "." if sign == "," else ","
    if sign == "," and _GROUPED.fullmatch(digits):
        raise CellError(Why.UNCLEAR_NUMBER, digits)
    return sign


def _finite(text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise CellError(Why.BAD_NUMBER, text) from error
    if not math.isfinite(number):
        raise CellError(Why.BAD_NUMBER, text)
    return number
