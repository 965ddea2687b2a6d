"""Pure. Letters that follow from a dossier's breaches: to operator, complaints book, regulator and arbitrator.

Each states facts and asks for what the clauses give, no more; what only the sender knows stands in « ». Without a
breach there are none. Knows nothing of files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from analysis import wording
from analysis.dossier.centre import centres
from analysis.dossier.content import Subject
from analysis.finding import Finding, Verdict
from analysis.wording import Said

_KINDS = ("operator", "book", "regulator", "arbitration")
_MOST_FACTS = 12
_MONEY = ("credit.", "availability.")
_LATE = ("repair.", "activation.", "visit.")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's name for a file, without its ending, and its text."""

    name: str
    text: str


def letters(subject: Subject, lang: str) -> Iterator[Letter]:
    """Those that the findings give reason for, in the order in which they are sent. `lang` is `pt` or `en`."""
    contract = subject.report.contract
    breached = [
        one for one in subject.report.findings if one.verdict is Verdict.BREACHED and one.profile == contract.profile
    ]
    if not breached:
        return
    for number, kind in enumerate(_KINDS, start=1):
        name = _in(wording.say(f"letter.{kind}.name"), lang)
        yield Letter(f"{number}-{name}.{lang}", "\n\n".join(_parts(kind, breached, subject, lang)) + "\n")


def _parts(kind: str, breached: list[Finding], subject: Subject, lang: str) -> Iterator[str]:
    contract, period, zone = subject.report.contract, subject.report.period, subject.report.contract.line.zone
    found = centres(contract.line.municipality, contract.line.region)
    told = [f"{one.name}, {one.address} ({one.web})" for one in found]
    centre = Said(pt=" ou ".join(told), en=" or ".join(told))
    municipality = wording.say("letter.arbitration.home")
    if contract.line.municipality:
        municipality = Said(pt=contract.line.municipality, en=contract.line.municipality)

    def said(key: str, **parts: Said | str) -> str:
        return _in(wording.say(f"letter.{key}", **parts), lang)

    yield said(f"{kind}.title", operator=contract.operator).upper()
    yield said("head")
    yield said(
        "line",
        service=f"{contract.operator}, {contract.terms[-1].service or contract.technology.value.upper()}",
        start=wording.day(period.start_at.astimezone(zone).date()),
        end=wording.day((period.end_at - timedelta(seconds=1)).astimezone(zone).date()),
    )
    yield said("facts")
    yield from _facts(breached, lang)
    yield said(f"{kind}.ask", operator=contract.operator, municipality=municipality, centre=centre)
    if kind == "operator":
        yield from _asked(breached, lang)
    yield said(
        "evidence",
        digest=subject.bundle_sha256,
        command=f"prova verify {subject.bundle} --collector {subject.collector}",
    )
    yield said("close")


def _facts(breached: list[Finding], lang: str) -> Iterator[str]:
    for number, one in enumerate(breached[:_MOST_FACTS], start=1):
        sentence = one.sentence.pt if lang == "pt" else one.sentence.en
        yield _in(wording.say("letter.fact", number=str(number), sentence=sentence, clause=one.clause), lang)
    if len(breached) > _MOST_FACTS:
        yield _in(wording.say("letter.more", n=str(len(breached) - _MOST_FACTS)), lang)


def _asked(breached: list[Finding], lang: str) -> Iterator[str]:
    """What these very breaches give a right to."""
    for key, rules in (("credit", _MONEY), ("repair", _LATE)):
        if any(one.rule.startswith(rules) for one in breached):
            yield _in(wording.say(f"letter.operator.{key}"), lang)


def _in(said: Said, lang: str) -> str:
    return said.pt if lang == "pt" else said.en
