from datetime import timedelta

from analysis.finding import Reason, Verdict
from dashboards.web.part.shown import Tone
from dashboards.web.part.trials import DRAWN_MOST, LISTED_MOST, trials
from probe.body.speed_test import Direction, Failure
from tests.unit.dashboards.readings import NOW, a_judged_test, a_reading, an_empty_reading, parsed, some_tests
from tests.unit.dashboards.test_voice import DASH, EN


def marks(svg: str) -> list[str]:
    return [use.get("href", "") for use in parsed(svg).iter("use")]


def test_each_kind_of_test_has_its_own_mark() -> None:
    at = NOW - timedelta(hours=2)
    tests = (
        a_judged_test(at=at),
        a_judged_test(at=at, valid_for=(Verdict.MET,), reasons=(Reason.WIRELESS,)),
        a_judged_test(at=at, failure=Failure.REFUSED, valid_for=(), reasons=(Reason.FAILED,)),
        a_judged_test(at=at, direction=Direction.UPLOAD),
    )
    download, upload = trials(a_reading(tests=tests), EN).pictures
    assert marks(download.svg) == ["#mark-full", "#mark-partial", "#mark-failed"]
    assert marks(upload.svg) == ["#mark-full"]
    assert parsed(download.svg).findtext("desc") == "3 tests. 1 failed. From 1010 Mbit/s to 1010 Mbit/s."


def test_promises_of_the_same_speed_share_a_line() -> None:
    download = trials(a_reading(), EN).pictures[0]
    assert [one.text for one in download.legend] == ["maximum = normally available: 1000 Mbit/s", "minimum: 400 Mbit/s"]
    levels = [line.get("class") for line in parsed(download.svg).iter("line")]
    assert [one for one in levels if one and one.startswith("level")] == ["level normal", "level minimum"]


def test_without_a_contract_there_is_no_line_of_a_promise() -> None:
    shown = trials(a_reading(contract=None, report=None), EN)
    assert all(picture.legend == () for picture in shown.pictures)


def test_the_table_lists_layers_latencies_and_reasons_newest_first() -> None:
    at = NOW - timedelta(hours=2)
    tests = (
        a_judged_test(at=at, ip_mbps=1000, loaded_rtt_ms=20.0),
        a_judged_test(at=at + timedelta(minutes=1), valid_for=(), reasons=(Reason.SERVER_ON_THIS_MACHINE,)),
        a_judged_test(at=at + timedelta(minutes=2), failure=Failure.CUT_SHORT, idle_rtt_ms=None),
    )
    table = trials(a_reading(tests=tests), EN).table
    assert table is not None
    failed, aside, good = table.rows
    assert failed.cells[1:] == ("Download", "Failed: the connection ended during the test", DASH, DASH, DASH, DASH)
    assert aside.cells[-1] == "Does not count: server on this machine."
    assert good.cells == ("21 Nov, 16:40", "Download", "965.3 Mbit/s", "1000 Mbit/s", "8.0 ms", "20.0 ms", DASH)
    assert [failed.tone, aside.tone, good.tone] == [Tone.BAD, Tone.UNKNOWN, Tone.NOTE]
    assert all(len(row.cells) == len(table.columns) for row in table.rows)


def test_a_crowded_window_is_cut_to_its_newest_and_says_so() -> None:
    crowd = some_tests(every=timedelta(minutes=4))
    shown = trials(a_reading(tests=crowd), EN)
    assert [len(marks(picture.svg)) for picture in shown.pictures] == [DRAWN_MOST, DRAWN_MOST]
    assert shown.table is not None
    assert len(shown.table.rows) == LISTED_MOST
    assert shown.table.note == f"{len(crowd) - LISTED_MOST} more tests in this period: prova show tests."
    assert shown.note == f"Only the newest {DRAWN_MOST} tests of each direction are drawn."


def test_a_window_of_failures_alone_has_a_scale_of_real_speeds() -> None:
    shown = trials(a_reading(contract=None, tests=(a_judged_test(at=NOW, failure=Failure.REFUSED),)), EN)
    steps = [text.text for text in parsed(shown.pictures[0].svg).iter("text") if text.get("class") == "step"]
    assert steps == ["0", "20", "40", "60", "80", "100"]


def test_a_window_without_tests_has_a_sentence_and_no_empty_chart() -> None:
    shown = trials(an_empty_reading(), EN)
    assert shown.absent
    assert shown.pictures == ()
    assert shown.table is None
