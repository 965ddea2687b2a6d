"""Pure. A signed batch read only as far as keeping it asks: a tenth of a collector's work would go into nouns unread.

Every field and every body is checked as `probe.wire` checks it, and that decides: what is not as expected at sight is
left to `wire.open_batch`, so nothing is refused here, and nothing accepted that it refuses. Knows nothing of who may
sign.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from collector.envelope import Outline, Wish
from probe.body.draw import TurnWish
from probe.body.key_change import KeyChange
from probe.body.kind import KINDS
from probe.key import Key
from probe.record import check_name
from probe.units import epoch_us
from probe.wire import VERSION, Batch, open_batch, open_payload

_NOT_AT_SIGHT = (msgspec.DecodeError, ValueError, RecursionError)


class _Start(msgspec.Struct, frozen=True, gc=False):
    at: datetime
    monotonic_ns: Annotated[int, msgspec.Meta(ge=0)]
    boot_id: str
    synchronised: bool | None = None
    error_ms: Annotated[float, msgspec.Meta(ge=0)] | None = None


class _Record(msgspec.Struct, frozen=True, gc=False):
    sequence: int
    started: _Start
    ended: _Start
    software: str
    kind: str
    body: msgspec.Raw


class _Batch(msgspec.Struct, frozen=True, gc=False):
    v: int
    line: str
    probe: str
    previous_sha256: str | None
    records: list[_Record]


class _Rows(msgspec.Struct, frozen=True, gc=False):
    records: list[msgspec.Raw]


_CHECKERS: dict[str, "msgspec.json.Decoder[Any]"] = {kind: msgspec.json.Decoder(body) for kind, body in KINDS.items()}
_AS_BATCH = msgspec.json.Decoder(_Batch)
_AS_ROWS = msgspec.json.Decoder(_Rows)


def open_outline(signed: bytes, *, key: Key) -> Outline:
    """What `outline_of` says of `wire.open_batch(signed, key=key)`, for less. Raises as that does."""
    payload = open_payload(signed, key=key)
    try:
        found = _at_sight(payload)
    except _NOT_AT_SIGHT:
        found = None
    return outline_of(open_batch(signed, key=key)) if found is None else found


def outline_of(batch: Batch) -> Outline:
    """What keeping this batch asks. It must have been decoded from bytes."""
    starts = [record.started for record in batch.records]
    wishes = [Wish(epoch_us(one.started.at), one.body.for_s) for one in batch.records if isinstance(one.body, TurnWish)]
    return Outline(
        line=batch.line,
        probe=batch.probe,
        previous_sha256=batch.previous_sha256,
        first=batch.first,
        started_us=tuple(epoch_us(one.at) for one in starts),
        synchronised=tuple(one.synchronised for one in starts),
        error_ms=tuple(one.error_ms for one in starts),
        raw=batch.raw,
        wish=wishes[-1] if wishes else None,
        key_changes=key_changes_of(batch),
    )


def key_changes_of(batch: Batch) -> tuple[tuple[int, KeyChange], ...]:
    """Each with its sequence."""
    return tuple((one.sequence, one.body) for one in batch.records if isinstance(one.body, KeyChange))


def _at_sight(payload: bytes) -> Outline | None:
    """None, or one of `_NOT_AT_SIGHT`, where it is not plainly a batch."""
    batch = _AS_BATCH.decode(payload)
    records = batch.records
    if batch.v != VERSION or not records or not _follow(records):
        return None
    wish: Wish | None = None
    changes: tuple[tuple[int, KeyChange], ...] = ()
    for one in records:
        if one.started.at.tzinfo is not UTC or one.ended.at.tzinfo is not UTC:
            return None
        checker = _CHECKERS.get(one.kind)
        body = None if checker is None else checker.decode(one.body)
        if type(body) is TurnWish:
            wish = Wish(epoch_us(one.started.at), body.for_s)
        elif type(body) is KeyChange:
            changes += ((one.sequence, body),)
    starts = [one.started for one in records]
    return Outline(
        line=check_name("line", batch.line),
        probe=check_name("probe", batch.probe),
        previous_sha256=batch.previous_sha256,
        first=records[0].sequence,
        started_us=tuple([epoch_us(one.at) for one in starts]),
        synchronised=tuple([one.synchronised for one in starts]),
        error_ms=tuple([one.error_ms for one in starts]),
        raw=tuple(map(bytes, _AS_ROWS.decode(payload).records)),
        wish=wish,
        key_changes=changes,
    )


def _follow(records: Sequence[_Record]) -> bool:
    first = records[0].sequence
    return first >= 1 and [one.sequence for one in records] == list(range(first, first + len(records)))
