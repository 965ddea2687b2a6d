"""Pure. Whether the record agrees with itself, and with the fields that there really are; each fault as a sentence.

Knows nothing of how fields are found.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from prova.privacy.processing.place import Place, places, places_of
from prova.privacy.processing.record import Record

_HOW = "Declare it below [store.{store}.field.{part}] in prova/privacy/processing/, under the category that it is of."


def faults(record: Record) -> tuple[str, ...]:
    """Names that lead nowhere, what no activity uses, and fields that are of two categories at once."""
    every = places(record)
    return (
        *_unknown(record),
        *(f"{one.id}: {name} is of two categories" for one in every for name in _twice(one)),
        *_unused(record, every),
    )


def differences(every: Iterable[Place], found: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """What is there and not declared, with how to declare it; and what is declared and no longer there.

    `found`: the fields of every place that has named ones.
    """
    declared = {one.id: _names(one) for one in every if any(one.fields.values())}
    told: list[str] = []
    for place in sorted({*declared, *found}):
        there, said = set(found.get(place, ())), declared.get(place, set())
        store, _, part = place.partition(".")
        how = _HOW.format(store=store, part=part or "all")
        told += [f"{place}: {name} is not declared. {how}" for name in sorted(there - said)]
        told += [f"{place}: {name} is declared, and is no longer there. Take it out." for name in sorted(said - there)]
    return tuple(told)


def _names(place: Place) -> set[str]:
    return {name for names in place.fields.values() for name in names}


def _twice(place: Place) -> Iterator[str]:
    seen: set[str] = set()
    for names in place.fields.values():
        for name in names:
            if name in seen:
                yield name
            seen.add(name)


def _unknown(record: Record) -> Iterator[str]:
    for one in record.activity:
        yield from _of(f"activity {one.id}", one.people, record.people)
        yield from _of(f"activity {one.id}", one.basis, record.role)
        yield from _of(f"activity {one.id}", one.basis.values(), record.basis)
        yield from _of(f"activity {one.id}", one.measures, record.measure)
        yield from _of(f"activity {one.id}", one.sent_to, record.recipient)
        yield from _of(f"activity {one.id}", _places_named(record, one.stores), ())
        yield from (f"activity {one.id}: no ground for {role}" for role in record.role if role not in one.basis)
    for risk in record.risk:
        yield from _of(f"risk {risk.id}", risk.measures, record.measure)
        yield from (
            f"risk {risk.id}: {level} is not 1 to 4" for level in (*risk.before, *risk.after) if not 1 <= level <= 4
        )
    for place in places(record):
        yield from _of(f"store {place.id}", place.fields, record.category)
        yield from _of(f"store {place.id}", (place.kept,), record.keeping)
        yield from _of(f"store {place.id}", (place.to,), record.recipient)
    for name, store in record.store.items():
        yield from _of(f"store {name}, kept_apart", store.kept_apart, store.field)


def _places_named(record: Record, names: Iterable[str]) -> Iterator[str]:
    """Those of the names that are no store and no part of one."""
    every = places(record)
    for name in names:
        if not any(one.id == name or one.id.partition(".")[0] == name for one in every):
            yield name


def _of(where: str, names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    yield from (f"{where}: {name} is not known" for name in names if name not in known)


def _unused(record: Record, every: tuple[Place, ...]) -> Iterator[str]:
    used = {place.id for one in record.activity for place in places_of(one, every)}
    needed = {category for one in every for category in one.fields}
    yield from (
        f"store {one.id}: no activity uses it" for one in every if one.id not in used and not _is_technical(one)
    )
    yield from (f"category {name}: nothing is of it" for name in record.category if name not in needed)
    kept = {one.kept for one in every}
    yield from (f"keeping {name}: nothing is kept so" for name in record.keeping if name not in kept)


def _is_technical(place: Place) -> bool:
    return set(place.fields) <= {"technical"}
