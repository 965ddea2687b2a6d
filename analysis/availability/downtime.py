"""Pure. Time without service, each stretch with whose it was and whether the operator knew: what the rules add up.

Takes outages and a case as they are. Knows no limit, no price and no verdict.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from analysis.case.case import Case, Service, Suspended, Whose
from analysis.outage.judge import Account
from analysis.outage.outage import Concern, Imputable, Outage
from analysis.outage.stretch import Stretch, joined, period_of, shared_us, stretch_of, total_us, without
from analysis.period import Period
from analysis.report import State
from probe.units import at_epoch_us, epoch_us

_US_PER_S = 1_000_000


class Standing(StrEnum):
    """What a stretch of time down counts for. Only OPERATOR counts without doubt, only CUSTOMER surely does not."""

    OPERATOR = "operator"
    CONTESTED = "contested"  # third parties, force majeure, a suspension over a disputed invoice
    UNKNOWN = "unknown"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Down:
    """Time surely down. `known`: after the operator knew, as far as that is proved."""

    stretch: Stretch
    standing: Standing
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """Time between two sure signs of life with at least one outage in it. `downs` in order, apart.

    `span`: from the last sure sign of life before it to the first after it. `possible`: all of that which may have been
    down, the customer's own time taken out; in order, perhaps empty.
    `known_at`: since when the operator provably knew; None: nothing says that it did. `reported_at`: by the customer.
    `restored_at`: the first sure sign of life after it; None: none so far.
    """

    outage_ids: tuple[str, ...]
    downs: tuple[Down, ...]
    span: Period
    possible: tuple[Stretch, ...]
    known_at: datetime | None
    reported_at: datetime | None
    restored_at: datetime | None

    @property
    def period(self) -> Period:
        """From the first to the last miss."""
        return period_of((self.downs[0].stretch[0], self.downs[-1].stretch[1]))

    def down(self, *standings: Standing, known: bool = False) -> list[Stretch]:
        """The time down of those standings (all if none is named); with `known` only while the operator knew."""
        return [
            one.stretch
            for one in self.downs
            if (not standings or one.standing in standings) and (one.known or not known)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Downtime:
    """A line's time without service over `period`. `dark`: all that was not surely up, without the customer's own."""

    period: Period
    interruptions: tuple[Interruption, ...]
    dark: tuple[Stretch, ...]

    def down(self, *standings: Standing, known: bool = False) -> list[Stretch]:
        """As `Interruption.down`, of all."""
        return [stretch for one in self.interruptions for stretch in one.down(*standings, known=known)]


def downtime(account: Account, case: Case, now: datetime) -> Downtime:
    """What `account` shows of the time up to `now`, in the light of `case`."""
    outages = [one for one in account.outages if one.concern is Concern.LINE]
    own = joined(_own(outages, case))
    dark = without(_dark(account, outages, now), own)
    interruptions = [
        _interruption(stretch, inside, own, case)
        for stretch in _dark(account, outages, now)
        if (inside := [one for one in outages if _lies_in(one, stretch)])
    ]
    return Downtime(period=account.ledger.period, interruptions=tuple(interruptions), dark=tuple(dark))


def seconds(stretches: Iterable[Stretch], within: Period | None = None) -> float:
    """How long they last together, inside `within` if it is given. They must be apart."""
    own = sorted(stretches)
    spent_us = total_us(own) if within is None else shared_us(own, [stretch_of(within)])
    return spent_us / _US_PER_S


def longest_s(stretches: Iterable[Stretch], bridge_s: float) -> tuple[float, Stretch | None]:
    """The most time in one run, and from when to when that run lasts. Gaps up to `bridge_s` do not end a run, and
    do not count.
    """
    best: tuple[float, Stretch | None] = (0.0, None)
    for run in runs(stretches, bridge_s):
        spent_s = total_us(run) / _US_PER_S
        if spent_s > best[0]:
            best = spent_s, (run[0][0], run[-1][1])
    return best


def runs(stretches: Iterable[Stretch], bridge_s: float) -> Iterator[list[Stretch]]:
    """Stretches with no gap above `bridge_s` between them, together."""
    run: list[Stretch] = []
    for stretch in joined(stretches):
        if run and stretch[0] - run[-1][1] > bridge_s * _US_PER_S:
            yield run
            run = []
        run.append(stretch)
    if run:
        yield run


def _own(outages: Sequence[Outage], case: Case) -> Iterator[Stretch]:
    """The customer's own time: what the case proves to be, and each outage at home out to its edges."""
    yield from (stretch_of(period) for period, standing in _windows(case) if standing is Standing.CUSTOMER)
    for outage in outages:
        downs = list(_downs([outage], case, None))
        if all(one.standing is Standing.CUSTOMER for one in downs):
            yield _edges(outage)
        else:
            yield from (one.stretch for one in downs if one.standing is Standing.CUSTOMER)


def _edges(outage: Outage) -> Stretch:
    return (
        epoch_us(outage.start.earlier_at or outage.down[0].start_at),
        epoch_us(outage.end.later_at or outage.down[-1].end_at),
    )


def _dark(account: Account, outages: Sequence[Outage], now: datetime) -> list[Stretch]:
    """Between the sure signs of life: what the ledger does not call up, and each outage out to both its edges."""
    spans = [stretch_of(span.period) for span in account.ledger.spans if span.state is not State.UP]
    now_us = epoch_us(now)
    together = joined([*spans, *map(_edges, outages)])
    return [(start, min(end, now_us)) for start, end in together if start < now_us]


def _lies_in(outage: Outage, stretch: Stretch) -> bool:
    return stretch[0] <= epoch_us(outage.down[0].start_at) < stretch[1]


def _interruption(stretch: Stretch, outages: Sequence[Outage], own: Sequence[Stretch], case: Case) -> Interruption:
    period, last = period_of(stretch), outages[-1]
    first_down_at = outages[0].down[0].start_at
    known_at, reported_at = _known_at(period, first_down_at, case), _reported_at(period, first_down_at, case)
    return Interruption(
        outage_ids=tuple(one.id for one in outages),
        downs=tuple(_downs(outages, case, known_at)),
        span=period,
        possible=tuple(without([stretch], own)),
        known_at=known_at,
        reported_at=reported_at,
        restored_at=last.end.later_at,
    )


def _downs(outages: Sequence[Outage], case: Case, known_at: datetime | None) -> Iterator[Down]:
    windows = _windows(case)
    cuts = {epoch_us(at) for period, _ in windows for at in (period.start_at, period.end_at)}
    known_us = None if known_at is None else epoch_us(known_at)
    cuts |= set() if known_us is None else {known_us}
    for outage in outages:
        for period in outage.down:
            for start, end in _cut(stretch_of(period), sorted(cuts)):
                standing = _standing(at_epoch_us(start), windows, outage.verdict.imputable_to)
                yield Down((start, end), standing, known_us is not None and start >= known_us)


def _cut(stretch: Stretch, cuts: Sequence[int]) -> Iterator[Stretch]:
    start, end = stretch
    for cut in cuts:
        if start < cut < end:
            yield start, cut
            start = cut
    yield start, end


def _windows(case: Case) -> list[tuple[Period, Standing]]:
    """What the case says of whose time was: suspensions first, then causes."""
    of_cause = {Whose.OPERATOR: Standing.OPERATOR, Whose.CUSTOMER: Standing.CUSTOMER}
    suspended = [
        (one.period, _of_suspension(one.why, disputed=_in_time(one.disputed_on, one.period)))
        for one in case.suspensions
    ]
    caused = [(one.period, of_cause.get(one.whose, Standing.CONTESTED)) for one in case.causes]
    return [*suspended, *caused]


def _in_time(disputed_on: date | None, suspended: Period) -> bool:
    """Whether the dispute came before the suspension, as it must."""
    return disputed_on is not None and disputed_on < suspended.start_at.date()


def _of_suspension(why: Suspended, *, disputed: bool) -> Standing:
    """Lei 16/2022, art. 128: non-payment is the customer's, unless the invoice was disputed (no. 4)."""
    if why is Suspended.OTHER:
        return Standing.OPERATOR
    return Standing.CONTESTED if disputed and why is Suspended.NON_PAYMENT else Standing.CUSTOMER


def _standing(at: datetime, windows: Sequence[tuple[Period, Standing]], seen: Imputable) -> Standing:
    told = next((standing for period, standing in windows if at in period), None)
    return (
        told
        or {
            Imputable.OPERATOR: Standing.OPERATOR,
            Imputable.CUSTOMER: Standing.CUSTOMER,
            Imputable.THIRD_PARTY: Standing.CONTESTED,
            Imputable.UNKNOWN: Standing.UNKNOWN,
        }[seen]
    )


def _known_at(possible: Period, first_down_at: datetime, case: Case) -> datetime | None:
    """The earliest of reports, proofs, and works of the operator's own."""
    told = [
        at
        for fault in case.faults
        if fault.service is Service.INTERNET
        if (at := _within(fault.known_at, fault.restored_at, possible, first_down_at)) is not None
    ]
    planned = [max(one.period.start_at, first_down_at) for one in case.works if one.period.clip(possible) is not None]
    return min([*told, *planned], default=None)


def _reported_at(possible: Period, first_down_at: datetime, case: Case) -> datetime | None:
    told = [
        at
        for fault in case.faults
        if fault.service is Service.INTERNET and fault.reported_at is not None
        if (at := _within(fault.reported_at, fault.restored_at, possible, first_down_at)) is not None
    ]
    return min(told, default=None)


def _within(
    told_at: datetime, restored_at: datetime | None, possible: Period, first_down_at: datetime
) -> datetime | None:
    """When an open fault begins to speak for this interruption; None where it does not.

    A report before the interruption speaks for it only while its fault is noted as lasting.
    """
    if told_at in possible:
        return max(told_at, possible.start_at)
    if told_at < possible.start_at and restored_at is not None and restored_at > first_down_at:
        return first_down_at
    return None
