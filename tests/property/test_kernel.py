"""Many lines at once are judged as each alone: the same verdicts and the same counts."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.assess import assess
from analysis.contract import Contract, Technology
from analysis.finding import Finding
from analysis.kernel.column import NEEDED
from analysis.kernel.judge import gather, judge
from analysis.kernel.outcome import Outcome
from analysis.kernel.plan import DIRECTIONS, JUDGED, SLIDING, plans
from analysis.kernel.reasons import ORDER
from analysis.kernel.verdict import VERDICTS, Decisions
from analysis.period import Period, local_day
from analysis.speed.day import RULES
from collector.lake.flat import Arrived, row
from collector.lake.segment import in_order, table_of
from probe.body.conditions import Conditions, LinkType, Path
from probe.body.draw import Draw, Origin
from probe.body.speed_test import Direction, Failure, Limit, ServerSaid, SpeedTest
from probe.record import Record
from tests.build import (
    a_contract,
    a_reachability_minute,
    a_record,
    a_server,
    a_speed_test,
    good_conditions,
    some_terms,
    speeds,
    stored,
)

ZONES = tuple(map(ZoneInfo, ("Europe/Lisbon", "Atlantic/Azores", "Atlantic/Madeira", "Asia/Kathmandu")))
FIRST_DAYS = (date(2026, 3, 27), date(2026, 10, 23), date(2026, 11, 19))  # the clock changes on the third day, or not
DAYS = 4
PER_DAY = (6, 24, 48, 96, 144)


def a_rate(chance: random.Random, bad: float) -> float:
    return (
        chance.choice([79.0, 300.0, 500.0, 940.0, 960.0]) if chance.random() < bad else chance.choice([1000.0, 1010.0])
    )


def disturbed(chance: random.Random) -> Conditions:
    return Conditions(
        path=chance.choice([None, *Path]),
        link_type=chance.choice([None, *LinkType]),
        link_bps=chance.choice([None, 100_000_000, 1_000_000_000, 2_500_000_000]),
        full_duplex=chance.choice([None, True, False]),
        mtu_bytes=chance.choice([None, 1280, 1492, 1500, 9000]),
        other_bytes=chance.choice([None, 0, 1000, 10**9]),
        reverse_bytes=chance.choice([None, 0, 10**9]),
        household_bytes=chance.choice([None, 0, 10**9]),
        cpu_share=chance.choice([None, 0.1, 0.9]),
        cpu_pressure_share=chance.choice([None, 0.1, 0.3]),
        memory_pressure_share=chance.choice([None, 0.1, 0.3]),
        ceiling_bps=chance.choice([None, 0, 10**9, 10**11]),
    )


def said(chance: random.Random) -> ServerSaid | None:
    if chance.random() < 0.5:
        return None
    return ServerSaid(
        tests_count=chance.choice([None, 1, 3]),
        cpu_share=chance.choice([None, 0.5, 0.99]),
        cpu_pressure_share=chance.choice([None, 0.5]),
        other_bytes=chance.choice([None, 0, 10**9]),
        link_bps=chance.choice([None, 1_000_000_000, 10_000_000_000]),
    )


def a_body(chance: random.Random, at: datetime, *, bad: float, odd: float, up: float) -> SpeedTest:
    direction = Direction.UPLOAD if chance.random() < up else Direction.DOWNLOAD
    draw = None
    if chance.random() < 0.3:
        origin = chance.choice([Origin.SLOT, Origin.SLOT, *Origin])
        draw = Draw(
            origin=origin,
            due_at=at,
            slot_at=at,
            slot_s=1800.0,
            household_busy=chance.choice([None, False, False, True]),
        )
    if chance.random() >= odd:
        return a_speed_test(direction=direction, ip_mbps=a_rate(chance, bad), draw=draw)
    test = a_speed_test(
        direction=direction,
        ip_mbps=a_rate(chance, 0.7),
        failure=chance.choice([None, None, None, *Failure]),
        conditions=disturbed(chance) if chance.random() < 0.7 else good_conditions(),
        limited_by=chance.choice([None, None, *Limit]),
        server_said=said(chance),
        uncertainty_bps=chance.choice([None, 0, 10**8]),
        draw=draw,
        server=a_server(
            address=chance.choice(
                [None, "203.0.113.7", "203.0.113.7", "127.0.0.1", "192.168.1.5", "fe80::1%eth0", "no address"]
            ),
            demonstration=chance.random() < 0.1,
        ),
    )
    if chance.random() < 0.3:
        test = replace(test, ip_rate_bps=None)
    if chance.random() < 0.2:
        test = replace(test, bytes=chance.choice([None, 0]))
    return test


def a_line(chance: random.Random, contract: Contract, first: date) -> list[Record]:
    """Tests of some days, evenly and not, and minutes of small probes beside some of them."""
    zone = contract.line.zone
    bad, odd = chance.choice([0.0, 0.0, 0.03, 0.1, 0.5, 1.0]), chance.choice([0.0, 0.0, 0.2])
    up, usual = chance.choice([0.0, 0.0, 0.5]), chance.choice(PER_DAY)
    records: list[Record] = []
    for number in range(-2, DAYS + 1):
        day = local_day(first + timedelta(days=number), zone)
        count = chance.choice([usual, usual, usual, *PER_DAY])
        dead = chance.random() < 0.1  # for some hours nothing was tested
        for part in range(count):
            share = (part + chance.random() * 0.9) / count
            if dead and 0.3 < share < 0.6:
                continue
            at = day.start_at + timedelta(microseconds=int(share * (day.duration / timedelta(microseconds=1))))
            body = a_body(chance, at, bad=bad, odd=odd, up=up)
            synchronised = chance.choice([True] * 12 + [None, False]) if odd else True
            records.append(
                a_record(line=contract.line.id, body=body, at=at, sequence=len(records) + 1, synchronised=synchronised)
            )
        if chance.random() < 0.15:
            at = day.start_at + timedelta(hours=chance.uniform(0, 22))
            for minute in range(5):
                answers = chance.choice(["############", "............", "#####..#####"])
                records.append(
                    a_record(
                        line=contract.line.id,
                        body=a_reachability_minute(answers=answers),
                        at=at + timedelta(minutes=minute),
                        sequence=len(records) + 1,
                    )
                )
    return records


def some_contract(chance: random.Random, number: int, first: date) -> Contract:
    terms = [
        some_terms(
            from_on=date(2026, 1, 15),
            download=speeds(1000, chance.choice([1000, 950, None]), chance.choice([400, None])),
        )
    ]
    if chance.random() < 0.4:
        terms.append(some_terms(from_on=first + timedelta(days=chance.randint(-1, 3)), download=speeds(500, 500, 300)))
    if chance.random() < 0.1:
        del terms[0]
    contract = a_contract(
        terms=tuple(terms) or (some_terms(),),
        technology=chance.choice([Technology.FTTH] * 5 + [Technology.HFC, Technology.FWA]),
        zone=chance.choice(ZONES),
    )
    return replace(contract, line=replace(contract.line, id=f"line-{number}"))


def tables(records: Iterable[Record], chance: random.Random) -> list[pa.Table]:
    """As the lake holds them: a file a day, each sorted; sometimes two files of a day."""
    files: dict[tuple[date, int], list[tuple[object, ...]]] = {}
    for record in records:
        half = int(chance.random() < 0.05)
        flat = row(Arrived(record=record, raw=b"{}", batch=1, batch_sha256="d", received_us=1))
        files.setdefault((record.started.at.astimezone(UTC).date(), half), []).append(flat)
    return [in_order([table_of(rows)]).select(list(NEEDED)) for _, rows in sorted(files.items())]


def expected(findings: Sequence[Finding], on: date, rule: str, direction: Direction) -> Finding:
    (found,) = [one for one in findings if (one.local_day, one.rule, one.direction) == (on, rule, direction)]
    return found


def compare(outcome: Outcome, number: int, findings: Sequence[Finding]) -> None:
    for way, direction in enumerate(DIRECTIONS):
        for place, on in enumerate(outcome.days):
            for rule in JUDGED:
                found = expected(findings, on, rule, direction)
                at = (number, place, way)
                assert VERDICTS[outcome.verdict[rule][at]] is found.verdict, (rule, direction, on, found)
                if rule == SLIDING or found.verdict.value == "not_applicable":
                    continue
                assert outcome.used[rule][at] == found.n_used, (rule, direction, on, found)
                if found.n_used:
                    assert outcome.slots_tested[rule][at] == found.measured["slots_ended_tested"], found
                    assert outcome.slots_below[rule][at] == found.measured["slots_below"], found
        for rule in RULES:
            excluded: dict[str, int] = {}
            for one in findings:
                if one.rule == rule and one.direction is direction:
                    for reason, count in one.n_excluded.items():
                        excluded[reason] = excluded.get(reason, 0) + count
            got = outcome.excluded[rule][number, way]
            assert {str(ORDER[place]): int(got[place]) for place in np.flatnonzero(got)} == excluded, (rule, direction)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(st.integers(0, 2**32), st.sampled_from(FIRST_DAYS), st.sampled_from([None, 3.3, 1.5]))
def test_a_line_among_others_is_judged_as_alone(seed: int, first: date, now_after_days: float | None) -> None:
    chance = random.Random(seed)
    contracts = [some_contract(chance, number, first) for number in range(3)]
    records = {one.line.id: a_line(chance, one, first) for one in contracts}
    now = datetime(2027, 6, 1, tzinfo=UTC)
    if now_after_days is not None:
        now = datetime.combine(first, datetime.min.time(), UTC) + timedelta(days=now_after_days, seconds=17.5)
    last = first + timedelta(days=DAYS - 1)
    made, left = plans(contracts, first, last, now)
    assert not left
    files = tables([one for of_line in records.values() for one in of_line], chance)
    for plan in made:
        outcome = judge(gather(files, plan), plan, Decisions(plan.rules))
        for number, line in enumerate(plan.lines):
            if not outcome.alone[number]:
                contract = next(one for one in contracts if one.line.id == line)
                zone = contract.line.zone
                period = Period(local_day(first, zone).start_at, local_day(last, zone).end_at)
                compare(outcome, number, assess(map(stored, records[line]), contract, period, now).findings)
