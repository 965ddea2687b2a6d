"""Pure. Which of the page's two languages to speak: the address, then the cookie, then the browser's wish.

Knows nothing of requests or of words.
"""

from enum import StrEnum

from babel import Locale

_LONGEST_WISH = 500  # characters; a real browser sends far fewer


class Language(StrEnum):
    """The values are BCP 47 primary tags, as in the page's `lang`."""

    PORTUGUESE = "pt"
    ENGLISH = "en"


_LOCALES = {Language.PORTUGUESE: "pt_PT", Language.ENGLISH: "en_GB"}


def locale_of(language: Language) -> Locale:
    """How numbers and dates are written: European Portuguese, British English."""
    return Locale.parse(_LOCALES[language])


def choose(*, asked: str | None, remembered: str | None, accepted: str | None) -> Language:
    """The first of the three that names a language of the page; English where none does.

    `accepted` is an Accept-Language field (RFC 9110, 12.5.4).

    >>> choose(asked=None, remembered=None, accepted="fr, pt-BR;q=0.8, en;q=0.5")
    <Language.PORTUGUESE: 'pt'>
    """
    for wish in (asked, remembered):
        if wish in tuple(Language):
            return Language(wish)
    return _most_wished((accepted or "")[:_LONGEST_WISH]) or Language.ENGLISH


def _most_wished(accepted: str) -> Language | None:
    wishes = [_weighed(item) for item in accepted.split(",")]
    known = [(weight, language) for weight, language in wishes if language is not None and weight > 0]
    return max(known, key=lambda wish: wish[0])[1] if known else None


def _weighed(item: str) -> tuple[float, Language | None]:
    tag, _, weight = item.partition(";")
    primary = tag.strip().lower().split("-")[0]
    try:
        share = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
    except ValueError:
        share = 0.0
    return share, Language(primary) if primary in tuple(Language) else None
