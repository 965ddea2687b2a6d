"""Pure. The files of a bundle as what they say, each read strictly. Knows nothing of whether it is true."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from analysis.bundle import archive
from analysis.bundle.layout import (
    BATCHES,
    CASE,
    CONTRACT,
    FINDINGS,
    IMPORTED,
    KEYS,
    PROOFS,
    WITNESSED,
    CarriedBatch,
    CarriedImport,
    CarriedProofs,
)
from analysis.case import case_file
from analysis.case.case import NO_CASE, Case
from analysis.contract import Contract
from analysis.contract_file import parse
from collector.envelope import Enrolled, Witnessed

_MOST_BYTES = 2 << 30  # of one file, expanded
_Read = TypeVar("_Read")


class ContentError(ValueError):
    """A file cannot be read as what it should be; `name` is its name. The text says why."""

    def __init__(self, name: str, why: object) -> None:
        super().__init__(str(why))
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a bundle says; `case` is an empty one where none was told, `batches` is empty in a redacted one."""

    contract: Contract
    case: Case
    probes: tuple[Enrolled, ...]
    batches: tuple[CarriedBatch, ...]
    proofs: CarriedProofs
    witnessed: tuple[Witnessed, ...]
    imported: tuple[CarriedImport, ...]
    findings: bytes


def read(files: Mapping[str, bytes], *, is_redacted: bool = False) -> Carried:
    """The content of the files. Raises ContentError for the first that cannot be read."""
    contract = _contract(files)
    return Carried(
        contract=contract,
        case=_case(files, contract),
        probes=decoded(files, KEYS, tuple[Enrolled, ...]),
        batches=() if is_redacted else rows(files, BATCHES, CarriedBatch),
        proofs=decoded({PROOFS: _expanded(files, PROOFS)}, PROOFS, CarriedProofs),
        witnessed=decoded(files, WITNESSED, tuple[Witnessed, ...]),
        imported=rows(files, IMPORTED, CarriedImport),
        findings=_findings(files),
    )


def _contract(files: Mapping[str, bytes]) -> Contract:
    try:
        return parse(tomllib.loads(files[CONTRACT].decode()))
    except (KeyError, ValueError) as error:
        raise ContentError(CONTRACT, error) from error


def _case(files: Mapping[str, bytes], contract: Contract) -> Case:
    if CASE not in files:
        return NO_CASE
    try:
        return case_file.parse(tomllib.loads(files[CASE].decode()), contract.line.zone)
    except ValueError as error:
        raise ContentError(CASE, error) from error


def _findings(files: Mapping[str, bytes]) -> bytes:
    if FINDINGS not in files:
        raise ContentError(FINDINGS, "it is not here")
    return files[FINDINGS]


def rows(files: Mapping[str, bytes], name: str, kind: type[_Read]) -> tuple[_Read, ...]:
    """The rows of a compressed file, in its order. Raises ContentError."""
    decoder = msgspec.json.Decoder(kind)

    def each(lines: Sequence[bytes]) -> Iterator[_Read]:
        for number, line in enumerate(lines, start=1):
            try:
                yield decoder.decode(line)
            except (msgspec.DecodeError, ValueError, RecursionError) as error:
                raise ContentError(name, f"row {number}: {error}") from error

    return tuple(each(_expanded(files, name).splitlines()))


def decoded(files: Mapping[str, bytes], name: str, kind: type[_Read]) -> _Read:
    """A file of JSON. Raises ContentError."""
    try:
        return msgspec.json.decode(files[name], type=kind)
    except (KeyError, msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ContentError(name, error) from error


def _expanded(files: Mapping[str, bytes], name: str) -> bytes:
    try:
        return archive.expanded(files[name], most_bytes=_MOST_BYTES)
    except (KeyError, archive.ArchiveError) as error:
        raise ContentError(name, error) from error
