"""Pure. The data protection impact assessment (GDPR art. 35(7)). Knows nothing of the other documents."""

from prova.privacy.document import markdown, part
from prova.privacy.document.phrase import sayer, within
from prova.privacy.processing.place import places, places_of
from prova.privacy.processing.record import Record, Risk


def assessment_text(record: Record, lang: str, *, controller: str = part.SLOT) -> str:
    """In `pt` or `en`."""
    say = sayer(lang)
    worst = max(record.risk, key=lambda one: one.after[0] * one.after[1])
    used = [name for name in record.measure if any(name in one.measures for one in record.risk)]
    return markdown.document(
        say("assessment.title"),
        part.opening(record, "assessment.lead", lang),
        say("record.controller", controller=controller),
        part.heading(say, "assessment.when"),
        say("assessment.when_text"),
        part.heading(say, "assessment.description"),
        _description(record, lang),
        part.heading(say, "assessment.necessity"),
        markdown.bullets(f"**{within(one.name, lang)}.** {within(one.needed, lang)}" for one in record.activity),
        part.heading(say, "assessment.risks"),
        say("assessment.scale"),
        _risks(record, lang),
        *(f"**{within(one.name, lang)}.** {within(one.how, lang)} {within(one.remains, lang)}" for one in record.risk),
        part.heading(say, "assessment.measures", level=3),
        markdown.bullets(part.measures(used, record, lang).values()),
        part.heading(say, "assessment.remains"),
        say("assessment.remains_text", risk=f"*{within(worst.name, lang)}*", after=_level(worst.after)),
        say("assessment.views"),
    )


def _description(record: Record, lang: str) -> str:
    say, every = sayer(lang), places(record)
    rows = []
    for one in record.activity:
        own = places_of(one, every)
        sent = part.receivers(record, one, own, lang)
        people = "; ".join(within(record.people[name], lang) for name in one.people)
        rows.append((within(one.name, lang), within(one.purpose, lang), people, "; ".join(sent) or "-"))
    heads = ("column.what", "record.purpose", "record.people", "column.to")
    return markdown.table([say(key) for key in heads], rows)


def _risks(record: Record, lang: str) -> str:
    say = sayer(lang)
    heads = ("column.risk", "column.before", "column.measures", "column.after")
    return markdown.table([say(key) for key in heads], [_risk(record, one, lang) for one in record.risk])


def _risk(record: Record, one: Risk, lang: str) -> tuple[str, ...]:
    told = "; ".join(within(record.measure[name], lang) for name in one.measures)
    return within(one.name, lang), _level(one.before), told, _level(one.after)


def _level(level: tuple[int, int]) -> str:
    likelihood, severity = level
    return f"{likelihood}·{severity} = {likelihood * severity}"
