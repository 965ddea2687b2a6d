"""Pure. The record's stores taken apart into places: a table, a kind of record, an answer, a file.

Knows nothing of what is really there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from prova.privacy.processing.record import Activity, Record, Store, Text

_ALONE = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`id` is its store's, with the part after a dot. `fields` by category; empty lists where fields have no names."""

    id: str
    about: Text
    kept: str
    to: str
    files: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]


def places(record: Record) -> tuple[Place, ...]:
    """Every place, in the record's order."""
    return tuple(place for name, store in record.store.items() for place in _of_store(name, store))


def places_of(activity: Activity, every: Iterable[Place]) -> tuple[Place, ...]:
    """Those of one activity; a store's name stands for all of its parts."""
    named = set(activity.stores)
    return tuple(one for one in every if one.id in named or one.id.partition(".")[0] in named)


def holding(path: str, every: Iterable[Place]) -> tuple[Place, ...]:
    """Those that a file below the home folder belongs to, by its path there."""
    return tuple(one for one in every if any(_is_of(path, pattern) for pattern in one.files))


def _is_of(path: str, pattern: str) -> bool:
    """A star stands for any letters of one name, two at the end for all below."""
    parts, wanted = path.split("/"), pattern.split("/")
    if wanted[-1] == "**":
        parts, wanted = parts[: len(wanted) - 1], wanted[:-1]
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


def _of_store(name: str, store: Store) -> Iterator[Place]:
    if not store.field:
        fields: Mapping[str, tuple[str, ...]] = dict.fromkeys(store.holds, ())
        yield Place(id=name, about=store.about, kept=store.kept, to=store.to, files=store.files, fields=fields)
    for part, fields in store.field.items():
        yield Place(
            id=name if part == _ALONE else f"{name}.{part}",
            about=store.about,
            kept=store.kept_apart.get(part, store.kept),
            to=store.to,
            files=store.files,
            fields=fields,
        )
