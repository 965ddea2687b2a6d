"""Shell. Puts a day's small files together, and removes what no reader can be at any more.

Late records and chunks leave several files for one day and bucket. Knows nothing of the journal's records.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from collector.lake import cut, manifest
from collector.lake.catalogue import Catalogue
from collector.lake.manifest import Manifest, Segment
from collector.lake.place import LakeError, Place
from collector.lake.segment import SCHEMA, whole
from probe.units import epoch_us

_MOST_FILES = 4  # of one day and bucket, however large
_SMALL_BYTES = 32 * 1024 * 1024  # in all: so much is put together at once
_READERS_LEAVE_WITHIN = timedelta(days=1)


def compact(catalogue: Catalogue, place: Place, *, now_at: datetime) -> int:
    """Puts files together where there are many or they are small; how many it replaced. Raises LakeError."""
    made: list[Segment] = []
    gone: list[str] = []
    for (day, bucket), group in groupby(catalogue.segments(), key=lambda one: (one.day, one.bucket)):
        files = list(group)
        if not _worthwhile(files):
            continue
        told, data = cut.segment_file(day, bucket, *(_table(place, one) for one in files))
        place.put(told.path, data)
        made.append(told)
        gone += [one.path for one in files]
    if made:
        _commit(catalogue, place, made, gone, now_at)
    return len(gone)


def sweep(catalogue: Catalogue, place: Place, *, now_at: datetime) -> None:
    """Removes files that were replaced a day ago, and those that a killed seal left unnamed. Raises LakeError."""
    remove_replaced(catalogue, place, before_at=now_at - _READERS_LEAVE_WITHIN)
    remove_unnamed(catalogue, place)


def remove_replaced(catalogue: Catalogue, place: Place, *, before_at: datetime) -> None:
    """Removes files that were replaced before that time. Raises LakeError."""
    for path in catalogue.replaced(epoch_us(before_at)):
        place.remove(path)
        catalogue.forget(path)


def remove_unnamed(catalogue: Catalogue, place: Place) -> None:
    """Removes files of which neither the journal's account nor a seal that was killed at its end knows."""
    names = place.names()
    known = set(catalogue.files())
    for number in manifest.manifests_of(names):
        if number > catalogue.done().number:
            left = manifest.decoded(place.get(manifest.manifest_path(number)))
            known |= {one.path for one in left.segments} | {one.path for one in left.batch_files}
    for path in names:
        if path.endswith(".parquet") and path not in known:
            place.remove(path)


def _worthwhile(files: Sequence[Segment]) -> bool:
    return len(files) > 1 and (len(files) > _MOST_FILES or sum(one.byte_count for one in files) <= _SMALL_BYTES)


def _table(place: Place, one: Segment) -> pa.Table:
    data = place.get(one.path)
    if sha256(data).hexdigest() != one.sha256:
        raise LakeError(f"The lake {place.url} has a damaged file {one.path}. Restore it from a backup.")
    return whole(pq.read_table(pa.BufferReader(data)), SCHEMA.names)


def _commit(catalogue: Catalogue, place: Place, made: list[Segment], gone: list[str], now_at: datetime) -> None:
    done = catalogue.done()
    told = Manifest(
        format=manifest.FORMAT,
        number=done.number + 1,
        previous_sha256=done.manifest_sha256,
        made_at=now_at,
        last_batch=done.last_batch,
        record_count=0,
        segments=tuple(made),
        batch_files=(),
        replaced=tuple(gone),
        peaks=tuple(peak.hex() for peak in done.frontier.peaks),
    )
    data = manifest.encoded(told)
    place.put(manifest.manifest_path(told.number), data)
    catalogue.replace(told, sha256(data).hexdigest())
