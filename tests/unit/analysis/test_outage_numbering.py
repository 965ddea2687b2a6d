"""Records are numbered when they are kept, not when they began: the account of a line does not hang on that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.outage.boot import boots
from analysis.outage.judge import account_of
from analysis.period import Period
from collector.envelope import StoredRecord
from probe.body.reachability import Reachability
from probe.body.rung import ClockSeen
from tests.build import AT, MINUTE, a_record, stored
from tests.outage_history import History
from tests.outage_scenarios import SCENARIOS

LISTENS_NS = 5_000_000_000


def as_kept(records: list[StoredRecord]) -> list[StoredRecord]:
    """Numbered as a probe does: a minute once its last answers can have come, anything else at its end."""

    def kept(number: int) -> tuple[int, int]:
        record = records[number].record
        waits_ns = LISTENS_NS if isinstance(record.body, Reachability) else 0
        return record.ended.monotonic_ns + waits_ns, number

    order = sorted(range(len(records)), key=kept)
    return [
        replace(records[place], record=replace(records[place].record, sequence=number))
        for number, place in enumerate(order, 1)
    ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_fault_is_the_same_by_either_numbering(name: str) -> None:
    history, _ = SCENARIOS[name]
    looks = [*history.looks, *((at_s + 7.0, ClockSeen()) for at_s in range(0, history.seconds, 60))]
    records = replace(history, looks=looks).records()
    period = Period(history.at, history.at + timedelta(seconds=history.seconds))
    assert account_of("casa", as_kept(records), period) == account_of("casa", records, period)


def test_a_long_record_among_short_ones_is_no_restart() -> None:
    records = as_kept(History(looks=[(at_s + 7.0, ClockSeen()) for at_s in range(0, 1800, 60)]).records())
    assert len(boots(records)) == 1


def test_two_boots_that_share_a_boot_id_are_two() -> None:
    before = stored(a_record(sequence=1, monotonic_ns=10**12))
    after = stored(a_record(sequence=2, at=AT + 5 * MINUTE, monotonic_ns=10**9))
    assert [len(boot.records) for boot in boots([before, after])] == [1, 1]
