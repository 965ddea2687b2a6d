"""Which place of the record a file belongs to."""

import pytest

from prova.privacy.processing.place import holding, places
from prova.privacy.processing.record_file import load


@pytest.mark.parametrize(
    ("path", "store"),
    [
        ("collector/journal.sqlite3", "journal"),
        ("collector/journal.sqlite3-wal", "journal"),
        ("collector/lake/day=2026-10-05/bucket=12/segment-ab.parquet", "lake"),
        ("lines/casa/probe/spool.sqlite3", "spool"),
        ("lines/casa/probe/key.json", "keys"),
        ("case/0a1b.pdf", "papers"),
        ("collector/holds.jsonl", "holds"),
    ],
)
def test_a_file_is_found_by_its_path(path: str, store: str) -> None:
    assert {one.id.partition(".")[0] for one in holding(path, places(load()))} == {store}


@pytest.mark.parametrize("path", ["notes.txt", "collector/lake2/x.parquet", "lines/casa/other/spool.sqlite3", "lines"])
def test_a_file_that_nobody_declared_belongs_nowhere(path: str) -> None:
    assert holding(path, places(load())) == ()
