"""Tests that go faster to one server than to another are found by pairs close in time, and hardly ever by chance."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analysis.finding import Verdict as Usable
from analysis.period import Period
from analysis.profile import parameters
from analysis.report import JudgedTest
from analysis.treatment.account import Mark, Treatment, Verdict
from analysis.treatment.compare import treatment, walsh
from analysis.treatment.treatment_json import treatment_json
from analysis.treatment.way import way_of
from probe.body.speed_test import Direction
from tests.build import a_record, a_server, a_speed_test, stored

AT = datetime(2026, 10, 1, tzinfo=UTC)
MONTH = Period(AT, AT + timedelta(days=31))
RULES = parameters("treatment")
ONE, OTHER, THIRD = "wss://one.example/ndt/v7/", "wss://other.example/ndt/v7/", "ws://third.example:8080/ndt/v7/"


def a_test(url: str, hour: float, mbps: float, number: int, *, usable: bool = True) -> JudgedTest:
    body = a_speed_test(direction=Direction.DOWNLOAD, ip_mbps=mbps, server=a_server(url=url))
    record = a_record(body=body, at=AT + timedelta(hours=hour), sequence=number)
    valid = (Usable.MET, Usable.BREACHED) if usable else (Usable.MET,)
    return JudgedTest(stored=stored(record), valid_for=valid, reasons=())


def drawn(seed: int, servers: dict[str, float], *, tests: int = 60, usable: bool = True) -> list[JudgedTest]:
    """Each server's tests at random times; the line is slower by evening, whoever is asked."""
    chance = np.random.default_rng(seed)
    found: list[JudgedTest] = []
    for url, factor in servers.items():
        for hour in chance.uniform(0, 24 * 30, tests):
            line_mbps = 500 - 200 * (hour % 24 > 19)
            found.append(
                a_test(url, float(hour), line_mbps * factor * chance.normal(1, 0.05), len(found) + 1, usable=usable)
            )
    return found


def judged(tests: list[JudgedTest]) -> Treatment:
    return treatment("casa", tests, MONTH, RULES)


def test_a_server_that_goes_faster_is_found_with_how_much() -> None:
    (found,) = judged(drawn(1, {ONE: 1.0, OTHER: 1.3})).compared
    assert (found.verdict, found.faster.server, found.slower.server) == (Verdict.APART, "other.example", "one.example")
    assert found.ratio is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < 1.3 < found.high
    assert found.ratio == pytest.approx(1.3, rel=0.06)
    assert len(found.witnesses) == 20
    assert "a third server" in found.sentence.en


def test_a_difference_within_the_margin_is_no_treatment() -> None:
    (found,) = judged(drawn(2, {ONE: 1.0, OTHER: 1.04}, tests=300)).compared
    assert found.verdict is Verdict.ALIKE


def test_of_a_hundred_lines_treated_alike_hardly_one_is_told_apart() -> None:
    told = [
        one for seed in range(100) for one in judged(drawn(seed, {ONE: 1.0, OTHER: 1.0, THIRD: 1.0}, tests=30)).compared
    ]
    assert len(told) == 300
    assert sum(one.verdict is Verdict.APART for one in told) <= 2


def test_too_few_pairs_are_no_basis() -> None:
    (found,) = judged(drawn(3, {ONE: 1.0, OTHER: 2.0}, tests=15)).compared
    assert (found.verdict, found.ratio) == (Verdict.INSUFFICIENT, None)


def test_servers_tested_at_other_times_are_not_compared() -> None:
    days = [a_test(ONE, 24.0 * day + 3, 500, day + 1) for day in range(30)]
    nights = [a_test(OTHER, 24.0 * day + 15, 100, day + 31) for day in range(30)]
    (found,) = judged([*days, *nights]).compared
    assert (found.pairs, found.verdict) == (0, Verdict.INSUFFICIENT)


def test_tests_that_the_own_machine_may_have_slowed_do_not_count() -> None:
    assert judged(drawn(4, {ONE: 1.0, OTHER: 1.5}, usable=False)).compared == ()


@pytest.mark.parametrize(
    ("url", "server", "marks"),
    [
        ("wss://one.example/ndt/v7/", "one.example", ()),
        ("wss://one.example:443/ndt/v7/", "one.example", ()),
        ("wss://one.example:4443/", "one.example", (Mark.PORT,)),
        ("ws://one.example:8080/", "one.example", (Mark.PLAIN, Mark.PORT)),
        ("ws://one.example:80/", "one.example", (Mark.PLAIN,)),
        ("wss://ndt-mlab1-lis01.mlab-oti.measurement-lab.org/", "measurement-lab.org", (Mark.KNOWN,)),
    ],
)
def test_a_test_is_known_by_its_port_its_text_and_its_servers_name(
    url: str, server: str, marks: tuple[Mark, ...]
) -> None:
    way = way_of(a_speed_test(server=a_server(url=url)))
    assert way is not None
    assert (way.server, way.marks) == (server, marks)


def test_the_interval_is_that_of_the_signed_ranks() -> None:
    middle, low, high = walsh(np.arange(1.0, 22.0), 0.05)
    assert (middle, low, high) == (11.0, 8.0, 14.0)


def test_machines_are_told_the_same() -> None:
    found = judged(drawn(5, {ONE: 1.0, OTHER: 1.3}))
    told = treatment_json(found)
    assert told["schema"] == "prova.treatment/1"
    assert [one["count"] for one in told["tests"]] == [60, 60]
    assert told["compared"][0]["faster"]["server"] == "other.example"
