"""Pure. The time ledger: every second of a period as up, down or unobserved, from reachability alone.

Down runs from the first to the last of several bad instants in a row, so it is a lower bound; the edges stay with up.
Fewer bad instants are packet loss, not an interruption. Where no instants are, nothing is known. Of several probes on
one line any that saw it up is right. Knows nothing of causes or of contracts.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from analysis.clause import LedgerRules
from analysis.instants import Chain, Instant, chains
from analysis.period import Period
from analysis.profile import ledger_rules
from analysis.report import Ledger, Span, State
from collector.envelope import StoredRecord
from probe.body.reachability import Role
from probe.units import at_epoch_us, epoch_us

Stretch = tuple[int, int]  # [start, end) in microseconds since 1970, never empty


def build(
    records: Iterable[StoredRecord], period: Period, of: Role = Role.INTERNET, *, rules: LedgerRules | None = None
) -> Ledger:
    """The ledger of `period` from the records of one line, in any order.

    `of` INTERNET is the line, seen by measuring servers and other hosts; GATEWAY is the way to the router. Records just
    outside the period belong in `records` too: they say what its first and last seconds were part of.
    """
    rules = rules or ledger_rules()
    up: list[Stretch] = []
    down: list[Stretch] = []
    for chain in chains(records, of, rules):
        for piece in _pieces(chain, rules):
            piece_down = list(_down(piece, rules))
            down.extend(piece_down)
            if any(instant.good for instant in piece):
                up.extend(_without([(piece[0].at_us, piece[-1].at_us)], piece_down))
    up = _joined(up)
    return Ledger(period=period, spans=tuple(_spans(period, up, _without(_joined(down), up))))


def down_periods(ledger: Ledger) -> tuple[Period, ...]:
    """The time in which the line was surely cut, in order."""
    return tuple(span.period for span in ledger.spans if span.state is State.DOWN)


def _pieces(chain: Chain, rules: LedgerRules) -> Iterator[Chain]:
    """The chain, cut wherever it was silent for too long."""
    start = 0
    for number, (earlier, later) in enumerate(pairwise(chain), 1):
        if later.at_us - earlier.at_us > rules.gap_intervals * max(earlier.interval_us, later.interval_us):
            yield chain[start:number]
            start = number
    yield chain[start:]


def _down(piece: Chain, rules: LedgerRules) -> Iterator[Stretch]:
    for good, run in groupby(piece, key=lambda instant: instant.good):
        instants: list[Instant] = list(run)
        if not good and len(instants) >= rules.bad_in_a_row:
            yield instants[0].at_us, instants[-1].at_us


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Sorted, those that overlap or touch made one."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        elif start < end:
            joined.append((start, end))
    return joined


def _without(stretches: Iterable[Stretch], holes: Iterable[Stretch]) -> list[Stretch]:
    """What is left of `stretches` outside `holes`; both sorted and apart."""
    left: list[Stretch] = []
    gaps = list(holes)
    first = 0
    for start, end in stretches:
        while first < len(gaps) and gaps[first][1] <= start:
            first += 1
        at = start
        for hole_start, hole_end in gaps[first:]:
            if hole_start >= end:
                break
            if at < hole_start:
                left.append((at, hole_start))
            at = max(at, hole_end)
        if at < end:
            left.append((at, end))
    return left


def _spans(period: Period, up: list[Stretch], down: list[Stretch]) -> Iterator[Span]:
    """The period from end to end; what is neither up nor down is unobserved."""
    known = sorted([(*stretch, State.UP) for stretch in up] + [(*stretch, State.DOWN) for stretch in down])
    start_us, end_us = epoch_us(period.start_at), epoch_us(period.end_at)
    at_us = start_us
    for stretch_start, stretch_end, state in known:
        low, high = max(stretch_start, at_us), min(stretch_end, end_us)
        if low >= high:
            continue
        if at_us < low:
            yield _span(at_us, low, State.UNOBSERVED)
        yield _span(low, high, state)
        at_us = high
    if at_us < end_us:
        yield _span(at_us, end_us, State.UNOBSERVED)


def _span(start_us: int, end_us: int, state: State) -> Span:
    return Span(Period(at_epoch_us(start_us), at_epoch_us(end_us)), state)
