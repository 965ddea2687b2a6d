"""Files that somebody made to do harm: each is refused in one sentence, and nothing of it is written or run."""

import io
import json
import os
import sqlite3
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.bundle.archive import ArchiveError, expanded, pack, unpack
from analysis.dossier.signed import NotSignedError
from analysis.dossier.signed_apart import signatures
from analysis.summary.page.extract import ask
from collector.home import CollectorHome
from collector.operation.backup import backup
from collector.operation.copies import CopyError, decoded, encoded
from collector.operation.restore import restore
from prova.exit import Exit
from tests.integration.lake_rig import NOW_AT, House
from tests.plain_pdf import pdf

PROVA = (sys.executable, "-m", "prova.main")


def prova(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PROVA_HOME": str(home)}
    return subprocess.run([*PROVA, *words], capture_output=True, text=True, timeout=100, check=False, env=env)


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_STORED, mode: int = 0) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.external_attr = method, mode << 16
            archive.writestr(entry, content)
    return whole.getvalue()


def overlapping() -> bytes:
    """Many entries of the directory that all lie on the bytes of one file (Fifield, 2019)."""
    content = bytes(1 << 20)
    one = io.BytesIO()
    with zipfile.ZipFile(one, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", content)
    raw = one.getvalue()
    start = struct.unpack("<L", raw[-6:-2])[0]
    entry = raw[start : len(raw) - 22]
    count = 90
    entries = b"".join(entry[:-1] + bytes((33 + number,)) for number in range(count))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entries), start, 0)
    return raw[:start] + entries + end


HOSTILE_ZIPS = {
    "huge ratio": zipped(("a", bytes(64 << 20)), method=zipfile.ZIP_DEFLATED),
    "nested": zipped(("a.zip", zipped(("b.zip", zipped(("c", bytes(32 << 20)), method=zipfile.ZIP_DEFLATED))))),
    "overlapping": overlapping(),
    "out of the folder": zipped(("../../etc/passwd", b"x")),
    "absolute": zipped(("/etc/passwd", b"x")),
    "of Windows": zipped(("..\\..\\x", b"x")),
    "with a drive": zipped(("C:x", b"x")),
    "in a folder": zipped(("a/b", b"x")),
    "a link": zipped(("a", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777),
    "with a NUL": zipped(("a\0b", b"x")),
    "of odd letters": zipped(("ﬁ\u202e", b"x")),
    "too many": zipped(*((f"f{number}", b"") for number in range(200))),
    "cut": zipped(("a", b"x"))[:-4],
    "more behind": pack({"a": b"x"}) + b"more",
    "more before": b"MZ" + pack({"a": b"x"}),
}


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_name_twice_or_in_two_cases_is_no_bundle() -> None:
    with pytest.raises(ArchiveError):
        unpack(zipped(("a", b"x"), ("a", b"y")))
    assert unpack(pack({"a": b"x", "A": b"y"})) == {"a": b"x", "A": b"y"}, "names are keys here, never files"


@pytest.mark.parametrize("kind", HOSTILE_ZIPS)
def test_a_hostile_zip_is_refused(kind: str) -> None:
    with pytest.raises(ArchiveError):
        unpack(HOSTILE_ZIPS[kind])


def test_a_hostile_zip_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.zip").write_bytes(HOSTILE_ZIPS["out of the folder"])
    done = prova("verify", str(tmp_path / "in" / "a.zip"), home=tmp_path / "home")
    assert done.returncode == Exit.EVIDENCE, done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.zip"]


def test_what_expands_without_end_is_not_expanded() -> None:
    bomb = zlib.compressobj(9, wbits=31)
    data = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(64)) + bomb.flush()
    with pytest.raises(ArchiveError, match="expands to more than"):
        expanded(data, most_bytes=1 << 20)


HOSTILE_LOGS: dict[str, Callable[[], bytes]] = {
    "deep.json": lambda: b"[" * 30_000 + b"]" * 30_000,
    "surrogates.json": lambda: b'{"timestamp": "\\ud800", "download": {"bandwidth": 1}}\n' * 10,
    "nul.csv": lambda: b"timestamp,download_mbps\n" + bytes(2 << 20),
    "lines.csv": lambda: b"timestamp,download_mbps\n" + b"\n" * 20_000,
    "commas.csv": lambda: b"," * 100_000,
    "quotes.csv": lambda: b'timestamp,download_mbps\n"' + b"x\n" * 10_000,
    "marks.txt": lambda: b"\xff\xfe" + b"\x00\xd8" * 100_000,
    "formats.csv": lambda: b"timestamp,download_mbps\n2026-10-05T08:00:00Z,{0.__class__}%s%n\n",
}


@pytest.mark.parametrize("name", HOSTILE_LOGS)
def test_a_hostile_log_holds_no_test_and_no_traceback(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(HOSTILE_LOGS[name]())
    done = prova("import", str(file), "--line", "casa", "--timezone", "UTC", "--dry-run", home=tmp_path / "home")
    assert done.returncode in {Exit.USAGE, Exit.EVIDENCE}, done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["deep.json", "nul.csv", "commas.csv", "quotes.csv"])
def test_a_hostile_topology_is_one_sentence(name: str, tmp_path: Path) -> None:
    file = tmp_path / "topology.csv"
    file.write_bytes(HOSTILE_LOGS[name]())
    done = prova("fleet", "import", str(file), home=tmp_path / "home")
    assert done.returncode == Exit.USAGE
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home" / "fleet").exists()


def bomb_pdf() -> bytes:
    """A page whose drawing unpacks to a gigabyte of text."""
    packer = zlib.compressobj(9)
    drawing = b"".join(packer.compress(b"BT (x) Tj ET " * 80_000) for _ in range(1000)) + packer.flush()
    plain = pdf([(50, 700, 12, "x")])
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj"
    page = b" 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj"
    stream = b" 4 0 obj<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj" % (len(drawing), drawing)
    assert plain.startswith(b"%PDF")
    return head + page + stream + b" trailer<</Root 1 0 R>>\n%%EOF"


@pytest.mark.parametrize(
    "data",
    [bomb_pdf(), b"%PDF-1.7\n" + b"<<" * 100_000, b"%PDF-1.7\n" + b"[" * 100_000, b"%PDF-" + bytes(1 << 20)],
    ids=["bomb", "deep dictionaries", "deep arrays", "zeros"],
)
def test_a_hostile_pdf_is_refused_in_its_own_process(data: bytes) -> None:
    assert ask(data).refusal is not None
    with suppress(NotSignedError):
        assert signatures(data) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW look AS SELECT 1",
        "CREATE TRIGGER harm AFTER INSERT ON record BEGIN DELETE FROM record; END",
        "CREATE VIRTUAL TABLE words USING fts5(word)",
    ],
)
def test_a_copy_whose_database_would_do_something_by_itself_is_not_put_back(statement: str, tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.sender()
    house.fill(days=1, per_day=4)
    with closing(sqlite3.connect(house.layout.journal)) as db:
        db.execute(statement)
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=lambda _: None)
    with pytest.raises(CopyError, match="which no store has"):
        restore(CollectorHome(tmp_path / "new"), str(tmp_path / "copies"), at=None, say=lambda _: None)
    assert not (tmp_path / "new").exists()


def test_a_copy_that_names_files_outside_is_not_put_back(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.sender()
    house.fill(days=1, per_day=4)
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=lambda _: None)
    (told,) = (tmp_path / "copies").rglob("*.json")
    copy = decoded(told.read_bytes())
    outside = tuple(replace(one, path="../../outside.json") for one in copy.files)
    told.write_bytes(encoded(replace(copy, files=outside)))
    with pytest.raises(CopyError, match="names a file outside its home"):
        restore(CollectorHome(tmp_path / "new"), str(tmp_path / "copies"), at=None, say=lambda _: None)
    assert not list(tmp_path.rglob("outside.json"))


def test_answers_of_a_confined_process_are_read_as_a_strangers(tmp_path: Path) -> None:
    for answer in (b"", b"{", b"[" * 100_000, json.dumps({"pieces": [1]}).encode(), b"\xff"):
        (tmp_path / "said").write_bytes(answer)
        said = ask(b"%PDF-", command=("cat", str(tmp_path / "said")))
        assert said.refusal is not None or said.pieces == ()
