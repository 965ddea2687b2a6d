"""What keeping a batch asks, read at sight as it is read in full."""

from dataclasses import replace
from datetime import timedelta

import pytest

from collector.envelope import Outline, Wish
from collector.judging import outline
from collector.judging.outline import open_outline, outline_of
from probe import key, wire
from probe.body.draw import TurnWish
from probe.body.key_proof import Place, announcement
from probe.record import Record
from probe.units import epoch_us
from probe.wire import WireError
from tests.integration.collector_rig import AT, a_key, a_notice, sealed

BY = a_key()
PAUSE_S = 40.0


def a_change(sequence: int) -> Record:
    place = Place(line="casa", probe="p1", sequence=sequence, previous=BY.thumbprint())
    return replace(a_notice(sequence), body=announcement(place, next_key=key.generate()))


def both_ways(*records: Record) -> Outline:
    """At sight and in full: one and the same."""
    signed = sealed(records, by=BY, previous="e" * 64)
    at_sight = outline._at_sight(wire.open_payload(signed, key=BY))
    in_full = outline_of(wire.open_batch(signed, key=BY))
    assert at_sight == in_full == open_outline(signed, key=BY)
    return in_full


def test_an_outline_says_whose_it_is_what_came_before_and_when_each_record_began() -> None:
    told = both_ways(a_notice(3), a_notice(4))
    assert (told.line, told.probe, told.previous_sha256, told.first, told.last) == ("casa", "p1", "e" * 64, 3, 4)
    assert told.started_us == tuple(epoch_us(AT + timedelta(minutes=after)) for after in (3, 4))
    assert (told.synchronised, told.error_ms, told.wish, told.key_changes) == ((True, True), (None, None), None, ())
    assert told.raw == (wire.encode_record(a_notice(3)), wire.encode_record(a_notice(4)))


def test_every_change_of_key_is_told_with_its_number() -> None:
    records = (a_change(1), a_notice(2), a_change(3))
    assert both_ways(*records).key_changes == ((1, records[0].body), (3, records[2].body))


def test_of_several_wishes_the_last_counts() -> None:
    wishes = [replace(a_notice(number), body=TurnWish(for_s=PAUSE_S + number)) for number in (1, 2)]
    wish = both_ways(*wishes, a_notice(3)).wish
    assert wish == Wish(epoch_us(AT + timedelta(minutes=2)), PAUSE_S + 2)


@pytest.mark.parametrize("which", ["started", "ended"])
def test_a_time_that_is_not_in_utc_is_refused(which: str) -> None:
    before, mark, after = wire.encode_record(a_notice(1)).partition(f'"{which}"'.encode())
    moved = before + mark + after.replace(b"12:01:00Z", b"12:01:00+01:00", 1)
    signed = wire.seal_batch("casa", "p1", [moved], previous_sha256=None, key=BY)
    with pytest.raises(WireError, match=which):
        open_outline(signed, key=BY)


def test_a_later_version_and_numbers_that_do_not_follow_are_refused() -> None:
    for records in ((a_notice(1), a_notice(3)), (a_notice(2), a_notice(1))):
        with pytest.raises(WireError):
            open_outline(sealed(records, by=BY), key=BY)
    later = wire.open_payload(sealed([a_notice(1)], by=BY), key=BY).replace(b'"v":1', b'"v":2')
    with pytest.raises(WireError, match="version 2 is not known"):
        open_outline(wire.seal_paper(later, typ="prova-batch", key=BY), key=BY)
