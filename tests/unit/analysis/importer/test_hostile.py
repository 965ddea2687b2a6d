"""Files made to do harm: they end in a sentence or in counts, within bounded memory, and nothing of them is run."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.importer import file, mapping_file, run
from analysis.importer import read as importer
from analysis.importer.told import Answers, Line, UnreadableError, Why
from tests.unit.analysis.importer.rig import NOW, read

HEAD = "timestamp,download_mbps,upload_mbps,ping_ms"
ROW = "2026-03-01T12:00:00Z,94,1,1"


def test_a_packed_log_is_read_as_it_is(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(f"{HEAD}\n{ROW}\n".encode()), name="log.csv.gz").mbps() == [94.0]


def test_what_a_writer_adds_meanwhile_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"{HEAD}\n{ROW}\n")
    opened = file.opened(path)
    with path.open("a") as growing:
        growing.write(f"{ROW}\n2026-03")
    assert [line.text for line in opened.lines()] == [HEAD, ROW]


def test_what_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * 64 * 1024 * 1024)
    with pytest.raises(UnreadableError, match="unpacks to over"):
        read(tmp_path, bomb)


def test_a_packed_file_that_was_cut_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="damaged"):
        read(tmp_path, gzip.compress(f"{HEAD}\n{ROW}\n".encode() * 1000)[:-20])


def test_a_file_beyond_all_bounds_is_refused_before_it_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "MOST_BYTES", 1000)
    with pytest.raises(UnreadableError, match="over 1,000 bytes"):
        read(tmp_path, "x" * 2000)


@pytest.mark.parametrize(
    ("head", "said"), [(b"PK\x03\x04", "a ZIP"), (b"PAR1", "Parquet"), (b"BZh9", "bzip2"), (b"\xfd7zXZ\x00", "xz")]
)
def test_archives_are_refused_by_name(tmp_path: Path, head: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read(tmp_path, head + b"rest")


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, said in (
        (pipe, "no file"),
        (tmp_path, "no file"),
        (tmp_path / "absent", "No such file"),
        (Path("/dev/zero"), "no file"),
    ):
        with pytest.raises(UnreadableError, match=said):
            file.opened(path)
    with pytest.raises(UnreadableError, match="no file's name"):
        file.opened(Path("a\0b"))


def test_a_line_without_end_is_left_out_and_the_next_one_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, f"{HEAD}\n{ROW}\n{'9' * 3_000_000}\n2026-03-01T13:00:00Z,95,1,1\n")
    assert found.mbps() == [94.0, 95.0]
    assert found.left == {Why.TOO_LONG: 1}


def test_documents_that_nest_or_grow_without_end_are_left_out(tmp_path: Path) -> None:
    good = {"timestamp": "2026-03-01T12:00:00Z", "downloadSpeed": 1, "downloadUnit": "Mbps", "latency": 1}
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    wide = json.dumps({f"key{n}": n for n in range(50_000)})
    found = read(
        tmp_path, [deep, json.dumps(good), wide, "[" * 10_000, "{", json.dumps(good), '{"never": "' + "x" * 100]
    )
    assert found.mbps() == [1.0, 1.0]
    assert sum(found.left.values()) >= 3


def test_what_a_spreadsheet_would_run_and_what_would_steer_a_terminal_is_text(tmp_path: Path) -> None:
    rows = [f"{HEAD},server\n2026-03-01T12:00:00Z,=cmd|' /C calc'!A0,1,1,\"=1+1\x1b[31m\x07../../etc/passwd\"\n"]
    found = read(tmp_path, "".join(rows))
    assert found.left == {Why.BAD_NUMBER: 1}
    (up,) = found.tests
    assert up.server == "=1+1[31m../../etc/passwd"
    assert file.name_of(Path("/x/y/\x1b[2Jlog.csv")) == "?[2Jlog.csv"


def test_rows_pass_one_by_one_and_none_waits_for_the_end(tmp_path: Path) -> None:
    """So that memory is bounded by what may be held, however many rows there are (measured in bench/real_logs.py)."""
    path = tmp_path / "log.csv"
    path.write_text(f"{HEAD}\n{ROW}\n")
    looked = run.look(path, Answers(timezone="Europe/Lisbon"), None, lambda _: None)
    assert looked.how is not None
    begun = 0

    def lines() -> Iterator[Line]:
        nonlocal begun
        yield Line(1, HEAD)
        for n in range(3000):
            begun += 1
            yield Line(n + 2, f"2026-03-{n // 1440 + 1:02} {n // 60 % 24:02}:{n % 60:02}:00,94.5,11,8")

    for count, _ in enumerate(importer.read(lines(), looked.how, looked.answers, NOW), 1):
        assert begun - count // 2 < 5
    assert count == 6000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'name = "x"\ntitle = "x"\nmethod = "x"\n[download]\ncolum = "d"',
            "download.colum is not known, do you mean download.column?",
        ),
        ('name = "x"\ntitle = "x"\nmethod = "x"\ntyme = {}\nfoo = 1', "tyme is not known, do you mean time"),
        ('name = "x"\ntitle = "x"\nmethod = "x"', "names no speed"),
        ('name = "x"\nmethod = "x"\n[download]\ncolumn = "d"', "title"),
        ('name = "x"\ntitle = "x"\nmethod = "x"\ndownload = { column = 5 }', "Expected `str`"),
        ("name = ", "no TOML"),
        ('name = "x"\ntitle = "x"\nmethod = "x"\ndownload = { column = "d" }\ntable = { names = ["a"] }', "as many"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text)
    with pytest.raises(UnreadableError) as caught:
        mapping_file.load(path)
    assert said in str(caught.value)


def test_a_mapping_that_is_not_there_or_too_long_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        mapping_file.load(tmp_path / "absent.toml")
    (tmp_path / "long.toml").write_text("#" * 200_000)
    with pytest.raises(UnreadableError, match="only names columns"):
        mapping_file.load(tmp_path / "long.toml")


def test_a_persons_mapping_reads_what_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(
        'name = "mine"\ntitle = "Mine"\nmethod = "iperf3"\ncolumns = ["When", "down", "up"]\nping_ms = "rtt"\n'
        'time = { columns = ["When"], format = "%d/%m/%Y %H:%M", zone = "Europe/Lisbon" }\n'
        'download = { column = "down", unit = "kbit/s" }\nupload = { column = "up", unit = "kbit/s" }\n'
        'failed = { column = "state", other_than = ["ok"], message = "note" }\ntable = { decimal = "," }\n'
    )
    own = run.Own(*mapping_file.load(path))
    lines = [
        "when;down;up;rtt;state;note",
        "01/07/2026 12:00;94.500,5;11000;8,5;ok;",
        "02/07/2026 12:00;;;;bad;timed out",
    ]
    found = read(tmp_path, lines, own=own)
    assert [test.rate_bps for test in found.of()] == [94_500_500, None]
    assert found.times()[0] == "2026-07-01T11:00:00"
    assert found.of()[0].idle_rtt_ms == 8.5
    assert found.of()[1].failure == "timed_out"
