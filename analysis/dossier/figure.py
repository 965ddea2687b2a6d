"""Pure. The dossier's pictures as numbers between 0 and 1, each with the words that stand for it.

Knows nothing of how they are drawn.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from analysis import wording
from analysis.contract import Contract
from analysis.finding import Verdict
from analysis.period import Period, local_days
from analysis.report import JudgedTest, Ledger, State
from analysis.wording import Said
from probe.body.speed_test import Direction, SpeedTest

Say = Callable[[str], Said]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HEADROOM = 1.08  # of the highest thing drawn
_MOST_TICKS = 10
_GREATEST_SHARE = 1.2  # of the normal speed: more is drawn alike


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture: `kind` names its drawing, `data` is what that needs."""

    kind: str
    title: Said
    alt: Said
    legend: Said
    data: Mapping[str, Any]


def tests(judged: Sequence[JudgedTest], contract: Contract, period: Period, direction: Direction) -> Drawn:
    """Every test of a direction over time, with the contract's speeds of the last terms as lines."""
    own = [one for one in judged if _speed(one).direction is direction]
    rates = [rate for one in own if (rate := _speed(one).ip_rate_bps) is not None]
    speeds = contract.terms[-1].speeds(direction)
    levels = [bps for bps in (speeds.maximum_bps, speeds.normal_bps, speeds.minimum_bps) if bps is not None]
    top = max([*rates, *levels, 1]) * _HEADROOM
    said = wording.say(f"dossier.on.{direction.value}")
    if rates:
        alt = wording.say(
            "dossier.tests_alt",
            n=str(len(own)),
            direction=said,
            low=wording.speed(min(rates)),
            high=wording.speed(max(rates)),
            failed=str(len(own) - len(rates)),
        )
    else:
        alt = wording.say("dossier.tests_none_alt", direction=said)
    return Drawn(
        kind="tests",
        title=wording.say("dossier.tests", direction=said),
        alt=alt,
        legend=wording.say("dossier.legend"),
        data={
            "points": [_point(one, period, top) for one in own],
            "levels": [{"y": bps / top, "mbps": f"{bps / 1e6:g}"} for bps in dict.fromkeys(levels)],
            "days": _days(period, contract.line.zone),
            "zero": "0",
        },
    )


def ribbon(ledger: Ledger, zone: ZoneInfo) -> Drawn:
    """Every second of the period as up, down or unobserved."""
    hours = {state: wording.stretch(ledger.seconds(state)) for state in State}
    period = ledger.period
    return Drawn(
        kind="ribbon",
        title=wording.say("dossier.ribbon"),
        alt=wording.say("dossier.ribbon_alt", **{state.value: told for state, told in hours.items()}),
        legend=wording.say("dossier.ribbon_legend"),
        data={
            "spans": [
                {
                    "x": _share(period, span.period.start_at),
                    "w": span.period.duration / period.duration,
                    "state": span.state.value,
                }
                for span in ledger.spans
                if span.state is not State.UP
            ],
            "days": _days(period, zone),
        },
    )


def heat(judged: Sequence[JudgedTest], contract: Contract, direction: Direction) -> Drawn | None:
    """Hour by weekday; None where the contract has no normally available speed to be a share of."""
    normal_bps = contract.terms[-1].speeds(direction).normal_bps
    if normal_bps is None:
        return None
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one in judged:
        rate = _speed(one).ip_rate_bps
        if _speed(one).direction is direction and rate is not None:
            local = one.stored.record.started.at.astimezone(contract.line.zone)
            cells[local.weekday(), local.hour].append(rate)
    shares = {cell: median(rates) / normal_bps for cell, rates in cells.items()}
    said = wording.say(f"dossier.on.{direction.value}")
    lowest = wording.percent(min(shares.values())) if shares else Said(pt="-", en="-")
    return Drawn(
        kind="heat",
        title=wording.say("dossier.heat", direction=said),
        alt=wording.say("dossier.heat_alt", direction=said, n=str(len(shares)), low=lowest),
        legend=wording.say("dossier.heat_legend"),
        data={
            "cells": [
                {"day": day, "hour": hour, "share": min(share, _GREATEST_SHARE), "percent": f"{int(share * 100)}"}
                for (day, hour), share in sorted(shares.items())
            ],
            "weekdays": [wording.say(f"dossier.{name}") for name in _WEEKDAYS],
        },
    )


def _speed(one: JudgedTest) -> SpeedTest:
    body = one.stored.record.body
    if not isinstance(body, SpeedTest):
        raise TypeError(f"record {one.stored.record.id} is no speed test")
    return body


def _point(one: JudgedTest, period: Period, top: float) -> dict[str, Any]:
    rate = _speed(one).ip_rate_bps
    kind = "failed" if rate is None else "full" if Verdict.BREACHED in one.valid_for else "partial"
    return {"x": _share(period, one.stored.record.started.at), "y": 0.0 if rate is None else rate / top, "kind": kind}


def _share(period: Period, at: datetime) -> float:
    return (at - period.start_at) / period.duration


def _days(period: Period, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Where local days begin, as many as there is room to name."""
    days = local_days(period, zone)
    step = -(-len(days) // _MOST_TICKS)
    return [
        {"x": max(0.0, _share(period, datetime(on.year, on.month, on.day, tzinfo=zone))), "on": f"{on:%d/%m}"}
        for on in days[::step]
    ]
