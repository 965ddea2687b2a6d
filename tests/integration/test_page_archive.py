"""Days that are kept, over a real store."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from analysis.outage.circumstance import NOTHING_KNOWN
from analysis.report import State
from collector.store import Store
from dashboards.web.past.archive import Archive, Shelf
from dashboards.web.past.calendar import whole_month
from dashboards.web.past.ledgers import joined
from tests.build import LISBON, a_contract
from tests.e2e import stores
from tests.unit.dashboards.readings import a_ledger

DAYS = (date(2026, 11, 20), date(2026, 11, 21))
SHELF = Shelf("casa", LISBON, a_contract(), stamp=1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    home = stores.fill(tmp_path_factory.mktemp("home"), replace(stores.OUTAGE, tests_per_day=24))
    return Store(home / "collector" / "journal.sqlite3")


def at(minutes: float = 0) -> datetime:
    return stores.NOW + timedelta(minutes=minutes)


@pytest.mark.slow
def test_days_read_together_are_as_days_read_alone(store: Store) -> None:
    _, together = Archive(store).days(SHELF, DAYS, at())
    alone = [Archive(store).days(SHELF, (on,), at())[1][0] for on in DAYS]
    assert list(together) == alone
    assert [len(day.tests) for day in together] == [42, 32]  # each hour both ways, but asleep from 2 to 5


def test_a_day_that_is_over_is_not_read_again_and_a_running_one_only_after_some_time(store: Store) -> None:
    archive = Archive(store)
    as_of, first = archive.days(SHELF, DAYS, at())
    soon_as_of, soon = archive.days(SHELF, DAYS, at(1))
    later_as_of, later = archive.days(SHELF, DAYS, at(10))
    assert (as_of, soon_as_of, later_as_of) == (at(), at(), at(10))
    assert soon[0] is first[0]
    assert soon[1] is first[1]
    assert later[0] is first[0]
    assert later[1].ledger.period.end_at == at(10)


def test_late_records_and_another_contract_let_go_of_what_was_kept(store: Store) -> None:
    archive = Archive(store)
    _, (first,) = archive.days(SHELF, DAYS[:1], at())
    _, (late,) = archive.days(Shelf("casa", LISBON, SHELF.contract, stamp=2), DAYS[:1], at())
    _, (bare,) = archive.days(Shelf("casa", LISBON, None, stamp=2), DAYS[:1], at())
    assert late is not first
    assert late == first
    assert bare.findings == ()
    assert [one.id for one in bare.tests] == [one.id for one in first.tests]


def test_an_account_is_kept_as_long_as_it_is_true(store: Store) -> None:
    archive, month = Archive(store), whole_month(date(2026, 11, 1), LISBON)
    first = archive.account(SHELF, month, at(), NOTHING_KNOWN)
    assert archive.account(SHELF, month, at(1), NOTHING_KNOWN) is first
    assert archive.account(SHELF, month, at(10), NOTHING_KNOWN) is not first
    assert first[1].ledger.period.end_at == at()


def test_joined_ledgers_are_one_without_a_seam() -> None:
    one = a_ledger((timedelta(hours=3), State.DOWN))
    window = type(one.period)(one.period.end_at, one.period.end_at + timedelta(hours=5))
    other = a_ledger((timedelta(), State.DOWN), (timedelta(hours=1), State.UP), window=window)
    both = joined([one, other])
    assert [span.state for span in both.spans] == [State.UP, State.DOWN, State.UP]
    assert both.seconds(State.DOWN) == 22 * 3600
    assert both.period.duration == timedelta(hours=29)
