from datetime import UTC, datetime, timedelta

import pytest

from analysis.ledger import build, down_periods, so_far
from analysis.period import Period
from analysis.report import Ledger, State
from collector.envelope import StoredRecord
from probe.body.reachability import Reachability, Role
from tests.build import AT, MINUTE, a_reachability_minute, a_record, a_target, stored

GOOD = "############"
PERIOD = Period(AT, AT + 5 * MINUTE)


def minutes(*answers: str, probe: str = "p1") -> list[StoredRecord]:
    """One record a minute; each string is what its targets answered; an empty one is a minute without a record."""
    bodies = [a_reachability_minute(answers=marks) if marks else None for marks in answers]
    return [
        stored(a_record(body=body, at=AT + number * MINUTE, sequence=number + 1, probe=probe))
        for number, body in enumerate(bodies)
        if body is not None
    ]


def body(**targets: str) -> Reachability:
    """A minute with targets of these roles, each with its own answers; a role is given once, its number behind it."""
    return Reachability(
        interval_s=5,
        targets=tuple(
            a_target(target=f"{name}.example", role=Role(name.rstrip("0123456789")), answers=answers)
            for name, answers in targets.items()
        ),
    )


def seconds(ledger: Ledger) -> tuple[float, float, float]:
    return ledger.seconds(State.UP), ledger.seconds(State.DOWN), ledger.seconds(State.UNOBSERVED)


def test_a_line_that_answers_is_up_until_the_last_answer() -> None:
    ledger = build(minutes(GOOD, GOOD, GOOD, GOOD, GOOD), PERIOD)
    assert seconds(ledger) == (295, 0, 5)


def test_three_silent_instants_are_down_from_the_first_to_the_last() -> None:
    ledger = build(minutes(GOOD, "####...#####", GOOD, GOOD, GOOD), PERIOD)
    assert ledger.seconds(State.DOWN) == 10
    (cut,) = down_periods(ledger)
    assert (cut.start_at, cut.end_at) == (AT + timedelta(seconds=80), AT + timedelta(seconds=90))


def test_two_silent_instants_are_loss() -> None:
    assert build(minutes(GOOD, "####..######", GOOD, GOOD, GOOD), PERIOD).seconds(State.DOWN) == 0


def test_an_outage_runs_on_over_records() -> None:
    ledger = build(minutes(GOOD, "##########..", "............", "..##########", GOOD), PERIOD)
    assert ledger.seconds(State.DOWN) == 75


def test_one_target_that_answers_keeps_the_line_up() -> None:
    record = a_record(body=body(internet1="............", internet2="############", server="............"))
    assert build([stored(record)], Period(AT, AT + MINUTE)).seconds(State.DOWN) == 0


@pytest.mark.parametrize(
    ("targets", "down_s"),
    [
        ({"internet1": "............"}, 55),
        ({"internet1": "............", "internet2": "------------"}, 0),
        ({"internet1": "............", "internet2": "nnnnnnnnnnnn"}, 0),
        ({"internet1": "............", "internet2": "............", "server": "nnnnnnnnnnnn"}, 55),
        ({"internet1": "------------", "internet2": "------------"}, 0),
        ({"gateway": "............"}, 0),
    ],
)
def test_what_could_not_be_asked_is_no_miss(targets: dict[str, str], down_s: float) -> None:
    ledger = build([stored(a_record(body=body(**targets)))], Period(AT, AT + MINUTE))
    assert ledger.seconds(State.DOWN) == down_s
    assert ledger.seconds(State.UP) == 0


def test_this_very_machine_says_nothing_of_the_line() -> None:
    target = a_target(answers=GOOD, role=Role.SERVER, loopback=True)
    record = a_record(body=Reachability(interval_s=5, targets=(target,)))
    assert seconds(build([stored(record)], Period(AT, AT + MINUTE))) == (0, 0, 60)


def test_a_gap_longer_than_three_intervals_is_unobserved() -> None:
    assert build(minutes("#  #########"), Period(AT, AT + MINUTE)).seconds(State.UNOBSERVED) == 5
    assert build(minutes("#   ########"), Period(AT, AT + MINUTE)).seconds(State.UNOBSERVED) == 25


def test_a_gap_between_silences_is_not_down() -> None:
    ledger = build(minutes("#########...", "", "...#########", GOOD, GOOD), PERIOD)
    assert ledger.seconds(State.DOWN) == 20
    assert ledger.seconds(State.UNOBSERVED) == 70


def test_silence_alone_with_no_answer_around_it_is_unobserved_unless_long_enough() -> None:
    assert seconds(build(minutes("..          "), Period(AT, AT + MINUTE))) == (0, 0, 60)
    assert seconds(build(minutes("...         "), Period(AT, AT + MINUTE))) == (0, 10, 50)


def test_time_between_boots_is_unobserved_however_short() -> None:
    before = stored(a_record(body=a_reachability_minute(answers=GOOD), boot_id="one"))
    after = stored(a_record(body=a_reachability_minute(answers=GOOD), at=AT + MINUTE, sequence=2, boot_id="two"))
    assert build([before, after], Period(AT, AT + 2 * MINUTE)).seconds(State.UNOBSERVED) == 10


def test_silences_before_and_after_a_boot_are_not_in_a_row() -> None:
    before = stored(a_record(body=a_reachability_minute(answers="##########.."), boot_id="one"))
    after = stored(
        a_record(body=a_reachability_minute(answers="..##########"), at=AT + MINUTE, sequence=2, boot_id="two")
    )
    assert build([before, after], Period(AT, AT + 2 * MINUTE)).seconds(State.DOWN) == 0


def test_of_two_probes_the_one_that_saw_it_up_is_right() -> None:
    mine, other = minutes("####.....###"), minutes("############", probe="p2")
    both = build(mine + other, Period(AT, AT + MINUTE))
    assert seconds(both) == (55, 0, 5)


def test_where_one_probe_is_away_the_others_outage_stands() -> None:
    mine, other = minutes(GOOD, "............", GOOD), minutes(GOOD, "", GOOD, probe="p2")
    assert build(mine + other, Period(AT, AT + 3 * MINUTE)).seconds(State.DOWN) == 55


def test_the_way_to_the_router_is_its_own_ledger() -> None:
    record = stored(a_record(body=body(gateway="############", internet="............")))
    period = Period(AT, AT + MINUTE)
    assert seconds(build([record], period, Role.GATEWAY)) == (55, 0, 5)
    assert seconds(build([record], period)) == (0, 55, 5)


def test_a_clock_that_goes_back_makes_no_outage_and_no_time() -> None:
    before = minutes("############", "############")
    after = stored(
        a_record(
            body=a_reachability_minute(answers="############"),
            at=AT + timedelta(seconds=30),
            sequence=3,
            monotonic_ns=10**18,
        )
    )
    assert seconds(build([*before, after], Period(AT, AT + 2 * MINUTE))) == (115, 0, 5)


def test_records_before_the_clock_was_set_are_dated_by_the_monotonic_clock() -> None:
    wrong = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    early = stored(
        a_record(
            body=a_reachability_minute(answers="............"), at=wrong, synchronised=False, monotonic_ns=60 * 10**9
        )
    )
    late = stored(
        a_record(body=a_reachability_minute(answers=GOOD), at=AT + MINUTE, sequence=2, monotonic_ns=120 * 10**9)
    )
    (cut,) = down_periods(build([early, late], Period(AT, AT + 2 * MINUTE)))
    assert (cut.start_at, cut.end_at) == (AT, AT + timedelta(seconds=55))
    assert down_periods(build([early, late], Period(wrong, wrong + MINUTE))) == ()


def test_a_clock_that_loses_its_source_in_a_long_outage_goes_on_as_it_is() -> None:
    early = stored(a_record(body=a_reachability_minute(answers=GOOD), monotonic_ns=60 * 10**9))
    late = stored(
        a_record(
            body=a_reachability_minute(answers="............"),
            at=AT + MINUTE,
            sequence=2,
            synchronised=False,
            monotonic_ns=120 * 10**9,
        )
    )
    assert build([early, late], Period(AT, AT + 2 * MINUTE)).seconds(State.DOWN) == 55


def test_targets_asked_a_little_apart_are_one_round() -> None:
    targets = tuple(
        a_target(target=f"198.51.100.{n}", answers="#####....###", first_ms=3700 + 40 * n) for n in range(1, 4)
    )
    record = stored(a_record(body=Reachability(interval_s=5, targets=targets)))
    assert build([record], Period(AT, AT + 2 * MINUTE)).seconds(State.DOWN) == 15


def test_an_outage_that_runs_past_the_period_is_cut_at_its_edges() -> None:
    records = minutes("............", "............", "............")
    inside = Period(AT + timedelta(seconds=30), AT + timedelta(seconds=90))
    assert seconds(build(records, inside)) == (0, 60, 0)


def test_nothing_known_is_all_unobserved() -> None:
    ledger = build([], PERIOD)
    assert [span.state for span in ledger.spans] == [State.UNOBSERVED]
    assert ledger.spans[0].period == PERIOD


def test_what_is_still_to_come_is_not_in_the_ledger() -> None:
    ledger = build([stored(a_record(body=a_reachability_minute(answers=GOOD)))], Period(AT, AT + 60 * MINUTE))
    now = AT + 10 * MINUTE
    past = so_far(ledger, now)
    assert past.period == Period(AT, now)
    assert sum(past.seconds(state) for state in State) == 600
    assert so_far(ledger, AT + 90 * MINUTE) == so_far(ledger, AT) == ledger
