from datetime import timedelta

from analysis.finding import Reason, Verdict
from dashboards.web.part.line_now import line_now
from dashboards.web.part.shown import Fact, Tone
from probe.body.speed_test import Direction, Failure, Limit
from probe.wire import Status
from tests.unit.dashboards.readings import NOW, a_judged_test, a_minute, a_probe, a_reading, an_empty_reading
from tests.unit.dashboards.test_voice import EN

THEN = NOW - timedelta(minutes=3)


def download(*tests: object) -> Fact:
    return line_now(a_reading(latest_tests=tests), EN).tests[0]


def test_a_result_names_its_layer_its_time_its_latency_and_its_limit() -> None:
    shown = download(a_judged_test(at=THEN, ip_mbps=1000, loaded_rtt_ms=23.4, limited_by=Limit.RECEIVER_WINDOW))
    assert shown.value == "965.3 Mbit/s"
    assert shown.notes == (
        "TCP payload; 1000 Mbit/s as IP packets",
        "Contract: maximum = normally available: 1000 Mbit/s; minimum: 400 Mbit/s",
        "21 Nov, 18:37 (3 minutes ago)",
        "Latency: 8.0 ms idle, 23.4 ms under load",
        "Limited by the receiver's window, not by the network",
        "Server: wss://measure.example",
    )


def test_a_rate_that_was_not_carried_up_to_packets_names_its_layer_alone() -> None:
    assert download(a_judged_test(at=THEN, ip_rate_bps=None)).notes[0] == "TCP payload"


def test_a_direction_without_a_test_is_not_measured_and_not_zero() -> None:
    assert [test.value for test in line_now(an_empty_reading(), EN).tests] == ["not measured", "not measured"]


def test_a_latency_that_was_not_measured_is_said_so() -> None:
    assert "Latency: 8.0 ms idle, not measured under load" in download(a_judged_test(at=THEN)).notes


def test_a_failed_test_says_why_and_shows_the_last_result_beside() -> None:
    before = a_judged_test(at=THEN - timedelta(hours=1), ip_mbps=1000)
    shown = download(before, a_judged_test(at=THEN, failure=Failure.TIMED_OUT))
    assert (shown.value, shown.tone) == ("No result", Tone.BAD)
    assert shown.notes == (
        "Failed: it timed out",
        "21 Nov, 18:37 (3 minutes ago)",
        "Last result: 965.3 Mbit/s on 21 Nov, 17:37",
    )


def test_a_test_that_does_not_fully_count_says_why() -> None:
    reasons = (Reason.WIRELESS, Reason.CPU_BUSY)
    shown = download(a_judged_test(at=THEN, valid_for=(Verdict.MET,), reasons=reasons))
    assert shown.notes[-1] == (
        "Can only show that the promise was met, not that it was breached: measured over Wi-Fi, processor busy."
    )
    shown = download(a_judged_test(at=THEN, valid_for=(), reasons=(Reason.DEMONSTRATION_SERVER,)))
    assert shown.notes[-1] == "Does not count: demonstration server."


def test_each_direction_shows_its_own_newest_test() -> None:
    tests = (
        a_judged_test(at=THEN, ip_mbps=900),
        a_judged_test(at=THEN, ip_mbps=205, direction=Direction.UPLOAD),
        a_judged_test(at=THEN + timedelta(minutes=1), ip_mbps=1000),
    )
    assert [test.value for test in line_now(a_reading(latest_tests=tests), EN).tests] == [
        "965.3 Mbit/s",
        "197.8 Mbit/s",
    ]


def test_a_target_shows_its_last_answer_and_how_many_were_missed() -> None:
    targets = line_now(a_reading(minutes=a_minute(router="##########..", internet="------------")), EN).targets
    assert [(target.value, target.tone) for target in targets] == [("9.0 ms", Tone.GOOD), ("Not asked", Tone.UNKNOWN)]
    assert targets[0].notes == ("10 of 12 answered in the last minute measured",)
    assert targets[1].notes == ()


def test_a_target_without_an_answer_has_no_time() -> None:
    targets = line_now(a_reading(minutes=a_minute(router="....", internet="nnnn")), EN).targets
    assert [(target.value, target.tone) for target in targets] == [
        ("No answer", Tone.BAD),
        ("Name not found", Tone.BAD),
    ]


def test_an_old_round_trip_carries_its_time() -> None:
    targets = line_now(a_reading(minutes=a_minute(ended=timedelta(hours=2))), EN).targets
    assert targets[0].notes[-1] == "measured 21 Nov, 16:40"


def test_a_probe_is_active_silent_or_has_nothing_yet() -> None:
    probes = (
        a_probe(status=Status.ONLINE),
        a_probe(last_record_at=NOW - timedelta(hours=3), last_sequence=43_212, status=Status.LOST),
        a_probe(last_record_at=None, record_count=0, last_sequence=0),
    )
    active, silent, fresh = line_now(a_reading(probes=probes), EN).probes
    assert (active.value, active.tone) == ("Active, last measurement 1 minute ago", Tone.GOOD)
    assert (silent.value, silent.tone) == ("Silent, last measurement 3 hours ago", Tone.UNKNOWN)
    assert silent.notes == ("43,210 records kept", "2 records missing (on their way or lost)", "Status: contact lost")
    assert (fresh.value, fresh.notes) == ("Enrolled, nothing measured yet", ())
