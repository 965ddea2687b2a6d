"""Pure. The words beside a speed: which of the promised speeds it is, which way, and of which service.

Reads Portuguese and English, folded. Knows nothing of numbers and of where on the page a word stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Which speed (Reg. (EU) 2015/2120 art. 4(1)(d)): on a fixed line the first three, advertised ones beside them."""

    MAXIMUM = "maximum"
    NORMAL = "normal"
    MINIMUM = "minimum"
    ADVERTISED = "advertised"
    ESTIMATED = "estimated"  # the estimated maximum: all that fixed wireless and mobile access promise


class Way(StrEnum):
    """Which way the data go, as the customer sees it."""

    DOWNLOAD = "download"
    UPLOAD = "upload"


class Service(StrEnum):
    """Whose speed: the fixed line's, or another service's of the same contract."""

    FIXED = "fixed"
    OTHER = "other"


Meaning = Kind | Way | Service


@dataclass(frozen=True, slots=True)
class Label:
    """One label, at `start` to `end` of its text. `joined`: what ties it to the label before, "/", "and" or nothing."""

    meaning: Meaning
    start: int
    end: int
    joined: str = ""


_ESTIMATED = (
    r"(?:velocidades? )?maxim[ao]s? (?:teoric[ao]s? )?estimad[ao]s?|estimated maximum|maximum estimated"
    r"|estimad[ao]s?(?: maxim[ao]s?)?|estimated"
)
_NORMAL = (
    r"normalmente(?: disponive(?:l|is)| disponibilizad[ao]s?)?|normally(?: available)?"
    r"|habitualmente disponive(?:l|is)|usually available|normal|norm\."
)
_FIXED = (
    r"(?:internet|banda larga|acesso|servico|rede|linha) fix[ao]s?"
    r"(?: (?:[345]g|movel|sem fios|wireless|(?:via|por|sobre) (?:a )?rede movel))?"
    r"|fix[ao]s?|fixed (?:internet|broadband|line|access|network|wireless(?: access)?)"
    r"|fibra|fibre|fiber|ftth|hfc|fwa|em casa"
)
_OTHER = (
    r"move(?:l|is)|mobile|telemove(?:l|is)|cart(?:ao|oes) sim|[345]g|lte|roaming|televisao|tv|iptv|wi-?fi|rede local"
    r"|lan|hotspots?|pens?"
)
_WORDS: tuple[tuple[Meaning, str], ...] = (
    (Kind.ESTIMATED, _ESTIMATED),
    (Kind.MAXIMUM, r"maxim[ao]s?|maximum|max\b\.?|de pico|peak"),
    (Kind.NORMAL, _NORMAL),
    (Kind.MINIMUM, r"minim[ao]s?|minimum|(?<!\d )min\b\.?"),
    (Kind.ADVERTISED, r"anunciad[ao]s?|publicitad[ao]s?|advertised"),
    (Way.DOWNLOAD, r"downloads?|descarregamentos?|descargas?|downstream|rececao|descendentes?|↓"),
    (Way.UPLOAD, r"uploads?|carregamentos?|upstream|envio|ascendentes?|↑"),
    (Service.FIXED, _FIXED),
    (Service.OTHER, _OTHER),
)
_LABEL = re.compile("|".join(rf"(?P<w{n}>(?<![a-z])(?:{words})(?![a-z]))" for n, (_, words) in enumerate(_WORDS)))
# Words that stand beside labels in a heading, and say nothing that a heading would not say.
_BESIDE = re.compile(
    r"velocidades?|speeds?|d[eao]s?|of|the|a|e|o|em|in|internet|servico|service|acesso|access|sentido|direction|tipo|type"
    r"|para|to|for|[gmk]bps|[gmk]b/s|[gmk]bit/s|valore?s?|values?|disponive(?:l|is)|available|contratad[ao]s?|rates?"
    r"|debitos?"
)


_TIE = re.compile(r"\s*(/|-|,|\be\b|\band\b|&)\s*(?:an?|the|as?|os?|de|of|for)?\s*")


def labels(folded: str) -> Iterator[Label]:
    """The labels in a text, from left to right; none overlaps another."""
    last = None
    for found in _LABEL.finditer(folded):
        assert found.lastgroup is not None
        tie = None if last is None else _TIE.fullmatch(folded[last : found.start()])
        joined = "" if tie is None else "/" if tie[1] in "/-" else "and"
        yield Label(_WORDS[int(found.lastgroup[1:])][0], found.start(), found.end(), joined)
        last = found.end()


def is_heading(folded: str) -> bool:
    """Whether a text is made of labels and of the words that stand beside them alone: it speaks of what follows it.

    >>> is_heading("velocidade de download:"), is_heading("a velocidade minima e a que o operador assegura")
    (True, False)
    """
    rest = _LABEL.sub(" ", folded)
    return all(_BESIDE.fullmatch(word) for word in re.findall(r"[gmk]bi?t?/s|[^\s:;,.()/|*-]+", rest))
