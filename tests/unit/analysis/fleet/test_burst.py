"""Many lines at once: what is put together, and what these lines share."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analysis.fleet.burst import bursts, bursts_json
from analysis.fleet.burst_run import find
from analysis.fleet.placement import GroupKind, Placement
from analysis.outage.judge import account_of
from analysis.outage.outage import Outage
from analysis.outage.together import LineWatched, chance
from analysis.period import Period
from analysis.profile import ledger_rules
from collector.store import Store
from probe.body.reachability import Reachability, Role
from probe.record import Record
from tests.build import a_target
from tests.e2e.stores import ALL, NONE
from tests.outage_history import BEYOND, History, dark
from tests.unit.analysis.fleet.homes import a_home, told

DAY = timedelta(days=1)
START = datetime(2026, 11, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def one_outage() -> Outage:
    records = History(answers=dark(Role.FIRST_HOP, Role.RESOLVER, *BEYOND)).records()
    period = Period(records[0].record.started.at, records[-1].record.ended.at)
    return account_of(records[0].record.line, records, period).outages[0]


def shifted(outage: Outage, line: str, seconds: float = 0) -> Outage:
    by = timedelta(seconds=seconds)
    down = tuple(Period(one.start_at + by, one.end_at + by) for one in outage.down)
    return replace(outage, line=line, down=down)


def watched(*lines: str, outage: Outage | None = None) -> dict[str, LineWatched]:
    own = () if outage is None else (outage,)
    return {
        line: LineWatched(tuple(shifted(one, line, 3 * number) for one in own), 30 * 86_400.0)
        for number, line in enumerate(lines)
    }


def places(**segments: str) -> dict[str, Placement]:
    return {
        line: Placement(line=line, operator="NOS", node="olt-1", segment=segment) for line, segment in segments.items()
    }


def test_lines_that_fall_silent_together_are_one_burst_with_the_narrowest_group_they_share() -> None:
    lines = watched("a", "b", "c", outage=one_outage()) | watched("d", "e")
    (one,) = bursts(lines, places(a="s1", b="s1", c="s1", d="s1", e="s2"), ledger_rules())
    assert one.lines == ("a", "b", "c")
    assert one.shared == (GroupKind.SEGMENT, "s1")
    assert one.of_group_count == 4
    (wider,) = bursts(lines, places(a="s1", b="s1", c="s2", d="s1", e="s2"), ledger_rules())
    assert (wider.shared, wider.of_group_count) == ((GroupKind.NODE, "olt-1"), 5)
    assert bursts_json([wider])["bursts"][0]["shared"] == {"kind": "node", "name": "olt-1", "lines": 5}


def test_lines_of_other_operators_are_no_part_of_it() -> None:
    lines = watched("a", "b", "c", outage=one_outage())
    apart = places(a="s", b="s") | {"c": Placement(line="c", operator="MEO")}
    assert bursts(lines, apart, ledger_rules()) == ()


def test_lines_whose_place_nobody_knows_share_nothing() -> None:
    (one,) = bursts(watched("a", "b", "c", outage=one_outage()), {}, ledger_rules())
    assert (one.operator, one.shared, one.of_group_count) == ("", None, None)


def test_hundreds_of_lines_at_once_are_counted_without_an_overflow() -> None:
    names = [f"l{number}" for number in range(400)]
    outage = one_outage()
    lines = {name: LineWatched((shifted(outage, name),), 86_400.0) for name in names}
    (one,) = bursts(lines, {}, ledger_rules())
    assert len(one.lines) == 400


@pytest.mark.parametrize(("expected", "count"), [(0.5, 500), (900.0, 10), (0.0, 1)])
def test_a_chance_is_a_chance(expected: float, count: int) -> None:
    assert 0.0 <= chance(expected, count) <= 1.0


def minutes(cut_at: datetime | None) -> list[Record]:
    """Half an hour; with a cut, five minutes of it dark beyond the router."""
    found = []
    for number in range(30):
        at = START + number * MINUTE
        dark_now = cut_at is not None and cut_at <= at < cut_at + 5 * MINUTE
        targets = (
            a_target(target="192.168.1.1", role=Role.GATEWAY, answers=ALL),
            a_target(target="198.51.100.9", answers=NONE if dark_now else ALL),
            a_target(target="198.51.100.10", answers=NONE if dark_now else ALL),
        )
        found.append(told(Reachability(interval_s=5.0, targets=targets), at=at))
    return found


def test_of_a_store_the_lines_that_were_cut_together_are_found_and_the_others_not_even_read(tmp_path: Path) -> None:
    cut = START + 10 * MINUTE
    lines = {name: minutes(cut) for name in "abcde"} | {name: minutes(None) for name in "xyz"}
    store = Store(a_home(tmp_path, lines) / "collector" / "journal.sqlite3")
    read: list[tuple[int, int]] = []
    period = Period(START, START + DAY)
    (one,) = find(
        store,
        store.lines(),
        period,
        {name: Placement(line=name, operator="NOS") for name in lines},
        done=lambda *n: read.append(n),
    )
    assert one.lines == tuple("abcde")
    assert (one.shared, one.of_group_count) == ((GroupKind.OPERATOR, "NOS"), 8)
    assert abs(one.start_at - cut) < MINUTE
    assert read[-1] == (5, 5)
