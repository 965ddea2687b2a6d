"""Shell. Moves what came before a day from the journal to the lake, and puts small files together.

First the files, then the manifest, then one transaction of the journal, each on the disk before the next begins: killed
anywhere, what was not sealed is still in the journal, and the next run begins there. Knows nothing of dashboards or of
what a record means.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from collector.home import CollectorHome
from collector.journal import Journal
from collector.lake import compact, cut, manifest
from collector.lake.catalogue import Catalogue
from collector.lake.holding import Chunk, Marked
from collector.lake.manifest import Descriptor, Manifest
from collector.lake.place import LakeError, NoSuchFileError, Place, opened
from collector.proof.checkpoint import Checkpoint, origin_of
from collector.proof.checkpoint import seal as signed_note
from collector.proof.merkle import Frontier
from probe.key import Ed25519Key
from probe.keyfile import load_or_make

DEFAULT_URL = "lake"  # beside the journal
BUCKET_COUNT = 16
_CHUNK_BYTES = 32 * 1024 * 1024  # of signed batches: what is in memory at once, several times over
_EPOCH_ON = date(1970, 1, 1)


class SealError(Exception):
    """Nothing more can be sealed. The text says why and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be sealed: what arrived on the UTC days before `before_on`. `url` None: where the lake is already.

    `key` signs the checkpoint of each day.
    """

    before_on: date
    now_at: datetime
    key: Ed25519Key
    url: str | None = None
    chunk_bytes: int = _CHUNK_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was done: `byte_count` of the files of records and batches, `merged_count` files that became fewer."""

    batch_count: int = 0
    record_count: int = 0
    byte_count: int = 0
    day_count: int = 0
    merged_count: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class OpenLake:
    """A lake at work: its account, its files, its number of buckets."""

    catalogue: Catalogue
    place: Place
    bucket_count: int


def seal(home: CollectorHome, order: Order, *, say: Callable[[str], None]) -> Report:
    """Seals, and says how far it is. Raises SealError, LakeError, JournalError."""
    with alone(home), opened_lake(home, order.url) as lake:
        agree(lake)
        report = Report(url=str(lake.place.folder or lake.place.url))
        for day, last in lake.catalogue.days((order.before_on - _EPOCH_ON).days):
            report = replace(report, day_count=report.day_count + 1)
            while lake.catalogue.done().last_batch < last:
                report = _seal_chunk(lake, order, (day, last), report)
                say(f"{manifest.day_name(day)}: {report.record_count} records, {report.byte_count} bytes so far.")
        merged = compact.compact(lake.catalogue, lake.place, now_at=order.now_at)
        compact.sweep(lake.catalogue, lake.place, now_at=order.now_at)
        return replace(report, merged_count=merged)


@contextmanager
def alone(home: CollectorHome) -> Iterator[None]:
    """Held by one sealing process at a time. Raises SealError."""
    home.seal_lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with home.seal_lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SealError(f"Another seal runs on {home.root}. Wait for it, or end it.") from error
        yield


@contextmanager
def opened_lake(home: CollectorHome, url: str | None) -> Iterator[OpenLake]:
    """The store's lake, made at `url` if there is none. Raises SealError, LakeError, JournalError."""
    Journal(home.journal).close()  # makes it, or brings it to this version
    with closing(Catalogue(home.journal)) as catalogue:
        named = catalogue.lake()
        if named is not None and url not in {None, named[0]}:
            raise SealError(f"This store's lake is at {named[0]}, not {url}. Leave out --lake.")
        place = opened(named[0] if named else url or DEFAULT_URL, beside=home.journal.parent)
        bucket_count = _descriptor(place, made=named is not None).bucket_count
        if named is None:
            _claim(place, load_or_make(home.key).thumbprint())
            catalogue.name_lake(place.url, bucket_count)
        yield OpenLake(catalogue, place, bucket_count)


def _claim(place: Place, thumbprint: str) -> None:
    """Makes the lake this collector's, without a lock. Raises SealError where another made it its own meanwhile.

    Each writes its own file before it looks for others': of two at once at least one sees the other, and gives way.
    """
    own = manifest.owner_path(thumbprint)
    place.put(own, b"")  # the name says it all
    if manifest.others_of(place.names(), thumbprint):
        place.remove(own)
        raise SealError(
            f"Another collector has its lake at {place.url}. Name a folder of its own for each below one address, as"
            " s3://bucket/lake/share=2-of-8."
        )


def _descriptor(place: Place, *, made: bool) -> Descriptor:
    """The lake's own; written where there is no lake yet."""
    if not made and manifest.manifests_of(place.names()):
        raise SealError(f"Another store's lake is at {place.url}. Name another place with --lake.")
    try:
        return manifest.decoded_descriptor(place.get(manifest.DESCRIPTOR))
    except NoSuchFileError:
        if made:
            raise
    except ValueError as error:
        raise LakeError(
            f"The lake {place.url} has a {manifest.DESCRIPTOR} of no known form ({error}). Restore it from a backup."
        ) from error
    descriptor = Descriptor(format=manifest.FORMAT, bucket_count=BUCKET_COUNT)
    place.put(manifest.DESCRIPTOR, manifest.encoded(descriptor))
    return descriptor


def agree(lake: OpenLake) -> None:
    """Raises SealError where the lake knows more than the journal: that is an older journal, put back.

    One manifest more is a seal that was killed just before its end, if it is of the same log.
    """
    done = lake.catalogue.done()
    beyond = [one for one in manifest.manifests_of(lake.place.names()) if one > done.number]
    if not beyond:
        return
    if beyond == [done.number + 1]:
        left = manifest.decoded(lake.place.get(manifest.manifest_path(beyond[0])))
        tree = lake.catalogue.frontier(done, left.last_batch)
        if tree is not None and tuple(peak.hex() for peak in tree.peaks) == left.peaks:
            return
    raise SealError(
        f"The lake {lake.place.url} holds seals that the journal does not know, up to number {beyond[-1]}: the journal"
        " is older than the lake. Restore the journal that belongs to it."
    )


def _seal_chunk(lake: OpenLake, order: Order, day_end: tuple[int, int], report: Report) -> Report:
    """One chunk of one day of arrival."""
    day, last = day_end
    chunk = lake.catalogue.chunk(last, most_bytes=order.chunk_bytes)
    try:
        batches = cut.opened(chunk, lake.catalogue.keys(), first=lake.catalogue.done().last_batch + 1)
        made = _put_files(lake, order, day, chunk, batches)
    except cut.DamageError as error:
        raise SealError(
            f"The journal {lake.catalogue.path} is damaged: {error}. `prova collector verify` tells all; restore it"
            " from a backup."
        ) from error
    digest = put_manifest(lake.place, made)
    end = _checkpoint(lake.place, order.key, day, made) if made.last_batch == last else None
    last_record = chunk.records[-1].id if chunk.records else 0
    lake.catalogue.commit(made, digest, cut.kept(batches), last_record=last_record, end=end)
    return replace(
        report,
        batch_count=report.batch_count + len(chunk.batches),
        record_count=report.record_count + made.record_count,
        byte_count=report.byte_count + _byte_count(made),
    )


def _byte_count(made: Manifest) -> int:
    return sum(one.byte_count for one in made.segments) + sum(one.byte_count for one in made.batch_files)


def _put_files(lake: OpenLake, order: Order, day: int, chunk: Chunk, batches: tuple[cut.Opened, ...]) -> Manifest:
    """The chunk's files, on the disk, and what the manifest says of them."""
    done = lake.catalogue.done()
    signed = cut.signed_file(day, chunk.batches)
    if signed is not None:
        lake.place.put(signed[0].path, signed[1])
    segments = []
    for told, data in cut.segments(chunk.records, batches, bucket_count=lake.bucket_count):
        lake.place.put(told.path, data)
        segments.append(told)
    tree = done.frontier.extended(cut.leaf(one) for one in chunk.batches)
    return Manifest(
        format=manifest.FORMAT,
        number=done.number + 1,
        previous_sha256=done.manifest_sha256,
        made_at=order.now_at,
        last_batch=chunk.batches[-1].id,
        record_count=len(chunk.records),
        segments=tuple(segments),
        batch_files=() if signed is None else (signed[0],),
        replaced=(),
        peaks=tuple(peak.hex() for peak in tree.peaks),
    )


def _checkpoint(place: Place, key: Ed25519Key, day: int, made: Manifest) -> Marked:
    """The signed word of how the log stood at the day's end, in the lake too."""
    tree = Frontier(made.last_batch, tuple(bytes.fromhex(peak) for peak in made.peaks))
    note = signed_note(Checkpoint(origin_of(key), tree.size, tree.root), key=key)
    place.put(manifest.checkpoint_path(tree.size), note)
    return Marked(tree.size, day, note)


def put_manifest(place: Place, made: Manifest) -> str:
    """Writes it and gives its digest."""
    data = manifest.encoded(made)
    place.put(manifest.manifest_path(made.number), data)
    return sha256(data).hexdigest()
