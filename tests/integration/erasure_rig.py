"""A home with two lines in everything that Prova keeps: one of them is somebody's who wants to be erased."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from analysis.event import change_log
from analysis.event.event import EventKind, Noted
from analysis.fleet import topology_file
from analysis.fleet.placement import Placed, Placement
from analysis.fleet.topology import Topology
from collector import history
from collector.audit_log.act import Act
from collector.envelope import Accepted, Arrival, ImportedTest, ImportSource, Rejected, Rejection, StatusSeen, Witnessed
from collector.imported.shelf import Shelf
from collector.imported.tables import FILE
from collector.journal import Journal
from collector.operation.backup import backup
from dashboards.api.token import Token
from dashboards.api.token_file import TokenFile
from dashboards.hook.message import Message
from dashboards.hook.outbox import Outbox
from probe import key, keyfile, wire
from probe.body.notice import Notice, NoticeKind
from probe.body.speed_test import Direction, Server, SpeedTest
from probe.record import Body, Record, Stamp
from probe.wire import Status
from prova.audit.noted import note
from prova.home import Home
from tests.integration.bundle_rig import Bundled, a_bundle
from tests.integration.lake_rig import House, Sender, accepted
from tests.integration.traces_rig import Person

HERS, OURS = "vivenda-9q4", "casa"
PROBE = "p-7c1e2d"
URL, ADDRESS = "wss://only-hers.example.net/ndt7", "203.0.113.177"
NAME, TICKET, PAPER = "Sofia Quintanilha", "ticket-of-hers-881", "The letter that Sofia Quintanilha wrote herself."
COPIED_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # past, whatever the time is
SEALED_AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
CONTRACT = f"""\
operator = "NOS"  # signed by {NAME}
service = "Fibra 1000"
technology = "ftth"
dated = 2026-01-15
profile = "pt-nos"
[line]
id = "{HERS}"
timezone = "Europe/Lisbon"
municipality = "Lisboa"
region = "mainland"
[download]
maximum_mbps = 1000
normal_mbps = 1000
minimum_mbps = 400
[upload]
maximum_mbps = 200
normal_mbps = 200
minimum_mbps = 80
[price]
monthly_eur = "39.99"
internet_share_eur = "24.99"
billing_day = 5
"""
_CASE = f'[[fault]]\nid = "a"\nreported_at = 2026-10-09T10:00:00\nticket = "{TICKET}"\n'
_HOOKS = f"""\
[[hook]]
name = "both"
url = "https://hooks.example/both"
secret_file = "hook-secret"
lines = ["{OURS}", "{HERS}"]
[[hook]]
name = "hers"
url = "https://hooks.example/hers"
secret_file = "hook-secret"
lines = ["{HERS}"]
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """The home, the other line's bundle of before, the copies' folder, and all that is hers."""

    home: Home
    house: House
    bundled: Bundled
    copies: Path
    sender: Sender
    person: Person


def filled(folder: Path) -> Filled:
    """Both lines' batches side by side in lake, journal and a copy, and what else there is of each."""
    bundled = a_bundle(folder / "all")
    house, home = bundled.house, Home(bundled.house.home)
    sender = house.sender(HERS, PROBE)
    newest = max(one.received_at for one in house.store.records([OURS], *_EVER))
    texts = _send(house, sender, [newest + timedelta(minutes=5 * number) for number in range(12)], per_batch=3)
    house.seal(before_on=date(2026, 12, 1), now_at=SEALED_AT)
    later = newest + timedelta(hours=3)
    texts += _send(house, sender, [later + timedelta(minutes=number) for number in range(6)], per_batch=2)
    house.keep(*_ours_again(house, later))
    _beside(house, home, sender, later)
    _files(home, house)
    copies = folder / "copies"
    backup(house.layout, str(copies), now_at=COPIED_AT, say=lambda _: None)
    others = [wire.encode_record(one.record) for one in house.store.records([OURS], *_EVER)]
    others += [
        house.store.signed_batch(one) for one in {one.batch_sha256 for one in house.store.records([OURS], *_EVER)}
    ]
    return Filled(home, house, bundled, copies, sender, _person(house, sender, texts, others))


_EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def _send(house: House, sender: Sender, starts: list[datetime], *, per_batch: int) -> list[bytes]:
    """Her records and batches, as bytes."""
    texts: list[bytes] = []
    while starts:
        taken, starts = starts[:per_batch], starts[per_batch:]
        encoded = []
        for at in taken:
            sender.sequence += 1
            encoded.append(wire.encode_record(_record(sender, at)))
        signed = wire.seal_batch(sender.line, sender.name, encoded, previous_sha256=sender.head, key=sender.own)
        sender.head = wire.sha256(signed)
        house.keep(accepted(signed, sender.own, taken[-1] + timedelta(seconds=2)))
        texts += [*encoded, signed]
    return texts


def _record(sender: Sender, at: datetime) -> Record:
    stamp = Stamp(at=at, monotonic_ns=sender.sequence * 10**9, boot_id="boot-of-hers", synchronised=True, error_ms=1.5)
    body: Body = Notice(kind=NoticeKind.STARTED, detail=f"{NAME}, {sender.sequence}")
    if sender.sequence % 2 == 0:
        server = Server(url=URL, address=ADDRESS, address_family=4, tls=True)
        body = SpeedTest(
            direction=Direction.DOWNLOAD, method="ndt7", method_version="1", server=server, rate_bps=987_654_321
        )
    return Record(
        line=sender.line,
        probe=sender.name,
        sequence=sender.sequence,
        started=stamp,
        ended=stamp,
        software="t",
        body=body,
    )


def _ours_again(house: House, at: datetime) -> list[Accepted]:
    """A second probe of the other line, between hers."""
    ours = house.sender(OURS, "p-ours")
    return [ours.batch([at + timedelta(minutes=number)], at + timedelta(minutes=number)) for number in range(3)]


def _beside(house: House, home: Home, sender: Sender, at: datetime) -> None:
    topic = f"prova/1/{HERS}/{PROBE}/records"
    refused = Rejected(
        arrival=Arrival(topic=topic, payload=f"no batch of {NAME}".encode(), received_at=at),
        reason=Rejection.MALFORMED,
        detail=f"{PROBE} is strange",
    )
    seen = StatusSeen(probe=PROBE, line=HERS, status=Status.ONLINE, at=at)
    with closing(Journal(house.layout.journal)) as journal:
        journal.store([refused], [seen])
    witnessed = Witnessed(
        line=HERS, started_at=at, ended_at=at + timedelta(minutes=1), method="icmp", asked_count=9, answered_count=9
    )
    with closing(sqlite3.connect(house.layout.journal)) as db, db:
        history.add_witnessed(db, [witnessed])
    with closing(Shelf(house.layout.journal.with_name(FILE))) as shelf:
        for line, name in ((HERS, f"{NAME}.csv"), (OURS, "ours.csv")):
            source = ImportSource(
                sha256=key.base64url(line.encode()),
                name=name,
                format="generic",
                importer="1",
                mapping_sha256="m",
                timezone=None,
                imported_at=at,
            )
            shelf.add(line, source, [_imported(at, ADDRESS if line == HERS else "192.0.2.9")])


def _imported(at: datetime, address: str) -> ImportedTest:
    return ImportedTest(
        place=1,
        started_at=at,
        ended_at=at,
        direction=Direction.DOWNLOAD,
        method="x",
        software="y",
        rate_bps=5,
        server="s",
        address=address,
    )


def _files(home: Home, house: House) -> None:
    home.contract.write_text(CONTRACT)
    home.contract.with_name("contract.toml.before-20261001T000000").write_text(CONTRACT)
    home.case.write_text(_CASE)
    home.papers.mkdir()
    (home.papers / "paper.pdf").write_text(PAPER)
    own = home.of_line(HERS)
    keyfile.load_or_make(own.probe.key)
    own.probe.name.write_text(PROBE)
    (own.path / "probe" / "settings.toml").write_text(f'line = "{HERS}"\nservers = ["{URL}"]\n')
    home.chosen.write_text(f'servers = ["{URL}"]\n')
    keyfile.load_or_make(home.of_line(OURS).probe.key)
    home.collector_settings.write_text(f'[[witness]]\nline = "{HERS}"\naddress = "{ADDRESS}"\nport = 443\n')
    home.collector.broker_settings.parent.mkdir(exist_ok=True)
    home.collector.broker_settings.write_text("persistence false\n")  # this machine's own, which is not running
    password = home.collector.password(PROBE)
    password.parent.mkdir(exist_ok=True)
    password.write_text("secret-of-hers-55\n")
    home.collector.broker_accounts.write_text(f"{PROBE}:$7$1$x$y\n")
    home.hooks.write_text(_HOOKS)
    now = COPIED_AT
    for name, lines in ((NAME, (HERS,)), ("both", (HERS, OURS))):
        TokenFile(home.tokens).add(
            Token(id="", sha256="", name=name, made_at=now, until_at=now + timedelta(days=9), lines=lines)
        )
    messages = [
        Message(id=f"msg_{line}", hook="both", body=f'{{"data":{{"line":"{line}","sentence":"{line}"}}}}'.encode())
        for line in (HERS, OURS)
    ]
    Outbox(home.outbox).put(messages, at=now)
    places = tuple(Placed(placement=Placement(line=line, operator="NOS", node="olt-1")) for line in (OURS, HERS))
    topology_file.keep(home.topology, Topology(places))
    for line in (HERS, OURS):
        told = Noted(at=now, kind=EventKind.CONTRACT, subject=line, line=line, state={"of": line})
        change_log.note(home.changes, told)
    note(home.path, Act.TICKET_ISSUED, PROBE)
    note(home.path, Act.TICKET_ISSUED, "p-ours")
    shown = home.judged_view
    shown.mkdir(parents=True)
    (shown / f"{HERS}-0123abcd.json").write_text("[]")


def _person(house: House, sender: Sender, texts: list[bytes], others: list[bytes]) -> Person:
    public = sender.own.public_key.public_bytes_raw()
    words = [
        HERS,
        PROBE,
        URL,
        ADDRESS,
        NAME,
        TICKET,
        PAPER,
        "boot-of-hers",
        "secret-of-hers-55",
        sender.own.thumbprint(),
    ]
    private = key.private_jwk(sender.own)
    return Person((*(one.encode() for one in words), public, private.encode()), tuple(texts), tuple(others))
