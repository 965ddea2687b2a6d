"""A line erased: no byte of the person in any store, and every signature and proof of everybody else's as before."""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest
from click.testing import CliRunner, Result

from analysis.bundle.verify import Question as Asked
from analysis.bundle.verify import verify
from collector.erasure import copies as copying
from collector.erasure import journal_rows, store
from collector.erasure.note import ErasureNoteError, opened
from collector.home import CollectorHome
from collector.lake import manifest
from collector.lake.catalogue import Catalogue
from collector.lake.place import Place
from collector.operation.restore import restore
from collector.projection.feed import Feed, Mark
from collector.proof.audit.check import Question, check
from collector.proof.audit.defect import Audit, DefectKind
from collector.retention import hold_file
from collector.retention.claim import ClaimHold, Released
from collector.store import StoreError
from probe import keyfile
from prova.main import cli
from prova.privacy import shared_files
from tests.integration.erasure_rig import COPIED_AT, HERS, OURS, Filled, filled
from tests.integration.lake_rig import EVER, House


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Made once: each test has a copy of its folders."""
    return filled(tmp_path_factory.mktemp("erasure"))


@dataclass
class At:
    """A test's own copy of the filled home."""

    folder: Path
    whole: Filled

    @property
    def home(self) -> Path:
        return self.folder / "all" / "home"

    @property
    def house(self) -> House:
        return House(self.home)

    @property
    def copies(self) -> Path:
        return self.folder / "copies"

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(cli, ["privacy", *words, "--home", str(self.home)], standalone_mode=False)

    def erase(self) -> Result:
        return self.run("erase", "--line", HERS, "--case", "--yes")

    def traces(self) -> list[str]:
        return self.whole.person.traces([self.home, self.copies])

    def audit(self) -> Audit:
        return check(self.house.layout, Question(), say=lambda _: None)


@pytest.fixture
def at(whole: Filled, tmp_path: Path) -> At:
    for name in ("all", "copies"):
        shutil.copytree(whole.copies.parent / name, tmp_path / name)
    CollectorHome(tmp_path / "all" / "home").copies.write_text(json.dumps([str(tmp_path / "copies")]))
    return At(tmp_path, whole)


def test_the_search_finds_her_in_everything_before(at: At) -> None:
    places = {one.partition(" (")[0] for one in at.traces()}
    named = " ".join(places)
    for part in ("journal.sqlite3", "segment-", "batches-", "/pieces/", "imported.sqlite3", "case.toml", "paper.pdf"):
        assert part in named, part
    for part in ("tokens.json", "hooks.toml", "outbox.sqlite3", "topology.csv", "changes.jsonl", "/audit/", "settings"):
        assert part in named, part


def test_erasure_leaves_no_byte_of_the_person_and_every_proof_of_the_others_as_it_was(at: At) -> None:
    house, before = at.house, at.house.everything()
    ours = [one for one in before if not one[0].startswith("p-7c1e2d/")]
    marks = {path.name: path.read_bytes() for path in house.lake.glob("checkpoints/*")}
    newest = at.audit().batch_count
    done = at.erase()
    assert (done.exit_code, done.return_value) == (0, 0), done.output
    assert at.traces() == []
    assert house.everything() == ours
    audit = at.audit()
    assert audit.defects == ()
    assert audit.batch_count == newest
    assert audit.stamped_count == 1
    assert {path.name: path.read_bytes() for path in house.lake.glob("checkpoints/*")} == marks
    assert any("Erased by the request" in one for one in audit.notes)
    bundled = at.whole.bundled
    asked = Asked(software="prova 1", collector=bundled.collector.thumbprint(), trusted=bundled.trusted)
    assert verify(bundled.made.data, asked).defects == ()
    sizes = [int(name.removesuffix(".txt")) for name in marks if name.endswith(".txt")]
    assert house.store.consistency(min(sizes), max(sizes))


def test_the_store_goes_on_and_a_projection_made_anew_shows_what_is_left(at: At) -> None:
    assert at.erase().exit_code == 0
    house = at.house
    shown = [record.id for one in Feed(house.layout.journal).after(Mark(), most_batches=3) for record in one.records]
    assert set(shown) >= set(house.ids())
    newest = house.sender(OURS, "p-new")
    house.keep(newest.batch([COPIED_AT], COPIED_AT))
    house.seal(before_on=COPIED_AT.date().replace(day=30))
    assert at.audit().defects == ()
    assert len(house.ids()) > 0


def test_what_the_probe_still_sends_is_known_by_its_digest_and_not_kept(at: At) -> None:
    signed = next(one for one in at.whole.person.texts if one.startswith(b"ey"))
    assert at.erase().exit_code == 0
    from collector.desk import Desk
    from collector.envelope import Arrival
    from collector.erasure import erased_file
    from collector.journal import Journal

    layout = at.house.layout
    journal = Journal(layout.journal)
    try:
        desk = Desk(journal, keyfile.load_or_make(layout.key), erased=erased_file.asked(layout))
        arrival = Arrival(topic=f"prova/1/{HERS}/p-7c1e2d/records", payload=signed, received_at=COPIED_AT)
        done = desk.settle(desk.judge([arrival]))
    finally:
        journal.close()
    assert (done.receipts, done.refused) == ((), ())
    assert at.traces() == []


def test_an_older_copy_put_back_comes_without_her(at: At) -> None:
    shutil.copytree(at.copies, at.folder / "old")
    assert at.erase().exit_code == 0
    shutil.copy(at.house.layout.erased, at.folder / "old" / "erased.txt")
    restore(CollectorHome(at.folder / "back"), str(at.folder / "old"), at=None, say=lambda _: None)
    assert at.whole.person.traces([at.folder / "back" / "collector" / "lake"]) == []
    assert House(at.folder / "back").everything() == at.house.everything()


def test_a_newer_list_of_who_was_erased_counts_for_copies_that_have_none(at: At) -> None:
    shutil.copytree(at.copies, at.folder / "old")
    assert at.erase().exit_code == 0
    back = CollectorHome(at.folder / "back")
    newer = at.house.layout.erased
    restore(back, str(at.folder / "old"), at=None, say=lambda _: None, erased_list=newer)
    assert HERS not in House(back.root).store.lines()


_ANYWHERE = ("shared", "manifest", "account", "files", "vacuum", "copies")
_EACH = [one if one == "account" else pytest.param(one, marks=pytest.mark.slow) for one in _ANYWHERE]


@pytest.mark.parametrize("dies", _EACH)
def test_killed_anywhere_the_same_command_completes_it(at: At, dies: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    where: dict[str, tuple[object, str]] = {
        "shared": (shared_files, "forget"),
        "manifest": (store, "put_manifest"),
        "account": (Catalogue, "retire"),
        "files": (Place, "remove"),
        "vacuum": (journal_rows, "rewrite"),
        "copies": (copying, "backup"),
    }
    with monkeypatch.context() as patch:
        patch.setattr(*where[dies], die)
        at.erase()
    assert at.audit().defects == ()
    assert json.loads(at.run("log", "--json").output)["requests"][0]["state"] == "begun"
    done = at.erase()
    assert done.exit_code == 0, done.output
    assert at.traces() == []
    assert at.audit().defects == ()
    requests = json.loads(at.run("log", "--json").output)["requests"]
    assert [(one["kind"], one["state"], one["said"]) for one in requests] == [("erase", "granted", [])]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_with_9_at_any_moment_the_same_command_completes_it(at: At) -> None:
    """From the first file opened to the last: each time a little later, until one is done before it is killed."""
    chance, kills, began = random.Random(9), 0, monotonic()
    assert _erasing(at).wait(120) == 0
    whole_s = monotonic() - began
    for number in range(12):
        for name in ("all", "copies"):
            shutil.rmtree(at.folder / name)
            shutil.copytree(at.whole.copies.parent / name, at.folder / name)
        at.house.layout.copies.write_text(json.dumps([str(at.copies)]))
        process = _erasing(at)
        try:
            process.wait(whole_s * (0.35 + 0.6 * (number + chance.random()) / 12))
        except subprocess.TimeoutExpired:
            process.kill()
            kills += process.wait(60) != 0
        assert at.audit().defects == ()
        assert _erasing(at).wait(120) in {0, 2}  # 2: nothing is known of that line any more
        assert at.traces() == []
        assert at.audit().defects == ()
    assert kills >= 6


def _erasing(at: At) -> "subprocess.Popen[bytes]":
    words = ["privacy", "erase", "--line", HERS, "--case", "--yes", "--home", str(at.home)]
    return subprocess.Popen(
        [sys.executable, "-m", "prova.main", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def test_what_is_held_for_a_claim_is_refused_by_name_until_it_is_released(at: At) -> None:
    own = at.house.layout
    hold = ClaimHold(
        number=0, line=HERS, from_at=EVER[0], to_at=None, reason="complaint 7", placed_by="a", placed_at=COPIED_AT
    )
    made = hold_file.place(own, hold)
    before = at.house.everything()
    done = at.erase()
    assert "complaint 7" in str(done.exception)
    assert "17(3)(e)" in str(done.exception)
    assert at.house.everything() == before
    hold_file.release(own, Released(number=made.number, reason="settled", released_by="a", released_at=COPIED_AT))
    assert at.erase().exit_code == 0
    assert at.traces() == []


def test_it_is_shown_first_and_nothing_is_changed(at: At) -> None:
    before = {path: path.read_bytes() for path in at.folder.rglob("*") if path.is_file()}
    shown = at.run("erase", "--line", HERS)
    assert shown.exit_code == 0
    assert "18 records" in shown.output.replace("\n", " ") or "12 records" in shown.output
    assert "Nothing was erased" in shown.output
    assert "Stays: the case" in shown.output
    after = {path: path.read_bytes() for path in at.folder.rglob("*") if path.is_file()}
    changed = {path.name.partition(".sqlite3")[0] for path in after if after[path] != before.get(path)}
    assert changed <= {"journal", "imported", "identity", "seal.lock"}  # SQLite's own logs, folded in
    assert at.house.everything() == House(at.whole.house.home).everything()


def test_a_batch_that_was_erased_cannot_be_had_and_no_note_means_a_defect(at: At) -> None:
    (row,) = at.house.store._ask("SELECT sha256 FROM sealed_batch WHERE probe = 'p-7c1e2d' ORDER BY id LIMIT 1")
    assert at.erase().exit_code == 0
    with pytest.raises(StoreError, match="holds no batch"):
        at.house.store.signed_batch(row[0].hex())
    newest = max(at.house.lake.glob("manifests/*.json"))
    told = manifest.decoded(newest.read_bytes()).erasure
    assert told is not None
    key = keyfile.load_or_make(at.house.layout.key)
    assert opened(told, key=key).batch_count == 7
    with pytest.raises(ErasureNoteError):
        opened(told.replace('"batch_count":7', '"batch_count":6'), key=key)
    with closing(sqlite3.connect(at.house.layout.journal)) as db, db:
        db.execute("UPDATE batch SET probe = '', signed = x'' WHERE id = (SELECT max(id) FROM batch)")
    assert DefectKind.LOG in {one.kind for one in at.audit().defects}


def test_the_same_line_may_come_anew(at: At) -> None:
    assert at.erase().exit_code == 0
    again = at.house.sender(HERS, "p-other")
    at.house.keep(again.batch([COPIED_AT], COPIED_AT))
    assert [one.partition("/")[0] for one in at.house.ids([HERS])] == ["p-other"]
