"""Terms in hours, to the minute: the readings, their variants, pauses, and the nights on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analysis.clocks import package_data
from analysis.clocks.reading import Pause, PauseReason, Reading, Switches
from analysis.clocks.working_calendar import Calendar, Unknown
from analysis.clocks.working_time import deadline, elapsed
from analysis.contract import Line, Region
from analysis.period import Period

LISBON, MADEIRA, AZORES = (ZoneInfo(name) for name in ("Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"))
ZONES = {Region.MAINLAND: LISBON, Region.MADEIRA: MADEIRA, Region.AZORES: AZORES}
READINGS = {reading.id: reading for clock in package_data.rules().clocks for reading in clock.readings}
W0, W1, W2, W3 = (READINGS[name] for name in ("w0", "w1", "w2", "w3-09-18"))
ORDER = ("w0", "w1", "w2", "w3-09-18", "w3-08-20")
HOURS_48 = timedelta(hours=48)


def calendar(region: Region = Region.MAINLAND, municipality: str | None = None, **switches: bool) -> Calendar:
    made = package_data.calendar(Line(id="casa", zone=ZONES[region], municipality=municipality, region=region))
    values = {name: getattr(made.switches, name) for name in made.switches.__slots__}
    return made.under(Switches(**(values | switches)))


def local(text: str, zone: ZoneInfo = LISBON) -> datetime:
    """A local time; "24:00" is the end of the day."""
    day, clock = text.split()
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(date.fromisoformat(day) + timedelta(days=hour // 24), datetime.min.time(), zone).replace(
        hour=hour % 24, minute=minute
    )


def pause(start: str, end: str, zone: ZoneInfo = LISBON) -> Pause:
    return Pause(Period(local(start, zone).astimezone(UTC), local(end, zone).astimezone(UTC)), PauseReason.NO_ACCESS)


@pytest.mark.parametrize(
    ("region", "known", "due"),
    [
        pytest.param(
            Region.MAINLAND, "2026-12-04 17:00",
            ("2026-12-06 17:00", "2026-12-09 17:00", "2026-12-09 24:00", "2026-12-15 11:00", "2026-12-11 17:00"),
            id="Friday before the holiday of 8 December",
        ),
        pytest.param(
            Region.MAINLAND, "2026-11-21 10:30",
            ("2026-11-23 10:30", "2026-11-24 24:00", "2026-11-24 24:00", "2026-11-30 12:00", "2026-11-26 20:00"),
            id="Saturday",
        ),
        pytest.param(
            Region.MAINLAND, "2026-03-27 20:00",
            ("2026-03-29 21:00", "2026-03-31 20:00", "2026-03-31 24:00", "2026-04-07 12:00", "2026-04-02 20:00"),
            id="over the clock change, before Good Friday",
        ),
        pytest.param(
            Region.AZORES, "2026-05-22 16:00",
            ("2026-05-24 16:00", "2026-05-27 16:00", "2026-05-27 24:00", "2026-06-02 10:00", "2026-05-29 16:00"),
            id="before Whit Monday in the Azores",
        ),
        pytest.param(
            Region.MADEIRA, "2026-04-01 12:00",
            ("2026-04-03 12:00", "2026-04-07 12:00", "2026-04-07 24:00", "2026-04-10 15:00", "2026-04-09 12:00"),
            id="before 2 April and Good Friday in Madeira",
        ),
    ],
)  # fmt: skip
def test_the_worked_cases_come_out_to_the_minute(region: Region, known: str, due: tuple[str, ...]) -> None:
    zone, here = ZONES[region], calendar(region)
    for name, expected in zip(ORDER, due, strict=True):
        assert deadline(READINGS[name], local(known, zone), here) == local(expected, zone), name


@pytest.mark.parametrize(
    ("reading", "known", "due"),
    [
        (W1, "2026-06-30 09:15", "2026-07-02 09:15"),
        (W2, "2026-06-29 09:15", "2026-07-01 24:00"),
        (W1, "2026-02-27 12:00", "2026-03-03 12:00"),  # month end on a Friday
        (W1, "2028-02-28 12:00", "2028-03-01 12:00"),  # leap year
        (W1, "2026-12-30 12:00", "2027-01-04 12:00"),  # year end: 1 January is a Friday
        (W2, "2026-12-30 12:00", "2027-01-04 24:00"),
        (W3, "2026-12-31 17:00", "2027-01-11 11:00"),
        (W1, "2026-12-31 23:59", "2027-01-05 23:59"),
        (W1, "2026-12-23 18:00", "2026-12-28 18:00"),  # Christmas Eve is a working day, Christmas Day is not
        (W3, "2026-12-24 17:30", "2027-01-05 11:30"),
        (W1, "2026-04-02 10:00", "2026-04-07 10:00"),  # Maundy Thursday to Easter Tuesday
        (W2, "2026-04-02 10:00", "2026-04-07 24:00"),
        (W1, "2026-04-05 10:00", "2026-04-07 24:00"),  # Easter Sunday itself
    ],
)
def test_months_years_christmas_and_easter(reading: Reading, known: str, due: str) -> None:
    assert deadline(reading, local(known), calendar()) == local(due)


def test_26_december_is_a_holiday_in_madeira_alone() -> None:
    # 2025: Thursday 25, Friday 26.
    assert deadline(W1, local("2025-12-24 12:00"), calendar()) == local("2025-12-29 12:00")
    assert deadline(W1, local("2025-12-24 12:00", MADEIRA), calendar(Region.MADEIRA)) == local(
        "2025-12-30 12:00", MADEIRA
    )


@pytest.mark.parametrize("region", Region)
@pytest.mark.parametrize(
    ("known", "w0"), [("2026-03-28 12:00", "2026-03-30 13:00"), ("2026-10-24 12:00", "2026-10-26 11:00")]
)
def test_over_a_clock_change_48_hours_are_48_hours(region: Region, known: str, w0: str) -> None:
    zone, here = ZONES[region], calendar(region)
    assert deadline(W0, local(known, zone), here) == local(w0, zone)
    # A Sunday never counts, so the working-day readings keep the wall clock.
    assert deadline(W1, local(known, zone), here) == local(f"{w0[:8]}{int(w0[8:10]) + 1} 24:00", zone)
    assert deadline(W3, local(known, zone), here) > deadline(W2, local(known, zone), here)


@pytest.mark.parametrize("region", Region)
def test_the_hour_that_happens_twice_is_two_hours(region: Region) -> None:
    zone, here = ZONES[region], calendar(region)
    changes_at = datetime(2026, 10, 25, 1, tzinfo=UTC)  # in all three zones at once
    before, after = changes_at - timedelta(minutes=30), changes_at + timedelta(minutes=30)
    assert before.astimezone(zone).time() == after.astimezone(zone).time()
    assert deadline(W0, after, here) - deadline(W0, before, here) == timedelta(hours=1)
    whole = calendar(region, whole_hours=True)
    assert deadline(W0, before, whole) == changes_at + HOURS_48
    assert deadline(W0, after, whole) == changes_at + HOURS_48 + timedelta(hours=1)


@pytest.mark.parametrize("region", Region)
@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_local_day_of_the_change_has_23_or_25_hours(region: Region, day: str, hours: int) -> None:
    zone = ZONES[region]
    start_at, end_at = local(f"{day} 00:00", zone), local(f"{day} 24:00", zone)
    assert elapsed(W0, start_at, end_at, calendar(region)) == timedelta(hours=hours)
    assert elapsed(W1, start_at, end_at, calendar(region)) == timedelta()


@pytest.mark.parametrize(
    ("switch", "value", "region", "municipality", "known", "w1"),
    [
        ("saturday", True, Region.MAINLAND, None, "2026-12-04 17:00", "2026-12-07 17:00"),
        ("municipal", True, Region.MAINLAND, "Porto", "2026-06-23 12:00", "2026-06-26 12:00"),
        ("municipal", False, Region.MAINLAND, "Porto", "2026-06-23 12:00", "2026-06-25 12:00"),
        ("municipal", True, Region.MAINLAND, "Loures", "2026-06-23 12:00", "2026-06-25 12:00"),
        ("seat", True, Region.MAINLAND, "Porto", "2025-06-12 12:00", "2025-06-17 12:00"),
        ("seat", False, Region.MAINLAND, "Lisboa", "2025-06-12 12:00", "2025-06-16 12:00"),
        ("carnival", True, Region.MAINLAND, None, "2026-02-16 12:00", "2026-02-19 12:00"),
        ("carnival", False, Region.MAINLAND, None, "2026-02-16 12:00", "2026-02-18 12:00"),
        ("regional", False, Region.AZORES, None, "2026-05-22 16:00", "2026-05-26 16:00"),
        ("whole_hours", True, Region.MAINLAND, None, "2026-11-24 10:30", "2026-11-26 11:00"),
        ("whole_hours", True, Region.MAINLAND, None, "2026-11-24 17:00", "2026-11-26 18:00"),
    ],
)
def test_each_switch_moves_the_deadline(
    switch: str, value: bool, region: Region, municipality: str | None, known: str, w1: str
) -> None:
    here, zone = calendar(region, municipality, **{switch: value}), ZONES[region]
    assert deadline(W1, local(known, zone), here) == local(w1, zone)


def test_saturday_brings_its_own_office_hours() -> None:
    assert deadline(W3, local("2026-12-04 17:00"), calendar(saturday=True)) == local("2026-12-12 11:00")
    assert deadline(W2, local("2026-12-04 17:00"), calendar(saturday=True)) == local("2026-12-07 24:00")


def test_the_dropped_hour_may_close_the_day() -> None:
    assert deadline(W3, local("2026-11-24 17:30"), calendar(whole_hours=True)) == local("2026-12-03 12:00")
    assert deadline(W2, local("2026-11-24 23:30"), calendar(whole_hours=True)) == local("2026-11-26 24:00")


def test_what_the_calendar_cannot_know_is_said() -> None:
    assert calendar(municipality="Porto").unknown == ()
    assert calendar(municipality="Loures").unknown == (Unknown.MUNICIPAL_HOLIDAY_NOT_KNOWN,)
    assert calendar().unknown == (Unknown.MUNICIPALITY_NOT_STATED,)


def test_the_version_names_the_data_and_the_library() -> None:
    assert calendar().version.startswith("2026-11-21+holidays-0.")


@pytest.mark.parametrize(
    ("reading", "due"),
    [(W0, "2026-11-26 13:00"), (W1, "2026-11-26 13:00"), (W2, "2026-11-27 24:00"), (W3, "2026-12-02 16:00")],
)
def test_a_pause_stops_the_clock(reading: Reading, due: str) -> None:
    stood = (pause("2026-11-25 09:00", "2026-11-25 12:00"),)
    assert deadline(reading, local("2026-11-24 10:00"), calendar(), stood) == local(due)


def test_a_pause_outside_what_counts_changes_nothing() -> None:
    night = (pause("2026-11-24 20:00", "2026-11-25 08:00"), pause("2026-11-28 00:00", "2026-11-29 24:00"))
    known = local("2026-11-24 10:00")
    assert deadline(W3, known, calendar(), night) == deadline(W3, known, calendar())
    late = (pause("2026-12-30 00:00", "2026-12-31 00:00"),)
    assert {
        deadline(one, known, calendar(), late) == deadline(one, known, calendar()) for one in READINGS.values()
    } == {True}


def test_pauses_that_overlap_count_once() -> None:
    one = pause("2026-11-25 09:00", "2026-11-25 11:00")
    two = pause("2026-11-25 10:00", "2026-11-25 12:00")
    three = pause("2026-11-25 09:00", "2026-11-25 12:00")
    known = local("2026-11-24 10:00")
    assert deadline(W1, known, calendar(), (two, one)) == deadline(W1, known, calendar(), (three,))


def test_a_clock_that_starts_in_a_pause_starts_when_it_ends() -> None:
    stood = (pause("2026-11-24 08:00", "2026-11-24 15:00"),)
    assert deadline(W1, local("2026-11-24 10:00"), calendar(), stood) == local("2026-11-26 15:00")


@pytest.mark.parametrize(
    ("until", "run"),
    [
        ("2026-12-04 16:00", timedelta()),
        ("2026-12-04 17:00", timedelta()),
        ("2026-12-05 12:00", timedelta(hours=1)),
        ("2026-12-07 09:30", timedelta(hours=1, minutes=30)),
        ("2026-12-08 12:00", timedelta(hours=10)),
        ("2026-12-15 11:00", HOURS_48),
        ("2026-12-15 13:00", HOURS_48 + timedelta(hours=2)),
    ],
)
def test_elapsed_counts_office_hours(until: str, run: timedelta) -> None:
    assert elapsed(W3, local("2026-12-04 17:00"), local(until), calendar()) == run


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="a clock needs a time zone"):
        deadline(W1, datetime(2026, 11, 24, 10), calendar())  # noqa: DTZ001  the fault is the point


def test_a_deadline_beyond_the_data_is_refused() -> None:
    with pytest.raises(ValueError, match="holidays are known from"):
        deadline(W1, local("2099-12-31 12:00"), calendar())


def test_the_calendar_names_the_holidays_it_kept() -> None:
    kept = calendar(Region.MADEIRA, "Funchal", municipal=True).kept(date(2026, 8, 1), date(2026, 9, 1))
    assert [holiday.on for holiday in kept] == [date(2026, 8, 15), date(2026, 8, 21)]
    assert not calendar().is_working(date(2026, 8, 15))
    assert not calendar().is_holiday(date(2026, 8, 16))


def test_a_day_that_no_rule_gives_can_be_closed() -> None:
    eve = calendar().without(date(2026, 12, 24))
    assert eve.is_holiday(date(2026, 12, 24))
    assert deadline(W1, local("2026-12-23 12:00"), eve) == local("2026-12-29 12:00")


def test_elapsed_over_a_clock_change_is_the_same_in_any_zone() -> None:
    known, until = local("2026-03-28 12:00"), local("2026-03-29 12:00")
    assert elapsed(W0, known, until, calendar()) == timedelta(hours=23)
    assert elapsed(W0, known.astimezone(UTC), until.astimezone(UTC), calendar()) == timedelta(hours=23)
