"""How long what is kept is kept: every problem told at once, nothing deleted that is not declared."""

from datetime import date
from pathlib import Path

import pytest

from collector.retention.settings import Held, Period, Retention, load, parse
from collector.settings import SettingsError

TODAY_ON = date(2026, 11, 21)


def test_without_a_file_everything_is_kept(tmp_path: Path) -> None:
    assert load(tmp_path / "retention.toml") == Retention()


def test_each_kind_has_its_days_and_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "retention.toml"
    file.write_text(
        '[records]\ndays = 183\nreason = "half a year to object"\n'
        '[witness]\ndays = 30\nreason = "an address of a customer"\n'
        '[[hold]]\nfrom = 2026-03-01\nreason = "complaint 4711"\n'
    )
    found = load(file)
    assert found.periods[0] == Period(held=Held.RECORDS, days=183, reason="half a year to object")
    assert [found.before_on(one, TODAY_ON) for one in found.periods] == [date(2026, 3, 1)] * 2


def test_a_day_is_kept_as_many_days_as_declared() -> None:
    period = Period(held=Held.RECORDS, days=1, reason="enough")
    assert Retention(periods=(period,)).before_on(period, TODAY_ON) == date(2026, 11, 20)


def test_all_problems_are_told_together() -> None:
    told = {"record": {}, "records": {"days": 0, "day": 1}, "witness": 3, "hold": [{"from": "2026-03-01"}, 4]}
    with pytest.raises(SettingsError) as caught:
        parse(told)
    assert str(caught.value).splitlines() == [
        "record is not a setting; perhaps records was meant.",
        "records.day is not a setting; perhaps days was meant.",
        "records.days must be a whole number of days from 1 to 36500.",
        "records.reason must say in one line why, for it is signed with what goes.",
        "witness must be a table: write [witness] above its settings.",
        "hold.from must be a day, as 2026-03-01 without quotes.",
        "hold.reason must say in one line why, for it is signed with what goes.",
        "hold must be a list of tables: write [[hold]] above each.",
    ]


def test_what_is_no_toml_or_no_list_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "retention.toml"
    for text, told in (("days =", "is not TOML"), ("hold = 3", "hold must be a list")):
        file.write_text(text)
        with pytest.raises(SettingsError, match=f"{file}: .*{told}"):
            load(file)
