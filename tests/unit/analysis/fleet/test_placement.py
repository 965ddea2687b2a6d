from datetime import date

import pytest

from analysis.fleet.placement import GroupKind, Placed, Placement


def test_a_line_is_in_a_group_of_each_kind_that_is_known() -> None:
    place = Placement(line="casa", operator="NOS", node="olt-1")
    assert [place.group(kind) for kind in GroupKind] == ["NOS", None, "olt-1", None]


def test_days_are_half_open() -> None:
    placed = Placed(placement=Placement(line="casa"), from_on=date(2026, 3, 1), to_on=date(2026, 4, 1))
    assert [placed.holds_on(date(2026, 3, day)) for day in (1, 31)] == [True, True]
    assert not placed.holds_on(date(2026, 4, 1))
    assert not placed.holds_on(date(2026, 2, 28))


@pytest.mark.parametrize("name", ["", " x", "a\nb", "x" * 101])
def test_a_name_that_cannot_be_told_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        Placement(line="casa", node=name)


def test_days_that_run_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="must be before"):
        Placed(placement=Placement(line="casa"), from_on=date(2026, 3, 1), to_on=date(2026, 3, 1))
