from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analysis.congestion.gather import series_of
from analysis.congestion.grid import grid
from analysis.congestion.signal import SLOTS, Days, RungKind, Series, Signal
from analysis.period import Period, local_day
from collector.envelope import StoredRecord
from probe.body.conditions import LinkType, Path
from probe.body.draw import Course, Decision, Draw, Origin
from probe.body.reachability import NoAnswer, ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.body.rung import Hop, PathSeen
from probe.body.speed_test import Direction, Failure
from probe.record import Body
from tests.build import LISBON, MINUTE, a_record, a_speed_test, good_conditions, stored

DAY = date(2026, 11, 21)
DAYS = Days(zone=LISBON, days=(DAY,))
START = local_day(DAY, LISBON).start_at


def told(records: Sequence[StoredRecord], down: Sequence[Period] = (), days: Days = DAYS) -> Series:
    return series_of("casa", records, down, grid(days))


def at(minute: int, body: Body) -> StoredRecord:
    return stored(a_record(body=body, at=START + minute * MINUTE, sequence=minute + 1))


def a_target(
    rtts: Sequence[float | None], *, role: Role = Role.INTERNET, network: str = "a", loopback: bool = False
) -> TargetMinute:
    samples = tuple(
        Sample(number * 5000, rtt, NoAnswer.TIMED_OUT if rtt is None else None) for number, rtt in enumerate(rtts)
    )
    return TargetMinute(
        target=network, role=role, method=ProbeMethod.ICMP, loopback=loopback, samples=samples, network=network
    )


def a_minute(*targets: TargetMinute) -> Reachability:
    return Reachability(interval_s=5, targets=targets)


def values(series: Series, signal: Signal, towards: str | None = None) -> list[float]:
    (track,) = (one for one in series.tracks if one.signal is signal and one.towards == towards)
    flat = track.values.reshape(-1)
    return [float(one) for one in flat[~np.isnan(flat)]]


def test_a_quarter_of_an_hour_holds_the_middle_of_its_minutes_least_answers() -> None:
    minutes = [a_minute(a_target([5 + number, 90.0, 80.0])) for number in range(15)]
    series = told([at(number, one) for number, one in enumerate(minutes)])
    assert values(series, Signal.LATENCY) == [12.0]
    assert series.used == 15


def test_loss_is_of_what_was_asked_beyond_the_home() -> None:
    home = a_target([None] * 4, role=Role.GATEWAY)
    series = told([at(0, a_minute(home, a_target([9.0, None, 9.0, 9.0])))])
    assert values(series, Signal.LOSS) == [0.25]


def test_a_minute_without_any_answer_is_no_loss() -> None:
    series = told([at(0, a_minute(a_target([None, None])))])
    assert not series.tracks
    assert series.left_out == {"nothing_answered": 1}


def test_nothing_is_taken_from_time_in_which_the_line_was_down() -> None:
    down = Period(START + 10 * MINUTE, START + 20 * MINUTE)
    series = told([at(number, a_minute(a_target([9.0]))) for number in range(30)], [down])
    assert series.left_out == {"line_down": 12}
    assert series.used == 18


def test_of_several_networks_the_middle_one_speaks_and_each_for_itself_too() -> None:
    minutes = [
        a_minute(
            a_target([10.0], network="a"),
            a_target([20.0], network="b"),
            a_target([50.0 if number >= 15 else 30.0], network="c"),
        )
        for number in range(45)
    ]
    series = told([at(number, one) for number, one in enumerate(minutes)])
    assert values(series, Signal.LATENCY) == [20.0, 20.0, 20.0]
    assert values(series, Signal.LATENCY, "c") == [30.0, 50.0, 50.0]
    assert {name for kind, name in series.rungs if kind is RungKind.NETWORK} == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("failed", a_speed_test(failure=Failure.REFUSED)),
        ("wireless", a_speed_test(conditions=good_conditions(link_type=LinkType.WIFI))),
        ("tunnel", a_speed_test(conditions=good_conditions(link_type=LinkType.TUNNEL))),
        ("server_nearby", a_speed_test(conditions=good_conditions(path=Path.ON_LINK))),
        ("made_for_a_reason", a_speed_test(draw=Draw(origin=Origin.REPEAT, due_at=START))),
    ],
)
def test_a_test_that_something_here_may_have_lowered_is_left_out(reason: str, body: Body) -> None:
    assert told([at(0, body)]).left_out == {reason: 1}


def test_tests_tell_rates_and_without_small_probes_latency_too() -> None:
    series = told(
        [
            at(0, a_speed_test(ip_mbps=500, idle_rtt_ms=9.0, loaded_rtt_ms=30.0)),
            at(20, a_speed_test(direction=Direction.UPLOAD, ip_mbps=100)),
        ]
    )
    assert values(series, Signal.DOWNLOAD) == [500e6]
    assert values(series, Signal.UPLOAD) == [100e6]
    assert values(series, Signal.LATENCY) == [9.0]
    assert values(series, Signal.LOADED_LATENCY) == [30.0]


def test_looks_at_the_household_are_busy_at_rest_or_none() -> None:
    rest = Draw(origin=Origin.SLOT, due_at=START, household_busy=False)
    counted = replace(good_conditions(), household_bytes=10**9)
    series = told(
        [
            at(0, a_speed_test(draw=rest)),
            at(20, a_speed_test(draw=rest, conditions=counted)),
            at(40, Decision(course=Course.HOUSEHOLD_BUSY, draw=rest)),
            at(60, a_speed_test()),
        ]
    )
    assert series.busy.reshape(-1)[:3].tolist() == [0.0, 1.0, 1.0]
    assert np.isnan(series.busy.reshape(-1)[3:]).all()


def test_the_hop_behind_the_providers_first_is_a_rung_where_all_paths_share_it() -> None:
    def path(second: str) -> PathSeen:
        hops = (Hop(1, "192.168.1.1", 1.0), Hop(2, "203.0.113.1", 5.0), Hop(3, second, 8.0))
        return PathSeen(
            target="t", address="198.51.100.1", address_family=4, method="udp", reached=True, hops=hops,
            first_provider_hop="203.0.113.1",
        )  # fmt: skip

    alike = told([at(number, path("203.0.113.9")) for number in range(3)])
    mixed = told([at(number, path(f"203.0.113.{number}")) for number in range(3)])
    assert (RungKind.SECOND_HOP, "") in alike.rungs
    assert (RungKind.SECOND_HOP, "") not in mixed.rungs


@pytest.mark.parametrize(("day", "known"), [(date(2026, 3, 29), 92), (date(2026, 10, 25), 96), (DAY, 96)])
def test_a_day_by_the_clock_on_the_wall_has_a_cell_for_every_quarter_it_shows(day: date, known: int) -> None:
    cells = grid(Days(zone=LISBON, days=(day,)))
    assert len(set(cells.cells.tolist())) == known
    assert len(cells.cells) * timedelta(minutes=15) == local_day(day, LISBON).duration
    assert cells.cell(np.array([cells.first_us - 1]))[0] == -1
    assert max(cells.cells) < SLOTS
