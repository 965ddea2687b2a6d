"""Every column and every field that Prova keeps on a disk, by place, as it really makes them."""

import inspect
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from analysis.case.case import Case
from analysis.contract import Contract
from analysis.event.event import Noted
from analysis.extract.release import Release
from analysis.fleet.placement import Placed
from analysis.incident.incident import Incident
from analysis.tell.news import Told
from collector.audit_log.act import Entry
from collector.erasure.erased import Erased
from collector.erasure.note import ErasureNote
from collector.home import CollectorHome
from collector.identity.register import Register
from collector.imported.shelf import Shelf
from collector.journal import Journal
from collector.lake import batch_file
from collector.lake.manifest import Descriptor, Manifest
from collector.lake.segment import SCHEMA
from collector.operation.copies import Copy
from collector.proof.checkpoint import Checkpoint
from collector.request.book import Asked, Book
from collector.request.entry import Kind
from collector.retention.claim import ClaimHold, Released
from collector.retention.note import Removal
from collector.uptime.diary import Diary
from dashboards.api.token import Token
from dashboards.grafana.judged.point import Key
from dashboards.hook.outbox import Outbox
from probe import key
from probe.body.kind import KINDS
from probe.calibration.certificate import Certificate
from probe.expense import _Kept
from probe.record import Record
from probe.spool import Spool
from probe.throughput.mlab.allowance import Spent
from probe.wire import Enrolment, Receipt, _WireBatch, topic
from tests.build import AT
from tests.processing.nouns import fields_of

_NOUNS: Mapping[str, tuple[Any, ...]] = {
    "calibration": (Certificate,),
    "rounds": (_Kept,),
    "mlab": (Spent,),
    "wire.batch": (_WireBatch,),
    "wire.receipt": (Receipt,),
    "wire.enrolment": (Enrolment,),
    "lake.manifest": (Manifest,),
    "lake.descriptor": (Descriptor,),
    "lake.checkpoint": (Checkpoint,),
    "lake.removal": (Removal,),
    "lake.erasure": (ErasureNote,),
    "holds": (ClaimHold, Released),
    "erased": (Erased,),
    "audit": (Entry,),
    "backup": (Copy,),
    "tokens": (Token,),
    "incidents": (Incident,),
    "changes": (Noted,),
    "contract": (Contract,),
    "case": (Case,),
    "topology": (Placed,),
    "told": (Told,),
    "releases": (Release,),
    "shown": (Key,),
}

MAKERS = {
    "probe/backlog/tables.py",
    "collector/schema.py",
    "collector/imported/tables.py",
    "collector/identity/register.py",
    "collector/request/book.py",
    "collector/uptime/diary.py",
    "dashboards/hook/outbox.py",
}


def databases(folder: Path) -> Mapping[str, Path]:
    """Every database, each made by what makes it."""
    made = {
        name: folder / f"{name}.sqlite3" for name in ("spool", "journal", "imported", "identity", "outbox", "uptime")
    }
    with Spool(made["spool"], line="casa", probe="p1", key=key.generate()):
        pass
    Journal(made["journal"]).close()
    Shelf(made["imported"]).close()
    Register(made["identity"])
    Outbox(made["outbox"])
    Diary(made["uptime"]).beat(AT, 0)
    home = CollectorHome(folder)
    asked = Asked(kind=Kind.EXPORT, line="casa", received_on=AT.date(), due_on=AT.date())
    Book(home).receive(asked, {}, at=AT)
    return {**made, "requests": home.requests}


def columns(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Of every table of them, SQLite's own left out."""
    for name, path in databases(folder).items():
        with closing(sqlite3.connect(path)) as db:
            tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            for (table,) in tables.fetchall():
                yield f"{name}.{table}", tuple(row[1] for row in db.execute(f"PRAGMA table_info({table})"))


def nouns() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Of every file that is made from nouns, and of what probes sign."""
    for place, kinds in _NOUNS.items():
        yield place, tuple(name for one in kinds for name in fields_of(one))
    for kind, body in KINDS.items():
        yield f"record.{kind}", tuple(fields_of(body))
    yield "record", tuple(name for name in fields_of(Record) if not name.startswith("body."))
    yield "wire.topic", tuple(inspect.signature(topic).parameters)
    yield "lake.segment", tuple(SCHEMA.names)
    yield "lake.batches", tuple(batch_file._SCHEMA.names)


def kept(folder: Path) -> Mapping[str, frozenset[str]]:
    """By place, what it holds."""
    return _sets([*columns(folder), *nouns()])


def _sets(found: Iterable[tuple[str, tuple[str, ...]]]) -> Mapping[str, frozenset[str]]:
    return {place: frozenset(names) for place, names in found}
