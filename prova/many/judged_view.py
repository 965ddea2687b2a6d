"""Shell. Lines judged and shown in a database, again and again until stopped: for dashboards, never the evidence.

Holds no judgement, no form of points and no clock.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from analysis import run
from analysis.case.case import NO_CASE, Case
from analysis.case.case_file import load as load_case
from analysis.congestion.run import days_between, of_line
from analysis.contract import Contract
from analysis.fleet import topology_file
from analysis.fleet.placement import GroupKind
from analysis.fleet.topology import Topology
from analysis.ledger import so_far
from analysis.period import Period, local_day
from collector.projection import settings
from collector.projection.influx import Database, DatabaseError
from collector.request.entry import Purpose
from collector.store import Store
from dashboards.grafana.judged.congestion import congestion_points
from dashboards.grafana.judged.judgement import JudgedLine
from dashboards.grafana.judged.line import place_of, points_of
from dashboards.grafana.measurement import CONGESTED, CONTINUAL
from prova.exit import CommandError, Exit
from prova.home import Home
from prova.many.shown import Memory, Sheet, Shown, show
from prova.privacy import kept_back

_LONGEST_WAIT_S = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is shown: the lines of `contracts`, by line, over `days` local days. `settings_path` None: the home's.

    A case is a home's own, and heard where there is one contract alone. `group_by`: what of the home's topology is a
    line's group, as it stands today; where that is not known, its municipality. `congestion_days`: whole days that are
    judged for congestion, once each day; 0 for none.
    """

    home: Home
    settings_path: Path | None
    contracts: Mapping[str, Contract]
    days: int
    congestion_days: int
    group_by: GroupKind
    say: Callable[[str], None]


async def follow(order: Order, *, every_s: float, now: Callable[[], datetime], stop: asyncio.Event) -> None:
    """Shows all lines every `every_s` until `stop`. A database that does not answer is asked again next time.

    Raises DatabaseRefusalError, SettingsError, ProfileError, TopologyError and the store's errors.
    """
    wait_s = every_s
    congestion_on: dict[str, date] = {}
    while not stop.is_set():
        try:
            await asyncio.to_thread(pass_over, order, now(), congestion_on, stopped=stop.is_set)
            wait_s = every_s
        except CommandError as error:
            wait_s = min(wait_s * 2, max(_LONGEST_WAIT_S, every_s))
            order.say(f"{error} Trying again in {wait_s:.0f} s.")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait_s)


def pass_over(
    order: Order, now: datetime, congestion_on: dict[str, date], *, stopped: Callable[[], bool] = lambda: False
) -> None:
    """Judges each line once and shows it. `congestion_on`: by line, the day on which it was judged for congestion last,
    which is put down there. Raises CommandError where the database does not answer, and as `follow`.
    """
    collector = order.home.collector
    loaded = settings.load(order.settings_path or collector.projection_settings)
    store, memory = Store(collector.journal), Memory(order.home.judged_view, loaded.target)
    known, topology = set(store.lines()), topology_file.load(order.home.topology)
    kept = kept_back.kept(order.home, order.contracts, Purpose.PROJECTION)
    with closing(Database(loaded)) as database:
        for line, contract in sorted(order.contracts.items()):
            if stopped():
                return
            if line in kept:
                order.say(f"{line}: not shown, by request of whose it is.")
                continue
            if line not in known:
                order.say(f"{line}: the store has nothing of this line.")
                continue
            view = _View(order=order, store=store, contract=contract, group=_group(topology, order, contract, now))
            try:
                _say(order, line, show(database, memory, view.findings(now)))
                if order.congestion_days and congestion_on.get(line) != _today(contract, now):
                    _say(order, line, show(database, memory, view.congestion(now)))
                    congestion_on[line] = _today(contract, now)
            except DatabaseError as error:
                raise CommandError(str(error), Exit.UNREACHABLE) from error


def judged_line(
    store: run.Records, contract: Contract, period: Period, now: datetime, *, case: Case, group: str
) -> JudgedLine:
    """One line judged over whole local days. Raises ProfileError and the store's errors."""
    account = run.account(store, contract.line.id, period, case.circumstances)
    return JudgedLine(
        report=run.check(store, contract, period, now, case),
        account=replace(account, ledger=so_far(account.ledger, now)),
        tests=run.judged_tests(store, contract.line.id, period, contract),
        group=group,
        now=now,
    )


def findings_sheet(judged: JudgedLine) -> Sheet:
    """All that is judged again and again."""
    report = judged.report
    return Sheet(line=report.contract.line.id, period=report.period, about=CONTINUAL, points=points_of(judged))


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """One line, as ordered."""

    order: Order
    store: Store
    contract: Contract
    group: str

    def findings(self, now: datetime) -> Sheet:
        today = _today(self.contract, now)
        period = self._days(today - timedelta(days=self.order.days - 1), today + timedelta(days=1))
        judged = judged_line(self.store, self.contract, period, now, case=self._case(), group=self.group)
        return findings_sheet(judged)

    def congestion(self, now: datetime) -> Sheet:
        """Of whole days, so that it is new once a day."""
        today, line = _today(self.contract, now), self.contract.line
        first = today - timedelta(days=self.order.congestion_days)
        judged = of_line(self.store, line.id, days_between(first, today), line.zone, self._case().circumstances)
        points = congestion_points(judged, place_of(self.contract, self.group))
        return Sheet(line=line.id, period=self._days(first, today), about=CONGESTED, points=points)

    def _case(self) -> Case:
        alone = len(self.order.contracts) == 1 and self.order.home.case.exists()
        return load_case(self.order.home.case, self.contract.line.zone) if alone else NO_CASE

    def _days(self, first: date, after: date) -> Period:
        zone = self.contract.line.zone
        return Period(local_day(first, zone).start_at, local_day(after, zone).start_at)


def _group(topology: Topology, order: Order, contract: Contract, now: datetime) -> str:
    today = _today(contract, now)
    held = (one.placement.group(order.group_by) for one in topology.of(contract.line.id) if one.holds_on(today))
    return next(held, None) or ""


def _today(contract: Contract, now: datetime) -> date:
    return now.astimezone(contract.line.zone).date()


def _say(order: Order, line: str, shown: Shown) -> None:
    for why in shown.refused:
        order.say(f"Left out: {why}")
    order.say(f"{line}: {shown.point_count} points, {shown.withdrawn_count} withdrawn.")
