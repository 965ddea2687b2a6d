"""Pure. One line's service over the days that count, from its records and its case, by the code of `prova check`.

Same records, same service, whenever it is asked after the period. Knows nothing of stores.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.availability.downtime import downtime
from analysis.case.case import Case
from analysis.claims import needed
from analysis.contract import Contract
from analysis.extract.service.by_day import by_day
from analysis.extract.service.line_service import LineService
from analysis.extract.service.money import money
from analysis.extract.service.repairs import repairs
from analysis.extract.service.sight import Sight
from analysis.outage.judge import account_of
from analysis.outage.outage import Concern
from analysis.outage.stretch import Stretch, joined, stretch_of
from analysis.period import Period, local_day
from analysis.profile import ledger_rules
from collector.envelope import Silence, StoredRecord
from probe.body.reachability import Reachability
from probe.units import epoch_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the store tells of one line over `to_judge` and a day on either side, in any order; what its case does."""

    records: Sequence[StoredRecord]
    silences: Sequence[Silence]
    case: Case


def asked_of(contract: Contract, first: date, last: date) -> Period:
    """The days that count, as a period."""
    zone = contract.line.zone
    return Period(local_day(first, zone).start_at, local_day(last, zone).end_at)


def unwatched(contract: Contract, first: date, last: date) -> LineService:
    """Of a line that neither a probe nor a case file tells of."""
    return LineService(length_s=round(asked_of(contract, first, last).duration.total_seconds()))


def to_judge(contract: Contract, case: Case, asked: Period) -> Period:
    """Back to the beginning of the first billing period, and of a fault still open; never beyond `asked`."""
    return Period(min(asked.start_at, needed(contract, case, asked).start_at), asked.end_at)


def of_line(told: Told, contract: Contract, days: tuple[date, date], late: timedelta) -> LineService:
    """`days`: the first and the last that count. `late`: from when on a record came late."""
    asked, case, rules = asked_of(contract, *days), told.case, ledger_rules()
    account = account_of(contract.line.id, told.records, to_judge(contract, case, asked), case.circumstances)
    sight = Sight(
        ledger=account.ledger,
        outages=tuple(one for one in account.outages if one.concern is Concern.LINE),
        away=downtime(account, case, asked.end_at),
        silent=_silent(told.silences, asked),
        late=_late(told.records, late),
        end_us=epoch_us(asked.end_at),
    )
    every = tuple(days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1))
    return LineService(
        length_s=round(asked.duration.total_seconds()),
        days=by_day(sight, every, contract.line.zone, rules),
        repairs=repairs(sight, contract, case, asked, rules),
        money=money(sight, contract, case, asked),
    )


def _silent(silences: Iterable[Silence], asked: Period) -> list[Stretch]:
    """When the collector had no word from a probe of the line."""
    return joined(
        (epoch_us(one.start_at), epoch_us(asked.end_at if one.end_at is None else one.end_at)) for one in silences
    )


def _late(records: Iterable[StoredRecord], late: timedelta) -> list[Stretch]:
    """The time of reachability records that came more than `late` after their end."""
    return joined(
        stretch_of(Period(one.record.started.at, one.record.ended.at))
        for one in records
        if isinstance(one.record.body, Reachability)
        and one.received_at - one.record.ended.at > late
        and one.record.started.at < one.record.ended.at
    )
