"""The audit log's lines, without files."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.audit_log import chain
from collector.audit_log.act import MOST_LETTERS, Act, Entry
from collector.audit_log.chain import Head

AT = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)


def log(count: int, *, on: str = "casa") -> tuple[list[bytes], Head]:
    raw: list[bytes] = []
    head: Head | None = None
    for number in range(count):
        raw.append(chain.line_of(Entry(at=AT, who="user:ana", act=Act.TOKEN_MADE, on=f"{on} {number}"), head))
        line = chain.read(raw[-1])
        assert line is not None
        head = line.head
    assert head is not None
    return raw, head


def test_a_log_as_it_was_written_holds() -> None:
    raw, head = log(5)
    checked = chain.check(raw, head, (head,))
    assert [line.number for line in checked.lines] == [1, 2, 3, 4, 5]
    assert checked.defects == checked.notes == ()


def test_an_edited_entry_is_named() -> None:
    raw, head = log(5)
    raw[2] = raw[2].replace(b"user:ana", b"user:rui")
    assert chain.check(raw, head).defects == ("entry 3 is not what entry 4 follows: one of the two was changed",)


def test_the_newest_entry_edited_is_named_by_the_head() -> None:
    raw, head = log(5)
    raw[4] = raw[4].replace(b"user:ana", b"user:rui")
    assert chain.check(raw, head).defects == ("entry 5 is not what the head tells: it was changed",)


def test_a_deleted_entry_is_named() -> None:
    raw, head = log(5)
    del raw[1]
    assert chain.check(raw, head).defects == ("entries 2 to 2 are missing",)


def test_entries_in_another_order_are_named() -> None:
    raw, head = log(5)
    raw[1], raw[3] = raw[3], raw[1]
    assert "entry 3 stands after entry 4: out of order" in chain.check(raw, head).defects


def test_an_entry_told_twice_is_named() -> None:
    raw, head = log(3)
    assert chain.check([*raw, raw[1]], head).defects == ("entry 2 stands after entry 3: out of order",)


def test_a_log_cut_at_its_end_is_named() -> None:
    raw, head = log(5)
    assert chain.check(raw[:3], head).defects == ("entries 4 to 5 are missing: the log was cut",)


def test_a_log_cut_at_its_beginning_is_named() -> None:
    raw, head = log(5)
    (defect,) = chain.check(raw[2:], head).defects
    assert defect == "entries before 3 are missing, and no entry tells of their removal"


def test_a_log_and_its_head_written_anew_show_against_a_head_kept_elsewhere() -> None:
    _, kept = log(5)
    raw, head = log(6, on="outra")
    assert chain.check(raw, head).defects == ()
    (defect,) = chain.check(raw, head, (kept,)).defects
    assert defect == "entry 5 is not that of which a head was kept elsewhere"
    short, its_head = log(2)
    assert chain.check(short, its_head, (kept,)).defects == ("entry 5, of which a head was kept elsewhere, is missing",)


def test_half_a_line_that_a_crash_left_is_a_note_and_no_defect() -> None:
    raw, head = log(3)
    raw.insert(2, b'{"n":3,"at":"20\n')
    checked = chain.check(raw, head)
    assert checked.defects == ()
    assert checked.notes == ("line 3 is no entry: what a crash left unfinished",)


def test_a_missing_head_is_named_unless_there_is_but_one_entry() -> None:
    raw, _ = log(2)
    assert chain.check(raw[:1], None).defects == ()
    assert "the head is missing" in chain.check(raw, None).defects[0]


@given(st.integers(0, 7), st.data())
def test_no_changed_byte_goes_unseen(place: int, data: st.DataObject) -> None:
    raw, head = log(8)
    at = data.draw(st.integers(0, len(raw[place]) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda one: one != raw[place][at]))
    raw[place] = raw[place][:at] + bytes((other,)) + raw[place][at + 1 :]
    assert chain.check(b"".join(raw).splitlines(keepends=True), head).defects


@given(st.permutations(range(6)), st.integers(0, 6))
def test_no_entry_goes_and_none_changes_its_place_unseen(order: list[int], kept: int) -> None:
    raw, head = log(6)
    other = [raw[one] for one in order][:kept]
    assert bool(chain.check(other, head).defects) == (other != raw)


@given(st.binary(max_size=200))
def test_whatever_stands_in_a_line_is_read_or_refused(raw: bytes) -> None:
    chain.read(raw + b"\n")


@given(st.text(max_size=MOST_LETTERS))
def test_any_name_comes_back_as_it_was_on_one_line(name: str) -> None:
    raw = chain.line_of(Entry(at=AT, who="user:ana", act=Act.ERASED, on=name), None)
    line = chain.read(raw)
    assert line is not None
    assert line.entry.on == name
    assert raw.splitlines(keepends=True) == [raw]


def test_a_name_beyond_measure_is_no_entry() -> None:
    with pytest.raises(ValueError, match="at most 300 letters"):
        Entry(at=AT, who="user:ana", act=Act.ERASED, on="x" * 301)
    with pytest.raises(ValueError, match="UTC"):
        Entry(at=AT.replace(tzinfo=None), who="user:ana", act=Act.ERASED)


def test_an_entry_that_an_erasure_emptied_is_a_note_and_one_that_somebody_emptied_a_defect() -> None:
    raw, head = log(3)
    emptied = chain.without(raw[1], {"casa"})
    assert b"casa" not in emptied
    told = [raw[0], emptied, raw[2]]
    assert chain.check(told, head).defects == ("entry 2 was emptied, and no erasure after it is told",)
    erasure = chain.line_of(Entry(at=AT, who="user:ana", act=Act.ERASED, on="request 1"), head)
    line = chain.read(erasure)
    assert line is not None
    checked = chain.check([*told, erasure], line.head)
    assert checked.defects == ()
    assert checked.notes == ("entry 2 named somebody who was erased",)
