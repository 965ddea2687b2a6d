"""Pure. A scenario from the tables of its file, strictly: every problem at once, with its place and its mend.

Knows nothing of what its events do to records.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analysis.case.case import Case
from analysis.case.case_file import CaseError
from analysis.case.case_file import parse as parse_case
from analysis.contract import Contract
from analysis.contract_file import ContractError, parse
from analysis.contract_table import Problem, Table
from analysis.finding import Verdict
from analysis.period import Period, local_day
from analysis.scenario.script import Event, Expected, Script, Usual, What, Where
from probe.body.speed_test import Direction
from probe.units import BPS_PER_MBPS

_TOP = ("title", "from", "to", "now", "contract", "usual", "event", "expected", "ledger", "case")
_EVENT = ("what", "from", "to", "where", "download_mbps", "upload_mbps")
_EXPECTED = ("rule", "direction", "subject", "day", "verdict", "measured")
_LEDGER = ("down_s", "unobserved_s", "within_s")
_AFTERWARDS = timedelta(hours=1)  # of the period: when it is looked at, unless the file says
_USUAL = Usual(download_bps=1010 * BPS_PER_MBPS, upload_bps=202 * BPS_PER_MBPS, tests_every_s=1800)


class ScriptError(ValueError):
    """The scenario cannot be played. `problems` is never empty; the text has them all, one a line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n  ".join(["The scenario cannot be played:", *map(str, problems)]))


def read(mapping: Mapping[str, Any]) -> Script:
    """The scenario in the tables of a scenario file. Raises ScriptError with every problem there is."""
    problems: list[Problem] = []
    root = Table("", mapping, problems)
    root.allow(_TOP)
    title = root.text("title", needed=True, example="An evening below the normal speed")
    from_on, to_on = root.day("from"), root.day("to")
    contract = _contract(mapping, problems)
    if contract is None or title is None or from_on is None or to_on is None:
        raise ScriptError(problems)
    zone = contract.line.zone
    if to_on <= from_on:
        root.note("to", f"{to_on} is not later than {from_on}", "Write the day after the last one")
        raise ScriptError(problems)
    period = Period(local_day(from_on, zone).start_at, local_day(to_on, zone).start_at)
    events = tuple(event for table in root.tables("event") if (event := _event(table, zone)) is not None)
    expected = tuple(one for table in root.tables("expected") if (one := _expected(table)) is not None)
    usual, now = _usual(root.table("usual")), root.instant("now", zone, default=period.end_at + _AFTERWARDS)
    case = _case(mapping, zone, problems)
    ledger = root.table("ledger")
    ledger.allow(_LEDGER)
    amounts = {name: _number(ledger, name) for name in _LEDGER}
    if not expected and not any(amounts.values()):
        root.note("expected", "nothing is expected", "Add a table [[expected]] with rule and verdict")
    if problems or now is None:
        raise ScriptError(problems)
    return Script(
        title=title,
        contract=contract,
        period=period,
        now=now,
        usual=usual,
        events=events,
        expected=expected,
        case=case,
        down_s=amounts["down_s"],
        unobserved_s=amounts["unobserved_s"],
        within_s=amounts["within_s"] or 0.0,
    )


def _contract(mapping: Mapping[str, Any], problems: list[Problem]) -> Contract | None:
    tables = mapping.get("contract")
    if not isinstance(tables, Mapping):
        problems.append(Problem("contract", "missing", "Add the tables of a contract.toml below [contract]"))
        return None
    try:
        return parse(tables)
    except ContractError as error:
        problems.extend(Problem(f"contract.{one.where}", one.what, one.mend) for one in error.problems)
        return None


def _case(mapping: Mapping[str, Any], zone: ZoneInfo, problems: list[Problem]) -> Case | None:
    tables = mapping.get("case")
    if not isinstance(tables, Mapping):
        return None
    try:
        return parse_case(tables, zone)
    except CaseError as error:
        problems.extend(Problem(f"case.{one.where}", one.what, one.mend) for one in error.problems)
        return None


def _usual(table: Table) -> Usual:
    table.allow(("download_mbps", "upload_mbps", "tests_every_min"))
    every_min = table.whole("tests_every_min", low=1, high=1440)
    return Usual(
        download_bps=table.mbps("download_mbps") or _USUAL.download_bps,
        upload_bps=table.mbps("upload_mbps") or _USUAL.upload_bps,
        tests_every_s=_USUAL.tests_every_s if every_min is None else every_min * 60,
    )


def _event(table: Table, zone: ZoneInfo) -> Event | None:
    table.allow(_EVENT)
    what = table.word("what", What)
    where = table.word("where", Where) if table.has("where") else None
    start_at, end_at = table.instant("from", zone, needed=True), table.instant("to", zone, needed=True)
    download_bps, upload_bps = table.mbps("download_mbps"), table.mbps("upload_mbps")
    if what is What.CUT and where is None:
        table.note("where", "missing", f"Say what no longer answers: {', '.join(Where)}")
    if what is What.SLOW and download_bps is None and upload_bps is None:
        table.note("download_mbps", "missing", "Say how slow: download_mbps, upload_mbps, or both")
    if what is None or start_at is None or end_at is None:
        return None
    if end_at <= start_at:
        table.note("to", "is not later than from", "Write when it was over")
        return None
    return Event(
        what=what,
        period=Period(start_at, end_at),
        where=where,
        download_bps=download_bps,
        upload_bps=upload_bps,
    )


def _expected(table: Table) -> Expected | None:
    table.allow(_EXPECTED)
    rule = table.text("rule", needed=True, example="speed.normal")
    verdict = table.word("verdict", Verdict)
    direction = table.word("direction", Direction) if table.has("direction") else None
    on = table.day("day") if table.has("day") else None
    measured = table.table("measured")
    if rule is None or verdict is None:
        return None
    subject = table.text("subject", example="a1")
    return Expected(rule=rule, direction=direction, subject=subject, day=on, verdict=verdict, measured=measured.plain())


def _number(table: Table, key: str) -> float | None:
    value = table.plain().get(key)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value >= 0):
        return None if value is None else float(value)
    table.note(key, f"{value!r} is no number of seconds", f"Write it as {key} = 3600")
    return None
