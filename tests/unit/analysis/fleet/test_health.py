from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.fleet.health import Lately, Level, SignName
from analysis.fleet.health_json import health_json
from analysis.fleet.health_judge import judge, judge_disk, lately, newest_software, version_of
from analysis.fleet.health_limits import limits
from analysis.fleet.health_run import judge_fleet
from collector.envelope import ProbeState
from collector.store import Store
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import Reachability
from probe.wire import Status
from tests.e2e.stores import NOW
from tests.unit.analysis.fleet.homes import a_home, told

S = timedelta(seconds=1)
STATE = ProbeState(
    probe="p1",
    line="casa",
    enrolled_at=NOW - timedelta(days=9),
    record_count=10,
    last_sequence=10,
    last_record_at=NOW - 70 * S,
    last_received_at=NOW - 60 * S,
)
SAID = Lately(software="prova 0.2.0", synchronised=True, error_ms=5.0, delay_s=1.0, ahead_s=0.0)
MINUTE = Reachability(interval_s=5.0, targets=())


def signs(state: ProbeState = STATE, said: Lately = SAID, newest: str | None = None) -> list[SignName]:
    return [sign.name for sign in judge(state, said, NOW, newest=newest).signs]


def test_a_probe_that_is_heard_and_in_time_is_well() -> None:
    assert judge(STATE, SAID, NOW, newest="prova 0.2.0").level is Level.WELL


@pytest.mark.parametrize(
    ("state", "said", "sign"),
    [
        (replace(STATE, last_received_at=None), Lately(), SignName.NEVER),
        (replace(STATE, last_received_at=NOW - 601 * S), SAID, SignName.SILENT),
        (replace(STATE, status=Status.SLEEPING, status_at=NOW - 601 * S), SAID, SignName.ASLEEP),
        (replace(STATE, status=Status.SLEEPING, status_at=NOW - timedelta(days=8)), SAID, SignName.ASLEEP_LONG),
        (STATE, replace(SAID, delay_s=901.0), SignName.LATE),
        (STATE, replace(SAID, synchronised=False), SignName.CLOCK),
        (STATE, replace(SAID, error_ms=1001.0), SignName.CLOCK_ERROR),
        (STATE, replace(SAID, ahead_s=11.0), SignName.CLOCK_AHEAD),
        (STATE, replace(SAID, notices=((NoticeKind.CLOCK_STEPPED, NOW, -11.0),)), SignName.STEPPED),
        (STATE, replace(SAID, notices=((NoticeKind.THINNED, NOW, None),)), SignName.THINNED),
        (STATE, replace(SAID, notices=((NoticeKind.HEARTBEATS_STOPPED, NOW, None),)), SignName.HEARTBEATS_STOPPED),
    ],
)
def test_each_thing_amiss_has_its_sign(state: ProbeState, said: Lately, sign: SignName) -> None:
    assert signs(state, said) == [sign]


def test_at_its_limit_nothing_is_amiss_yet() -> None:
    assert signs(replace(STATE, last_received_at=NOW - 600 * S), replace(SAID, delay_s=900.0, error_ms=1000.0)) == []


def test_a_probe_that_sleeps_as_it_said_is_not_silent() -> None:
    asleep = replace(STATE, status=Status.SLEEPING, status_at=NOW - 4000 * S, last_received_at=NOW - 4000 * S)
    assert signs(asleep) == [SignName.ASLEEP]


def test_minutes_that_are_kept_again_are_no_alarm() -> None:
    turns = ((NoticeKind.HEARTBEATS_STOPPED, NOW - S, None), (NoticeKind.HEARTBEATS_RESUMED, NOW, None))
    assert signs(said=replace(SAID, notices=turns)) == []


def test_versions_compare_as_numbers() -> None:
    assert version_of("prova 0.10.0") > version_of("prova 0.9.9")
    assert newest_software([SAID, Lately(), replace(SAID, software="prova 0.10.0")]) == "prova 0.10.0"
    assert signs(newest="prova 0.10.0") == [SignName.VERSION]
    assert signs(said=replace(SAID, software="other"), newest="prova 0.10.0") == []


def test_the_gravest_sign_comes_first_and_is_the_level() -> None:
    found = judge(replace(STATE, last_received_at=NOW - 700 * S), SAID, NOW, newest="prova 1.0")
    assert [sign.level for sign in found.signs] == [Level.ALARM, Level.NOTE]
    assert found.level is Level.ALARM
    assert found.signs[0].sentence.en.startswith("has not been heard for 11 min")
    assert found.signs[0].sentence.pt.startswith("nada se ouve dela há 11 min")


def test_every_sign_has_a_limit_with_its_reason() -> None:
    assert {*SignName} <= {*limits()}
    assert all(limit.source.endswith(".") for limit in limits().values())


def test_a_collector_that_runs_out_of_room_says_so() -> None:
    assert judge_disk(2**30) == ()
    (sign,) = judge_disk(2**29)
    assert sign.sentence.en.startswith("536 MB are left")


def test_the_newest_record_says_how_late_it_came() -> None:
    assert lately([]) == Lately()


def test_a_store_of_probes_is_judged_probe_by_probe(tmp_path: Path) -> None:
    home = a_home(
        tmp_path,
        {
            "bom": [told(MINUTE, at=NOW - 120 * S, software="prova 0.2.0")],
            "novo": [],
            "velho": [
                told(Notice(kind=NoticeKind.THINNED), at=NOW - 400 * S),
                told(MINUTE, at=NOW - 120 * S, synchronised=False),
            ],
        },
    )
    seen: list[tuple[int, int]] = []
    store = Store(home / "collector" / "journal.sqlite3")
    found = judge_fleet(store, NOW, done=lambda number, of: seen.append((number, of)))
    assert [[sign.name for sign in one.signs] for one in found] == [
        [],
        [SignName.NEVER],
        [SignName.CLOCK, SignName.THINNED, SignName.VERSION],
    ]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    told_ = health_json(found, NOW)
    assert told_["probes_by_level"] == {"well": 1, "note": 0, "warning": 2, "alarm": 0}
    assert [one.line for one in judge_fleet(store, NOW, lines={"bom"})] == ["bom"]
