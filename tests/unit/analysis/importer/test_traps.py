"""Every trap that real logs hold: what is taken, what is left out, what is asked, and nothing guessed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analysis.importer.quantity import CellError, quantity, rate_bps
from analysis.importer.timing.moment import moment
from analysis.importer.told import Why
from collector.envelope import TimeFrom
from probe.body.speed_test import Direction, Failure
from tests.unit.analysis.importer.rig import read

HEAD = "timestamp,download_mbps,upload_mbps,ping_ms"
LISBON = "Europe/Lisbon"


def at(*times: str) -> list[str]:
    """Rows of those times, each with a speed of its own."""
    return [HEAD, *(f"{time},{index + 1},1,1" for index, time in enumerate(times))]


# Units


@pytest.mark.parametrize(
    ("cell", "unit", "bps"),
    [
        ("94.5", "Mbit/s", 94_500_000),
        ("94.5 Mbit/s", "Mbit/s", 94_500_000),
        ("94.5 Mb/s", None, 94_500_000),
        ("94.5Mbps", None, 94_500_000),
        ("94.5 mbps", None, 94_500_000),
        ("11.5 MB/s", None, 92_000_000),
        ("11.5 MByte/s", None, 92_000_000),
        ("800 kbit/s", None, 800_000),
        ("1.5 Gbit/s", None, 1_500_000_000),
        ("11750000", "B/s", 94_000_000),
        ("9.4e7", "bit/s", 94_000_000),
        ("94,5", "Mbit/s", 94_500_000),
        ("1.094,5", "Mbit/s", 1_094_500_000),
        ("1,094.5", "Mbit/s", 1_094_500_000),
        ("1 094.5", "Mbit/s", 1_094_500_000),
        ("1,094,500", "bit/s", 1_094_500),
    ],
)
def test_a_rate_is_read_with_the_unit_it_has(cell: str, unit: str | None, bps: int) -> None:
    assert rate_bps(cell, unit) == bps


@pytest.mark.parametrize(
    ("cell", "unit", "why"),
    [
        ("94.5 mb/s", None, Why.UNCLEAR_UNIT),
        ("94.5 MBPS", None, Why.UNCLEAR_UNIT),
        ("94.5", None, Why.UNCLEAR_UNIT),
        ("94.5 furlongs", None, Why.UNCLEAR_UNIT),
        ("11.5 MB/s", "Mbit/s", Why.CONTRADICTED_UNIT),
        ("1,094", "Mbit/s", Why.UNCLEAR_NUMBER),
        ("-5", "Mbit/s", Why.BAD_NUMBER),
        ("nan", "Mbit/s", Why.BAD_NUMBER),
        ("inf", "Mbit/s", Why.BAD_NUMBER),
        ("1e999", "bit/s", Why.BAD_NUMBER),
        ("=1+1", "Mbit/s", Why.BAD_NUMBER),
        ('=HYPERLINK("http://x")', "Mbit/s", Why.BAD_NUMBER),
        ("1,09,5", "Mbit/s", Why.BAD_NUMBER),
        ("٩٤", "Mbit/s", Why.BAD_NUMBER),
        ("9e15", "Mbit/s", Why.IMPOSSIBLE_RATE),
    ],
)
def test_a_rate_that_may_mean_two_things_means_none(cell: str, unit: str | None, why: Why) -> None:
    with pytest.raises(CellError) as caught:
        rate_bps(cell, unit)
    assert caught.value.why is why


def test_a_known_decimal_sign_makes_a_number_clear() -> None:
    assert quantity("1,094", ",").number == 1.094
    assert quantity("1,094", ".").number == 1094
    assert quantity("1.094", ",").number == 1094


def test_units_in_the_cells_may_change_and_one_that_contradicts_its_column_is_left_out(tmp_path: Path) -> None:
    rows = ["94.5 Mbit/s", "94.5Mb/s", "94.5 MBit/s", "11.5 MB/s", "0.5 Gbit/s"]
    found = read(tmp_path, [HEAD, *(f"2026-03-0{day}T12:00:00Z,{cell},1,1" for day, cell in enumerate(rows, 1))])
    assert found.mbps() == [94.5, 94.5, 94.5]
    assert found.left == {Why.CONTRADICTED_UNIT: 2}
    assert [left.place for left in found.examples(Why.CONTRADICTED_UNIT)] == [5, 6]
    assert len(found.of(Direction.UPLOAD)) == 5, "the other direction of the same row counts"


def test_a_column_that_cannot_be_in_its_unit_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, [HEAD, *(f"2026-03-0{day}T12:00:00Z,94500000,11000000,1" for day in range(1, 9))])
    assert found.asked == ["--mapping"]
    assert "unit" in found.survey.questions[0].sentence


# Clocks


def test_a_time_without_its_zone_is_asked_for_and_one_with_it_is_not(tmp_path: Path) -> None:
    assert read(tmp_path, at("2026-03-01 12:00:00", "2026-03-01T13:00:00Z")).asked == ["--timezone"]
    assert read(tmp_path, at("2026-03-01T12:00:00+01:00", "2026-03-01T13:00:00Z")).asked == []
    found = read(tmp_path, at("2026-07-01 12:00:00", "2026-07-01T13:00:00Z"), timezone=LISBON)
    assert found.times() == ["2026-07-01T11:00:00", "2026-07-01T13:00:00"]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-01T12:00:00.5Z", "2026-03-01T12:00:00.500000+00:00"),
        ("2026-03-01 12:00", "2026-03-01T12:00:00"),
        ("2026/3/1 9:05:07", "2026-03-01T09:05:07"),
        ("2026-03-01 12:30:00 AM", "2026-03-01T00:30:00"),
        ("2026-03-01 12:30:00 pm", "2026-03-01T12:30:00"),
        ("1772366400.5", "2026-03-01T12:00:00.500000+00:00"),
        ("1772366400500", "2026-03-01T12:00:00.500000+00:00"),
        ("2026-03-01T12:00:00-0330", "2026-03-01T15:30:00+00:00"),
    ],
)
def test_times_are_read_in_the_forms_that_tools_write(text: str, iso: str) -> None:
    assert moment(text, "auto").isoformat() == iso


@pytest.mark.parametrize(
    "text",
    ["03/04/2026 12:00", "2026-02-30 12:00", "2026-03-01", "13:00:00 PM", "1970-01-01T00:00:00Z", "2026-03-01 25:00"],
)
def test_a_time_that_may_be_another_or_none_is_no_time(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the caller counts it, whatever it says
        moment(text, "auto")


def test_times_none_of_which_can_be_read_are_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, at("03/04/2026 12:00", "03/05/2026 12:00"))
    assert found.asked == ["--mapping"]
    assert "'03/05/2026 12:00'" in found.survey.questions[0].sentence
    assert read(tmp_path, at("03/04/2026 12:00", "2026-03-01T12:00:00Z")).left == {Why.BAD_TIME: 1}


def test_the_repeated_hour_is_told_apart_where_the_rows_step_back_once(tmp_path: Path) -> None:
    clock = ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"]
    found = read(tmp_path, at(*(f"2026-10-25 {time}:00" for time in clock)), timezone=LISBON)
    assert [time[11:16] for time in found.times()] == ["23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]
    assert found.tally.time_from == {TimeFrom.LOG: 4, TimeFrom.ROW_ORDER: 8}


def test_the_repeated_hour_is_told_apart_in_a_file_that_runs_backwards(tmp_path: Path) -> None:
    clock = ["02:00", "01:30", "01:00", "01:30", "01:00", "00:30"]
    found = read(tmp_path, at(*(f"2026-10-25 {time}:00" for time in clock)), timezone=LISBON)
    assert [time[11:16] for time in found.times()] == ["02:00", "01:30", "01:00", "00:30", "00:00", "23:30"]


@pytest.mark.parametrize(
    "clock",
    [
        ["00:30", "01:00", "01:30", "02:00"],  # either hour
        ["00:30", "01:00", "01:00", "01:30", "01:30", "02:00"],  # sorted: steps twice
        ["01:00", "01:30", "01:00", "01:30"],  # nothing around it
    ],
)
def test_the_repeated_hour_is_left_out_where_the_order_does_not_tell(tmp_path: Path, clock: list[str]) -> None:
    found = read(tmp_path, at(*(f"2026-10-25 {time}:00" for time in clock)), timezone=LISBON)
    assert found.left == {Why.REPEATED_TIME: sum(time.startswith("01") for time in clock)}
    assert len(found.of()) == sum(not time.startswith("01") for time in clock)


def test_the_skipped_hour_never_was(tmp_path: Path) -> None:
    found = read(tmp_path, at("2026-03-29 00:30:00", "2026-03-29 01:30:00", "2026-03-29 02:30:00"), timezone=LISBON)
    assert found.left == {Why.SKIPPED_TIME: 1}
    assert [time[11:16] for time in found.times()] == ["00:30", "01:30"]


def twelve_hours(days: int = 3) -> list[str]:
    return [
        f"2026-03-0{day} {(hour - 1) % 12 + 1:02}:{minute:02}:00"
        for day in range(1, days + 1)
        for hour in range(24)
        for minute in (0, 30)
    ]


def test_a_clock_of_twelve_hours_is_asked_about_and_told_apart_by_the_rows(tmp_path: Path) -> None:
    rows = at(*twelve_hours())
    assert read(tmp_path, rows, timezone="UTC").asked == ["--clock"]
    found = read(tmp_path, rows, timezone="UTC", half_days=True)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    assert [test.started_at for test in found.of()] == [start + n * timedelta(minutes=30) for n in range(144)]
    assert found.left == {}


def test_a_clock_of_twelve_hours_with_a_gap_is_left_out_for_that_day(tmp_path: Path) -> None:
    whole = twelve_hours()
    gap = [*whole[:48], *whole[60:76], *whole[96:]]
    found = read(tmp_path, at(*gap), timezone="UTC", half_days=True)
    assert found.left == {Why.HALF_DAY_UNKNOWN: 16}
    assert len(found.of()) == 96


@pytest.mark.parametrize(
    "times", [[f"2026-03-0{day} {hour:02}:00:00" for day in (1, 2, 3) for hour in range(24)], ["2026-03-01 01:00:00"]]
)
def test_a_clock_of_24_hours_is_not_asked_about(tmp_path: Path, times: list[str]) -> None:
    assert read(tmp_path, at(*times), timezone="UTC").asked == []


def test_a_clock_that_stands_still_dates_nothing(tmp_path: Path) -> None:
    still = "2026-03-01T12:00:00Z"
    found = read(tmp_path, at("2026-03-01T11:00:00Z", still, still, still, still, "2026-03-01T13:00:00Z"))
    assert found.left == {Why.FROZEN_CLOCK: 4}
    assert found.mbps() == [1.0, 6.0]


def test_two_programs_in_one_file_may_write_at_one_time(tmp_path: Path) -> None:
    found = read(tmp_path, at("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"))
    assert found.left == {}
    assert found.mbps() == [1.0, 2.0, 3.0]


def test_a_row_written_many_times_is_no_frozen_clock(tmp_path: Path) -> None:
    row = "2026-03-01T12:00:00Z,94,1,1"
    assert read(tmp_path, [HEAD, row, row, row, row]).left == {}


def test_a_time_still_to_come_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, at("2027-01-02T00:00:00Z")).left == {Why.FUTURE_TIME: 1}


def test_rows_out_of_order_are_taken_as_they_are(tmp_path: Path) -> None:
    found = read(tmp_path, at("2026-03-01T13:00:00Z", "2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z"))
    assert [time[11:13] for time in found.times()] == ["13", "11", "12"]
    assert found.left == {}


# Damage


def test_nul_padding_repeated_headers_and_torn_rows_are_counted(tmp_path: Path) -> None:
    data = (
        f"{HEAD}\n2026-03-01T12:00:00Z,94,1,1\n".encode()
        + b"\0" * 500
        + b"\n\0\0\0\n"
        + f"{HEAD}\n2026-03-01T13:00:00Z,95,1,1\n2026-03-01T14:0".encode()
    )
    found = read(tmp_path, data)
    assert found.mbps() == [94.0, 95.0]
    assert found.left == {Why.NUL_PADDING: 2, Why.REPEATED_HEADER: 1, Why.NOT_A_ROW: 1}


def test_another_known_header_midway_counts_from_there_on(tmp_path: Path) -> None:
    other = "Timestamp,Server Name,Address,Ping,Jitter,Download,Upload,Share,IP"
    row = "2026-03-02T12:00:00Z,S,https://s.example,1,1,50,5,,192.0.2.1"
    found = read(tmp_path, [HEAD, "2026-03-01T12:00:00Z,94,1,1", other, row])
    assert found.mbps() == [94.0, 50.0]
    assert found.survey.formats == ("generic", "librespeed-csv")


def test_columns_may_stand_in_any_order_beside_others_and_with_a_mark(tmp_path: Path) -> None:
    text = "\ufeffnote;Ping_ms;UPLOAD_MBPS;Download Mbps;Timestamp\nx;1;11,5;94,5;2026-03-01T12:00:00Z\n"
    found = read(tmp_path, text.encode())
    assert (found.mbps(), found.encoding) == ([94.5], "utf-8-sig")


@pytest.mark.parametrize(("encoding", "named"), [("cp1252", "cp1252"), ("utf-16", "utf-16"), ("utf-8", "utf-8")])
def test_encodings_are_told_and_named(tmp_path: Path, encoding: str, named: str) -> None:
    found = read(tmp_path, f"{HEAD},server\r\n2026-03-01T12:00:00Z,94,1,1,São João\r\n".encode(encoding))
    assert (found.of()[0].server, found.encoding) == ("São João", named)


def test_a_quote_that_is_never_closed_costs_a_few_rows_and_says_so(tmp_path: Path) -> None:
    rows = [f"2026-03-01T12:{minute:02}:00Z,94,1,1" for minute in range(60)]
    found = read(tmp_path, [HEAD, *rows[:10], '"torn', *rows[10:]])
    assert found.left == {Why.NOT_A_ROW: 1}
    assert len(found.of()) == 60


def test_a_sign_at_the_end_of_each_row_adds_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, [HEAD, "2026-03-01T12:00:00Z,94,1,1,,", "2026-03-01T13:00:00Z,95,1,1,more"])
    assert found.mbps() == [94.0]
    assert found.left == {Why.NOT_A_ROW: 1}


def test_cells_may_go_on_over_lines_within_quotes(tmp_path: Path) -> None:
    found = read(tmp_path, f'{HEAD},server\n2026-03-01T12:00:00Z,94,1,1,"two\nlines"\n2026-03-01T13:00:00Z,95,1,1,x\n')
    assert found.mbps() == [94.0, 95.0]


# Failures


def test_error_lines_are_failed_tests_between_their_neighbours_and_never_a_speed_of_zero(tmp_path: Path) -> None:
    lines = [
        HEAD,
        "ERROR: before anything",
        "2026-03-01T12:00:00Z,94,1,1",
        "Cannot retrieve speedtest configuration",
        "ERROR: <urlopen error [Errno -3] Temporary failure in name resolution>",
        "2026-03-01T15:00:00Z,95,1,1",
        "garbage without meaning",
        "2026-03-03T15:00:00Z,96,1,1",
        "timed out",
        "2026-03-05T16:00:00Z,97,1,1",
        "Connection refused",
    ]
    found = read(tmp_path, lines)
    failed = [test for test in found.of() if test.failure]
    assert [(test.failure, f"{test.started_at:%H:%M}") for test in failed] == [
        (Failure.NOT_TOLD, "13:00"),
        (Failure.NAME_NOT_RESOLVED, "14:00"),
    ]
    assert {test.time_from for test in failed} == {TimeFrom.NEIGHBOURS}
    assert all(test.rate_bps is None for test in failed)
    assert found.left == {Why.NO_TIME: 3, Why.NOT_A_ROW: 1}


def test_nothing_that_was_read_is_lost_between_taken_and_left(tmp_path: Path) -> None:
    """Every row is a test in each direction that it measured, or counted under a reason."""
    zone = ZoneInfo(LISBON)
    local = [(datetime(2026, 10, 24, tzinfo=UTC) + n * timedelta(minutes=10)).astimezone(zone) for n in range(400)]
    rows = [f"{time:%Y-%m-%d %H:%M:%S},{n + 1},,1" if n % 7 else "" for n, time in enumerate(local)]
    found = read(tmp_path, [HEAD, *rows], timezone=LISBON)
    expected = [f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" for n, time in enumerate(local) if n % 7]
    assert found.times() == expected
    assert found.left == {}
