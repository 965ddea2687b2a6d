"""Pure. What a finding on time away, money or terms rests on: outages with their minutes, and entries of the case.

Every outage of its time is told, with the reason where it does not rest on it. Knows nothing of speeds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from analysis.availability.downtime import Downtime, Interruption, Standing, downtime
from analysis.explain.around import Around
from analysis.explain.explanation import Entry, OutageTold, Used
from analysis.finding import Finding
from analysis.outage.outage import Concern, Outage
from analysis.period import Period
from collector.envelope import StoredRecord

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_TABLES = {
    "fault": "faults", "cause": "causes", "suspension": "suspensions", "works": "works", "pause": "pauses",
    "visit": "visits", "activation": "activations", "complaint": "complaints", "data_request": "requests",
    "invoice": "invoices", "refund": "refunds", "cost": "costs",
}  # fmt: skip
_MONEY = {"invoice", "refund", "cost"}


def outages(finding: Finding, around: Around) -> tuple[OutageTold, ...]:
    """Those that touch the finding's time, or that it names, in order; none where no account was kept."""
    if around.account is None:
        return ()
    away = downtime(around.account, around.case, around.now)
    return tuple(
        _told(one, "" if one.id in finding.witnesses else _why_not(one, away), around)
        for one in around.account.outages
        if one.id in finding.witnesses or _span(one).clip(finding.period) is not None
    )


def minutes(finding: Finding, around: Around) -> tuple[Used, ...]:
    """The records that the finding's outages were seen by, from the last answer to the first, sorted by time."""
    if around.account is None:
        return ()
    ours = [one for one in around.account.outages if one.id in finding.witnesses]
    return tuple(
        Used(
            record_id=one.record.id,
            at=one.record.started.at,
            batch_sha256=one.batch_sha256,
            rate_bps=None,
            standing=_standing(one, ours),
        )
        for one in around.minutes
        if any(_covers(outage, one) for outage in ours)
    )


def entries(finding: Finding, around: Around) -> tuple[Entry, ...]:
    """Those of the finding's subject, else those of its time; of money all, for it is given later."""
    return tuple(
        Entry(table, _says(one))
        for table, kept in _TABLES.items()
        for one in getattr(around.case, kept)
        if _speaks(one, table, finding, around)
    )


def _told(one: Outage, why_not: str, around: Around) -> OutageTold:
    return OutageTold(
        id=one.id,
        why_not=why_not,
        last_good_at=one.start.earlier_at,
        first_bad_at=one.start.later_at,
        last_bad_at=one.end.earlier_at,
        first_good_at=one.end.later_at,
        down_s=one.down_s_lower,
        cause=one.verdict.cause.value,
        imputable_to=one.verdict.imputable_to.value,
        record_count=sum(_covers(one, minute) for minute in around.minutes),
    )


def _why_not(one: Outage, away: Downtime) -> str:
    if one.concern is not Concern.LINE:
        return "not_the_line"
    mine = next((each for each in away.interruptions if one.id in each.outage_ids), None)
    if mine is None:
        return "after_now"
    return _of_interruption(mine)


def _of_interruption(mine: Interruption) -> str:
    standings = {down.standing for down in mine.downs}
    if standings == {Standing.CUSTOMER}:
        return "customer"
    if Standing.OPERATOR not in standings:
        return "contested" if Standing.CONTESTED in standings else "cause_unknown"
    known = any(down.known and down.standing is Standing.OPERATOR for down in mine.downs)
    return "another_interruption" if known else "not_known_to_operator"


def _span(one: Outage) -> Period:
    return Period(one.start.earlier_at or one.down[0].start_at, one.end.later_at or one.down[-1].end_at)


def _covers(outage: Outage, minute: StoredRecord) -> bool:
    span = _span(outage)
    return minute.record.started.at < span.end_at and span.start_at < minute.record.ended.at


def _standing(minute: StoredRecord, ours: Sequence[Outage]) -> str:
    """Whether an edge of an outage lies in it."""
    edges = (at for one in ours for edge in (one.start, one.end) for at in (edge.earlier_at, edge.later_at) if at)
    held = any(minute.record.started.at <= at <= minute.record.ended.at for at in edges)
    return "edge" if held else "inside"


def _speaks(entry: "DataclassInstance", table: str, finding: Finding, around: Around) -> bool:
    name = getattr(entry, "id", None)
    if finding.subject is not None and name is not None:
        return bool(name == finding.subject)
    if table in _MONEY:
        return finding.rule.startswith("credit.")
    days = sorted(_local(at, around.contract.line.zone) for at in _times(entry))
    first, last = (_local(at, around.contract.line.zone) for at in (finding.period.start_at, finding.period.end_at))
    return bool(days) and days[0] <= last and days[-1] >= first


def _local(at: date, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date() if isinstance(at, datetime) else at


def _times(entry: "DataclassInstance") -> Iterator[date]:
    for one in fields(entry):
        value = getattr(entry, one.name)
        if isinstance(value, Period):
            yield from (value.start_at, value.end_at)
        elif isinstance(value, date):
            yield value


def _says(entry: "DataclassInstance") -> tuple[tuple[str, str], ...]:
    """What is set, names as in the case's own nouns; a period as its two ends."""
    said: list[tuple[str, str]] = []
    for one in fields(entry):
        value = getattr(entry, one.name)
        if isinstance(value, Period):
            said += [("from", value.start_at.isoformat()), ("to", value.end_at.isoformat())]
        elif value is not None and value != "":
            said.append((one.name, value.isoformat() if isinstance(value, date) else str(value)))
    return tuple(said)
