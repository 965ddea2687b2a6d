"""Shell. A redacted bundle out of a whole one: what is left is judged anew, and signed by the same collector.

Knows nothing of where keys and files lie, and nothing of the store.
"""

from dataclasses import dataclass, replace

import msgspec

from analysis.bundle import archive, carried, committed
from analysis.bundle.archive import ArchiveError
from analysis.bundle.carried import ContentError
from analysis.bundle.compose import findings_text
from analysis.bundle.evidence import Told
from analysis.bundle.layout import BUNDLE, FINDINGS, MANIFEST, REDACTED, SCHEMA, FileDigest, Manifest
from analysis.bundle.redact import redacted
from analysis.case.case import Case
from analysis.period import Period
from analysis.report import Report
from analysis.run import check
from probe import wire
from probe.key import Ed25519Key
from probe.wire import WireError


class RedactionError(ValueError):
    """This bundle cannot be redacted. The text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class MadeRedacted:
    """A redacted bundle's bytes, its report, its evidence and its case, under other names."""

    data: bytes
    report: Report
    evidence: Told
    case: Case


def make_redacted(whole: bytes, *, key: Ed25519Key) -> MadeRedacted:
    """`key` is the collector's, private, and must be the one that signed the whole. Raises RedactionError."""
    try:
        files = archive.unpack(whole)
        manifest = msgspec.json.decode(wire.open_paper(files.pop(MANIFEST), typ=BUNDLE, key=key), type=Manifest)
        if manifest.schema != SCHEMA:
            raise RedactionError(
                f"It is of the form {manifest.schema[:40]!r}: name a whole bundle of the form {SCHEMA}."
            )
        return _made(files, manifest, key)
    except KeyError as error:
        raise RedactionError("It has no manifest: name a bundle as prova dossier wrote it.") from error
    except (ArchiveError, ContentError, WireError, msgspec.DecodeError) as error:
        raise RedactionError(f"It cannot be redacted: {error}. Name a bundle that this collector signed.") from error


def _made(files: dict[str, bytes], manifest: Manifest, key: Ed25519Key) -> MadeRedacted:
    out = redacted(files, manifest.line)
    new = dict(out.files)
    told = carried.read({**new, FINDINGS: b""}, is_redacted=True)
    store = committed.told(told, committed.read(new), manifest.line)
    period = Period(manifest.start_at, manifest.end_at)
    report = check(store, told.contract, period, manifest.judged_at, told.case)
    _same_verdicts(files, report)
    new[FINDINGS] = findings_text(report)
    digests = {name: FileDigest(bytes=len(data), sha256=wire.sha256(data)) for name, data in sorted(new.items())}
    sealed = replace(manifest, schema=REDACTED, files=digests)
    new[MANIFEST] = wire.seal_paper(msgspec.json.encode(sealed), typ=BUNDLE, key=key)
    return MadeRedacted(archive.pack(new), report, store, told.case)


def _same_verdicts(files: dict[str, bytes], report: Report) -> None:
    """Other names must not lead to another verdict: then the redaction took something that a rule needs."""
    whole = msgspec.json.decode(files[FINDINGS])["findings"]
    said = {one["id"]: one["verdict"] for one in whole}
    ours = {one.id: one.verdict.value for one in report.findings}
    other = sorted(name for name in said.keys() | ours.keys() if said.get(name) != ours.get(name))
    if other:
        raise RedactionError(
            f"Without its names the finding {other[0]} would come out otherwise. Give the whole bundle instead."
        )


def same_redaction(whole: bytes, redacted_data: bytes) -> tuple[str, ...]:
    """The files of a redacted bundle that its whole one does not give; none where it is a faithful redaction.

    Raises RedactionError where one of the two cannot be read.
    """
    try:
        ours, theirs = archive.unpack(redacted_data), archive.unpack(whole)
        ours.pop(MANIFEST, None)
        theirs.pop(MANIFEST, None)
        line = carried.read({**ours}, is_redacted=True).contract.line.id
        expected = redacted(theirs, line).files
    except (ArchiveError, ContentError) as error:
        raise RedactionError(
            f"The two cannot be compared: {error}. Name the whole bundle that it was made of."
        ) from error
    ours.pop(FINDINGS, None)
    return tuple(sorted(name for name in ours.keys() | expected.keys() if ours.get(name) != expected.get(name)))
