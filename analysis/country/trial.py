"""Pure. The tests that another country's rule may look at: clean ones, as numbers on a local clock.

A rule of a campaign counts its tests and knows no guard band, so that only tests which nothing but the line can have
lowered are handed on (grade A); the others are counted by their first reason. A test that merely reached a speed though
something disturbed it is left out too: to keep it and drop its like below would tilt every share. Knows no rule.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from analysis.clause import Profile
from analysis.finding import Reason, Verdict
from analysis.validity import judge_test
from collector.envelope import StoredRecord
from probe.body.speed_test import Direction, SpeedTest


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One clean test. `local` is its start at the installation address; `bps` at the layer that the profile states.

    `idle_rtt_ms` is None where it was not measured.
    """

    record_id: str
    at: datetime
    local: datetime
    bps: int
    idle_rtt_ms: float | None

    @property
    def on(self) -> date:
        """The local day."""
        return self.local.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """`kept` sorted by time; `left_out` counts every other test of this direction once, by its first reason."""

    kept: tuple[Trial, ...]
    left_out: Mapping[str, int]


def trials(
    tests: Iterable[StoredRecord], direction: Direction, *, needed_bps: int, zone: ZoneInfo, limits: Profile, layer: str
) -> Trials:
    """The clean ones among `tests`, which may be of any kind and in any order.

    `limits`: the profile whose measuring limits say what is clean. `needed_bps`: what the probe's link must carry.
    """
    kept: list[Trial] = []
    left_out: Counter[str] = Counter()
    for stored in tests:
        record, test = stored.record, stored.record.body
        if not isinstance(test, SpeedTest) or test.direction is not direction:
            continue
        valid_for, reasons = judge_test(record, needed_bps, limits)
        bps = _bps(test, layer)
        if Verdict.BREACHED not in valid_for or bps is None:
            left_out[str(reasons[0] if reasons else Reason.FAILED)] += 1
            continue
        started_at = record.started.at
        kept.append(
            Trial(
                record_id=record.id,
                at=started_at,
                local=started_at.astimezone(zone),
                bps=bps,
                idle_rtt_ms=test.idle_rtt_ms,
            )
        )
    kept.sort(key=lambda one: (one.at, one.record_id))
    return Trials(kept=tuple(kept), left_out=dict(sorted(left_out.items())))


def _bps(test: SpeedTest, layer: str) -> int | None:
    return test.rate_bps if layer == "tcp_payload" else test.ip_rate_bps
