"""Pure. Who is what, and what the contract with a processor says (GDPR art. 28). Knows nothing of other documents."""

from prova.privacy.document import markdown, part
from prova.privacy.document.phrase import clause, sayer, within
from prova.privacy.processing.record import Record

_CHECKS = ("periods", "notice", "terms", "assessment", "access")


def roles_text(record: Record, lang: str) -> str:
    """In `pt` or `en`."""
    say = sayer(lang)
    return markdown.document(
        say("roles.title"),
        part.opening(record, "roles.lead", lang),
        part.heading(say, "roles.per_role"),
        markdown.bullets(within(one, lang) for one in record.role.values()),
        part.heading(say, "roles.duties"),
        say("record.grounds_note"),
        _grounds(record, lang),
        markdown.bullets(
            f"{clause(one.clause, lang)} ({say(f'word.{one.confidence.value}')}): {within(one, lang)}."
            for one in record.basis.values()
        ),
        part.heading(say, "roles.terms"),
        _terms(record, lang),
        say("roles.terms_note"),
        part.heading(say, "roles.checklist"),
        markdown.bullets(f"[ ] {say(f'roles.check_{one}')}" for one in _CHECKS),
    )


def _grounds(record: Record, lang: str) -> str:
    say = sayer(lang)
    heads = [say("column.what"), *(within(one, lang).partition(":")[0] for one in record.role.values())]
    rows = [
        (within(one.name, lang), *(clause(record.basis[one.basis[role]].clause, lang) for role in record.role))
        for one in record.activity
    ]
    return markdown.table(heads, rows)


def _terms(record: Record, lang: str) -> str:
    say = sayer(lang)
    rows = [
        (within(one, lang), clause(one.clause, lang), f"[{one.where}](../../{one.where})")
        for one in record.term.values()
    ]
    return markdown.table([say("column.term"), say("column.clause"), say("column.shown")], rows)
