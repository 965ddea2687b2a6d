"""Shell. What an erasure would take away, what stands against it, and what it cannot reach: looked up, nothing changed.

Knows nothing of how it is done.
"""

from dataclasses import dataclass
from pathlib import Path

from collector.erasure import beside, shown, store
from collector.erasure.erase import probes_of
from collector.erasure.store import StoreHolds
from collector.operation.places import places
from collector.retention import hold_file
from collector.retention.claim import ClaimHold, touching
from prova.home import Home
from prova.privacy import line_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What there is of a line. `holds` stand against its erasure. `case_stays`: its diary and papers do."""

    line: str
    probes: tuple[str, ...]
    store: StoreHolds | None
    imported_count: int
    files: tuple[Path, ...]
    shown: tuple[str, ...]
    copies: tuple[str, ...]
    holds: tuple[ClaimHold, ...]
    case_stays: bool


def made(home: Home, line: str, *, with_case: bool) -> Plan:
    """Raises JournalError, LakeError, ShelfError, CopyError, HoldError."""
    own = home.collector
    there = own.journal.exists()
    case_stays = not with_case and line_files.is_own(home, line) and (home.case.exists() or home.papers.exists())
    return Plan(
        line=line,
        probes=probes_of(own, line) if there else (),
        store=store.found(own, line) if there else None,
        imported_count=beside.imported_count(own, line),
        files=line_files.of_line(home, line, with_case=with_case),
        shown=shown.places(own),
        copies=places(own),
        holds=touching(hold_file.holds(own), line),
        case_stays=case_stays,
    )


def words(plan: Plan) -> tuple[str, ...]:
    """For people, a line each."""
    told = [f"Probes: {', '.join(plan.probes) or 'none'}."]
    if plan.store is not None:
        own = plan.store.journal
        told.append(
            f"Journal: {own.batch_count} signed batches, {own.record_count} records, {own.status_count} statuses,"
            f" {own.witnessed_count} minutes of the outside witness, {own.refused_count} refused messages."
        )
        told.append(
            f"Lake: {own.sealed_batch_count} signed batches, {plan.store.sealed_record_count} records, in"
            f" {plan.store.file_count} files at {plan.store.lake_url}."
        )
    told.append(f"Imported: {plan.imported_count} tests and round trips.")
    told += [f"File: {path}" for path in plan.files]
    told.append("Where it stands among others: changes, topology, tokens, hooks, audit log and log of requests.")
    told += [f"Shown: {name}." for name in plan.shown]
    told += [f"Copies: {url}: a new one is made, and those that hold it go." for url in plan.copies]
    if plan.case_stays:
        told.append("Stays: the case and its papers. With --case they go too.")
    return tuple(told)
