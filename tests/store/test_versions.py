"""Stores that every version wrote with its own code (`write.py`): each is brought to this one, and all of it proves."""

import base64
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from collector import schema
from collector.home import CollectorHome
from collector.journal import Journal, JournalError
from collector.operation.copies import Copy, Kept, copy_path, encoded, piece_path
from collector.operation.restore import restore
from collector.proof.audit.check import Question, check
from probe import keyfile, wire
from probe.key import from_jwk
from probe.wire import WireError
from tests.integration.lake_rig import EVER, NOW_AT, START_AT, House, Sender

HERE = Path(__file__).parent
TOLD = json.loads((HERE / "messages.json").read_text())
VERSIONS = sorted(int(path.name[1:]) for path in HERE.glob("v*"))
KEYS = {one["probe"]: from_jwk(one["public_jwk"]) for one in TOLD["probes"]}


def _sent() -> dict[str, bytes]:
    """Every record that was signed by its probe, by its number, with its own bytes."""
    found: dict[str, bytes] = {}
    for one in TOLD["messages"]:
        _, _, probe, kind = one["topic"].rsplit("/", 3)
        try:
            batch = wire.open_batch(base64.b64decode(one["payload"]), key=KEYS[probe])
        except WireError:
            assert kind == "status" or one is TOLD["messages"][-2], "the one that was forged"
            continue
        found |= {record.id: raw for record, raw in zip(batch.records, batch.raw, strict=True)}
    return found


def an_old_house(version: int, home: Path) -> House:
    """The store as that version left it, and its probes, which go on where they were."""
    house = House(home)
    folder = house.layout.journal.parent
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(house.layout.journal)) as db:
        db.executescript((HERE / f"v{version}" / "journal.sql").read_text())
        db.execute("PRAGMA journal_mode = WAL")
    if (HERE / f"v{version}" / "lake").exists():
        shutil.copytree(HERE / f"v{version}" / "lake", folder / "lake")
    house.layout.key.touch(0o600)
    house.layout.key.write_text(TOLD["collector_key"])
    for one in TOLD["probes"]:
        sequence, head = TOLD["heads"][one["probe"]]
        (home / one["probe"]).touch(0o600)
        (home / one["probe"]).write_text(TOLD["probe_keys"][one["probe"]])
        house.senders.append(
            Sender(one["line"], one["probe"], keyfile.load_or_make(home / one["probe"]), sequence, head)
        )
    return house


def _defects(house: House) -> tuple[object, ...]:
    return check(house.layout, Question(), say=lambda _: None).defects


def _ids_and_bytes(house: House) -> dict[str, bytes]:
    return {one.record.id: wire.encode_record(one.record) for one in house.store.records(house.store.lines(), *EVER)}


def _decoded(records: dict[str, bytes]) -> dict[str, bytes]:
    """What this version makes of each record's own bytes."""
    lines = {one["probe"]: one["line"] for one in TOLD["probes"]}
    return {
        name: wire.encode_record(wire.decode_record(raw, line=lines[name.split("/")[0]], probe=name.split("/")[0]))
        for name, raw in records.items()
    }


def test_a_store_of_every_version_before_this_one_is_kept_here() -> None:
    assert set(range(1, schema.VERSION)) <= set(VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_store_is_brought_to_this_version_with_every_record_and_its_proof(version: int, tmp_path: Path) -> None:
    house = an_old_house(version, tmp_path)
    Journal(house.layout.journal).close()
    assert _defects(house) == ()
    assert _ids_and_bytes(house) == _decoded(_sent())
    counts = house.store.counts()
    assert (counts.accepted, counts.duplicate, sum(counts.rejected.values())) == (16, 1, 1)
    for digest in {one.batch_sha256 for one in house.store.records(house.store.lines(), *EVER)}:
        assert wire.sha256(house.store.signed_batch(digest)) == digest


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_store_goes_on_and_is_sealed_like_any_other(version: int, tmp_path: Path) -> None:
    house = an_old_house(version, tmp_path)
    house.fill(days=2, per_day=5, from_at=START_AT + timedelta(days=4))
    assert _defects(house) == ()
    before = house.everything()
    assert len(before) == len(_sent()) + 2 * 2 * 5
    house.seal()
    assert (house.everything(), _defects(house)) == (before, ())


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_there_is_known_when_it_comes_again(version: int, tmp_path: Path) -> None:
    """A record sent again is a duplicate, and one of its number with other content is refused, whoever stored it."""
    house = an_old_house(version, tmp_path)
    one = house.senders[0]
    again = Sender(one.line, one.name, one.own)
    house.keep(again.batch([START_AT + timedelta(days=9)], START_AT + timedelta(days=9)))  # its number 1 is taken
    assert _ids_and_bytes(house) == _decoded(_sent())
    assert house.store.counts().rejected.get("conflict") == 1  # type: ignore[call-overload]  # a word of the enumeration


@pytest.mark.parametrize("version", [one for one in VERSIONS if one < schema.VERSION])
def test_an_upgrade_that_fails_leaves_the_store_as_it_was(
    version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = an_old_house(version, tmp_path)
    before = _statements(house.layout)
    full = "CREATE TABLE spoiled (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1)"
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:-1], full))
        with pytest.raises(sqlite3.OperationalError):
            Journal(house.layout.journal)
    assert _statements(house.layout) == before
    Journal(house.layout.journal).close()
    assert _defects(house) == ()


def test_a_newer_store_is_refused_in_a_sentence_and_nothing_of_it_is_written(tmp_path: Path) -> None:
    house = an_old_house(VERSIONS[-1], tmp_path)
    Journal(house.layout.journal).close()
    with closing(sqlite3.connect(house.layout.journal)) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(JournalError, match=r"made by a newer Prova .* Upgrade this Prova\."):
        Journal(house.layout.journal)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("version", VERSIONS)
def test_a_copy_that_an_earlier_version_made_is_put_back_and_brought_to_this_one(version: int, tmp_path: Path) -> None:
    old = an_old_house(version, tmp_path / "old")
    _copied(old.layout, tmp_path / "copies", made_at=NOW_AT)
    restore(CollectorHome(tmp_path / "new"), str(tmp_path / "copies"), at=None, say=lambda _: None)
    house = House(tmp_path / "new")
    assert _ids_and_bytes(house) == _decoded(_sent())
    assert _defects(house) == ()


def _statements(home: CollectorHome) -> tuple[list[str], int]:
    with closing(sqlite3.connect(home.journal)) as db:
        return list(db.iterdump()), db.execute("PRAGMA user_version").fetchone()[0]


def _copied(home: CollectorHome, place: Path, *, made_at: datetime) -> None:
    """As `collector.operation.backup` lays a copy out, which copies a store of its own version alone."""
    with closing(sqlite3.connect(home.journal)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        batches = _newest(db)
    folder = home.journal.parent
    files = tuple(_kept(path, home.root, place) for path in sorted(folder.rglob("*")) if path.is_file())
    path = place / copy_path(made_at)
    path.parent.mkdir(parents=True)
    path.write_bytes(encoded(Copy(format=1, made_at=made_at, newest_batch=batches, files=files)))


def _newest(db: sqlite3.Connection) -> int:
    tables = db.execute("SELECT name FROM sqlite_schema WHERE name IN ('batch', 'sealed_batch')").fetchall()
    found = [db.execute(f"SELECT ifnull(max(id), 0) FROM {name}").fetchone()[0] for (name,) in tables]  # noqa: S608  ours
    return int(max(found))


def _kept(path: Path, root: Path, place: Path) -> Kept:
    data = path.read_bytes()
    digest = sha256(data).hexdigest()
    (place / piece_path(digest)).parent.mkdir(parents=True, exist_ok=True)
    (place / piece_path(digest)).write_bytes(data)
    return Kept(str(path.relative_to(root)), len(data), (digest,))
