"""The store read for many lines at once: the same records as the sorted table, as they lie."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types
import pytest

from collector.store import StoreError
from tests.integration.lake_rig import DAY_ON, EVER, START_AT, House

COLUMNS = ("line", "started_at", "sequence", "probe", "rate_bps", "draw_origin")
LINES = tuple(f"line{number}" for number in range(12))


def a_house(folder: Path, *, sealed_days: int) -> House:
    house = House(folder)
    for line in LINES:
        house.sender(line, f"{line}-p")
    house.fill(days=3, per_day=6)
    house.seal(before_on=DAY_ON + timedelta(days=sealed_days))
    return house


def rows(tables: list[pa.Table]) -> list[tuple[object, ...]]:
    found = [tuple(one.values()) for table in tables for one in table.to_pylist()]
    return sorted(found, key=lambda one: tuple(map(str, one[:4])))


@pytest.mark.parametrize("sealed_days", [0, 2, 3])
def test_parts_hold_what_the_table_holds_whatever_is_sealed(tmp_path: Path, sealed_days: int) -> None:
    store = a_house(tmp_path, sealed_days=sealed_days).store
    buckets = store.buckets(LINES)
    assert sorted(line for bucket in buckets for line in bucket) == sorted(LINES)
    period = (START_AT + timedelta(hours=5), START_AT + timedelta(hours=55))
    parts = [table for bucket in buckets for table in store.parts(bucket, *period, columns=COLUMNS)]
    whole = store.table(LINES, *period, columns=COLUMNS)
    assert rows(parts) == rows([whole])
    assert whole.num_rows


def test_lines_that_were_not_asked_for_are_left_out_of_their_buckets_files(tmp_path: Path) -> None:
    store = a_house(tmp_path, sealed_days=3).store
    parts = list(store.parts(["line3"], *EVER, columns=COLUMNS))
    assert rows(parts) == rows([store.table(["line3"], *EVER, columns=COLUMNS)])


def test_only_the_row_groups_of_the_lines_are_read(tmp_path: Path) -> None:
    house = a_house(tmp_path, sealed_days=3)
    for path in house.lake.rglob("segment-*.parquet"):
        pq.write_table(pq.ParquetFile(path).read(), path, row_group_size=4, write_page_checksum=True)
    for wanted in (LINES[:4], LINES[3:5], LINES[7:8], LINES):
        parts = list(house.store.parts(wanted, *EVER, columns=COLUMNS))
        assert rows(parts) == rows([house.store.table(wanted, *EVER, columns=COLUMNS)])
        assert sum(table.num_rows for table in parts) == len(wanted) * 18


def test_many_unsealed_records_of_a_line_come_whole_and_in_order(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.sender("busy", "p")
    house.sender("calm", "q")
    house.fill(days=1, per_day=700)
    (table,) = house.store.parts(["busy", "calm"], *EVER, columns=COLUMNS)
    assert table.num_rows == 1400
    assert rows([table]) == rows([house.store.table(["busy", "calm"], *EVER, columns=COLUMNS)])


def test_a_file_made_before_a_column_was_gives_nulls(tmp_path: Path) -> None:
    house = a_house(tmp_path, sealed_days=3)
    for path in house.lake.rglob("segment-*.parquet"):
        table = pq.ParquetFile(path).read()
        pq.write_table(table.drop_columns(["draw_origin"]), path)
    parts = list(house.store.parts(LINES, *EVER, columns=COLUMNS))
    assert sum(table.num_rows for table in parts) == len(LINES) * 18
    assert all(table.column("draw_origin").null_count == table.num_rows for table in parts)


def test_what_came_after_the_question_is_not_in_the_answer(tmp_path: Path) -> None:
    house = a_house(tmp_path, sealed_days=0)
    parts = house.store.parts(LINES, *EVER, columns=COLUMNS)
    house.keep(house.senders[0].batch([START_AT], START_AT + timedelta(days=9)))
    house.seal()
    assert sum(table.num_rows for table in parts) == len(LINES) * 18


def test_a_changed_page_is_no_evidence(tmp_path: Path) -> None:
    house = a_house(tmp_path, sealed_days=3)
    for path in house.lake.rglob("segment-*.parquet"):
        data = bytearray(path.read_bytes())
        file = pq.ParquetFile(path)
        started = file.metadata.row_group(0).column(file.schema_arrow.names.index("started_at"))
        data[started.data_page_offset + started.total_compressed_size - 1] ^= 0xFF
        path.write_bytes(bytes(data))
    with pytest.raises(StoreError):
        list(house.store.parts(LINES, *EVER, columns=("line", "started_at")))
