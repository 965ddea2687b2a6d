"""Shell. Copies of the store that still hold an erased line: a new one is made without it, and those go.

Where copies were put is noted before the first byte lies there. A place that does not answer is told, and is done when
it is asked again. Knows nothing of lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from collector.erasure import erased_beside
from collector.home import CollectorHome
from collector.journal import JournalError
from collector.lake.place import LakeError, Place, opened
from collector.operation.backup import backup
from collector.operation.copies import CopyError, copy_path, decoded, moments, piece_path
from collector.operation.places import places


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """One place: how many copies went. `problem`: why nothing could be done there; None where it is done."""

    url: str
    gone_count: int = 0
    problem: str | None = None


def holding(home: CollectorHome, url: str, *, before_at: datetime) -> tuple[datetime, ...]:
    """When the copies there were made that may hold what was erased at that time. Raises LakeError."""
    return tuple(one for one in moments(opened(url, beside=home.root).names()) if one <= before_at)


def renew(
    home: CollectorHome, *, erased_at: datetime, now: Callable[[], datetime], say: Callable[[str], None]
) -> tuple[Renewed, ...]:
    """At every place, leaves no copy of before `erased_at`, and a new one where there were some. Raises CopyError."""
    return tuple(_renewed(home, url, erased_at, now, say) for url in places(home))


def _renewed(
    home: CollectorHome, url: str, erased_at: datetime, now: Callable[[], datetime], say: Callable[[str], None]
) -> Renewed:
    try:
        place = opened(url, beside=home.root)
        erased_beside.put(place, home)
        old = holding(home, url, before_at=erased_at)
        if old and len(old) == len(moments(place.names())):
            backup(home, url, now_at=now(), say=say)
        for moment in old:
            place.remove(copy_path(moment))
        _remove_unnamed(place)
    except (LakeError, CopyError, JournalError, OSError) as error:
        return Renewed(url=url, problem=str(error))
    return Renewed(url=url, gone_count=len(old))


def _remove_unnamed(place: Place) -> None:
    """Pieces of no copy: of those that went, and of one that was killed. Raises LakeError, CopyError."""
    names = place.names()
    kept = _pieces(place, moments(names))
    for path in names:
        if path.startswith("pieces/") and path not in kept:
            place.remove(path)
    if place.folder is not None:
        for unfinished in (place.folder / "pieces").rglob("*.new"):
            unfinished.unlink(missing_ok=True)


def _pieces(place: Place, made: Sequence[datetime]) -> frozenset[str]:
    found: set[str] = set()
    for moment in made:
        try:
            copy = decoded(place.get(copy_path(moment)))
        except ValueError as error:
            raise CopyError(
                f"The copy {copy_path(moment)} at {place.url} cannot be read ({error}). Remove it, and run this again."
            ) from error
        found |= {piece_path(digest) for kept in copy.files for digest in kept.pieces}
    return frozenset(found)
