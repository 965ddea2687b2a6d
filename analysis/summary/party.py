"""Pure. Who sells what over which network, out of a contract summary's lines.

Knows no operator by name. Knows nothing of speeds and prices.
"""

import re
from collections.abc import Iterator, Sequence

from analysis.contract import Technology
from analysis.summary.page.line import Line
from analysis.summary.reading import Candidate, Confidence, Content, Item

_OPERATOR = re.compile(
    r"^(?:nome d[oe] )?(?:(?:fornecedor|prestador|operador|empresa)(?: d[oe]s? servicos?| de servicos?)?"
    r"|(?:service )?provider|operator|(?:servico )?prestado por|provided by) ?[:|] ?(?P<rest>.{2,80})$"
)
_LEGAL = re.compile(r"^(?P<rest>[^|:]{2,70}?),? (?:s\.?a\.?|lda\.?|limited|ltd\.?|unipessoal|plc|b\.v\.)(?![a-z])")
_SERVICE = re.compile(
    r"^(?:nome d[oe] )?(?:servico|produto|pacote|tarifario|plano|oferta|service|product|package|plan)"
    r"(?: contratad[oa]| name| subscrit[oa])? ?[:|] ?(?P<rest>.{2,80})$"
)
_ALIKE = re.compile(r"internet|fibra|fibre|fiber|broadband|banda larga|\d+ ?(?:mega|giga|mb|gb)|\bnet\b")
_TECHNOLOGIES = (
    (
        Technology.FWA,
        r"\bfwa\b|fix[ao] sem fios|fixed wireless|internet fixa (?:[45]g|movel)|acesso fixo (?:via|por) rede movel",
    ),
    (Technology.HFC, r"\bhfc\b|docsis|coaxial|rede de cabo|cable network|internet por cabo|hibrida"),
    (Technology.FTTH, r"\bftth\b|\bfttp\b|fibra otica|fibra optica|fibre optic|fiber optic|full fibre|\bx?gs?-?pon\b"),
)
_WEAK = re.compile(r"\bfibra\b|\bfibre\b|\bfiber\b")
_NAMED = re.compile(r"tecnologia|technology|rede de acesso|access network|tipo de acesso|suporte")
_TITLE = re.compile(
    r"resumo do contrato|contract summary|^data\b|^date|https?:|www\.|@|^\+?[\d ()-]+$|apoio|telefone|phone"
)


def parties(top: Sequence[Line], services: Sequence[Line]) -> Iterator[Candidate]:
    """Operator and service. With no words that name them, what looks like them at the top is likely."""
    lines = [*top, *services]
    for item, pattern in ((Item.OPERATOR, _OPERATOR), (Item.SERVICE, _SERVICE)):
        named = [one for line in lines if (one := _rest(line, pattern, item, Confidence.CERTAIN, "its label"))]
        yield from named
        if not named and item is Item.OPERATOR:
            likely = [one for line in top if (one := _rest(line, _LEGAL, item, Confidence.LIKELY, "a company's name"))]
            yield from likely[:1]
        if not named and item is Item.SERVICE:
            alike = [line for line in top if _ALIKE.search(line.folded) and not _TITLE.search(line.folded)]
            reason = "at the top, and looks like a service's name"
            yield from (
                _candidate(item, line.cells[0].text, line, Confidence.LIKELY, reason)
                for line in alike[:1]
                if len(line.cells[0].text) < 60
            )


def _rest(line: Line, pattern: re.Pattern[str], item: Item, confidence: Confidence, reason: str) -> Candidate | None:
    found = pattern.search(line.folded)
    if found is None:
        return None
    whole = " | ".join(cell.text for cell in line.cells)
    text = whole[found.start("rest") : found.end("rest")].strip(" |:")
    return _candidate(item, text, line, confidence, reason) if text else None


def technologies(lines: Sequence[Line]) -> Iterator[Candidate]:
    """How the line reaches the home; the word fibre alone stands in names of services too, and proves little."""
    strong = list(_strong(lines))
    yield from strong
    if not strong:
        for line in lines:
            if _WEAK.search(line.folded):
                reason = "the word fibre, which may be no more than a name"
                yield _candidate(Item.TECHNOLOGY, Technology.FTTH.value, line, Confidence.LIKELY, reason)


def _strong(lines: Sequence[Line]) -> Iterator[Candidate]:
    for line in lines:
        for technology, words in _TECHNOLOGIES:
            if re.search(words, line.folded):
                named = _NAMED.search(line.folded)
                sure = Confidence.CERTAIN if named else Confidence.LIKELY
                reason = "its label" if named else "words that name the network"
                yield _candidate(Item.TECHNOLOGY, technology.value, line, sure, reason)


def _candidate(item: Item, value: Content, line: Line, confidence: Confidence, reason: str) -> Candidate:
    return Candidate(item=item, value=value, confidence=confidence, reason=reason, page=line.page, words=line.text)
