"""Pure. Keeps what the own link's carrier did since the last record, and when a record is due because of it.

Knows nothing of how the carrier is watched.
"""

from dataclasses import dataclass

from probe.body.rung import CarrierChange, Neighbour
from probe.record import Stamp

_MOST_CHANGES = 120  # of one record; the kernel's counters tell of the rest
_SETTLE_NS = 5_000_000_000  # a cable that is plugged in bounces: one record for all of it
_REMEMBER_NS = 10_000_000_000
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One stretch of watching one interface. `carrier` as it was at `began`."""

    interface: str
    began: Stamp
    carrier: bool | None
    changes: tuple[CarrierChange, ...] = ()


class LinkBook:
    """Of one interface, from `began` on."""

    def __init__(self, interface: str, began: Stamp, *, carrier: bool | None) -> None:
        self.interface = interface
        self.carrier = carrier
        self._began = began
        self._first = carrier
        self._changes: list[CarrierChange] = []
        self._changed_ns: int | None = None

    def note(self, at_ns: int, *, carrier: bool | None) -> None:
        """The carrier as it is at `at_ns`, monotonic; the same again is no news, and unknown is none either."""
        if carrier is None or carrier == self.carrier:
            return
        if self.carrier is not None:
            if len(self._changes) < _MOST_CHANGES:
                offset_ms = max(0, at_ns - self._began.monotonic_ns) // _NS_PER_MS
                self._changes.append(CarrierChange(offset_ms, carrier))
            self._changed_ns = at_ns if self._changed_ns is None else self._changed_ns
        elif not self._changes:
            self._first = carrier
        self.carrier = carrier

    def is_due(self, now_ns: int) -> bool:
        """Whether it changed, and had a while to settle since."""
        return self._changed_ns is not None and now_ns - self._changed_ns >= _SETTLE_NS

    @property
    def changed(self) -> bool:
        """Whether it changed since the last record."""
        return self._changed_ns is not None

    def close(self, ended: Stamp) -> Stretch:
        """What happened since the last time; the next stretch begins at `ended`."""
        stretch = Stretch(
            interface=self.interface, began=self._began, carrier=self._first, changes=tuple(self._changes)
        )
        self._began, self._first, self._changes, self._changed_ns = ended, self.carrier, [], None
        return stretch


class Failure:
    """Remembers that a neighbour failed, which the kernel forgets as soon as it asks again."""

    def __init__(self) -> None:
        self._failed_ns: dict[int, int] = {}

    def note(self, version: int, told: Neighbour, at_ns: int) -> Neighbour:
        """`told`, or FAILED where that is UNKNOWN and it failed a moment ago."""
        if told is Neighbour.REACHABLE:
            self._failed_ns.pop(version, None)
        elif told is Neighbour.FAILED:
            self._failed_ns[version] = at_ns
        failed_ns = self._failed_ns.get(version)
        return Neighbour.FAILED if failed_ns is not None and at_ns - failed_ns <= _REMEMBER_NS else told
