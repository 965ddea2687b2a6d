"""The analysis over a real store: what the collector's journal wrote is what is judged."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from analysis import run
from analysis.assess import assess
from analysis.finding import Verdict
from analysis.period import Period, local_day
from analysis.report import State
from collector.envelope import Accepted, Enrolled, StoredRecord
from collector.journal import Journal
from collector.judging.outline import open_outline
from collector.store import Store
from probe import wire
from probe.body.reachability import Role
from probe.body.speed_test import Direction
from probe.key import public_jwk
from probe.record import Record
from tests.build import AT, DAY, LISBON, MINUTE, a_contract, a_day_of_tests, a_reachability_minute, a_record

DAY_PERIOD = local_day(DAY, LISBON)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "journal.sqlite3")


def keep(store: Store, records: Sequence[Record]) -> None:
    """Signed by their probe and written as the collector writes them."""
    key = OKPKey.generate_key("Ed25519", private=True)
    journal = Journal(store.path)
    try:
        journal.enrol(Enrolled(probe="p1", line="casa", public_jwk=public_jwk(key), enrolled_at=AT))
        numbered = [wire.encode_record(record) for record in records]
        signed = wire.seal_batch("casa", "p1", numbered, previous_sha256=None, key=key)
        batch = open_outline(signed, key=key)
        journal.store(
            [Accepted(batch=batch, batch_sha256=wire.sha256(signed), signed=signed, received_at=DAY_PERIOD.end_at)]
        )
    finally:
        journal.close()


def of(records: Sequence[StoredRecord]) -> list[Record]:
    return [one.record for one in records]


def test_a_day_in_the_store_is_judged(store: Store) -> None:
    records = a_day_of_tests(lambda _: 300)
    keep(store, of(records))
    report = run.check(store, a_contract(), DAY_PERIOD, DAY_PERIOD.end_at)
    verdicts = {finding.rule: finding.verdict for finding in report.findings if finding.direction is Direction.DOWNLOAD}
    assert verdicts.pop("speed.discrepancy") is Verdict.INSUFFICIENT
    assert set(verdicts.values()) == {Verdict.BREACHED}
    assert report.findings == assess(records, a_contract(), DAY_PERIOD, DAY_PERIOD.end_at).findings


def test_an_hour_of_a_day_is_judged_with_the_whole_day(store: Store) -> None:
    keep(store, of(a_day_of_tests(lambda _: 300)))
    hour = Period(AT, AT + timedelta(hours=1))
    report = run.check(store, a_contract(), hour, DAY_PERIOD.end_at)
    assert {finding.n_used for finding in report.findings} == {0, 24}


def test_judged_tests_are_those_of_the_period(store: Store) -> None:
    keep(store, of(a_day_of_tests(lambda _: 300)))
    morning = Period(DAY_PERIOD.start_at, DAY_PERIOD.start_at + timedelta(hours=6))
    assert len(run.judged_tests(store, "casa", morning, a_contract())) == 6
    assert run.judged_tests(store, "vizinho", morning, None) == ()


def test_the_ledger_knows_what_came_just_before_its_period(store: Store) -> None:
    minutes = [
        a_record(body=a_reachability_minute(answers="............"), at=AT + n * MINUTE, sequence=n + 1)
        for n in range(3)
    ]
    keep(store, minutes)
    ledger = run.ledger(store, "casa", Period(AT + MINUTE / 2, AT + 2 * MINUTE))
    assert ledger.seconds(State.DOWN) == 90
    assert run.ledger(store, "casa", ledger.period, Role.GATEWAY).seconds(State.UNOBSERVED) == 90
