"""Pure. What those who live in a measured home are told (GDPR art. 13, 14). Knows nothing of the other documents."""

from prova.privacy.document import markdown, part
from prova.privacy.document.phrase import sayer, within
from prova.privacy.processing.place import places, places_of
from prova.privacy.processing.record import Record

_ABOUT_HOMES = {"household", "subscriber"}


def notice_text(record: Record, lang: str, *, controller: str = part.SLOT) -> str:
    """In `pt` or `en`."""
    say, every = sayer(lang), places(record)
    about = [one for one in record.activity if _ABOUT_HOMES & set(one.people)]
    own = [place for one in about for place in places_of(one, every)]
    gets = {text: None for one in about for text in part.receivers(record, one, places_of(one, every), lang)}
    personal = [one for one in own if part.is_personal(record, [one])]
    return markdown.document(
        say("notice.title"),
        part.opening(record, "notice.lead", lang),
        part.heading(say, "notice.who"),
        say("record.controller", controller=controller),
        say("notice.home"),
        part.heading(say, "notice.not_seen"),
        say("notice.not_seen_text"),
        part.heading(say, "notice.seen"),
        markdown.bullets(f"**{within(one.name, lang)}.** {within(one.purpose, lang)}" for one in about),
        say("notice.data"),
        markdown.bullets(f"{what} ({how})" for what, how in part.categories(record, personal, lang, personal=True)),
        say("notice.habits"),
        say("notice.decisions"),
        part.heading(say, "notice.long"),
        part.periods(record, personal, lang),
        part.heading(say, "notice.who_gets"),
        markdown.bullets(markdown.sentence(one) for one in gets),
        say("record.countries"),
        part.heading(say, "notice.rights"),
        part.rights(record, lang),
        say("notice.month"),
    )
