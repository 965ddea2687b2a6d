"""Pure. The price a month out of a contract summary's lines, a promotion's beside it, and the invoice's day.

What is paid once, for another service or without VAT is no monthly price. Knows nothing of speeds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analysis.summary.calendar_day import days
from analysis.summary.number import Style, number
from analysis.summary.page.clause import Clause, clauses
from analysis.summary.page.fold import FOOTNOTE
from analysis.summary.page.line import Line
from analysis.summary.reading import Candidate, Confidence, Content, Item

_NUMBER = r"\d{1,3}(?:[ .]\d{3})*,\d{2}|\d{1,3}(?:[ ,]\d{3})*\.\d{2}|\d{1,4}"
_MONEY = re.compile(
    rf"(?:€|\beur(?:os?)?) ?(?P<a>{_NUMBER})(?P<am>{FOOTNOTE}?)(?![\d.,]\d)|(?<![\d.,])(?P<b>{_NUMBER})"
    rf"(?P<bm>{FOOTNOTE}?) ?(?:€|eur\b|euros?\b)"
)
_MONTHLY = re.compile(r"mensalidade|mensa(?:l|is)|por mes|/ ?mes|cada mes|ao mes|monthly|per month|/ ?month|a month")
_ONCE = re.compile(
    r"ativacao|instalacao|adesao|activation|installation|one-?off|pagamento unico|equipamento|router|penaliza|multa"
    r"|rescisao|taxa|deposito|portes|chamada|minuto|sms|cancel|terminat|equipment|deposit|delivery|fee\b|custo total"
    r"|adiciona|extra|opciona|optional|additional|add-?on"
)
_DISCOUNT = re.compile(r"desconto|discount|poup|sav(?:e|ing)")
_PROMOTION = re.compile(
    r"promoc|promotion|(?:os |nos |durante |during |for )(?:the )?(?:primeiros|first)|primeiros \d+|first \d+ months"
    r"|\bate (?:ao dia |a |ao )?\d|until|campanha"
)
_AFTER = re.compile(r"apos|depois|findo|after|thereafter|seguintes|restantes|then\b|sem promocao|regular|normal")
_WITHOUT_VAT = re.compile(
    r"sem iva|s/ ?iva|\+ ?iva|acresce (?:o )?iva|exclu\w* iva|ex(?:cl)?\w*\.? vat|\+ ?vat|plus vat"
)
_WITH_VAT = re.compile(r"iva incl|c/ ?iva|com iva|inclu\w* iva|iva a taxa|incl?\w*\.? vat|vat incl|with vat")
_INTERNET = re.compile(r"^(?:servico de )?(?:acesso a )?(?:internet|banda larga|broadband|net\b|fibra|fibre)")
_OTHER = re.compile(
    r"^(?:servico de )?(?:televisao|tv\b|telefone|voz|phone|voice|television|box|sport)"
    r"|telemove|\bmove(?:l|is)\b|mobile"
)
_TOTAL = re.compile(r"total|pacote|bundle|package")
_BILLING = re.compile(r"fatura|ciclo|billing|billed|invoice")
_DAY_OF_MONTH = re.compile(
    r"(?:\bdia |\bday |\bthe )?\b(\d{1,2})(?:st|nd|rd|th)?(?= (?:de cada mes|do mes|of each|of every|of the month)|$)"
)
_DAY_NAMED = re.compile(r"\b(?:dia|day) (\d{1,2})\b")
_SHORT = 60  # letters: a heading or a table's head, whose words hold for what stands below
_MONTHS = re.compile(r"(\d{1,2}) ?(?:primeiros |first )?(?:meses|months)")


@dataclass(frozen=True, slots=True)
class _Amount:
    clause: Clause
    eur: Decimal
    doubt: str | None
    monthly: bool


def prices(text: Sequence[Line], style: Style) -> Iterator[Candidate]:
    """What the price section says, as candidates; in reading order."""
    cut = list(clauses(text))
    said = " ".join(f"{clause.label} {clause.folded}" for clause in cut)
    amounts = list(_amounts(cut, style))
    monthly = [one for one in amounts if one.monthly and _role(one) is not None]
    totals = [one for one in monthly if _role(one) is Item.MONTHLY and _TOTAL.search(one.clause.label)]
    for one in monthly:
        role = _role(one)
        if role is Item.MONTHLY and totals and one not in totals:
            continue
        assert role is not None
        yield _candidate(role, one.eur, one.clause, *_sureness(one, role, said))
        if role is Item.PROMOTION:
            yield from _until(one.clause, portuguese=style.portuguese)
    if not monthly and len(amounts) == 1:
        yield _candidate(Item.MONTHLY, amounts[0].eur, amounts[0].clause, Confidence.LIKELY, "the only price there")
    yield from _billing(cut)


def _amounts(cut: Sequence[Clause], style: Style) -> Iterator[_Amount]:
    above, above_words = "", ""
    for clause in cut:
        found = list(_MONEY.finditer(clause.folded))
        if not found and len(clause.words) < _SHORT:
            above = f"{above if clause.words == above_words else ''} {clause.folded}"
            above_words = clause.words
        said = f"{clause.label} {clause.folded}"
        monthly = bool(_MONTHLY.search(said) or (_MONTHLY.search(above) and not _ONCE.search(said)))
        for one in found:
            value, doubt = number(one["a"] or one["b"], style)
            raised = "raised figures follow it" if one["am"] or one["bm"] else None
            yield _Amount(clause, value, doubt or raised, monthly and len(found) == 1)


def _role(one: _Amount) -> Item | None:
    """What an amount a month is; None for what is no price of the line."""
    label, said = one.clause.label, f"{one.clause.label} {one.clause.folded}"
    if _ONCE.search(said) or _DISCOUNT.search(said) or _OTHER.search(label or said):
        return None
    if _PROMOTION.search(said) and not _AFTER.search(one.clause.folded):
        return Item.PROMOTION
    return Item.INTERNET_SHARE if _INTERNET.search(label) and not _MONTHLY.search(label) else Item.MONTHLY


def _sureness(one: _Amount, role: Item, section: str) -> tuple[Confidence, str]:
    if one.doubt:
        return Confidence.OPEN, one.doubt
    if _WITHOUT_VAT.search(section):
        return Confidence.OPEN, "the section speaks of prices without VAT"
    if not _WITH_VAT.search(section):
        return Confidence.LIKELY, "whether VAT is in it is not said"
    if _DISCOUNT.search(section):
        return Confidence.LIKELY, "the section speaks of a discount"
    if role is Item.INTERNET_SHARE:
        return Confidence.LIKELY, "the row speaks of the internet service"
    return Confidence.CERTAIN, "a price a month, VAT included"


def _until(clause: Clause, *, portuguese: bool) -> Iterator[Candidate]:
    """A promotion's last day, or how many months it lasts."""
    said = f"{clause.label} {clause.folded}"
    for day in days(said, portuguese=portuguese):
        sure = Confidence.OPEN if day.doubt else Confidence.LIKELY
        yield _candidate(Item.PROMOTION_ENDS, day.on, clause, sure, "a day beside the promotion's price")
    for months in _MONTHS.findall(said):
        yield _candidate(Item.PROMOTION_MONTHS, int(months), clause, Confidence.LIKELY, "beside the promotion's price")


def _billing(cut: Sequence[Clause]) -> Iterator[Candidate]:
    for clause in cut:
        said = f"{clause.label} {clause.folded}"
        if not _BILLING.search(said) or _MONEY.search(clause.folded):
            continue
        named = {int(one) for pattern in (_DAY_OF_MONTH, _DAY_NAMED) for one in pattern.findall(clause.folded)}
        for day in sorted(one for one in named if 1 <= one <= 31):
            sure = Confidence.LIKELY if re.search("pag|pay|due|limite|venc|debit", said) else Confidence.CERTAIN
            yield _candidate(Item.BILLING_DAY, day, clause, sure, "a day of the month beside words of invoicing")


def _candidate(item: Item, value: Content, clause: Clause, confidence: Confidence, reason: str) -> Candidate:
    return Candidate(item=item, value=value, confidence=confidence, reason=reason, page=clause.page, words=clause.words)
