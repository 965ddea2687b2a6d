"""Shell. Checks what the log was said to be at certain times: seals, checkpoints, time-stamps, and what others kept.

Knows nothing of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import Certificate

from collector.lake.holding import Marked
from collector.lake.manifest import checkpoint_path, token_path
from collector.lake.place import LakeUnreachableError, Place
from collector.proof.audit.defect import DefectKind
from collector.proof.audit.source import Source
from collector.proof.audit.tally import Tally
from collector.proof.checkpoint import Checkpoint, CheckpointError, opened
from collector.proof.timestamp import TokenError, stamped_at, verified_at
from collector.store import StoreError
from probe.key import Ed25519Key
from probe.wire import Receipt, WireError, open_receipt

_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """What someone else kept: a receipt or a checkpoint, from the file at `place`."""

    place: str
    said: Receipt | Checkpoint


def read_kept(paths: Sequence[Path], key: Ed25519Key, tally: Tally) -> list[Kept]:
    """The receipts and checkpoints in these files; one that is not this collector's is a defect. Raises OSError."""
    found = []
    for path in paths:
        data = path.read_bytes()
        try:
            said: Receipt | Checkpoint = (
                open_receipt(data.strip(), key=key) if data.startswith(b"ey") else opened(data, key=key)
            )
            found.append(Kept(str(path), said))
        except (WireError, CheckpointError) as error:
            tally.find(DefectKind.WITNESS, str(path), f"not a receipt or checkpoint of this collector: {error}")
    return found


def sizes_of(marks: Sequence[Marked], seals: Sequence[tuple[int, bytes]], kept: Sequence[Kept]) -> frozenset[int]:
    """Of which trees the root must be known."""
    others = (one.said.size for one in kept if isinstance(one.said, Checkpoint))
    return frozenset({*(one.size for one in marks), *(last for last, _ in seals), *others})


def heads_of(kept: Sequence[Kept]) -> frozenset[tuple[str, int]]:
    """Which batch of which probe must be known."""
    receipts = [one.said for one in kept if isinstance(one.said, Receipt)]
    return frozenset((one.probe, one.batch_count) for one in receipts if one.batch_count is not None)


def seals(told: Sequence[tuple[int, bytes]], place: str, tally: Tally) -> None:
    """Whether each seal's tree is the one that its batches make."""
    for last, peaks in told:
        if not last and not peaks:
            continue  # nothing was sealed yet when a retention left its note
        tree = tally.trees.get(last)
        if tree is None:
            tally.find(DefectKind.LOG, place, f"a seal ends with batch {last}, and the log has {tally.tree.size}")
        elif b"".join(tree.peaks) != peaks:
            tally.find(DefectKind.LOG, place, f"the tree of the first {last} batches is not the one that was sealed")


def checkpoints(marks: Sequence[Marked], place: Place, source: Source, key: Ed25519Key | None, tally: Tally) -> None:
    """Each checkpoint: its signature, its root, its day, and its copy in the lake."""
    journal = str(source.path)
    if marks and key is None:
        tally.find(DefectKind.MISSING, journal, "the collector's key, which checkpoints are signed with")
    for one in marks:
        _same(place, checkpoint_path(one.size), one.note, tally)
        if key is not None:
            _signed(one, journal, key, tally)
        received = source.ask(
            "SELECT received_us FROM sealed_batch WHERE id = ?1 UNION ALL SELECT received_us FROM batch WHERE id = ?1",
            (one.size,),
        )
        if received and received[0][0] // _DAY_US != one.day:
            tally.find(DefectKind.LOG, journal, f"the checkpoint of {one.size} batches is not of the day that they end")


def _signed(one: Marked, journal: str, key: Ed25519Key, tally: Tally) -> None:
    try:
        said = opened(one.note, key=key)
    except CheckpointError as error:
        tally.find(DefectKind.LOG, journal, f"the checkpoint of {one.size} batches does not hold: {error}")
        return
    _rooted(said, journal, DefectKind.LOG, tally)
    if said.size != one.size:
        tally.find(DefectKind.LOG, journal, f"the checkpoint of {one.size} batches is of {said.size}")


def tokens(marks: Sequence[Marked], place: Place, source: Source, trusted: Sequence[Certificate], tally: Tally) -> int:
    """How many checkpoints have a time-stamp that holds; without certificates, one that is of this checkpoint."""
    held = 0
    for one in marks:
        if one.token is None:
            continue
        _same(place, token_path(one.size), one.token, tally)
        try:
            if trusted:
                verified_at(one.token, one.note, trusted)
            else:
                stamped_at(one.token, one.note)
            held += 1
        except TokenError as error:
            detail = f"of the checkpoint of {one.size} batches: {error}"
            tally.find(DefectKind.TIME_STAMP, str(source.path), detail)
    return held


def witnesses(kept: Sequence[Kept], source: Source, tally: Tally) -> None:
    """Whether the store still has what the collector told others that it had."""
    for one in kept:
        if isinstance(one.said, Checkpoint):
            _rooted(one.said, one.place, DefectKind.WITNESS, tally)
        else:
            _receipted(one.said, one.place, source, tally)


def _receipted(said: Receipt, place: str, source: Source, tally: Tally) -> None:
    if not said.reason and source.holds(said.batch_sha256) != "batch":
        detail = f"a receipt was given for the batch {said.batch_sha256}, which is not there"
        tally.find(DefectKind.WITNESS, place, detail, probe=said.probe)
    if source.is_erased(said.batch_sha256):
        tally.notes.append(f"{place}: a receipt of a batch that was erased since.")
        return
    if said.batch_count is not None and said.head_sha256 is not None:
        head = tally.of(said.probe).heads.get(said.batch_count)
        if head != said.head_sha256:
            detail = f"batch {said.batch_count} of this probe was {said.head_sha256}, and is {head or 'not there'}"
            tally.find(DefectKind.WITNESS, place, detail, probe=said.probe)


def _rooted(said: Checkpoint, place: str, kind: DefectKind, tally: Tally) -> None:
    tree = tally.trees.get(said.size)
    if tree is None:
        tally.find(kind, place, f"it is of {said.size} batches, and the log has {tally.tree.size}: some were cut off")
    elif tree.root != said.root:
        tally.find(kind, place, f"the first {said.size} batches are not those that were signed for")


def _same(place: Place, path: str, own: bytes, tally: Tally) -> None:
    tally.file_count += 1
    try:
        if place.get(path) != own:
            tally.find(DefectKind.FILE, path, "it is not the copy that the journal has")
    except LakeUnreachableError:
        raise
    except StoreError as error:
        tally.find(DefectKind.MISSING, path, str(error))
