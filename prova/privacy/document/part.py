"""Pure. Parts that several documents share: how long, who gets it, which data, each activity's ground.

Knows nothing of whole documents.
"""

from collections.abc import Iterable, Mapping, Sequence

from prova.privacy.document import markdown
from prova.privacy.document.phrase import Say, clause, sayer, within
from prova.privacy.processing.place import Place
from prova.privacy.processing.record import Activity, Category, Keeping, Personal, Record

SLOT = "____________________"


def opening(record: Record, key: str, lang: str) -> str:
    """The document's first sentence, with the record's version and day."""
    return sayer(lang)(key, version=record.version, dated=record.dated)


def kept(record: Record, name: str, lang: str) -> str:
    """How long, with what is proposed where a person declares it."""
    one: Keeping = record.keeping[name]
    told = within(one, lang)
    if one.proposed_days is None:
        return told
    law = "" if one.clause is None else f"; {one.clause}"
    return f"{told} ({sayer(lang)('word.proposed', days=one.proposed_days)}{law})"


def categories(
    record: Record, places: Iterable[Place], lang: str, *, personal: bool = False
) -> Sequence[tuple[str, str]]:
    """(what, whether personal) of every category there, the most personal first; with `personal` those alone."""
    say = sayer(lang)
    there = {name for one in places for name in one.fields}
    own = sorted((record.category[name] for name in record.category if name in there), key=_rank)
    if personal:
        own = [one for one in own if one.personal is not Personal.NONE]
    return [(within(one, lang), say(f"word.{one.personal.value}")) for one in own]


def _rank(one: Category) -> int:
    return list(Personal).index(one.personal)


def is_personal(record: Record, places: Iterable[Place]) -> bool:
    """Whether anything there leads to a person."""
    named = {name for one in places for name in one.fields}
    return any(record.category[name].personal is not Personal.NONE for name in named)


def receivers(record: Record, activity: Activity, places: Iterable[Place], lang: str) -> tuple[str, ...]:
    """Whoever gets data of it, in the record's order, this machine left out."""
    named = {*activity.sent_to, *(one.to for one in places)} - {"self"}
    return tuple(within(one, lang) for name, one in record.recipient.items() if name in named)


def grounds(record: Record, activity: Activity, roles: Iterable[str], lang: str) -> str:
    """The activity's ground in each of those roles, as rows."""
    say = sayer(lang)
    rows = []
    for role in roles:
        basis = record.basis[activity.basis[role]]
        told = within(record.role[role], lang).partition(":")[0]
        rows.append((told, clause(basis.clause, lang), within(basis, lang), say(f"word.{basis.confidence.value}")))
    return markdown.table(
        [say("column.role"), say("column.clause"), say("column.ground"), say("column.confidence")], rows
    )


def rights(record: Record, lang: str) -> str:
    """Every right and how it is answered."""
    say = sayer(lang)
    rows = [
        (within(one, lang), clause(one.clause, lang), f"`{one.how}`" if one.how.startswith("prova ") else one.how)
        for one in record.right.values()
    ]
    return markdown.table([say("column.right"), say("column.clause"), say("column.how")], rows)


def measures(names: Iterable[str], record: Record, lang: str) -> Mapping[str, str]:
    """What each guards, with a link to the document that tells more, from a folder two below the top."""
    found = {name: record.measure[name] for name in names}
    return {name: f"{within(one, lang)} ([{one.where}](../../{one.where}))" for name, one in found.items()}


def periods(record: Record, places: Iterable[Place], lang: str) -> str:
    """What is kept where and how long: a row for each store and each way of keeping it."""
    say = sayer(lang)
    rows: dict[tuple[str, str], list[Place]] = {}
    for one in {place.id: place for place in places}.values():
        rows.setdefault((one.id.partition(".")[0], one.kept), []).append(one)
    told = [_period(record, name, kept(record, keeping, lang), own, lang) for (name, keeping), own in rows.items()]
    return markdown.table([say("column.what"), say("column.place"), say("column.kept")], told)


def _period(record: Record, name: str, how_long: str, own: Sequence[Place], lang: str) -> tuple[str, str, str]:
    """Of a store whose parts are kept for different times, those parts by name too."""
    store = record.store[name]
    parts = markdown.code(one.id.partition(".")[2] for one in own) if store.kept_apart else ""
    where = f"`HOME/{store.files[0]}`" if store.files else within(record.recipient[store.to], lang)
    return f"{within(store.about, lang)}: {parts}" if parts else within(store.about, lang), where, how_long


def heading(say: Say, key: str, *, level: int = 2) -> str:
    """A heading of that level."""
    return f"{'#' * level} {say(key)}"
