"""Laws that every legal clock obeys, and an oracle that counts minute by minute."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.clocks import package_data
from analysis.clocks.holiday import Place
from analysis.clocks.reading import SWITCHES, Count, Pause, PauseReason, Reading, Switches
from analysis.clocks.term import calendar_term, month_term, working_days_term
from analysis.clocks.working_calendar import Calendar
from analysis.clocks.working_time import deadline, elapsed
from analysis.contract import Line, Region
from analysis.period import Period

ZONES = {Region.MAINLAND: "Europe/Lisbon", Region.MADEIRA: "Atlantic/Madeira", Region.AZORES: "Atlantic/Azores"}
HOMES = {Region.MAINLAND: "Porto", Region.MADEIRA: "Funchal", Region.AZORES: None}
RULES = package_data.rules()
ALMANAC = package_data.almanac()
REPAIR = next(clock for clock in RULES.clocks if clock.id == "repair")
READINGS = {reading.id: reading for reading in REPAIR.readings}
HOURLY = [reading for reading in REPAIR.readings if reading.count is not Count.WORKING_DAYS]
FIRST = datetime(2012, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure


def calendar_of(region: Region, switches: Switches) -> Calendar:
    line = Line(id="casa", zone=ZoneInfo(ZONES[region]), municipality=HOMES[region], region=region)
    return Calendar(almanac=ALMANAC, line=line, seat=Place(Region.MAINLAND, "Lisboa"), switches=switches)


all_switches = st.builds(Switches, **{name: st.booleans() for name in SWITCHES})
calendars = st.builds(calendar_of, st.sampled_from(Region), all_switches)
readings = st.sampled_from(REPAIR.readings)
# Near clock changes, Easter and Christmas as often as anywhere.
instants = st.one_of(
    st.integers(0, 40 * 365 * 1440).map(lambda minutes: FIRST + minutes * MINUTE),
    st.builds(
        lambda near, minutes: near + minutes * MINUTE,
        st.sampled_from(
            [
                datetime(2026, month, day, tzinfo=UTC)
                for month, day in ((3, 29), (10, 25), (4, 2), (12, 23), (5, 22), (6, 9))
            ]
        ),
        st.integers(-4000, 4000),
    ),
)


@st.composite
def pauses_after(draw: st.DrawFn, known_at: datetime) -> tuple[Pause, ...]:
    spans = draw(st.lists(st.tuples(st.integers(-600, 20_000), st.integers(1, 3_000)), max_size=4))
    return tuple(
        Pause(Period(known_at + start * MINUTE, known_at + (start + length) * MINUTE), PauseReason.NO_ACCESS)
        for start, length in spans
    )


@patient
@given(readings, calendars, instants, st.integers(0, 10_000), st.data())
def test_knowing_later_never_brings_a_deadline_forward(
    reading: Reading, calendar: Calendar, known_at: datetime, later: int, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(known_at))
    assert deadline(reading, known_at, calendar, pauses) <= deadline(
        reading, known_at + later * MINUTE, calendar, pauses
    )


@patient
@given(readings, calendars, instants, st.data())
def test_at_its_deadline_the_whole_term_has_run_and_not_before(
    reading: Reading, calendar: Calendar, known_at: datetime, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(known_at))
    due_at = deadline(reading, known_at, calendar, pauses)
    assert elapsed(reading, known_at, due_at, calendar, pauses=pauses) == reading.term
    assert elapsed(reading, known_at, due_at - MINUTE, calendar, pauses=pauses) == reading.term - MINUTE


@patient
@given(readings, calendars, instants, st.integers(0, 20_000), st.integers(0, 5_000))
def test_elapsed_never_runs_backwards_nor_faster_than_time(
    reading: Reading, calendar: Calendar, known_at: datetime, until: int, more: int
) -> None:
    first_at = known_at + until * MINUTE
    run = elapsed(reading, known_at, first_at, calendar)
    then = elapsed(reading, known_at, first_at + more * MINUTE, calendar)
    assert timedelta() <= then - run <= more * MINUTE


@patient
@given(readings, calendars, instants, st.integers(1, 3_000), st.data())
def test_a_longer_or_further_pause_never_brings_a_deadline_forward(
    reading: Reading, calendar: Calendar, known_at: datetime, longer: int, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(known_at))
    stretched = tuple(
        replace(pause, period=Period(pause.period.start_at, pause.period.end_at + longer * MINUTE)) for pause in pauses
    )
    none, some, more = (deadline(reading, known_at, calendar, taken) for taken in ((), pauses, stretched))
    assert none <= some <= more
    assert deadline(reading, known_at, calendar, pauses[:-1]) <= some


@patient
@given(calendars, instants, st.data())
def test_readings_stand_in_order(calendar: Calendar, known_at: datetime, data: st.DataObject) -> None:
    pauses = data.draw(pauses_after(known_at))
    due = {name: deadline(reading, known_at, calendar, pauses) for name, reading in READINGS.items()}
    assert due["w0"] <= due["w1"] <= due["w2"]
    for window in ("w3-09-22", "w3-08-20", "w3-09-18"):
        assert due["w1"] <= due[window]
    assert due["w3-09-22"] <= due["w3-09-18"]
    assert due["w3-08-20"] <= due["w3-09-18"]
    if not pauses:  # a pause costs W2 a whole day, and the others only its own length
        assert due["w2"] <= min(due["w3-09-22"], due["w3-08-20"])


@settings(patient, max_examples=20)
@given(readings, st.sampled_from(Region), instants, st.data())
def test_every_setting_of_the_switches_lies_between_the_two_extremes(
    reading: Reading, region: Region, known_at: datetime, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(known_at))
    earliest = deadline(reading, known_at, calendar_of(region, Switches.for_customer()))
    latest = deadline(reading, known_at, calendar_of(region, Switches.for_operator()), pauses)
    for values in product((False, True), repeat=len(SWITCHES)):
        one = calendar_of(region, Switches(**dict(zip(SWITCHES, values, strict=True))))
        assert earliest <= deadline(reading, known_at, one) <= latest
        assert earliest <= deadline(reading, known_at, one, pauses) <= latest


def counts(reading: Reading, calendar: Calendar, at: datetime) -> bool:
    """Whether the minute that begins at `at` counts: asked of the wall clock, one minute at a time."""
    local = at.astimezone(calendar.line.zone)
    if reading.count is Count.CONSECUTIVE:
        return True
    holiday = any(one.on == local.date() for one in calendar.kept(local.date(), local.date() + timedelta(days=1)))
    weekend = local.weekday() == 6 or (local.weekday() == 5 and not calendar.switches.saturday)
    return not holiday and not weekend and reading.from_hour <= local.hour < reading.to_hour


@settings(patient, max_examples=12)
@given(st.sampled_from(HOURLY), calendars, instants, st.data())
def test_a_count_minute_by_minute_agrees(
    reading: Reading, calendar: Calendar, known_at: datetime, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_after(known_at))
    at, left = known_at, reading.term
    if calendar.switches.whole_hours:
        at += MINUTE
        while at.astimezone(calendar.line.zone).minute:
            at += MINUTE
    working: dict[tuple[date, int], bool] = {}
    while left:
        local = at.astimezone(calendar.line.zone)
        key = (local.date(), local.hour)
        if key not in working:
            working[key] = counts(reading, calendar, at)
        if working[key] and not any(at in pause.period for pause in pauses):
            left -= MINUTE
        at += MINUTE
    assert deadline(reading, known_at, calendar, pauses) == at


days = st.dates(date(2012, 1, 1), date(2050, 1, 1))


@patient
@given(days, calendars, st.integers(1, 60))
def test_a_term_in_days_ends_later_when_it_starts_later_or_is_longer(
    event_on: date, calendar: Calendar, length: int
) -> None:
    """By `counted_on` and `latest_at`; `on` itself may jump over a Saturday, as the law has it."""
    for term in (working_days_term, calendar_term, month_term):
        due = term(event_on, length, calendar)
        assert event_on < due.counted_on <= due.on
        assert due.last_at <= due.latest_at
        for after in (term(event_on + timedelta(days=1), length, calendar), term(event_on, length + 1, calendar)):
            assert due.counted_on <= after.counted_on
            assert due.latest_at <= after.latest_at


@patient
@given(days, calendars, st.integers(1, 30))
def test_a_term_in_working_days_holds_exactly_so_many(event_on: date, calendar: Calendar, length: int) -> None:
    due = working_days_term(event_on, length, calendar)
    between = (event_on + timedelta(days=n) for n in range(1, (due.on - event_on).days + 1))
    assert sum(calendar.is_working(day) for day in between) == length
    assert calendar.is_working(due.on)
