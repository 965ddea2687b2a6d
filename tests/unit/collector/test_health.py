"""How probes and intake fare, as points."""

from datetime import UTC, datetime, timedelta

from collector.envelope import Counts, ProbeState, Rejection, Remark
from collector.projection.health import lines_of_health
from probe.wire import Status

NOW = datetime(2026, 11, 21, 9, 0, 30, tzinfo=UTC)
NOTHING = Counts(accepted=0, duplicate=0, rejected={})


def _state(*, heard: bool = True, status: Status | None = Status.LOST) -> ProbeState:
    at = NOW - timedelta(seconds=90) if heard else None
    return ProbeState(
        probe="p1",
        line="casa",
        enrolled_at=NOW,
        record_count=90 if heard else 0,
        last_sequence=100 if heard else 0,
        last_record_at=at,
        last_received_at=at,
        status=status,
        status_at=None if status is None else at,
    )


def test_a_probe_is_told_of_with_what_is_missing_and_for_how_long_it_is_silent() -> None:
    (line,) = lines_of_health([_state()], NOTHING, NOW)[:1]
    own, fields, at = line.split(" ")
    assert own == "probe,line=casa,probe=p1"
    assert fields == 'status="lost",lost=1i,silent_s=90.0,record_count=90i,missing_count=10i'
    assert int(at) == int(NOW.replace(second=0).timestamp()) * 10**9


def test_what_was_never_said_or_heard_is_left_out_and_not_zero() -> None:
    (line,) = lines_of_health([_state(heard=False, status=None)], NOTHING, NOW)[:1]
    assert line.split(" ")[1] == "record_count=0i,missing_count=0i"


def test_two_looks_in_a_minute_are_one_point() -> None:
    one, other = (lines_of_health([_state()], NOTHING, NOW + timedelta(seconds=late)) for late in (0, 29))
    assert [line.rsplit(" ")[-1] for line in one] == [line.rsplit(" ")[-1] for line in other]


def test_messages_are_counted_by_outcome_and_reason() -> None:
    counts = Counts(accepted=7, duplicate=1, rejected={Rejection.SIGNATURE: 2}, remarked={Remark.CHAIN_GAP: 3})
    told = [line.rsplit(" ", 1)[0] for line in lines_of_health([], counts, NOW)]
    assert told == [
        "message,outcome=accepted count=7i",
        "message,outcome=duplicate count=1i",
        "message,outcome=passed_over count=0i",
        "message,outcome=rejected,reason=signature count=2i",
        "message,outcome=remarked,reason=chain_gap count=3i",
    ]
