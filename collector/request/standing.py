"""Pure. How requests stand: what each came to, which are overdue, and what may not be done with whose data.

Knows nothing of files, and of a line only its mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collector.request.entry import Entry, Event, Kind, Purpose

_OPEN = {Event.RECEIVED, Event.EXTENDED, Event.BEGUN}
EVERY_PURPOSE = tuple(Purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, from its entries. `decided_at` None while it is open; `until_on` and `purposes` as in `Entry`."""

    id: str
    kind: Kind
    event: Event
    subject: str
    received_on: date
    due_on: date
    purposes: tuple[Purpose, ...]
    until_on: date | None
    decided_at: datetime | None
    numbers: tuple[int, ...]

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.event in _OPEN

    def is_overdue(self, today_on: date) -> bool:
        """Whether it is open and its day is over."""
        return self.is_open and self.due_on < today_on

    def holds(self, today_on: date) -> bool:
        """Whether it is a restriction or an objection that stands on that day."""
        of_a_kind = self.kind in {Kind.RESTRICT, Kind.OBJECT}
        return of_a_kind and self.event is Event.GRANTED and (self.until_on is None or today_on < self.until_on)


def requests(entries: Sequence[Entry]) -> tuple[Request, ...]:
    """Every request, in the order in which they were received."""
    by_id: dict[str, list[Entry]] = {}
    for one in entries:
        by_id.setdefault(one.request, []).append(one)
    return tuple(_request(own) for own in by_id.values())


def kept_from(found: Sequence[Request], subject: str, today_on: date) -> frozenset[Purpose]:
    """What the data of that line may not be used for on that day."""
    return frozenset(
        purpose for one in found if one.subject == subject and one.holds(today_on) for purpose in one.purposes
    )


def pending(found: Sequence[Request], subject: str, kind: Kind) -> Request | None:
    """The newest open request of that kind for that line; None where there is none."""
    return next((one for one in reversed(found) if (one.subject, one.kind) == (subject, kind) and one.is_open), None)


def _request(own: Sequence[Entry]) -> Request:
    last = own[-1]
    return Request(
        id=last.request,
        kind=last.kind,
        event=last.event,
        subject=last.subject,
        received_on=last.received_on,
        due_on=last.due_on,
        purposes=last.purposes,
        until_on=last.until_on,
        decided_at=None if last.event in _OPEN else last.at,
        numbers=tuple(one.number for one in own),
    )
