"""Shell. A bundle held against itself: whole, signed, proven, and every finding recomputed from its own evidence.

Its records go the way of a store's (`run`). Needs nothing but the bundle and what is trusted: no store, no network, no
clock.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from cryptography.x509 import Certificate

from analysis.bundle import archive, carried, chain, committed, evidence, proven
from analysis.bundle.carried import Carried, ContentError
from analysis.bundle.compose import findings_text
from analysis.bundle.defect import Defect, Flaw, Verification
from analysis.bundle.difference import differences, same_count
from analysis.bundle.evidence import OpenedBatch, Told
from analysis.bundle.layout import BUNDLE, FINDINGS, MANIFEST, NEEDED, NEEDED_REDACTED, REDACTED, SCHEMA, Manifest
from analysis.bundle.make_redacted import RedactionError, same_redaction
from analysis.bundle.proven import Named, Proven
from analysis.finding import Sentence
from analysis.period import Period
from analysis.profile import ProfileError
from analysis.run import check
from analysis.wording import sentence
from probe import wire
from probe.key import Ed25519Key, KeyFileError, from_base64url, from_jwk
from probe.wire import WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is trusted. `collector`: the thumbprint that must have signed, None for any. `software`: who checks.
    `whole`: the whole bundle that a redacted one must have been made of, None where it is not there.

    `trusted`: certificates of time-stamping authorities, none where their signatures shall not be checked.
    """

    software: str
    collector: str | None = None
    trusted: Sequence[Certificate] = ()
    whole: bytes | None = None


@dataclass(slots=True)
class _Found:
    """What one check has found so far."""

    manifest: Manifest | None = None
    collector: str | None = None
    batches: list[OpenedBatch] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    proofs: Proven = field(default_factory=Proven)
    record_count: int = 0
    finding_count: int = 0
    recomputed_count: int = 0
    defects: list[Defect] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)


def verify(data: bytes, question: Question) -> Verification:
    """All that can be said of the bundle in `data`, whatever the bytes are."""
    found = _Found()
    found.defects.extend(_checked(data, question, found))
    return Verification(
        manifest=found.manifest,
        collector=found.collector,
        batch_count=len(found.named),
        record_count=found.record_count,
        proven_count=found.proofs.count,
        stamped=tuple(found.proofs.stamped),
        finding_count=found.finding_count,
        recomputed_count=found.recomputed_count,
        defects=tuple(found.defects),
        notes=tuple(found.notes),
    )


def _checked(data: bytes, question: Question, found: _Found) -> Iterator[Defect]:
    try:
        files = archive.unpack(data)
    except archive.ArchiveError as error:
        yield _defect(Flaw.CONTAINER, "bundle.container", "", str(error))
        return
    signed = _signed(files.pop(MANIFEST, None))
    if isinstance(signed, Defect):
        yield signed
        return
    manifest, key = signed
    found.manifest, found.collector = manifest, key.thumbprint()
    yield from _whole(files, manifest)
    yield from _by_whom(question, manifest, found)
    held = _held_redacted if manifest.schema == REDACTED else _held
    try:
        yield from held(files, (manifest, key), question, found)
    except ContentError as error:
        yield _defect(Flaw.CONTENT, "bundle.content", error.name, str(error))
    if question.whole is not None:
        yield from _of_whole(data, question.whole, found)


def _of_whole(data: bytes, whole: bytes, found: _Found) -> Iterator[Defect]:
    try:
        other = same_redaction(whole, data)
    except RedactionError as error:
        yield _defect(Flaw.REDACTION, "bundle.redacted_record", MANIFEST, str(error).rstrip("."))
        return
    for name in other:
        yield Defect(flaw=Flaw.REDACTION, where=name, sentence=sentence("bundle.not_of_whole", where=name))
    if not other:
        found.notes.append(sentence("bundle.note.of_whole"))


def _signed(signed: bytes | None) -> tuple[Manifest, Ed25519Key] | Defect:
    """The manifest with the key that signs it."""
    if signed is None:
        where = {"where": MANIFEST}
        return Defect(flaw=Flaw.MANIFEST, where=MANIFEST, sentence=sentence("bundle.needed", **where))
    try:
        named = msgspec.json.decode(from_base64url(signed.split(b".")[1]), type=Manifest)
        key = from_jwk(named.collector_jwk)
        manifest = msgspec.json.decode(wire.open_paper(signed, typ=BUNDLE, key=key), type=Manifest)
    except (ValueError, IndexError, KeyFileError, WireError, RecursionError) as error:
        return _defect(Flaw.MANIFEST, "bundle.manifest", MANIFEST, str(error))
    if manifest.schema not in {SCHEMA, REDACTED}:
        why = f"it is of the form {manifest.schema[:40]!r}, and only {SCHEMA} and {REDACTED} are known here"
        return _defect(Flaw.MANIFEST, "bundle.manifest", MANIFEST, why)
    return manifest, key


def _whole(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[Defect]:
    needed = NEEDED_REDACTED if manifest.schema == REDACTED else NEEDED
    for name in sorted(needed - {MANIFEST} - manifest.files.keys()):
        yield Defect(flaw=Flaw.FILE, where=name, sentence=sentence("bundle.needed", where=name))
    for name, told in sorted(manifest.files.items()):
        if name not in files:
            yield Defect(flaw=Flaw.FILE, where=name, sentence=sentence("bundle.missing", where=name))
        elif (len(files[name]), wire.sha256(files[name])) != (told.bytes, told.sha256):
            yield Defect(flaw=Flaw.FILE, where=name, sentence=sentence("bundle.changed", where=name))
    for name in sorted(files.keys() - manifest.files.keys()):
        yield Defect(flaw=Flaw.FILE, where=name, sentence=sentence("bundle.added", where=name))


def _by_whom(question: Question, manifest: Manifest, found: _Found) -> Iterator[Defect]:
    collector = found.collector or ""
    if question.collector is None:
        found.notes.append(sentence("bundle.note.collector", collector=collector))
    elif question.collector != collector:
        said = sentence("bundle.collector", found=collector, expected=question.collector)
        yield Defect(flaw=Flaw.COLLECTOR, where=MANIFEST, sentence=said)
    if manifest.software != question.software:
        found.notes.append(sentence("bundle.note.software", made=manifest.software, here=question.software))


def _held(
    files: Mapping[str, bytes], by: tuple[Manifest, Ed25519Key], question: Question, found: _Found
) -> Iterator[Defect]:
    (manifest, key), told = by, carried.read(files)
    if told.contract.line.id != manifest.line:
        yield _other_line(told, manifest)
        return
    yield from _batches(told, manifest.line, found)
    found.named.extend(map(_named, found.batches))
    found.notes.extend(chain.gaps(found.batches))
    yield from proven.check(told.proofs, found.named, key, question.trusted, found.proofs)
    found.notes.extend(_worth_knowing(told, found, question))
    yield from _recomputed(told, evidence.told(told, found.batches, manifest.line), manifest, found)


def _held_redacted(
    files: Mapping[str, bytes], by: tuple[Manifest, Ed25519Key], question: Question, found: _Found
) -> Iterator[Defect]:
    (manifest, key), told = by, carried.read(files, is_redacted=True)
    if told.contract.line.id != manifest.line:
        yield _other_line(told, manifest)
        return
    declared = committed.read(files)
    found.named.extend(committed.named(declared, manifest.line))
    found.notes.extend(committed.worth_knowing(declared))
    yield from committed.defects(declared)
    yield from proven.check(told.proofs, found.named, key, question.trusted, found.proofs)
    found.notes.extend(_worth_knowing(told, found, question))
    yield from _recomputed(told, committed.told(told, declared, manifest.line), manifest, found)


def _other_line(told: Carried, manifest: Manifest) -> Defect:
    said = sentence("bundle.line", found=told.contract.line.id, expected=manifest.line)
    return Defect(flaw=Flaw.CONTENT, where=MANIFEST, sentence=said)


def _named(one: OpenedBatch) -> Named:
    return Named(
        sha256=one.sha256,
        line=one.batch.line,
        probe=one.batch.probe,
        received_at=one.carried.received_at,
        receipt=one.carried.receipt,
    )


def _batches(told: Carried, line: str, found: _Found) -> Iterator[Defect]:
    seen: set[str] = set()
    for one in evidence.opened(told, line):
        if one.sha256 in seen:
            yield Defect(flaw=Flaw.BATCH, where=one.sha256, sentence=sentence("bundle.twice", where=one.sha256))
        elif isinstance(one, OpenedBatch):
            found.batches.append(one)
        else:
            yield _defect(Flaw.BATCH, "bundle.batch", one.sha256, one.why)
        seen.add(one.sha256)


def _worth_knowing(told: Carried, found: _Found, question: Question) -> Iterator[Sentence]:
    unproven = sum(1 for one in found.named if one.sha256 not in told.proofs.inclusions)
    if unproven:
        yield sentence("bundle.note.unproven", n=str(unproven))
    if not found.proofs.stamped:
        yield sentence("bundle.note.unstamped")
    elif not question.trusted:
        yield sentence("bundle.note.unvouched")
    if told.imported:
        yield sentence("bundle.note.imported", n=str(len(told.imported)))


def _recomputed(told: Carried, store: Told, manifest: Manifest, found: _Found) -> Iterator[Defect]:
    found.record_count = len(store.stored)
    try:
        period = Period(manifest.start_at, manifest.end_at)
        report = check(store, told.contract, period, manifest.judged_at, told.case)
    except (ProfileError, ValueError, OverflowError) as error:
        yield _defect(Flaw.FINDING, "bundle.not_judged", FINDINGS, str(error))
        return
    found.finding_count = len(report.findings)
    text = findings_text(report)
    if text == told.findings:
        found.recomputed_count = found.finding_count
        return
    try:
        said = json.loads(told.findings)
    except (ValueError, RecursionError) as error:
        yield _defect(Flaw.CONTENT, "bundle.content", FINDINGS, str(error))
        return
    ours = json.loads(text)
    found.recomputed_count = same_count(said, ours) if isinstance(said, dict) else 0
    unequal = list(differences(said, ours)) if isinstance(said, dict) else []
    yield from unequal or [_defect(Flaw.CONTENT, "bundle.content", FINDINGS, "not in the form of a bundle")]


def _defect(flaw: Flaw, key: str, where: str, why: str) -> Defect:
    return Defect(flaw=flaw, where=where, sentence=sentence(key, where=where, why=why))
