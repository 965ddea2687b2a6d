"""The judgement is a function: of what was handed in, and of nothing else."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis.assess import assess
from analysis.contract import Contract
from analysis.finding import Verdict
from analysis.finding_json import report_json
from analysis.period import Period, local_day
from collector.envelope import StoredRecord
from probe.body.speed_test import Direction, SpeedTest
from probe.record import Record
from tests.build import AT, a_contract, a_day_of_tests, a_record, a_speed_test, some_terms, stored
from tests.strategies import contracts, histories, moments, trial_records

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
YOUNG = replace(a_contract(), terms=(some_terms(from_on=AT.date()),))
BEFORE_THE_CONTRACT = a_record(body=a_speed_test(), at=AT.replace(hour=0) - timedelta(hours=2))
NOW = st.sampled_from([AT + timedelta(days=3)]) | moments(within=timedelta(hours=20))


def told(records: list[StoredRecord], contract: Contract, period: Period, now: datetime) -> str:
    return json.dumps(report_json(assess(records, contract, period, now)), allow_nan=False)


def around(contract: Contract) -> Period:
    day = AT.astimezone(contract.line.zone).date()
    return local_day(day, contract.line.zone)


@patient
@given(trial_records(), histories(), contracts(), NOW, st.randoms(use_true_random=False))
def test_order_of_arrival_is_irrelevant(
    tests: list[Record], minutes: list[StoredRecord], contract: Contract, now: datetime, random: object
) -> None:
    records = [*map(stored, tests), *minutes]
    shuffled = [*records, *records[::2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    period = around(contract)
    assert told(shuffled, contract, period, now) == told(records, contract, period, now)


@pytest.mark.parametrize("seed", range(3))
def test_order_of_arrival_is_irrelevant_to_a_day_with_runs_below(seed: int) -> None:
    """Half-hourly tests, three of five below: every figure that goes by neighbours depends on their order in time."""
    records = a_day_of_tests(lambda number: 300 if number % 5 < 3 else 1010, count=48)
    mixed = Random(seed).sample([*records, *records[::7]], len(records) + len(records[::7]))
    contract = a_contract()
    period = around(contract)
    assert told(mixed, contract, period, period.end_at) == told(records, contract, period, period.end_at)


def is_promised(test: Record, direction: Direction, contract: Contract) -> bool:
    """Whether the contract says what is normally available on the test's own day, which may lie before the contract."""
    terms = contract.on(test.started.at.astimezone(contract.line.zone).date())
    return terms is not None and terms.speeds(direction).normal_bps is not None


@patient
@given(trial_records(), contracts(), NOW)
@example(tests=[BEFORE_THE_CONTRACT], contract=YOUNG, now=AT + timedelta(days=3))
def test_every_test_of_the_day_is_used_or_left_out_once(tests: list[Record], contract: Contract, now: datetime) -> None:
    period = around(contract)
    for finding in assess(map(stored, tests), contract, period, now).findings:
        todays = [
            test
            for test in tests
            if isinstance(test.body, SpeedTest)
            and test.body.direction is finding.direction
            and test.started.at in finding.period
            and test.started.at <= now
            and (finding.rule != "speed.normal.rolling" or is_promised(test, finding.direction, contract))
        ]
        assert len(finding.witnesses) == finding.n_used
        if finding.verdict is Verdict.NOT_APPLICABLE:
            assert finding.n_used == 0
        else:
            assert finding.n_used + sum(finding.n_excluded.values()) == len(todays)
        assert set(finding.witnesses) <= {test.id for test in todays}


@patient
@given(trial_records(), NOW)
def test_one_more_test_that_reaches_the_maximum_never_makes_a_breach(tests: list[Record], now: datetime) -> None:
    contract, period = a_contract(), around(a_contract())
    before = verdicts(list(map(stored, tests)), contract, period, now)
    best = stored(a_record(body=a_speed_test(ip_mbps=1200), at=AT, sequence=999))
    after = verdicts([*map(stored, tests), best], contract, period, now)
    for rule, verdict in after.items():
        assert verdict is not Verdict.BREACHED or before[rule] is Verdict.BREACHED
    if now >= AT:
        assert after["speed.maximum"] is Verdict.MET


@patient
@given(st.lists(moments(within=timedelta(hours=14)), max_size=40), st.sampled_from([953.0, 1000.0, 1010.0]), NOW)
def test_a_line_that_never_falls_below_is_never_accused(times: list[datetime], mbps: float, now: datetime) -> None:
    records = [
        stored(a_record(body=a_speed_test(ip_mbps=mbps), at=at, sequence=number)) for number, at in enumerate(times, 1)
    ]
    assert Verdict.BREACHED not in verdicts(records, a_contract(), around(a_contract()), now).values()


def verdicts(records: list[StoredRecord], contract: Contract, period: Period, now: datetime) -> dict[str, Verdict]:
    report = assess(records, contract, period, now)
    return {finding.rule: finding.verdict for finding in report.findings if finding.direction is Direction.DOWNLOAD}
