"""Pure. What was gathered, as the files of a bundle: signed for by the collector, the same bytes each time.

Knows nothing of the store, and judges nothing.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources

import msgspec

from analysis.bundle import archive
from analysis.bundle.layout import (
    BATCHES,
    BUNDLE,
    CASE,
    CONTRACT,
    FINDINGS,
    IMPORTED,
    KEYS,
    MANIFEST,
    PROOFS,
    README,
    SCHEMA,
    WITNESSED,
    CarriedBatch,
    CarriedCheckpoint,
    CarriedImport,
    CarriedInclusion,
    CarriedProofs,
    Documents,
    FileDigest,
    Gathered,
    GatheredBatch,
    Manifest,
)
from analysis.finding_json import report_json
from analysis.report import Report
from collector.envelope import Inclusion, StoredRecord
from probe import wire
from probe.key import Ed25519Key, public_jwk
from probe.wire import Outcome, Receipt


def compose(
    gathered: Gathered, documents: Documents, report: Report, *, judged_at: datetime, software: str, key: Ed25519Key
) -> bytes:
    """The bundle of `report`, which `judged_at` and the gathered evidence alone led to. `key` is the collector's."""
    files = _files(gathered, documents, report, key)
    manifest = Manifest(
        schema=SCHEMA,
        software=software,
        made_at=judged_at,
        judged_at=judged_at,
        line=report.contract.line.id,
        start_at=report.period.start_at,
        end_at=report.period.end_at,
        collector_jwk=public_jwk(key),
        files={name: FileDigest(bytes=len(data), sha256=wire.sha256(data)) for name, data in sorted(files.items())},
    )
    return archive.pack({**files, MANIFEST: wire.seal_paper(msgspec.json.encode(manifest), typ=BUNDLE, key=key)})


def findings_text(report: Report) -> bytes:
    """The findings as they stand in a bundle: `prova.findings/1`, in one fixed form."""
    return _json(report_json(report))


def _files(gathered: Gathered, documents: Documents, report: Report, key: Ed25519Key) -> dict[str, bytes]:
    files = {
        README: resources.files("analysis.bundle").joinpath("readme.txt").read_bytes(),
        CONTRACT: documents.contract,
        KEYS: _json(msgspec.to_builtins(gathered.probes)),
        BATCHES: archive.compressed(_lines(_batches(gathered, report.contract.line.id, key))),
        PROOFS: archive.compressed(_json(msgspec.to_builtins(_proofs(gathered.inclusions)))),
        WITNESSED: _json(msgspec.to_builtins(gathered.witnessed)),
        IMPORTED: archive.compressed(_lines([_imported(one) for one in gathered.imported])),
        FINDINGS: findings_text(report),
    }
    return files if documents.case is None else {**files, CASE: documents.case}


def _batches(gathered: Gathered, line: str, key: Ed25519Key) -> list[CarriedBatch]:
    """In order of arrival, the collector's word on each beside it."""
    return [
        CarriedBatch(received_at=one.received_at, signed=one.signed.decode(), receipt=_receipt(one, line, key))
        for one in sorted(gathered.batches, key=lambda one: (one.received_at, one.sha256))
    ]


def _receipt(batch: GatheredBatch, line: str, key: Ed25519Key) -> str:
    receipt = Receipt(
        line=line,
        probe=batch.probe,
        batch_sha256=batch.sha256,
        outcome=Outcome.ACCEPTED,
        received_at=batch.received_at,
    )
    return wire.seal_receipt(receipt, key=key).decode()


def _proofs(inclusions: Mapping[str, Inclusion]) -> CarriedProofs:
    """Each checkpoint once; every batch names its own by its size."""
    return CarriedProofs(
        checkpoints=tuple(
            CarriedCheckpoint(size=one.size, note=one.checkpoint.decode(), time_stamp=one.time_stamp)
            for one in sorted({one.size: one for one in inclusions.values()}.values(), key=lambda one: one.size)
        ),
        inclusions={
            sha256: CarriedInclusion(index=one.index, size=one.size, path=one.path)
            for sha256, one in sorted(inclusions.items())
        },
    )


def _imported(one: StoredRecord) -> CarriedImport:
    if one.imported is None:
        raise ValueError("a record that a probe signed is no import")
    return CarriedImport(
        sequence=one.record.sequence,
        record=wire.encode_record(one.record).decode(),
        received_at=one.received_at,
        imported=one.imported,
    )


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _lines(rows: Sequence[object]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
