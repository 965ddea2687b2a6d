"""Pure. What stands around a page, from a reading: its title, its line, the languages, the banners.

Knows nothing of what the page is about, nor of the other pages: `navigation` does.
"""

from collections.abc import Mapping

from dashboards.web.frame.address import address
from dashboards.web.frame.banners import banners
from dashboards.web.frame.shown import Choice, Frame, Where
from dashboards.web.language import Language
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice

_NAMES = {Language.PORTUGUESE: "Português", Language.ENGLISH: "English"}
_PARTS = "/parts"


def frame(
    where: Where, reading: Reading, voice: Voice, asked: Mapping[str, object] | None = None, *, title: str = ""
) -> Frame:
    """`asked`: what leads back to this very page, its language apart. `title`: where it is not the place's own."""
    back = dict(asked or {})
    return Frame(
        where=where,
        lang=voice.language,
        address=address(where.path, back),
        parts_address=address(parts_path(where), {"lang": voice.language, **back}) if where.refreshed else "",
        title=title or voice.say(f"title.{where.name}"),
        subtitle=_subtitle(reading, voice),
        languages=tuple(_language(one, where, back, voice) for one in Language),
        zone=voice.say("page.zone", zone=str(reading.zone)),
        updated=voice.say("page.updated", time=voice.clock_seconds(reading.now)),
        banners=banners(reading, voice),
    )


def parts_path(where: Where) -> str:
    """Where the changing parts of a page are to be had alone."""
    return _PARTS + where.path.rstrip("/")


def _subtitle(reading: Reading, voice: Voice) -> str:
    terms = reading.contract.on(reading.day) if reading.contract else None
    if reading.contract is None or terms is None:
        return voice.say("page.line", line=reading.line)
    return f"{voice.say('page.line', line=reading.line)} · {reading.contract.operator} · {terms.service}"


def _language(language: Language, where: Where, back: Mapping[str, object], voice: Voice) -> Choice:
    return Choice(
        id=f"lang-{language}",
        text=_NAMES[language],
        address=address(where.path, {"lang": language, **back}),
        chosen=language is voice.language,
        lang=language,
    )
