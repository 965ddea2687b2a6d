from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from probe.expense import Expense

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_what_was_spent_survives_a_restart(tmp_path: Path) -> None:
    expense = Expense(tmp_path / "rounds.json")
    expense.begin(NOON)
    expense.add(100)
    expense.add(20)
    again = Expense(tmp_path / "rounds.json")
    assert again.spent_bytes(NOON.date()) == 120
    assert again.heaviest_bytes == 120
    assert again.last_began_at == NOON


def test_a_round_counts_from_its_beginning_even_if_it_never_ends(tmp_path: Path) -> None:
    Expense(tmp_path / "rounds.json").begin(NOON)
    assert Expense(tmp_path / "rounds.json").last_began_at == NOON


def test_a_day_counts_its_own_rounds_alone(tmp_path: Path) -> None:
    expense = Expense(tmp_path / "rounds.json")
    for day in range(5):
        expense.begin(NOON + timedelta(days=day))
        expense.add(10)
    assert expense.spent_bytes((NOON + timedelta(days=4)).date()) == 10
    assert expense.spent_bytes(NOON.date()) == 0  # long past, and no longer kept


def test_no_rounds_yet_is_not_a_round_of_nothing(tmp_path: Path) -> None:
    expense = Expense(tmp_path / "rounds.json")
    assert expense.heaviest_bytes is None
    assert expense.last_began_at is None


@pytest.mark.parametrize("text", ["", "{}", '{"rounds": 3}', '{"rounds": [{"began_us": "x", "moved_bytes": 1}]}', "[]"])
def test_a_damaged_file_counts_as_no_rounds(text: str, tmp_path: Path) -> None:
    path = tmp_path / "rounds.json"
    path.write_text(text)
    assert Expense(path).last_began_at is None


def test_where_nothing_can_be_written_memory_still_counts(tmp_path: Path) -> None:
    expense = Expense(tmp_path / "missing" / "rounds.json")
    expense.begin(NOON)
    expense.add(7)
    assert expense.spent_bytes(NOON.date()) == 7


def test_a_month_counts_what_its_days_no_longer_tell(tmp_path: Path) -> None:
    expense = Expense(tmp_path / "rounds.json")
    for day in range(-8, 9):
        expense.begin(NOON + timedelta(days=day))
        expense.add(10)
    again = Expense(tmp_path / "rounds.json")
    assert again.month_bytes(NOON.date()) == 17 * 10
    assert again.month_bytes(datetime(2026, 12, 1, tzinfo=UTC).date()) == 0


def test_light_sensing_counts_for_its_day_and_month_and_is_no_round(tmp_path: Path) -> None:
    expense = Expense(tmp_path / "rounds.json")
    expense.add_light(NOON.date(), 5)
    expense.add_light(NOON.date(), 6)
    again = Expense(tmp_path / "rounds.json")
    assert again.light_bytes(NOON.date()) == again.spent_bytes(NOON.date()) == again.month_bytes(NOON.date()) == 11
    assert again.light_bytes((NOON + timedelta(days=1)).date()) == 0
    assert again.heaviest_bytes is None


def test_repeats_are_counted_by_day_and_are_not_what_a_round_is_expected_to_move(tmp_path: Path) -> None:
    expense = Expense(tmp_path / "rounds.json")
    expense.begin(NOON)
    expense.add(10)
    expense.begin(NOON, repeat=True)
    expense.add(500)
    again = Expense(tmp_path / "rounds.json")
    assert (again.repeats(NOON.date()), again.heaviest_bytes) == (1, 10)


def test_a_file_of_an_older_form_still_tells_what_was_spent(tmp_path: Path) -> None:
    path = tmp_path / "rounds.json"
    path.write_text(f'{{"rounds": [{{"began_us": {int(NOON.timestamp()) * 10**6}, "moved_bytes": 7}}]}}')
    assert Expense(path).spent_bytes(NOON.date()) == Expense(path).month_bytes(NOON.date()) == 7
