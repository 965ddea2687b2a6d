from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.fleet.placement import GroupKind, Placed, Placement
from analysis.fleet.topology import Topology, changed, overlapping, topology_json
from analysis.fleet.topology_table import TopologyError, read, write

DAY = date(2026, 10, 1)


def placed(node: str, from_on: date | None = None, to_on: date | None = None, line: str = "casa") -> Placed:
    return Placed(placement=Placement(line=line, node=node), from_on=from_on, to_on=to_on)


def problems(text: str, **given_: object) -> list[str]:
    with pytest.raises(TopologyError) as caught:
        read(text, "lines.csv", **given_)  # type: ignore[arg-type]
    return [str(one) for one in caught.value.problems]


def test_a_line_that_moves_keeps_the_place_it_had_until_that_day() -> None:
    before = Topology((placed("olt-1"),))
    after = changed(before, [placed("olt-2", DAY)])
    assert after.topology.placed == (placed("olt-1", None, DAY), placed("olt-2", DAY))
    assert (after.new, after.moved, after.same_count) == ((), ("casa",), 0)
    assert after.topology.groups(GroupKind.NODE, DAY) == {"olt-2": ("casa",)}
    assert after.topology.groups(GroupKind.NODE, DAY - timedelta(1)) == {"olt-1": ("casa",)}


def test_the_same_again_without_a_day_forgets_no_move() -> None:
    moved = Topology((placed("olt-1", None, DAY), placed("olt-2", DAY)))
    after = changed(moved, [placed("olt-2")])
    assert after.topology == moved
    assert after.same_count == 1


def test_a_move_and_back_leaves_three_places_and_one_where_they_only_go_on() -> None:
    away = changed(Topology((placed("olt-1"),)), [placed("olt-2", DAY, DAY + timedelta(7))]).topology
    assert [one.placement.node for one in away.placed] == ["olt-1", "olt-2", "olt-1"]
    assert changed(away, [placed("olt-1", DAY, DAY + timedelta(7))]).topology == Topology((placed("olt-1"),))


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.integers(1, 20)),
        max_size=8,
    )
)
def test_whatever_moves_come_each_day_has_the_place_told_last(moves: list[tuple[str, int, int]]) -> None:
    topology = Topology((placed("first"),))
    for node, start, length in moves:
        first = DAY + timedelta(start)
        topology = changed(topology, [placed(node, first, first + timedelta(length))]).topology
    assert not overlapping(topology.placed)
    assert read(write(topology), "x").placed == topology.placed
    for number in range(-1, 45):
        day = DAY + timedelta(number)
        told = [node for node, start, length in moves if start <= number < start + length]
        (now,) = topology.on(day)
        assert now.node == (told[-1] if told else "first")


def test_every_problem_is_told_at_once_with_its_row_and_its_mend() -> None:
    found = problems('line,node,from\n,x,\nCASA,olt,\ncasa,=1+1,\nlar,olt,yesterday\nsol,"a\nb",\n')
    assert [one.partition(":")[0] for one in found] == [
        "row 2",
        "row 3",
        "row 4, node",
        "row 5, from",
        "row 6",
    ]
    assert "begins as a formula does" in found[2]
    assert "YYYY-MM-DD" in found[3]


@pytest.mark.parametrize("sign", "=+-@＝＠")  # noqa: RUF001
def test_what_a_spreadsheet_would_run_is_refused(sign: str) -> None:
    assert "begins as a formula does" in problems(f"line,node\ncasa,{sign}cmd|' /C calc'!A0\n")[0]


def test_two_rows_that_claim_one_day_are_a_problem() -> None:
    (one,) = problems("line,node,from,to\ncasa,a,,2026-10-02\ncasa,b,2026-10-01,\n")
    assert "two rows claim the day 2026-10-01" in one


def test_a_move_without_a_day_is_a_problem_and_a_day_for_the_whole_file_mends_it() -> None:
    known = Topology((placed("olt-1"),))
    (one,) = problems("line,node\ncasa,olt-2\n", known=known)
    assert "no day says when" in one
    told = read("line,node\ncasa,olt-2\n", "x", known=known, from_on=DAY)
    assert told.placed == (placed("olt-2", DAY),)


def test_a_circuit_list_as_netbox_exports_it_is_understood() -> None:
    told = read(
        "ID,Circuit ID,Provider,Type,Status,Install date,Termination date,Side Z,Commit Rate (Kbps)\n"
        "1,casa,NOS,FTTH,Active,2026-01-15,,OLT 7,1000000\n",
        "circuits.csv",
        columns={"node": "Side Z"},
    )
    place = Placement(line="casa", operator="NOS", technology="FTTH", node="OLT 7", tier="1000000")
    assert told.placed == (Placed(placement=place, from_on=date(2026, 1, 15)),)
    assert told.passed_over == ("ID", "Status")


def test_a_heading_that_is_not_there_is_told_with_the_nearest() -> None:
    assert "The nearest heading is 'Side Z'" in problems("line,Side Z\ncasa,x\n", columns={"node": "Side Y"})[0]


@pytest.mark.parametrize("text", ["", 'line\n"casa', "a,b\n1,2\n", "line\n\0\n"])
def test_what_is_no_table_of_lines_is_refused_in_a_sentence(text: str) -> None:
    assert all(one.endswith(".") for one in problems(text))


@given(st.text(max_size=300))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    try:
        told = read(f"line,node,from\n{text}", "x")
    except TopologyError:
        return
    assert read(write(Topology(changed(Topology(), told.placed).topology.placed)), "x")


def test_many_problems_are_told_with_how_many_more_there_are() -> None:
    with pytest.raises(TopologyError, match="950 more problems follow"):
        read("line\n" + "X Y\n" * 1000, "x")


def test_the_json_tells_the_days_and_what_is_not_known() -> None:
    told = topology_json(Topology((placed("olt-1", None, DAY), placed("olt-2", DAY))), DAY)
    assert told["lines"] == [
        {
            "line": "casa",
            "operator": None,
            "region": None,
            "node": "olt-2",
            "segment": None,
            "technology": None,
            "tier": None,
            "from_on": "2026-10-01",
            "to_on": None,
        }
    ]
