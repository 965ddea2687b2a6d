"""Shell. Lines judged and shown in a database, again and again until stopped: for dashboards, never the evidence.

What was shown of each line is remembered in one small file a line, so that what a later judgement no longer has is
written over. Holds no judgement, no form of points and no clock.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from analysis import run
from analysis.case.case import NO_CASE, Case
from analysis.case.case_file import load as load_case
from analysis.contract import Contract
from analysis.fleet import topology_file
from analysis.fleet.placement import GroupKind
from analysis.fleet.topology import Topology
from analysis.ledger import so_far
from analysis.period import Period, local_day
from collector.projection import settings
from collector.projection.influx import Database, DatabaseError
from collector.projection.line_protocol import line_of
from collector.store import Store
from dashboards.grafana.judged.findings import at_ns
from dashboards.grafana.judged.judgement import JudgedLine
from dashboards.grafana.judged.line import points_of
from dashboards.grafana.judged.point import Key, Point
from dashboards.grafana.judged.withdrawn import gone, remembered, withdrawal
from prova.exit import CommandError, Exit
from prova.home import Home

_LINES_AT_ONCE = 5000
_LONGEST_WAIT_S = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is shown: the lines of `contracts`, by line, over `days` local days. `settings_path` None: the home's.

    A case is a home's own, and heard where there is one contract alone. `group_by`: what of the home's topology is a
    line's group, as it stands today; where that is not known, its municipality.
    """

    home: Home
    settings_path: Path | None
    contracts: Mapping[str, Contract]
    days: int
    group_by: GroupKind
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was done for one line."""

    point_count: int
    withdrawn_count: int
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """The keys that were written, a file for each line below `folder`, for the database called `target`."""

    folder: Path
    target: str

    def read(self, line: str) -> tuple[Key, ...]:
        """Empty where nothing can be read."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(self._file(line).read_text(encoding="utf-8"))
            return tuple(Key(name, tuple((tag, value) for tag, value in tags), int(at)) for name, tags, at in told)
        return ()

    def write(self, line: str, keys: Sequence[Key]) -> None:
        """Whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._file(line)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps([(key.measurement, key.tags, key.at_ns) for key in keys]), encoding="utf-8")
        fresh.replace(file)

    def _file(self, line: str) -> Path:
        """Another database is shown everything anew."""
        return self.folder / f"{line}-{sha256(self.target.encode()).hexdigest()[:8]}.json"


async def follow(order: Order, *, every_s: float, now: Callable[[], datetime], stop: asyncio.Event) -> None:
    """Shows all lines every `every_s` until `stop`. A database that does not answer is asked again next time.

    Raises DatabaseRefusalError, SettingsError, ProfileError and the store's errors.
    """
    wait_s = every_s
    while not stop.is_set():
        try:
            await asyncio.to_thread(pass_over, order, now(), stopped=stop.is_set)
            wait_s = every_s
        except CommandError as error:
            wait_s = min(wait_s * 2, max(_LONGEST_WAIT_S, every_s))
            order.say(f"{error} Trying again in {wait_s:.0f} s.")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait_s)


def pass_over(order: Order, now: datetime, *, stopped: Callable[[], bool] = lambda: False) -> None:
    """Judges each line once and shows it. Raises CommandError where the database does not answer, TopologyError,
    and as `follow`.
    """
    collector = order.home.collector
    loaded = settings.load(order.settings_path or collector.projection_settings)
    store, memory = Store(collector.journal), Memory(order.home.judged_view, loaded.target)
    known, topology = set(store.lines()), topology_file.load(order.home.topology)
    with closing(Database(loaded)) as database:
        for line, contract in sorted(order.contracts.items()):
            if stopped():
                return
            if line not in known:
                order.say(f"{line}: the store has nothing of this line.")
                continue
            period = last_days(contract, now, order.days)
            group = _group(topology, order.group_by, contract, now)
            judged = judged_line(store, contract, period, now, case=_case(order, contract), group=group)
            try:
                shown = show(database, memory, judged)
            except DatabaseError as error:
                raise CommandError(str(error), Exit.UNREACHABLE) from error
            for why in shown.refused:
                order.say(f"Left out: {why}")
            order.say(f"{line}: {shown.point_count} points, {shown.withdrawn_count} withdrawn.")


def _group(topology: Topology, kind: GroupKind, contract: Contract, now: datetime) -> str:
    today = now.astimezone(contract.line.zone).date()
    held = (one.placement.group(kind) for one in topology.of(contract.line.id) if one.holds_on(today))
    return next(held, None) or ""


def _case(order: Order, contract: Contract) -> Case:
    alone = len(order.contracts) == 1 and order.home.case.exists()
    return load_case(order.home.case, contract.line.zone) if alone else NO_CASE


def judged_line(
    store: run.Records, contract: Contract, period: Period, now: datetime, *, case: Case, group: str
) -> JudgedLine:
    """One line judged over whole local days. Raises ProfileError and the store's errors."""
    account = run.account(store, contract.line.id, period, case.circumstances)
    return JudgedLine(
        report=run.check(store, contract, period, now, case),
        account=type(account)(ledger=so_far(account.ledger, now), outages=account.outages, losses=account.losses),
        tests=run.judged_tests(store, contract.line.id, period, contract),
        group=group,
        now=now,
    )


def show(database: Database, memory: Memory, judged: JudgedLine) -> Shown:
    """Writes the line's points, and over those that are no more. Killed anywhere, the next time makes it good.

    Raises DatabaseError, DatabaseRefusalError.
    """
    line, period = judged.report.contract.line.id, judged.report.period
    points = points_of(judged)
    keys = [one.key for one in points]
    before, start_ns = memory.read(line), at_ns(period.start_at)
    lost = gone(before, keys, start_ns, at_ns(period.end_at))
    memory.write(line, remembered(before, keys, (), start_ns))
    refused = _written(database, [*points, *map(withdrawal, lost)])
    memory.write(line, remembered(before, keys, lost, start_ns))
    return Shown(point_count=len(points), withdrawn_count=len(lost), refused=refused)


def last_days(contract: Contract, now: datetime, days: int) -> Period:
    """Today and the days before it, `days` in all, of the line's own zone."""
    zone = contract.line.zone
    today = now.astimezone(zone).date()
    return Period(local_day(today - timedelta(days=days - 1), zone).start_at, local_day(today, zone).end_at)


def _written(database: Database, points: Iterable[Point]) -> tuple[str, ...]:
    made = (line_of(one.measurement, one.tags, one.fields, one.at_ns) for one in points)
    lines = [one for one in made if one is not None]
    refused: list[str] = []
    for start in range(0, len(lines), _LINES_AT_ONCE):
        refused += database.write(lines[start : start + _LINES_AT_ONCE]).refused
    return tuple(refused)
