"""What is held for a claim stays written down: numbered, in order, and never half believed."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.home import CollectorHome
from collector.retention.claim import ClaimHold, Released, touching
from collector.retention.hold_file import HoldError, entries, forget, holds, place, release

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOLD = ClaimHold(
    number=0,
    line="casa",
    from_at=datetime(2026, 3, 1, tzinfo=UTC),
    to_at=datetime(2026, 4, 1, tzinfo=UTC),
    reason="complaint of 5 March",
    placed_by="ana",
    placed_at=AT,
)


def _released(number: int) -> Released:
    return Released(number=number, reason="decided", released_by="ana", released_at=AT)


@pytest.fixture
def home(tmp_path: Path) -> CollectorHome:
    return CollectorHome(tmp_path)


def test_a_home_without_the_file_holds_nothing(home: CollectorHome) -> None:
    assert holds(home) == entries(home) == ()


def test_holds_are_numbered_and_stand_until_they_are_released(home: CollectorHome) -> None:
    first, second = place(home, HOLD), place(home, replace(HOLD, line="loja", to_at=None))
    assert [first.number, second.number] == [1, 2]
    assert release(home, _released(1)) == first
    assert holds(home) == (second,)
    assert entries(home) == (first, second, _released(1))
    assert home.holds.stat().st_mode & 0o777 == 0o600


def test_only_the_line_and_the_period_that_are_held_are_held(home: CollectorHome) -> None:
    standing = (place(home, HOLD),)
    assert touching(standing, "casa")
    assert touching(standing, "casa", datetime(2026, 3, 31, tzinfo=UTC))
    assert not touching(standing, "casa", datetime(2026, 4, 1, tzinfo=UTC))
    assert not touching(standing, "casa", end_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert not touching(standing, "loja")


@pytest.mark.parametrize("number", [7, 1])
def test_what_does_not_stand_cannot_be_released(home: CollectorHome, number: int) -> None:
    place(home, HOLD)
    release(home, _released(1))
    with pytest.raises(HoldError, match=f"No hold {number} stands"):
        release(home, _released(number))


def test_a_hold_says_in_one_line_why_and_ends_after_it_begins(home: CollectorHome) -> None:
    for wrong in (replace(HOLD, reason=" "), replace(HOLD, reason="a\nb"), replace(HOLD, placed_by="")):
        with pytest.raises(HoldError, match="one line"):
            place(home, wrong)
    with pytest.raises(HoldError, match="ends after it begins"):
        place(home, replace(HOLD, to_at=HOLD.from_at))
    assert holds(home) == ()


@pytest.mark.parametrize("wrong", ["edited", "removed", "noise"])
def test_a_file_that_was_changed_is_believed_in_nothing(home: CollectorHome, wrong: str) -> None:
    for _ in range(3):
        place(home, HOLD)
    lines = home.holds.read_bytes().splitlines(keepends=True)
    if wrong == "edited":
        lines[0] = lines[0].replace(b"casa", b"caso")
    elif wrong == "removed":
        del lines[1]
    else:
        lines[2] = b"\xff\n"
    home.holds.write_bytes(b"".join(lines))
    with pytest.raises(HoldError, match="Nothing is deleted"):
        holds(home)


def test_an_entry_cut_short_was_never_placed_and_is_in_nobodys_way(home: CollectorHome) -> None:
    place(home, HOLD)
    whole = home.holds.read_bytes()
    place(home, HOLD)
    for length in range(len(whole), 2 * len(whole) - 1, 7):
        home.holds.write_bytes((whole + whole)[:length])
        assert [one.number for one in holds(home)] == [1]
        assert place(home, HOLD).number == 2
        assert [one.number for one in holds(home)] == [1, 2]


def test_a_line_that_is_erased_leaves_none_of_its_holds(home: CollectorHome) -> None:
    forget(home, "casa")
    place(home, HOLD)
    kept = place(home, replace(HOLD, line="loja"))
    with pytest.raises(HoldError, match="stands"):
        forget(home, "casa")
    release(home, _released(1))
    forget(home, "casa")
    assert entries(home) == (kept,)
    assert b"casa" not in home.holds.read_bytes()
    assert place(home, HOLD).number == 3
