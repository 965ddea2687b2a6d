"""Pure. Signed batches as Parquet, each one byte for byte what its probe sent.

A batch is Base64 (RFC 7515, compact form), which compresses badly; taken apart it is half the size, and joined again
the same bytes. Knows nothing of where files lie or of what batches say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from probe.key import base64url, from_base64url

_ROWS_AT_ONCE = 2_000
_SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("sha256", pa.binary(32)),
        ("probe", pa.string()),
        ("received_at", pa.timestamp("us", tz="UTC")),
        ("header", pa.binary()),
        ("payload", pa.binary()),
        ("signature", pa.binary()),
        ("as_sent", pa.binary()),  # null unless taking apart and joining would not give the same bytes
    ]
)
_TEXT = ["probe", "header"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBatch:
    """A batch as it came. `id` counts a collector's batches from 1 in order of arrival."""

    id: int
    sha256: str
    probe: str
    received_us: int
    signed: bytes


def encoded(batches: Sequence[SignedBatch]) -> bytes:
    """The batches as a file's bytes; the same batches give the same."""
    parts = [_apart(one.signed) for one in batches]
    columns = [
        pa.array([one.id for one in batches], pa.int64()),
        pa.array([bytes.fromhex(one.sha256) for one in batches], pa.binary(32)),
        pa.array([one.probe for one in batches], pa.string()),
        pa.array([one.received_us for one in batches], pa.int64()).cast(_SCHEMA.field("received_at").type),
        *(pa.array(list(values), pa.binary()) for values in zip(*parts, strict=True)),
    ]
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_arrays(columns, schema=_SCHEMA),
        sink,
        row_group_size=_ROWS_AT_ONCE,
        compression="zstd",
        compression_level=6,
        use_dictionary=_TEXT,
        write_page_index=True,
        write_page_checksum=True,
    )
    return bytes(sink.getvalue())


def decoded(file: pa.NativeFile) -> Iterator[SignedBatch]:
    """Every batch of a file, some at a time. Raises ArrowException, OSError or ValueError where it is damaged."""
    with pq.ParquetFile(file, page_checksum_verification=True) as parquet:
        for group in range(parquet.num_row_groups):
            yield from _batches(parquet.read_row_group(group))


def some_of(file: pa.NativeFile, batches: Sequence[int]) -> dict[int, bytes]:
    """The signed bytes of these batches, by number, of those that the file holds."""
    found = pq.read_table(file, filters=[("id", "in", list(batches))])
    return {one.id: one.signed for one in _batches(found)}


def _batches(table: pa.Table) -> Iterable[SignedBatch]:
    received = table.column("received_at").cast(pa.int64())
    columns = [table.column(name) for name in ("id", "sha256", "probe")]
    parts = [table.column(name) for name in ("header", "payload", "signature", "as_sent")]
    for row in range(table.num_rows):
        number, digest, probe = (column[row].as_py() for column in columns)
        yield SignedBatch(
            id=number,
            sha256=digest.hex(),
            probe=probe,
            received_us=received[row].as_py(),
            signed=_joined(*(part[row].as_py() for part in parts)),
        )


def _apart(signed: bytes) -> tuple[bytes | None, bytes | None, bytes | None, bytes | None]:
    try:
        header, payload, signature = (from_base64url(part) for part in signed.split(b"."))
    except ValueError:  # not as `_joined` would write it
        return None, None, None, signed
    return header, payload, signature, None


def _joined(header: bytes, payload: bytes, signature: bytes, as_sent: bytes | None) -> bytes:
    if as_sent is not None:
        return as_sent
    return ".".join(base64url(part) for part in (header, payload, signature)).encode("ascii")
