"""Shell. A period's dossier as files in a folder: the evidence first, what is printed of it, its letters, its papers.

Each file is whole or not there. What has been done is told step by step. Knows nothing of the command line.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analysis.bundle.layout import Documents
from analysis.bundle.make import make
from analysis.bundle.make_redacted import make_redacted
from analysis.case.case import Case
from analysis.case.nearest import WITHIN, Near, nearest
from analysis.case.papers import kept
from analysis.dossier.content import Subject, content
from analysis.dossier.letter import letters
from analysis.dossier.pdf import pdf
from analysis.dossier.sign import Ask, Certificate, sign
from analysis.period import Period
from analysis.report import Report
from analysis.run import Records, account, judged_tests
from collector.store import Store
from probe import wire
from probe.key import Ed25519Key

BUNDLE, REDACTED_BUNDLE = "evidence.zip", "evidence-redacted.zip"
_FIELD = {"pt": "Assinatura de quem apresenta o dossiê", "en": "Signature of who presents the dossier"}
Told = Callable[[str, str], None]  # a step, and the file that it made (empty: none yet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a dossier is to be. `certificate` None: not signed by a person. `ask` None: that is not time-stamped."""

    documents: Documents
    papers: Path
    period: Period
    judged_at: datetime
    software: str
    key: Ed25519Key
    languages: Sequence[str]
    redacted: bool = False
    certificate: Certificate | None = None
    ask: Ask | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    report: Report
    evidence: Records
    case: Case
    bundle: str
    sha256: str


def write(store: Store, order: Order, folder: Path, told: Told) -> int:
    """Write everything into `folder`; how many findings there are. Raises what the rooms raise."""
    told("judging", "")
    folder.mkdir(parents=True, exist_ok=True)
    judged = _evidence(store, order, folder, told)
    subject = _subject(judged, order)
    for lang in order.languages:
        told(f"printing.{lang}", "")
        printed = pdf(content(subject, lang), at=order.judged_at)
        if order.certificate is not None:
            logging.getLogger("asyncio").setLevel(logging.WARNING)
            printed = sign(printed, order.certificate, name=_FIELD[lang], ask=order.ask)
        _write(folder / f"dossier.{lang}.pdf", printed, told)
        for name, text in _letters(subject, order, lang):
            _write(folder / name, text, told)
    if not order.redacted:
        for document in judged.case.documents:
            kind, data = kept(order.papers, document)
            _write(folder / f"{document.id}.{kind}", data, told)
    return len(judged.report.findings)


def _evidence(store: Store, order: Order, folder: Path, told: Told) -> _Judged:
    made = make(store, order.documents, order.period, judged_at=order.judged_at, software=order.software, key=order.key)
    if not order.redacted:
        _write(folder / BUNDLE, made.data, told)
        sha256 = wire.sha256(made.data)
        return _Judged(report=made.report, evidence=store, case=made.case, bundle=BUNDLE, sha256=sha256)
    told("redacting", "")
    less = make_redacted(made.data, key=order.key)
    _write(folder / REDACTED_BUNDLE, less.data, told)
    sha256 = wire.sha256(less.data)
    return _Judged(report=less.report, evidence=less.evidence, case=less.case, bundle=REDACTED_BUNDLE, sha256=sha256)


def _subject(judged: _Judged, order: Order) -> Subject:
    contract = judged.report.contract
    line = contract.line.id
    return Subject(
        report=judged.report,
        tests=judged_tests(judged.evidence, line, order.period, contract),
        outages=account(judged.evidence, line, order.period).outages,
        judged_at=order.judged_at,
        software=order.software,
        bundle_sha256=judged.sha256,
        collector=order.key.thumbprint(),
        case=judged.case,
        near=tuple(_near(judged)),
        bundle=judged.bundle,
    )


def _near(judged: _Judged) -> Iterator[Near]:
    contract = judged.report.contract
    for one in judged.case.official_results:
        around = Period(one.measured_at - WITHIN, one.measured_at + WITHIN)
        yield from nearest(one, judged_tests(judged.evidence, contract.line.id, around, contract))


def _letters(subject: Subject, order: Order, lang: str) -> Iterator[tuple[str, bytes]]:
    """None of a redacted dossier: a letter names whoever sends it."""
    if not order.redacted:
        for letter in letters(subject, lang):
            yield f"{letter.name}.txt", letter.text.encode()


def _write(path: Path, data: bytes, told: Told) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
    told("wrote", path.name)
