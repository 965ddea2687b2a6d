"""Other countries' rules: campaigns taken by the clock alone, statistics as their texts say, data whole and sourced."""

import tomllib
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.contract_file import parse
from analysis.country import comparator
from analysis.country.campaign import Design, campaigns, lack
from analysis.country.judge import Held, judge
from analysis.country.statistic import STATISTICS, nearest_rank
from analysis.country.trial import Trial
from analysis.finding import Finding, Verdict
from analysis.period import Period, local_day
from analysis.profile import ProfileError, load
from collector.envelope import StoredRecord
from probe.body.conditions import LinkType
from probe.body.speed_test import Direction
from tests.build import LISBON, a_record, a_speed_test, good_conditions, stored
from tests.golden.scenarios import CONTRACT

MONDAY = date(2026, 11, 2)
MBPS = 1_000_000


def a_trial(at: datetime, mbps: float = 100, *, rtt_ms: float | None = 9.0) -> Trial:
    return Trial(record_id=f"p1/{at:%d%H%M%S}", at=at, local=at, bps=round(mbps * MBPS), idle_rtt_ms=rtt_ms)


def hourly(days: int = 1, *, mbps: float = 100, every_s: int = 3600) -> list[Trial]:
    start = datetime(2026, 11, 2, tzinfo=UTC)
    return [a_trial(start + timedelta(seconds=n * every_s), mbps) for n in range(days * 86_400 // every_s)]


def day_of_tests(days: int, rate_mbps: Sequence[float], *, minute: int = 7) -> list[StoredRecord]:
    """Hourly downloads, whose rates (TCP payload) repeat `rate_mbps`."""
    made = []
    for number in range(days * 24):
        at = local_day(MONDAY, LISBON).start_at + timedelta(hours=number, minutes=minute)
        payload = rate_mbps[number % len(rate_mbps)]
        made.append(stored(a_record(body=a_speed_test(ip_mbps=payload * 1500 / 1448), at=at, sequence=number + 1)))
    return made


def judged(name: str, tests: Sequence[StoredRecord], *, days: int = 14) -> list[Finding]:
    contract = parse(tomllib.loads(CONTRACT))
    period = Period(local_day(MONDAY, LISBON).start_at, local_day(MONDAY + timedelta(days=days), LISBON).start_at)
    held = Held(contract=contract, period=period, limits=load("pt-nos"), now=period.end_at)
    return [one for one in judge(comparator.load(name), tests, held) if one.direction is Direction.DOWNLOAD]


def verdicts(found: Sequence[Finding]) -> dict[str, set[Verdict]]:
    seen: dict[str, set[Verdict]] = {}
    for one in found:
        seen.setdefault(one.rule.split(".", 1)[1], set()).add(one.verdict)
    return seen


GERMAN = Design(
    tests=30, days=3, tests_per_day=10, day_distance=2, within_days=14, gap_s=300, pause_after=5, pause_s=10_800
)


def test_a_german_campaign_has_its_thirty_tests_its_free_days_and_its_pause() -> None:
    (campaign, *_) = campaigns(hourly(14, every_s=1200), GERMAN)
    days = sorted({one.on for one in campaign})
    assert len(campaign) == 30
    assert [(later - earlier).days for earlier, later in pairwise(days)] == [2, 2]
    first = [one for one in campaign if one.on == days[0]]
    assert len(first) == 10
    assert first[5].at - first[4].at >= timedelta(hours=3)


def test_tests_that_lie_too_close_make_no_campaign_and_the_lack_says_how_far_it_got() -> None:
    close = hourly(1, every_s=3600)[:9]
    assert campaigns(close, GERMAN) == ()
    assert lack(hourly(2), GERMAN).days == 1


@given(st.lists(st.sampled_from([1.0, 50.0, 100.0]), min_size=5 * 24, max_size=5 * 24))
def test_which_tests_are_taken_does_not_depend_on_their_rates(rates: list[float]) -> None:
    plain = hourly(5)
    other = [a_trial(one.at, mbps) for one, mbps in zip(plain, rates, strict=True)]
    taken = [[one.at for one in campaign] for campaign in campaigns(other, GERMAN)]
    assert taken == [[one.at for one in campaign] for campaign in campaigns(plain, GERMAN)]


def test_a_missing_quarter_of_an_hour_is_made_good_on_the_next_days() -> None:
    italian = Design(slot_s=900, refill_days=2)
    tests = hourly(3, every_s=900)
    holed = [one for one in tests if not (one.on == MONDAY and one.local.hour == 5)]
    (campaign, *_) = campaigns(holed, italian)
    assert len(campaign) == 96
    never = [one for one in tests if one.local.hour != 5]
    assert campaigns(never, italian) == ()
    assert lack(never, italian).tests == 92


def test_only_peak_hours_of_weekdays_count_where_the_rule_says_so() -> None:
    peak = Design(hours=(19, 23), weekdays=True, tests=20, at_least=True)
    (campaign,) = campaigns(hourly(7), peak)
    assert {one.local.hour for one in campaign} == {19, 20, 21, 22}
    assert len(campaign) == 20


@pytest.mark.parametrize(
    ("statistic", "numbers", "rates", "broken"),
    [
        ("share_reaching", {"least_share": 0.9}, [100] * 27 + [99] * 3, False),
        ("share_reaching", {"least_share": 0.9}, [100] * 26 + [99] * 4, True),
        ("quantile", {"quantile": 0.05}, [99] * 4 + [100] * 92, False),
        ("quantile", {"quantile": 0.05}, [99] * 5 + [100] * 91, True),
        ("any_below", {}, [100, 100], False),
        ("any_below", {}, [100, 99.9], True),
        ("all_or_any_below", {}, [99, 99, 99], True),
        ("all_or_any_below", {}, [100, 99, 100], None),
        ("mean", {}, [99, 101], False),
        ("mean", {}, [99, 100], True),
        ("longest_below", {"longest_s": 4200, "linked_s": 3600}, [100, 99, 99, 100], False),
        ("longest_below", {"longest_s": 4200, "linked_s": 3600}, [99, 99, 99, 100], True),
        ("longest_below", {"longest_s": 4200, "linked_s": 1800}, [99, 99, 99, 99], False),
        ("share_of_time", {"least_share": 0.95, "longest_s": 1800}, [100] * 11 + [99] * 2 + [100] * 11, True),
        ("share_of_time", {"least_share": 0.95, "longest_s": 1800}, [100] * 11 + [99] + [100] * 12, False),
        ("spread", {"low": 0.2, "high": 0.8}, [1, 2, 3, 4, 5], None),
    ],
)
def test_a_statistic_decides_at_its_own_limit(
    statistic: str, numbers: dict[str, float], rates: Sequence[float], broken: bool | None
) -> None:
    start = datetime(2026, 11, 2, tzinfo=UTC)
    trials = [a_trial(start + timedelta(hours=n), mbps) for n, mbps in enumerate(rates)]
    assert STATISTICS[statistic](trials, 100 * MBPS, numbers).broken is broken


def test_three_dips_in_ninety_minutes_are_seen_and_two_are_not() -> None:
    numbers = {"dips": 3, "dip_s": 210, "window_s": 5400, "linked_s": 300}

    def dipping(starts_min: Sequence[int]) -> list[Trial]:
        start = datetime(2026, 11, 2, tzinfo=UTC)
        low = {minute + extra for minute in starts_min for extra in range(5)}
        return [a_trial(start + timedelta(minutes=n), 90 if n in low else 100) for n in range(120)]

    assert STATISTICS["dips"](dipping([5, 40, 80]), 100 * MBPS, numbers).broken is True
    assert STATISTICS["dips"](dipping([5, 40, 100]), 100 * MBPS, numbers).broken is False


def test_latency_that_was_not_measured_decides_nothing() -> None:
    numbers = {"least_share": 0.95, "most_ms": 100}
    at = datetime(2026, 11, 2, tzinfo=UTC)
    assert STATISTICS["latency"]([a_trial(at, rtt_ms=None)], 0, numbers).broken is None
    assert STATISTICS["latency"]([a_trial(at, rtt_ms=101)], 0, numbers).broken is True


def test_a_four_hour_block_cannot_be_made_good_by_the_others() -> None:
    numbers = {"block_s": 14_400, "tests_per_block": 4, "least_share": 0.9}
    evening = [a_trial(one.at, 50 if one.local.hour >= 20 else 100) for one in hourly(1)]
    outcome = STATISTICS["share_of_each_block"](evening, 90 * MBPS, numbers)
    assert outcome.broken is True
    assert outcome.figures["blocks_broken"] == 1


def test_quantiles_are_nearest_rank() -> None:
    assert nearest_rank([4, 1, 3, 2], 0.5) == 2
    assert nearest_rank([7], 0.05) == 7


@pytest.mark.parametrize("name", comparator.names())
def test_every_comparator_is_whole(name: str) -> None:
    known = comparator.load(name)
    assert known.profile.id == name
    for rule in known.profile.rules:
        assert rule.id.startswith(f"{name}.")
        assert str(rule.parameters["statistic"].value) in STATISTICS
        assert {"speed", "factor"} <= rule.parameters.keys()
        wanted = comparator.design(rule)
        for field in fields(Design):
            if field.name in rule.parameters:
                assert type(getattr(wanted, field.name)) in {int, bool, tuple}, (rule.id, field.name)


@pytest.mark.parametrize("name", comparator.names())
def test_a_good_line_is_accused_by_nobody_and_an_empty_one_is_insufficient(name: str) -> None:
    good = judged(name, day_of_tests(14, [1010.0]))
    assert good
    assert not [one for one in good if one.verdict is Verdict.BREACHED]
    nothing = judged(name, [])
    assert {one.verdict for one in nothing} == {Verdict.INSUFFICIENT}


@pytest.mark.parametrize("name", ["de-2021", "de-2017", "nl-acm", "cz-vo-s1", "fi-4h", "us-80-80", "br-574", "berec"])
def test_a_line_at_a_third_of_its_speed_breaks_every_rule_that_has_a_threshold(name: str) -> None:
    found = verdicts(judged(name, day_of_tests(31, [330.0]), days=31))
    assert Verdict.BREACHED in set().union(*found.values()), found


def test_the_german_rules_take_each_limit_from_the_contract() -> None:
    found = verdicts(judged("de-2021", day_of_tests(14, [905.0])))
    assert found == {"maximum": {Verdict.MET}, "minimum": {Verdict.MET}, "normal": {Verdict.BREACHED}}


def test_a_test_that_something_else_can_have_lowered_is_left_out_and_counted() -> None:
    wireless = a_speed_test(ip_mbps=300, conditions=good_conditions(link_type=LinkType.WIFI))
    at = local_day(MONDAY, LISBON).start_at
    records = [stored(a_record(body=wireless, at=at + timedelta(hours=n), sequence=n + 1)) for n in range(24)]
    found = judged("nl-acm", records)
    assert {one.verdict for one in found} == {Verdict.INSUFFICIENT}
    assert found[0].n_excluded == {"wireless": 24}


def test_every_finding_says_that_it_is_a_comparator_in_both_languages() -> None:
    for name in comparator.names():
        for finding in judged(name, day_of_tests(2, [330.0])):
            assert "nada certifica" in finding.sentence.pt
            assert "certifies nothing" in finding.sentence.en
            assert finding.threshold["comparator"] is True


def test_an_unknown_comparator_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ProfileError, match="de-2021"):
        comparator.load("xx-1999")
