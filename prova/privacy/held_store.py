"""Shell. Everything that the store holds of a line, as files for that person: as it was signed, and as it can be read.

Records are read as they lie, some at a time. Knows nothing of the home folder's other files.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
from pyarrow import csv as arrow_csv

from collector.envelope import StoredRecord
from collector.lake.column import COLUMNS
from collector.store import Store
from probe import wire
from prova.privacy.package import Package

EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
_BATCHES_AT_ONCE = 100
_UNITS = {
    "_bps": "bit/s",
    "_bytes": "bytes",
    "_s": "seconds",
    "_ms": "milliseconds",
    "_ns": "nanoseconds",
    "_share": "0 to 1",
    "_at": "instant, UTC",
    "_dbm": "dBm",
    "_rpm": "round trips per minute",
    "_count": "count",
}


def write(package: Package, store: Store, line: str) -> Mapping[str, int]:
    """Writes them, and says how many rows each has. Raises StoreError, LakeError."""
    return {
        "records.jsonl": _lines(package, "records.jsonl", _records(store, line)),
        "records.csv": _table(package, store, line),
        "records-dictionary.csv": _dictionary(package),
        "batches.jsonl": _lines(package, "batches.jsonl", _batches(store, line)),
        "probes.jsonl": _lines(package, "probes.jsonl", _probes(store, line)),
        "silences.jsonl": _lines(package, "silences.jsonl", map(asdict, store.silences([line], *EVER))),
        "witnessed.jsonl": _lines(package, "witnessed.jsonl", map(asdict, store.witnessed([line], *EVER))),
        "imported.jsonl": _lines(package, "imported.jsonl", _imported(store, line)),
        "imported-round-trips.jsonl": _lines(
            package, "imported-round-trips.jsonl", map(asdict, store.imported_round_trips(line, *EVER))
        ),
    }


def _records(store: Store, line: str) -> Iterator[dict[str, Any]]:
    for one in store.records([line], *EVER):
        yield {
            "id": one.record.id,
            "received_at": one.received_at,
            "batch_sha256": one.batch_sha256,
            "record": json.loads(wire.encode_record(one.record)),
        }


def _imported(store: Store, line: str) -> Iterator[dict[str, Any]]:
    for one in store.imported([line], *EVER):
        source = None if one.imported is None else asdict(one.imported)
        yield {"imported": source, "record": json.loads(wire.encode_record(one.record))}


def _batches(store: Store, line: str) -> Iterator[dict[str, Any]]:
    """Each once, as its probe signed it, in the order of its first record."""
    for some in _grouped(_digests(store.records([line], *EVER)), _BATCHES_AT_ONCE):
        signed, proven = store.signed_batches(list(some)), store.inclusions(list(some))
        for sha256, received_at in some.items():
            proof = proven.get(sha256)
            yield {
                "sha256": sha256,
                "received_at": received_at,
                "signed": signed[sha256].decode("ascii", "replace"),
                "log_index": None if proof is None else proof.index,
                "checkpoint_size": None if proof is None else proof.size,
            }


def _digests(records: Iterable[StoredRecord]) -> Iterator[tuple[str, datetime]]:
    """Of a batch's records most follow one another; a few that do not give it again, which `_grouped` drops."""
    last = ""
    for one in records:
        if one.batch_sha256 != last:
            last = one.batch_sha256
            yield last, one.received_at


def _grouped(pairs: Iterator[tuple[str, datetime]], most: int) -> Iterator[dict[str, datetime]]:
    seen: set[bytes] = set()
    while taken := list(islice(pairs, most)):
        fresh = {sha256: at for sha256, at in taken if bytes.fromhex(sha256)[:16] not in seen}
        seen |= {bytes.fromhex(sha256)[:16] for sha256 in fresh}
        if fresh:
            yield fresh


def _probes(store: Store, line: str) -> Iterator[dict[str, Any]]:
    states = {one.probe: asdict(one) for one in store.probes() if one.line == line}
    for one in store.enrolled([line]):
        yield {**asdict(one), "state": states.get(one.probe)}


def _table(package: Package, store: Store, line: str) -> int:
    """All columns but the records' own bytes, which stand in records.jsonl."""
    names = [one.name for one in COLUMNS if one.name != "raw"]
    count = 0
    with package.file("records.csv") as file:
        for part in store.parts([line], *EVER, columns=names):
            plain = _plain(part)
            options = arrow_csv.WriteOptions(include_header=count == 0)
            if plain.num_rows or not count:
                sink = io.BytesIO()
                arrow_csv.write_csv(plain, sink, options)
                file.write(sink.getvalue())
            count += plain.num_rows
    return count


def _plain(table: pa.Table) -> pa.Table:
    fields = [
        pa.field(one.name, one.type.value_type if pa.types.is_dictionary(one.type) else one.type)
        for one in table.schema
    ]
    return table.cast(pa.schema(fields))


def _dictionary(package: Package) -> int:
    with package.file("records-dictionary.csv") as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(["column", "type", "unit"])
        for one in COLUMNS:
            unit = next((told for suffix, told in _UNITS.items() if one.name.endswith(suffix)), "")
            rows.writerow([one.name, one.type.value, unit])
    return len(COLUMNS)


def _lines(package: Package, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    with package.file(name) as file:
        for one in rows:
            file.write(json.dumps(one, ensure_ascii=False, default=_told).encode() + b"\n")
            count += 1
    return count


def _told(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
