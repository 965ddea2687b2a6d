"""Pure. Days and times out of a contract summary's lines: its own date, start, activation, how long one is bound.

Knows nothing of speeds and prices.
"""

import re
from collections.abc import Iterator, Sequence

from analysis.summary.calendar_day import days
from analysis.summary.page.clause import Clause, clauses
from analysis.summary.page.line import Line
from analysis.summary.reading import Candidate, Confidence, Item

_DATED = re.compile(
    r"data (?:d[eo] )?(?:presente )?(?:resumo|documento|emissao|contrato)|data$|^data\b(?! de)|emitido|emissao|dated"
    r"|date of (?:this |the )?(?:contract )?summary|summary date|issued|^date\b(?! of)|date$"
)
_STARTS = re.compile(r"inicio|start|entrada em vigor|vigor|commence|begin|effective")
_ACTIVATION = re.compile(r"ativacao|activation|ativad|activated")
_FOREIGN = re.compile(
    r"nascimento|birth|portabil|instalacao|installation|\bfim\b|termo|\bend\b|expir|valid|\bate\b|until|promoc|cartao"
    r"|regulamento|regulation|\blei\b|\blaw\b|diretiva|directive|assinatura|renova|renew"
)
_PLACE = re.compile(r"^[a-z ]{3,30}$")
_BOUND = re.compile(r"fideliza|periodo minimo|minimum|lock-?in|commitment|permanencia|vinculacao")
_LASTS = re.compile(r"duracao|duration|prazo|term\b|contrato|contract")
_NOT_BOUND = re.compile(r"sem (?:periodo de )?fidelizacao|no (?:minimum|lock-?in|commitment)|without (?:a )?minimum")
_MONTHS = re.compile(r"(?<!\d)(\d{1,2}) ?(?:\([a-z -]+\) ?)?(?:meses|months)")


def dates(text: Sequence[Line], *, portuguese: bool) -> Iterator[Candidate]:
    """The days that the lines name, each as what its own words call it."""
    before = ""
    for clause in clauses(text):
        for day in days(clause.folded, portuguese=portuguese):
            said = f"{clause.label} {clause.folded[: day.start]}".strip(" :-")
            item, confidence, reason = _meaning(said, before)
            if item is not None:
                confidence = Confidence.OPEN if day.doubt else confidence
                reason = "day and month can be the other way round" if day.doubt else reason
                yield Candidate(
                    item=item, value=day.on, confidence=confidence, reason=reason, page=clause.page, words=clause.words
                )
        before = clause.folded


def _meaning(said: str, before: str) -> tuple[Item | None, Confidence, str]:
    if _FOREIGN.search(said) and not _ACTIVATION.search(said):
        return None, Confidence.OPEN, ""
    for item, words in ((Item.ACTIVATION, _ACTIVATION), (Item.STARTS, _STARTS), (Item.DATED, _DATED)):
        if words.search(said):
            return item, Confidence.CERTAIN, "exact words beside the day"
    if not said and (_PLACE.fullmatch(before) or _DATED.search(before)):
        return Item.DATED, Confidence.LIKELY, "a day behind a place, as letters are dated"
    return None, Confidence.OPEN, ""


def bound(text: Sequence[Line]) -> Iterator[Candidate]:
    """For how many months the customer is bound; 0 where the lines say that there is no such time."""
    for clause in clauses(text):
        said = f"{clause.label} {clause.folded}"
        if _NOT_BOUND.search(said):
            yield _months(clause, 0, Confidence.CERTAIN, "the words say so")
        elif found := _MONTHS.findall(clause.folded):
            sure = _BOUND.search(said) and len(found) == 1
            if sure or _LASTS.search(said):
                reason = "exact words beside it" if sure else "how long the contract lasts, not that one is bound"
                yield _months(clause, int(found[0]), Confidence.CERTAIN if sure else Confidence.LIKELY, reason)


def _months(clause: Clause, months: int, confidence: Confidence, reason: str) -> Candidate:
    return Candidate(
        item=Item.LOCK_IN, value=months, confidence=confidence, reason=reason, page=clause.page, words=clause.words
    )
