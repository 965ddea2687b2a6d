"""Pure. Whose network each line's public address was in, from a log that a person gives: by AS number and from when.

No record holds a line's public address, so this cannot be found here. Knows nothing of what follows from a change.
"""

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from probe.record import check_name

HEADER = ("line", "from", "asn")
HEADER_WITH_NETWORK = (*HEADER, "network")
_MOST_ASN = 2**32 - 1  # RFC 6793


class Network(StrEnum):
    """What kind of network it is, by the word of who wrote the log."""

    FIXED = "fixed"
    MOBILE = "mobile"


class AddressLogError(ValueError):
    """The log cannot be used. The text is one sentence: where, what, the mend."""


@dataclass(frozen=True, slots=True)
class AddressOwner:
    """From the local day `from_on` until the next. `network` None: nobody says."""

    from_on: date
    asn: int
    network: Network | None


def read(text: str, source: str) -> dict[str, tuple[AddressOwner, ...]]:
    """`line,from,asn`, and perhaps `network` (fixed, mobile or empty): by line, in order. Raises AddressLogError."""
    try:
        rows = list(csv.reader(text.splitlines(), strict=True))
    except csv.Error as error:
        raise AddressLogError(f"{source} cannot be read as CSV ({error}); export it again") from error
    if not rows or tuple(rows[0]) not in (HEADER, HEADER_WITH_NETWORK):
        raise AddressLogError(f"{source} must begin with the line {','.join(HEADER_WITH_NETWORK)}")
    found: defaultdict[str, dict[date, AddressOwner]] = defaultdict(dict)
    for number, row in enumerate(rows[1:], 2):
        where = f"{source}, line {number}"
        line, owner = _row(row, len(rows[0]), where)
        if owner.from_on in found[line]:
            raise AddressLogError(f"{where}: {line} has two owners from {owner.from_on} on; keep one")
        found[line][owner.from_on] = owner
    return {line: tuple(own for _, own in sorted(owners.items())) for line, owners in sorted(found.items())}


def _row(row: Sequence[str], width: int, where: str) -> tuple[str, AddressOwner]:
    if len(row) != width:
        raise AddressLogError(f"{where}: it has {len(row)} cells; write {width}")
    try:
        line, from_on = check_name("line", row[0].strip()), date.fromisoformat(row[1].strip())
    except ValueError as error:
        raise AddressLogError(f"{where}: {error}; write the line's name, and its day as YYYY-MM-DD") from error
    number = row[2].strip().upper().removeprefix("AS")
    if not (number.isascii() and number.isdecimal() and len(number) <= 10 and int(number) <= _MOST_ASN):
        raise AddressLogError(f"{where}: {row[2][:20]!r} is no AS number; write it as in AS64500")
    kind = row[3].strip() if width > len(HEADER) else ""
    if kind and kind not in tuple(Network):
        raise AddressLogError(f"{where}: {kind[:20]!r} is no kind of network; write fixed, mobile, or nothing")
    return line, AddressOwner(from_on, int(number), Network(kind) if kind else None)
