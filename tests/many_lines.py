"""Lines as a fleet has them, made up: some days of tests, good and bad, disturbed and failed, small probes beside."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.contract import Contract, Technology
from analysis.period import local_day
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
