"""Pure. The record of processing as a document (GDPR art. 30). Knows nothing of the other documents."""

from collections.abc import Iterator, Sequence

from prova.privacy.document import markdown, part
from prova.privacy.document.phrase import Say, sayer, within
from prova.privacy.processing.place import Place, places, places_of
from prova.privacy.processing.record import Activity, Record


def record_text(record: Record, lang: str, *, role: str | None = None, controller: str = part.SLOT) -> str:
    """In `pt` or `en`; for one role, or for all where that is None."""
    say, every = sayer(lang), places(record)
    roles = list(record.role) if role is None else [role]
    return markdown.document(
        say("record.title"),
        part.opening(record, "record.lead", lang),
        say("record.controller", controller=controller),
        part.heading(say, "record.roles"),
        markdown.bullets(within(record.role[one], lang) for one in roles),
        part.heading(say, "record.activities"),
        say("record.grounds_note"),
        *(text for one in record.activity for text in _activity(record, one, every, roles, lang)),
        part.heading(say, "record.transfers"),
        say("record.countries"),
        part.heading(say, "record.rights"),
        part.rights(record, lang),
        part.heading(say, "record.fields"),
        say("record.fields_note"),
        _fields(record, every, say, lang),
    )


def _activity(record: Record, one: Activity, every: Sequence[Place], roles: Sequence[str], lang: str) -> Iterator[str]:
    say, own = sayer(lang), places_of(one, every)
    yield f"### {within(one.name, lang)}"
    yield f"{within(one.purpose, lang)} {within(one.needed, lang)}"
    yield f"**{say('record.people')}:** {'; '.join(within(record.people[name], lang) for name in one.people)}."
    yield part.grounds(record, one, roles, lang)
    yield _data(record, own, say, lang)
    yield part.periods(record, own, lang)
    if sent := part.receivers(record, one, own, lang):
        yield f"**{say('record.sent')}:** {'; '.join(sent)}."
    yield f"**{say('record.guarded')}:** {'; '.join(part.measures(one.measures, record, lang).values())}."


def _data(record: Record, own: Sequence[Place], say: Say, lang: str) -> str:
    told = [f"{what} ({personal})" for what, personal in part.categories(record, own, lang)]
    return f"**{say('record.data')}:** {'; '.join(told) or say('record.none')}."


def _fields(record: Record, every: Sequence[Place], say: Say, lang: str) -> str:
    rows = [
        (f"`{one.id}`", within(record.category[category], lang), markdown.code(names))
        for one in every
        for category, names in one.fields.items()
        if names
    ]
    return markdown.table([say("column.place"), say("column.category"), say("column.fields")], rows)
