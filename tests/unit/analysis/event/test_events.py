from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from analysis.event import events
from analysis.event.event import EventKind, EventSource, Noted
from analysis.event.events_json import event_json
from analysis.event.gather import Beside, gather
from analysis.fleet.placement import Placed, Placement
from analysis.fleet.topology import Topology
from analysis.period import Period
from collector.envelope import Silence
from collector.store import Store
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import Reachability
from probe.wire import Status
from tests.build import a_contract
from tests.e2e.stores import NOW
from tests.unit.analysis.fleet.homes import a_home, told

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def noted(at: datetime, **state: str) -> Noted:
    return Noted(at=at, kind=EventKind.SETTINGS, subject="probe", line=None, state=state)


def test_an_event_of_the_log_tells_what_became_other_and_nothing_else() -> None:
    first, second = events.of_log([noted(AT, a="1", b="2"), noted(AT + HOUR, a="1", b="3", c="4")])
    assert first.is_first
    assert (dict(second.before), dict(second.after)) == ({"b": "2"}, {"b": "3", "c": "4"})
    assert second.sentence.en == "settings of probe: b: 2 → 3; c: nothing → 4"
    assert second.sentence.pt == "definições de probe: b: 2 → 3; c: nada → 4"


def test_many_changed_names_are_told_by_their_number() -> None:
    _, second = events.of_log([noted(AT), noted(AT + HOUR, **dict.fromkeys("abcdef", "1"))])
    assert second.sentence.en.endswith("and 3 more")


def test_a_move_in_the_network_is_an_event_of_its_day() -> None:
    placed = [
        Placed(placement=Placement(line="casa", node="olt-1"), to_on=date(2026, 10, 1)),
        Placed(placement=Placement(line="casa", node="olt-2"), from_on=date(2026, 10, 1)),
    ]
    (one,) = events.of_places(placed)
    assert (one.at, one.source) == (datetime(2026, 10, 1, tzinfo=UTC), EventSource.DECLARED)
    assert one.sentence.en == "place in the network of casa: node: olt-1 → olt-2"


def test_a_contract_without_later_terms_changes_nothing() -> None:
    assert list(events.of_contract(a_contract())) == []


def test_a_silence_that_began_before_the_period_and_goes_on_is_in_it() -> None:
    silence = Silence(line="casa", probe="p1", status=Status.LOST, start_at=AT - HOUR, end_at=AT + HOUR)
    found = events.within(events.of_silences([silence]), Period(AT, AT + HOUR), frozenset({"casa"}))
    assert [one.sentence.en for one in found] == ["no word from probe p1 (lost)"]


def test_what_a_store_holds_beside_measurements_is_told_in_order(tmp_path: Path) -> None:
    bodies = [
        told(Notice(kind=NoticeKind.STARTED), at=NOW - 3 * HOUR),
        told(Reachability(interval_s=5.0, targets=()), at=NOW - 2 * HOUR, software="prova 0.1.0"),
        told(Notice(kind=NoticeKind.SUSPENDED, seconds=600.0), at=NOW - HOUR, software="prova 0.2.0"),
    ]
    store = Store(a_home(tmp_path, {"casa": bodies}) / "collector" / "journal.sqlite3")
    beside = Beside(entries=[noted(NOW - HOUR / 2, a="1")], topology=Topology())
    found = gather(store, ["casa"], Period(NOW - timedelta(days=2), NOW), beside)
    assert [one.kind for one in found] == [
        EventKind.KEY,
        EventKind.NOTICE,
        EventKind.NOTICE,
        EventKind.SOFTWARE,
        EventKind.SETTINGS,
    ]
    slept = event_json(found[2])
    assert slept["timeEnd"] - slept["time"] == 600_000
    assert dict(found[3].after) == {"software": "prova 0.2.0"}


def test_events_of_other_lines_are_left_out(tmp_path: Path) -> None:
    store = Store(a_home(tmp_path, {"casa": [], "lar": []}) / "collector" / "journal.sqlite3")
    period = Period(NOW - timedelta(days=2), NOW)
    assert {one.line for one in gather(store, ["lar"], period, Beside())} == {"lar"}
    assert {one.line for one in gather(store, None, period, Beside())} == {"casa", "lar"}
