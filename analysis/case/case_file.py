"""Pure. A case file as a Case: strict, with every problem at once, its place and its mend.

`parse` takes the file's tables; `load` alone touches the disk. Knows nothing of what a rule makes of a case.
"""

import tomllib
from collections.abc import Callable, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from analysis.case.attached import check_references, document, official_result, replied, reply
from analysis.case.case import Case, Cause, Fault, Outcome, Service, Suspended, Suspension, Visit, Whose, Works
from analysis.case.case_table import Entry
from analysis.case.paper import activation, complaint, cost, data_request, invoice, refund
from analysis.clocks.reading import Pause, PauseReason
from analysis.contract_table import Problem, Table
from analysis.outage.circumstance import Circumstances, OutsideView, Planned
from analysis.period import Period

_TOP = (
    "home", "ended", "fault", "cause", "suspension", "works", "pause", "visit", "activation", "complaint",
    "data_request", "invoice", "refund", "cost", "outside", "document", "reply", "official_result",
)  # fmt: skip
_HOME = ("operator_equipment", "terminal_apart", "operator_networks")
_Made = TypeVar("_Made")


class CaseError(ValueError):
    """The case file cannot be used. `problems` is never empty; the text has them all, one a line."""

    def __init__(self, problems: list[Problem], source: str = "The case") -> None:
        self.problems = tuple(problems)
        super().__init__("\n  ".join([f"{source} cannot be used:", *map(str, problems)]))


def load(path: Path, zone: ZoneInfo) -> Case:
    """The case in the file at `path`, its local times in `zone`. Raises CaseError."""
    try:
        return parse(tomllib.loads(path.read_text(encoding="utf-8")), zone)
    except CaseError as error:
        raise CaseError(list(error.problems), str(path)) from error
    except OSError as error:
        problem = Problem(str(path), f"it cannot be read ({error.strerror})", "Look after its name and its rights")
        raise CaseError([problem], str(path)) from error
    except ValueError as error:
        problem = Problem(str(path), f"it is not TOML in UTF-8: {error}", "Mend that line")
        raise CaseError([problem], str(path)) from error


def parse(mapping: Mapping[str, Any], zone: ZoneInfo) -> Case:
    """The case in the tables of a case file. Raises CaseError with every problem there is."""
    problems: list[Problem] = []
    root = Table("", mapping, problems)
    root.allow(_TOP)
    works = _all(root, zone, "works", _works, "period")
    faults = _all(root, zone, "fault", _fault, "known_at")
    case = Case(
        faults=faults,
        causes=_all(root, zone, "cause", _cause, "period"),
        suspensions=_all(root, zone, "suspension", _suspension, "period"),
        works=works,
        pauses=_all(root, zone, "pause", _pause, "period"),
        visits=_all(root, zone, "visit", _visit, "agreed"),
        activations=_all(root, zone, "activation", activation, "accepted_at"),
        complaints=_all(root, zone, "complaint", complaint, "id"),
        requests=_all(root, zone, "data_request", data_request, "received_on"),
        invoices=_all(root, zone, "invoice", invoice, "issued_on"),
        refunds=_all(root, zone, "refund", refund, "paid_on"),
        costs=_all(root, zone, "cost", cost, "paid_on"),
        documents=_all(root, zone, "document", document, "id"),
        replies=_all(root, zone, "reply", reply, "received_on"),
        official_results=_all(root, zone, "official_result", official_result, "measured_at"),
        ended_on=root.day("ended") if root.has("ended") else None,
        circumstances=_circumstances(root, zone, works),
    )
    _check_names(root, case)
    check_references(root, case)
    if problems:
        raise CaseError(problems)
    return replied(case)


def _all(
    root: Table, zone: ZoneInfo, key: str, read: Callable[[Table, ZoneInfo], _Made | None], by: str
) -> tuple[_Made, ...]:
    made = [one for table in root.tables(key) if (one := read(table, zone)) is not None]
    return tuple(sorted(made, key=attrgetter(by)))


def _fault(table: Table, zone: ZoneInfo) -> Fault | None:
    times = ("observed_at", "reported_at", "operator_known_at", "still_down_at", "restored_at")
    entry = Entry(table, zone, ("id", "service", "ticket", *times))
    name, service = entry.id(), table.word("service", Service, default=Service.INTERNET)
    at = {key: entry.at(key) for key in times}
    ticket = table.text("ticket", example="2026-0001")
    if not (table.has("reported_at") or table.has("operator_known_at")):
        table.note("reported_at", "nothing says when the operator knew", "Add reported_at, or operator_known_at")
    for later, earlier in (("still_down_at", "observed_at"), ("restored_at", "still_down_at")):
        entry.after(later, earlier)
    if name is None or service is None or not (at["reported_at"] or at["operator_known_at"]):
        return None
    return Fault(id=name, service=service, ticket=ticket, **at)


def _cause(table: Table, zone: ZoneInfo) -> Cause | None:
    entry = Entry(table, zone, ("from", "to", "whose", "evidence"))
    period, whose = entry.period(), table.word("whose", Whose)
    evidence = table.text("evidence", needed=True, example="letter of the operator, 3 March 2026")
    return None if period is None or whose is None or evidence is None else Cause(period, whose, evidence)


def _suspension(table: Table, zone: ZoneInfo) -> Suspension | None:
    entry = Entry(table, zone, ("from", "to", "why", "evidence", "disputed_on"))
    period, why = entry.period(), table.word("why", Suspended)
    evidence = table.text("evidence", needed=True, example="the operator's notice, 3 March 2026")
    disputed_on = entry.on("disputed_on")
    if period is None or why is None or evidence is None:
        return None
    return Suspension(period=period, why=why, evidence=evidence, disputed_on=disputed_on)


def _works(table: Table, zone: ZoneInfo) -> Works | None:
    entry = Entry(table, zone, ("from", "to", "announced_at", "said_in"))
    period, announced_at = entry.period(), entry.at("announced_at")
    said_in = table.text("said_in", example="SMS of the operator") or ""
    return None if period is None else Works(period=period, announced_at=announced_at, said_in=said_in)


def _pause(table: Table, zone: ZoneInfo) -> Pause | None:
    entry = Entry(table, zone, ("from", "to", "why"))
    period, why = entry.period(), table.word("why", PauseReason)
    return None if period is None or why is None else Pause(period, why)


def _visit(table: Table, zone: ZoneInfo) -> Visit | None:
    entry = Entry(table, zone, ("id", "from", "to", "outcome", "porting"))
    name, agreed, outcome = entry.id(), entry.period(), table.word("outcome", Outcome)
    porting = table.flag("porting") or False
    if name is None or agreed is None or outcome is None:
        return None
    return Visit(id=name, agreed=agreed, outcome=outcome, porting=porting)


def _circumstances(root: Table, zone: ZoneInfo, works: tuple[Works, ...]) -> Circumstances:
    home = root.table("home")
    home.allow(_HOME)
    seen: dict[bool, list[Period]] = {True: [], False: []}
    for table in root.tables("outside"):
        entry = Entry(table, zone, ("from", "to", "answered"))
        period, answered = entry.period(), table.flag("answered")
        if answered is None:
            table.note("answered", "missing", "Write whether the line answered from outside: true or false")
        elif period is not None:
            seen[answered].append(period)
    return Circumstances(
        planned=tuple(Planned(one.period, said_in=one.said_in) for one in works),
        operator_equipment=home.flag("operator_equipment"),
        terminal_apart=home.flag("terminal_apart"),
        operator_networks=frozenset(home.texts("operator_networks")),
        outside=OutsideView(alive=tuple(sorted(seen[True])), dead=tuple(sorted(seen[False]))),
    )


def _check_names(root: Table, case: Case) -> None:
    """An id names one entry of its kind, and a cost names a fault that is there."""
    for kind in ("faults", "visits", "complaints", "requests", "costs", "documents", "replies", "official_results"):
        names = [one.id for one in getattr(case, kind)]
        for name in sorted({name for name in names if names.count(name) > 1}):
            root.note("", f"two of the {kind} have the id {name!r}", "Give each an id of its own")
    known = {fault.id for fault in case.faults}
    for one in case.costs:
        if one.fault not in known:
            root.note("cost", f"{one.id!r} names the fault {one.fault!r}, which is not there", "Name a fault's id")
