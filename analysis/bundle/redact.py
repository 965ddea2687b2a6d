"""Pure. A bundle without names and addresses: what holds them is left out whole, and its digest put in its place.

A signed batch cannot be changed and still be signed. So every batch is left out, by declaration: its digest, its
receipt and its place in the log stay, and its records stand beside it with other names. The findings are judged anew
from those. The same whole bundle gives the same files. Knows nothing of where files lie.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import msgspec
import tomli_w

from analysis.bundle import archive, carried, evidence
from analysis.bundle.carried import Carried
from analysis.bundle.evidence import OpenedBatch
from analysis.bundle.layout import (
    BATCHES,
    CASE,
    COMMITTED,
    CONTRACT,
    IMPORTED,
    KEYS,
    LEFT_OUT,
    PROOFS,
    README,
    RECORDS,
    WITNESSED,
    CarriedImport,
    CommittedBatch,
    FileDigest,
    LeftOut,
    RedactedRecord,
)
from analysis.bundle.pseudonym import Pseudonyms
from probe import wire
from probe.body.notice import Unrecognised

_SAME = (KEYS, PROOFS, WITNESSED)
_CASE_WORDS = frozenset({"id", "service", "whose", "why", "outcome", "to", "fault", "credit_eur", "amount_eur"})
_CASE_NEEDED = frozenset({"evidence"})
_CASE_UNTOLD = frozenset({"document", "reply", "official_result"})  # papers: they name people
_UNTOLD = "left out"


@dataclass(frozen=True, slots=True)
class Redacted:
    """The files of a redacted bundle but its findings and its manifest, and how many batches were left out."""

    files: Mapping[str, bytes]
    left_out: LeftOut


def redacted(files: Mapping[str, bytes], line: str) -> Redacted:
    """What a whole bundle's `files` give. Raises ContentError where they are none, or a batch of them is not signed."""
    told = carried.read(files)
    batches = sorted(_signed(told, line), key=lambda one: (one.carried.received_at, one.sha256))
    names = Pseudonyms()
    records = list(_records(batches, names))
    left_out = LeftOut(
        whole={name: FileDigest(bytes=len(data), sha256=wire.sha256(data)) for name, data in sorted(files.items())},
        batch_count=len(batches),
        record_count=sum(len(one.batch.records) for one in batches) - len(records),
    )
    made = {
        **{name: files[name] for name in _SAME},
        README: resources.files("analysis.bundle").joinpath("readme-redacted.txt").read_bytes(),
        CONTRACT: tomli_w.dumps(tomllib.loads(files[CONTRACT].decode())).encode(),
        COMMITTED: archive.compressed(_lines([_committed(one) for one in batches])),
        RECORDS: archive.compressed(_lines(records)),
        IMPORTED: archive.compressed(_lines([_imported(one, names) for one in told.imported])),
        LEFT_OUT: json.dumps(msgspec.to_builtins(left_out), indent=1, sort_keys=True).encode() + b"\n",
    }
    if CASE in files:
        made[CASE] = tomli_w.dumps(_case(tomllib.loads(files[CASE].decode()), names)).encode()
    return Redacted(made, left_out)


def _signed(told: Carried, line: str) -> Iterator[OpenedBatch]:
    for one in evidence.opened(told, line):
        if not isinstance(one, OpenedBatch):
            raise carried.ContentError(BATCHES, f"batch {one.sha256}: {one.why}")
        yield one


def _committed(one: OpenedBatch) -> CommittedBatch:
    return CommittedBatch(
        sha256=one.sha256,
        probe=one.batch.probe,
        first=one.batch.first,
        last=one.batch.last,
        received_at=one.carried.received_at,
        receipt=one.carried.receipt,
    )


def _records(batches: Sequence[OpenedBatch], names: Pseudonyms) -> Iterator[RedactedRecord]:
    for batch in batches:
        for record in batch.batch.records:
            if not isinstance(record.body, Unrecognised):
                plain = names.within(json.loads(wire.encode_record(record)))
                yield RedactedRecord(batch.sha256, json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def _imported(one: CarriedImport, names: Pseudonyms) -> CarriedImport:
    plain = names.within(json.loads(one.record))
    source = names.within(msgspec.to_builtins(one.imported))
    return replace(
        one,
        record=json.dumps(plain, ensure_ascii=False, separators=(",", ":")),
        imported=msgspec.convert(source, type(one.imported)),
    )


def _case(tables: Mapping[str, Any], names: Pseudonyms) -> dict[str, Any]:
    """The entries without what was written freely: their times, kinds and sums."""
    kept = {key: value for key, value in tables.items() if key not in _CASE_UNTOLD}
    return {key: _entry(value, names) if isinstance(value, dict | list) else value for key, value in kept.items()}


def _entry(value: Any, names: Pseudonyms) -> Any:
    if isinstance(value, list):
        return [_entry(one, names) for one in value]
    if isinstance(value, str):
        return names.of(value)
    if not isinstance(value, Mapping):
        return value
    told = {}
    for key, one in value.items():
        if key in _CASE_NEEDED:
            told[key] = _UNTOLD
        elif not isinstance(one, str) or key in _CASE_WORDS:
            told[key] = _entry(one, names) if isinstance(one, list) else one
    return told


def _lines(rows: Sequence[object]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
