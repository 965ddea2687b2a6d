"""The speed rules over whole days, through `assess`: what a person would feed in and read off."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analysis.assess import assess
from analysis.contract import Contract, Technology
from analysis.finding import Finding, Reason, Verdict
from analysis.period import Period, local_day
from collector.envelope import StoredRecord
from probe.body.conditions import LinkType
from probe.body.speed_test import Direction, Failure, SpeedTest
from tests.build import (
    DAY,
    LISBON,
    a_contract,
    a_day_of_tests,
    a_reachability_minute,
    a_record,
    a_speed_test,
    good_conditions,
    some_terms,
    speeds,
    stored,
)

BREACHED, MET, INSUFFICIENT = Verdict.BREACHED, Verdict.MET, Verdict.INSUFFICIENT
NOON = local_day(DAY, LISBON).start_at + timedelta(hours=12)
RULES = ("speed.maximum", "speed.minimum", "speed.normal")


def slow_in(numbers: Collection[int]) -> Callable[[int], float]:
    """300 Mbit/s in these parts of the day, 1010 in the others."""
    return lambda number: 300 if number in numbers else 1010


def constantly(test: SpeedTest) -> Callable[[int], SpeedTest]:
    return lambda _: test


def only_in(numbers: Collection[int], rate: float) -> Callable[[int], float | None]:
    """Tests in these parts of the day alone."""
    return lambda number: rate if number in numbers else None


def judged(
    records: Sequence[StoredRecord],
    *,
    contract: Contract | None = None,
    on: date = DAY,
    now: datetime | None = None,
    direction: Direction = Direction.DOWNLOAD,
) -> dict[str, Finding]:
    """The findings of one day and direction, by rule."""
    contract = contract or a_contract()
    day = local_day(on, contract.line.zone)
    report = assess(records, contract, day, now or day.end_at)
    ours = [finding for finding in report.findings if finding.direction is direction]
    found = {finding.rule: finding for finding in ours if finding.rule in RULES}
    assert tuple(found) == RULES
    assert {finding.rule for finding in ours} - set(RULES) == {"speed.normal.rolling", "speed.discrepancy"}
    return found


def verdicts(found: dict[str, Finding]) -> tuple[Verdict, ...]:
    """Maximum, normal, minimum."""
    return tuple(found[f"speed.{name}"].verdict for name in ("maximum", "normal", "minimum"))


# ---------------------------------------------------------------- plain cases


@pytest.mark.parametrize("count", [24, 48, 96, 288])
def test_a_plain_breach_is_found(count: int) -> None:
    found = judged(a_day_of_tests(lambda _: 300, count=count))
    assert verdicts(found) == (BREACHED, BREACHED, BREACHED)


def test_300_of_1000_is_no_breach_of_a_minimum_of_200() -> None:
    found = judged(a_day_of_tests(lambda _: 300), contract=a_contract(download=speeds(1000, 1000, 200)))
    assert verdicts(found) == (BREACHED, BREACHED, MET)


def test_a_line_that_keeps_its_promise_is_met_where_tests_are_many() -> None:
    assert verdicts(judged(a_day_of_tests(lambda _: 1010, count=96))) == (MET, MET, MET)


def test_24_tests_cannot_prove_95_percent() -> None:
    assert verdicts(judged(a_day_of_tests(lambda _: 1010))) == (MET, INSUFFICIENT, MET)


def test_upload_is_judged_on_its_own() -> None:
    records = a_day_of_tests(lambda _: 1010)
    up = [
        stored(
            a_record(
                body=a_speed_test(ip_mbps=50, direction=Direction.UPLOAD),
                at=one.record.started.at + timedelta(minutes=1),
                sequence=100 + number,
            )
        )
        for number, one in enumerate(records)
    ]
    found = judged(records + up, direction=Direction.UPLOAD)
    assert verdicts(found) == (BREACHED, BREACHED, BREACHED)
    assert found["speed.normal"].threshold["bps"] == 200_000_000


# ---------------------------------------------------------------- speed.normal


@pytest.mark.parametrize(("count", "limit"), [(24, 4), (48, 6), (72, 8), (96, 10), (144, 13), (288, 22)])
def test_a_breach_takes_exactly_the_published_number_of_tests_below(count: int, limit: int) -> None:
    for below, verdict in ((limit, BREACHED), (limit - 1, INSUFFICIENT)):
        spread = {number * count // below for number in range(below)}
        found = judged(a_day_of_tests(slow_in(spread), count=count))
        finding = found["speed.normal"]
        assert finding.verdict is verdict
        assert finding.measured["below_count"] == below
        assert finding.measured["below_share"] == pytest.approx(below / count, abs=1e-6)


@pytest.mark.parametrize(("count", "most"), [(72, 0), (96, 1), (144, 2), (288, 8)])
def test_compliance_takes_exactly_the_published_number_of_tests(count: int, most: int) -> None:
    for below, verdict in ((most, MET), (most + 1, INSUFFICIENT)):
        finding = judged(a_day_of_tests(slow_in(range(below)), count=count))["speed.normal"]
        assert finding.verdict is verdict


def test_tests_in_a_bunch_weigh_no_more_than_their_time() -> None:
    """One hour below is 4.2 % of the day, however often it was tested."""
    day = local_day(DAY, LISBON)
    bunch = [
        stored(
            a_record(
                body=a_speed_test(ip_mbps=300),
                at=day.start_at + timedelta(hours=20, minutes=2 * number),
                sequence=100 + number,
            )
        )
        for number in range(30)
    ]
    finding = judged([*a_day_of_tests(lambda number: None if number == 20 else 1010), *bunch])["speed.normal"]
    assert finding.verdict is INSUFFICIENT
    assert finding.measured["below_count"] == 1
    assert (finding.measured["slots_tested"], finding.n_used) == (24, 53)


def test_a_second_test_that_reaches_it_takes_its_slot_back() -> None:
    day = local_day(DAY, LISBON)
    again = stored(a_record(body=a_speed_test(ip_mbps=1010), at=day.start_at + timedelta(minutes=40), sequence=99))
    finding = judged([*a_day_of_tests(slow_in(range(4))), again])["speed.normal"]
    assert finding.measured["below_count"] == 3
    assert finding.verdict is INSUFFICIENT


@pytest.mark.parametrize(("hours", "verdict"), [(24, BREACHED), (12, BREACHED), (4, BREACHED), (2, INSUFFICIENT)])
def test_hours_without_a_test_count_as_good_for_a_breach(hours: int, verdict: Verdict) -> None:
    finding = judged(a_day_of_tests(only_in(range(hours), 300)))["speed.normal"]
    assert finding.verdict is verdict
    assert finding.interval is not None
    # every tested slot below: the lower limit is alpha^(1/n), carried by the tested share of the day
    assert finding.interval.low == pytest.approx(0.035 ** (1 / hours) * hours / 24, abs=1e-6)
    assert finding.interval.high == 1.0


def test_hours_without_a_test_count_as_bad_for_compliance() -> None:
    night_only = a_day_of_tests(only_in(range(48), 1010), count=288)
    finding = judged(night_only)["speed.normal"]
    assert finding.verdict is INSUFFICIENT
    missing = finding.measured["missing"]
    assert isinstance(missing, dict)
    assert missing["hours"] == [f"2026-11-21T{hour:02d}:00+00:00" for hour in range(4, 24)]


def test_what_is_missing_is_said() -> None:
    missing = judged(a_day_of_tests(slow_in(range(3))))["speed.normal"].measured["missing"]
    assert missing == {"hours": [], "until": None, "tests_for_breached": 1, "tests_for_met": 129}


def test_an_unfinished_day_is_undecided() -> None:
    noon = local_day(DAY, LISBON).start_at + timedelta(hours=12)
    found = judged(a_day_of_tests(only_in(range(12), 1010)), now=noon)
    assert verdicts(found) == (MET, INSUFFICIENT, INSUFFICIENT)
    missing = found["speed.normal"].measured["missing"]
    assert isinstance(missing, dict)
    assert missing["until"] == "2026-11-22T00:00:00+00:00"


def test_an_unfinished_day_is_breached_only_if_its_rest_cannot_undo_it() -> None:
    start_at = local_day(DAY, LISBON).start_at
    for hours, verdict in ((3, INSUFFICIENT), (4, BREACHED)):
        found = judged(
            a_day_of_tests(only_in(range(hours), 300)),
            now=start_at + timedelta(hours=hours),
        )
        assert found["speed.normal"].verdict is verdict
        # and the whole day, all its rest good, says the same
        whole = judged(a_day_of_tests(slow_in(range(hours))))
        assert whole["speed.normal"].verdict is verdict


def test_the_maximum_is_not_breached_before_the_day_is_over() -> None:
    day = local_day(DAY, LISBON)
    records = a_day_of_tests(lambda _: 300, count=288)
    almost = judged(records[:-1], now=day.end_at - timedelta(minutes=5))
    assert verdicts(almost) == (INSUFFICIENT, BREACHED, BREACHED)


def test_the_run_bound_is_shown_and_decides_nothing() -> None:
    finding = judged(a_day_of_tests(slow_in({8, 9, 10, 20}), count=48))["speed.normal"]
    assert finding.measured["run_bound_s"] == 2 * 1800.0
    far = judged(a_day_of_tests(slow_in({8, 9}), count=12))["speed.normal"]
    assert far.measured["run_bound_s"] == 0.0
    run = judged(a_day_of_tests(slow_in(range(3))))["speed.normal"]
    assert (run.measured["run_bound_s"], run.verdict) == (7200.0, INSUFFICIENT)


# ---------------------------------------------------------------- the guard band


@pytest.mark.parametrize(
    ("ip_mbps", "verdict"),
    [(300, BREACHED), (952, BREACHED), (953, INSUFFICIENT), (999.9, INSUFFICIENT), (1000, INSUFFICIENT)],
)
def test_a_rate_within_the_guard_band_accuses_nobody(ip_mbps: float, verdict: Verdict) -> None:
    assert judged(a_day_of_tests(lambda _: ip_mbps))["speed.normal"].verdict is verdict


def test_a_rate_within_the_guard_band_is_no_compliance_either() -> None:
    found = judged(a_day_of_tests(lambda _: 999, count=288))
    assert verdicts(found) == (INSUFFICIENT, INSUFFICIENT, MET)
    assert found["speed.maximum"].measured["unsure_count"] == 288


def test_a_tests_own_uncertainty_widens_the_guard_band() -> None:
    wide = a_speed_test(ip_mbps=900, uncertainty_bps=110_000_000)
    narrow = a_speed_test(ip_mbps=900, uncertainty_bps=50_000_000)
    assert judged(a_day_of_tests(lambda _: wide))["speed.normal"].verdict is INSUFFICIENT
    assert judged(a_day_of_tests(lambda _: narrow))["speed.normal"].verdict is BREACHED


def test_payload_alone_is_carried_up_before_it_accuses_and_stands_for_itself_before_it_acquits() -> None:
    for payload_bps, standing in ((890_000_000, BREACHED), (910_000_000, INSUFFICIENT), (999_000_000, INSUFFICIENT)):
        test = a_speed_test(rate_bps=payload_bps, ip_rate_bps=None)
        assert judged(a_day_of_tests(constantly(test)))["speed.maximum"].verdict is standing
    test = a_speed_test(rate_bps=1_000_000_000, ip_rate_bps=None)
    assert judged(a_day_of_tests(lambda _: test))["speed.maximum"].verdict is MET


# ---------------------------------------------------------------- speed.maximum


def test_one_test_that_reaches_it_is_enough() -> None:
    found = judged(a_day_of_tests(lambda number: 1001 if number == 3 else 300))
    assert found["speed.maximum"].verdict is MET
    assert "1001 Mbit/s" in found["speed.maximum"].sentence.en


def test_one_disturbed_test_that_reaches_it_is_enough_too() -> None:
    wifi = a_speed_test(ip_mbps=1001, conditions=good_conditions(link_type=LinkType.WIFI))
    assert judged(a_day_of_tests(lambda number: wifi if number == 3 else 300))["speed.maximum"].verdict is MET


@pytest.mark.parametrize(("count", "verdict"), [(24, BREACHED), (23, BREACHED), (22, INSUFFICIENT)])
def test_the_maximum_is_breached_only_by_enough_tests_over_the_day(count: int, verdict: Verdict) -> None:
    finding = judged(a_day_of_tests(only_in(range(count), 300)))["speed.maximum"]
    assert finding.verdict is verdict
    assert finding.interval is not None
    assert finding.interval.high == pytest.approx((1 - 0.05 ** (1 / count)) * count / 24 + (24 - count) / 24, abs=1e-6)


def test_the_sentence_says_for_how_little_of_the_day_it_can_have_been_at_its_maximum() -> None:
    sentence = judged(a_day_of_tests(lambda _: 300))["speed.maximum"].sentence
    assert "2 h 49 min" in sentence.en
    assert "2 h 49 min" in sentence.pt


def test_one_test_too_close_to_tell_stops_the_accusation() -> None:
    finding = judged(a_day_of_tests(lambda number: 990 if number == 7 else 300, count=96))["speed.maximum"]
    assert finding.verdict is INSUFFICIENT
    assert finding.measured["unsure_count"] == 1


# ---------------------------------------------------------------- speed.minimum


def test_one_test_below_the_minimum_needs_a_second() -> None:
    finding = judged(a_day_of_tests(slow_in({9}), count=288))["speed.minimum"]
    assert finding.verdict is INSUFFICIENT
    assert "15 min" in finding.sentence.pt
    missing = finding.measured["missing"]
    assert isinstance(missing, dict)
    assert (missing["tests_for_breached"], missing["tests_for_met"]) == (1, None)


@pytest.mark.parametrize(("other", "verdict"), [(10, INSUFFICIENT), (11, INSUFFICIENT), (12, BREACHED)])
def test_two_tests_below_the_minimum_must_lie_apart(other: int, verdict: Verdict) -> None:
    finding = judged(a_day_of_tests(slow_in({9, other}), count=288))["speed.minimum"]
    assert finding.verdict is verdict


def test_tests_during_an_outage_are_no_speed_data() -> None:
    records = a_day_of_tests(lambda number: 100 if number in {9, 15} else 1010)
    silences = [
        stored(
            a_record(
                body=a_reachability_minute(answers="............"),
                at=one.record.started.at - timedelta(seconds=90),
                sequence=200 + number,
                probe="p2",
            )
        )
        for number, one in enumerate(records)
        if number in {9, 15}
    ]
    finding = judged([*records, *silences])["speed.minimum"]
    assert finding.verdict is not BREACHED
    assert finding.n_excluded == {Reason.DURING_OUTAGE.value: 2}


# ---------------------------------------------------------------- what does not count


def test_failed_tests_never_count_as_zero() -> None:
    failed = a_speed_test(failure=Failure.TIMED_OUT)
    found = judged(a_day_of_tests(lambda number: failed if number % 2 else 1010))
    assert verdicts(found) == (MET, INSUFFICIENT, INSUFFICIENT)
    for finding in found.values():
        assert finding.n_excluded == {"failed": 12}
        assert finding.n_used == 12
        assert finding.measured["lowest_bps"] == 1_010_000_000


def test_disturbed_tests_below_are_left_out_and_counted() -> None:
    wifi = a_speed_test(ip_mbps=100, conditions=good_conditions(link_type=LinkType.WIFI))
    busy = a_speed_test(ip_mbps=100, conditions=good_conditions(cpu_share=0.99))
    found = judged(a_day_of_tests(lambda number: wifi if number % 2 else busy))
    assert verdicts(found) == (INSUFFICIENT, INSUFFICIENT, INSUFFICIENT)
    assert found["speed.normal"].n_excluded == {"cpu_busy": 12, "wireless": 12}


def test_a_gigabit_port_shows_a_line_well_below_it_and_nothing_of_one_near_it() -> None:
    slow = a_speed_test(ip_mbps=300, conditions=good_conditions(link_mbps=1000))
    assert verdicts(judged(a_day_of_tests(lambda _: slow))) == (BREACHED, BREACHED, BREACHED)
    near = a_speed_test(ip_mbps=940, conditions=good_conditions(link_mbps=1000))
    assert BREACHED not in verdicts(judged(a_day_of_tests(lambda _: near)))


def test_every_test_of_the_day_is_used_or_left_out_once() -> None:
    wifi = a_speed_test(ip_mbps=100, conditions=good_conditions(link_type=LinkType.WIFI, cpu_share=0.99))
    failed = a_speed_test(failure=Failure.TLS)
    found = judged(a_day_of_tests(lambda number: (wifi, failed, 1010, 300)[number % 4]))
    for finding in found.values():
        assert finding.n_used + sum(finding.n_excluded.values()) == 24
        assert len(finding.witnesses) == finding.n_used
        assert list(finding.witnesses) == sorted(finding.witnesses)


def test_no_test_at_all_says_so() -> None:
    found = judged([])
    assert verdicts(found) == (INSUFFICIENT, INSUFFICIENT, INSUFFICIENT)
    for finding, needed in zip(found.values(), ((18, 1), (2, 18), (2, 59)), strict=True):
        missing = finding.measured["missing"]
        assert isinstance(missing, dict)
        assert (missing["tests_for_breached"], missing["tests_for_met"]) == needed
        hours = missing["hours"]
        assert isinstance(hours, list)
        assert len(hours) == 24


def test_tests_of_another_line_are_passed_over() -> None:
    other = stored(a_record(body=a_speed_test(ip_mbps=1), line="vizinho", at=NOON))
    assert judged([other])["speed.minimum"].n_used == 0


def test_tests_from_the_future_are_passed_over() -> None:
    records = a_day_of_tests(lambda _: 300)
    assert judged(records, now=NOON)["speed.normal"].n_used == 12


# ---------------------------------------------------------------- where the rules do not apply


def test_fixed_wireless_has_none_of_the_three() -> None:
    found = judged(a_day_of_tests(lambda _: 300), contract=a_contract(technology=Technology.FWA))
    assert verdicts(found) == (Verdict.NOT_APPLICABLE,) * 3


def test_a_speed_that_is_not_stated_cannot_be_breached() -> None:
    found = judged(a_day_of_tests(lambda _: 300), contract=a_contract(download=speeds(1000, None, None)))
    assert verdicts(found) == (BREACHED, Verdict.NOT_APPLICABLE, Verdict.NOT_APPLICABLE)


def test_before_the_contract_nothing_applies() -> None:
    on = date(2026, 1, 14)
    assert verdicts(judged(a_day_of_tests(lambda _: 300, on=on), on=on)) == (Verdict.NOT_APPLICABLE,) * 3


def test_before_the_rule_nothing_applies() -> None:
    on = date(2019, 5, 1)
    contract = a_contract(terms=(some_terms(from_on=date(2018, 1, 1)),))
    assert (
        verdicts(judged(a_day_of_tests(lambda _: 300, on=on), on=on, contract=contract))
        == (Verdict.NOT_APPLICABLE,) * 3
    )


# ---------------------------------------------------------------- days


def test_each_day_is_judged_under_its_own_terms() -> None:
    later = some_terms(from_on=date(2026, 11, 22), service="Fibra 300", download=speeds(300, 300, 120))
    contract = a_contract(terms=(some_terms(), later))
    days = [date(2026, 11, 21), date(2026, 11, 22)]
    records = [
        stored(a_record(body=one.record.body, at=one.record.started.at, sequence=number * 100 + one.record.sequence))
        for number, on in enumerate(days)
        for one in a_day_of_tests(lambda _: 310, on=on)
    ]
    period = Period(local_day(days[0], LISBON).start_at, local_day(days[1], LISBON).end_at)
    report = assess(records, contract, period, period.end_at)
    maximum = [f for f in report.findings if f.rule == "speed.maximum" and f.direction is Direction.DOWNLOAD]
    assert [(f.local_day, f.verdict, f.threshold["bps"]) for f in maximum] == [
        (days[0], BREACHED, 1_000_000_000),
        (days[1], MET, 300_000_000),
    ]


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_of_23_or_25_hours_is_judged_by_its_own_length(on: date, hours: int) -> None:
    finding = judged(a_day_of_tests(lambda _: 300, on=on, count=hours), on=on)["speed.normal"]
    assert finding.verdict is BREACHED
    assert finding.measured["slots_total"] == hours
    assert finding.period.duration == timedelta(hours=hours)


def test_a_test_belongs_to_the_local_day_it_began_on() -> None:
    azores = ZoneInfo("Atlantic/Azores")
    at = datetime.fromisoformat("2026-11-22T00:30:00+00:00")
    record = stored(a_record(body=a_speed_test(ip_mbps=1010), at=at))
    assert judged([record], contract=a_contract(zone=azores))["speed.maximum"].n_used == 1
    assert judged([record])["speed.maximum"].n_used == 0


def test_a_period_that_touches_a_day_judges_the_whole_of_it() -> None:
    day = local_day(DAY, LISBON)
    hour = Period(day.start_at + timedelta(hours=5), day.start_at + timedelta(hours=6))
    report = assess(a_day_of_tests(lambda _: 300), a_contract(), hour, day.end_at)
    assert {finding.local_day for finding in report.findings} == {DAY, None}
    assert all(finding.n_used in {0, 24} for finding in report.findings)
    assert report.ledger.period == hour


# ---------------------------------------------------------------- what a reader sees


def figures(sentence: str) -> list[str]:
    return sorted(number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)?", sentence))


SITUATIONS: list[Callable[[int], float | None]] = [
    lambda _: 300,
    lambda _: 94.36,
    lambda _: 1010,
    lambda _: 970,
    slow_in(range(3)),
    slow_in({3}),
    only_in(range(7), 300),
    only_in(range(7), 1010),
    lambda _: None,
]


@pytest.mark.parametrize("hours", [24, 12])
@pytest.mark.parametrize("rate", SITUATIONS)
def test_both_languages_say_the_same_figures(rate: Callable[[int], float | None], hours: int) -> None:
    start_at = local_day(DAY, LISBON).start_at
    for finding in judged(a_day_of_tests(rate), now=start_at + timedelta(hours=hours)).values():
        assert figures(finding.sentence.pt) == figures(finding.sentence.en)
        assert finding.sentence.pt != finding.sentence.en
        assert "{" not in finding.sentence.pt + finding.sentence.en


def test_every_finding_names_its_rule_and_limits() -> None:
    for finding in judged(a_day_of_tests(lambda _: 300)).values():
        assert finding.clause.startswith("NOS 3.10.1")
        assert (finding.profile, finding.rule_version) == ("pt-nos", "1")
        assert finding.threshold["layer"] == "ip"
        assert finding.threshold["error_share"] == 0.05
        assert finding.threshold["confidence"] == 0.95
        assert finding.id == f"casa:{finding.rule}:download:2026-11-21"
