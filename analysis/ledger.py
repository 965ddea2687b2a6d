"""Pure. The time ledger: every second of a period as up, down or unobserved, from reachability alone.

Down runs from the first to the last of several bad rounds in a row, so it is a lower bound; the edges stay with up.
Fewer bad rounds are packet loss, not an interruption. Where no rounds are, nothing is known. Of several probes on
one line any that saw it up is right. Knows nothing of causes or of contracts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from analysis.clause import LedgerRules
from analysis.instants import Watched, chains, watched
from analysis.outage.aim import line_aim, role_aim
from analysis.outage.boot import Boot, boots
from analysis.outage.episode import Course, course
from analysis.outage.proof import proofs
from analysis.outage.stretch import Stretch
from analysis.period import Period
from analysis.profile import ledger_rules
from analysis.report import Ledger, Span, State
from collector.envelope import StoredRecord
from probe.body.reachability import Role
from probe.units import at_epoch_us, epoch_us


def build(
    records: Iterable[StoredRecord], period: Period, of: Role = Role.INTERNET, *, rules: LedgerRules | None = None
) -> Ledger:
    """The ledger of `period` from the records of one line, in any order.

    `of` INTERNET is the line, seen by all that answers beyond the router; GATEWAY is the way to the router. Records
    just outside the period belong in `records` too: they say what its first and last seconds were part of.
    """
    rules = rules or ledger_rules()
    seen = boots(records)
    minutes = watched(seen, rules)
    if of is Role.INTERNET:
        return drawn(_of_line(seen, minutes, rules), period)
    return drawn(course(chains(minutes, role_aim(of), rules), rules), period)


def line_course(records: Iterable[StoredRecord]) -> Course:
    """What is known of the line from its records, in any order: any number of ledgers can be `drawn` of it."""
    rules, seen = ledger_rules(), boots(records)
    return _of_line(seen, watched(seen, rules), rules)


def _of_line(seen: Sequence[Boot], minutes: Iterable[Watched], rules: LedgerRules) -> Course:
    return course(chains(minutes, line_aim(), rules), rules, proofs(seen))


def drawn(known: Course, period: Period) -> Ledger:
    """`period` from end to end, as the course has it."""
    return Ledger(period=period, spans=tuple(_spans(period, known.up, known.down)))


def so_far(ledger: Ledger, now: datetime) -> Ledger:
    """The same without what is still to come: time after `now` at its end was not observed because it was not yet."""
    last = ledger.spans[-1]
    if last.state is not State.UNOBSERVED or now not in last.period or now == last.period.start_at:
        return ledger
    past = replace(last, period=Period(last.period.start_at, now))
    return Ledger(period=Period(ledger.period.start_at, now), spans=(*ledger.spans[:-1], past))


def down_periods(ledger: Ledger) -> tuple[Period, ...]:
    """The time in which the line was surely cut, in order."""
    return tuple(span.period for span in ledger.spans if span.state is State.DOWN)


def _spans(period: Period, up: Sequence[Stretch], down: Sequence[Stretch]) -> Iterator[Span]:
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
