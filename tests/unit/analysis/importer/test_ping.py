"""Round trips that ping, fping and SmokePing wrote."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from analysis.importer.told import Why
from collector.imported.shelf import Added, Shelf
from collector.imported.tables import FILE
from collector.journal import Journal
from collector.store import Store
from tests.unit.analysis.importer.rig import Read, read
from tests.unit.collector.imported.test_shelf import a_source

PING = """\
PING speed.example (192.0.2.1) 56(84) bytes of data.
[1772366400.250000] 64 bytes from speed.example (192.0.2.1): icmp_seq=1 ttl=57 time=12.3 ms
[1772366401.250000] no answer yet for icmp_seq=2
[1772366402.250000] From 192.0.2.254 icmp_seq=3 Destination Host Unreachable
[1772366403.250000] 64 bytes from 192.0.2.1: icmp_seq=4 ttl=57 time=0.5 ms
what is this

--- speed.example ping statistics ---
4 packets transmitted, 2 received, 50% packet loss, time 3003ms
rtt min/avg/max/mdev = 0.5/6.4/12.3/5.9 ms
"""


def told(found: Read) -> list[tuple[str, str, int, int, float | None]]:
    return [
        (f"{one.at:%Y-%m-%dT%H:%M:%S.%f}"[:21], one.target, one.sent_count, one.lost_count, one.median_ms)
        for one in found.round_trips
    ]


def test_ping_tells_answers_and_silences_and_no_time_of_zero(tmp_path: Path) -> None:
    found = read(tmp_path, PING)
    assert found.survey.formats == ("ping-text",)
    assert told(found) == [
        ("2026-03-01T12:00:00.2", "speed.example", 1, 0, 12.3),
        ("2026-03-01T12:00:01.2", "speed.example", 1, 1, None),
        ("2026-03-01T12:00:02.2", "speed.example", 1, 1, None),
        ("2026-03-01T12:00:03.2", "speed.example", 1, 0, 0.5),
    ]
    assert found.left == {Why.NOT_A_ROW: 1}
    assert (found.tally.sent_count, found.tally.lost_count) == (4, 2)


def test_ping_without_times_is_asked_for_them_and_local_ones_for_their_zone(tmp_path: Path) -> None:
    bare = "64 bytes from 192.0.2.1: icmp_seq=1 ttl=57 time=12.3 ms\n"
    assert read(tmp_path, bare).asked == ["--mapping"]
    assert read(tmp_path, f"2026-07-01 12:00:00 {bare}").asked == ["--timezone"]
    (one,) = read(tmp_path, f"2026-07-01 12:00:00 {bare}", timezone="Europe/Lisbon").round_trips
    assert (one.at, one.target) == (datetime(2026, 7, 1, 11, tzinfo=UTC), "192.0.2.1")


def test_fping_asks_many_targets_at_one_time(tmp_path: Path) -> None:
    lines = [f"[1772366400.5] t{n}.example : [0], 84 bytes, 1{n}.5 ms (12.3 avg, 0% loss)" for n in range(4)]
    found = read(tmp_path, [*lines, "[1772366401.5] t0.example : [1], timed out (12.3 avg, 50% loss)"])
    assert [(one.target, one.median_ms) for one in found.round_trips] == [
        *((f"t{n}.example", 10 + n + 0.5) for n in range(4)),
        ("t0.example", None),
    ]


def test_smokeping_tells_seconds_and_nan_is_no_answer(tmp_path: Path) -> None:
    lines = [
        "                 uptime                loss              median               ping1               ping2",
        "",
        "1772366400: NaN 0.0000000000e+00 1.2000000000e-02 1.1e-02 1.3e-02",
        "1772366700: NaN 1.0000000000e+00 1.2000000000e-02 1.2e-02 NaN",
        "1772367000: NaN 2.0000000000e+00 NaN NaN NaN",
        "1772367300: NaN NaN NaN NaN NaN",
    ]
    found = read(tmp_path, lines, name="speed.example")
    assert [row[2:] for row in told(found)] == [(2, 0, 12.0), (2, 1, 12.0), (2, 2, None)]
    assert {one.target for one in found.round_trips} == {"speed.example"}
    assert found.left == {Why.NOTHING_MEASURED: 1}


def test_round_trips_are_kept_once_and_taken_back_with_their_file(tmp_path: Path) -> None:
    Journal(tmp_path / "journal.sqlite3").close()
    results = read(tmp_path, PING).round_trips
    store, whole = (
        Store(tmp_path / "journal.sqlite3"),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    )
    with closing(Shelf(tmp_path / FILE)) as shelf:
        assert shelf.add("casa", a_source(), results) == Added(4, 0)
        assert shelf.add("casa", a_source(), results[:2]) == Added(0, 2)
        assert list(store.imported_round_trips("casa", *whole)) == results
        assert [own for _, _, own in store.imports()] == [4]
        assert list(store.imported(["casa"], *whole)) == []
        assert shelf.forget("casa", a_source().sha256) == 4
    assert list(store.imported_round_trips("casa", *whole)) == []
