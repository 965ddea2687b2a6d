"""Pure. The only codec between rooms: records, signed batches, receipts and topics as bytes (probe/WIRE.md).

Batches and receipts are JSON in a JWS (RFC 7515, compact) signed with Ed25519 (RFC 8037, alg EdDSA). Unknown fields
are ignored, unknown kinds become `Unrecognised`; the signed bytes keep both. Knows nothing of MQTT, disks or who may
sign what: the caller hands the key in.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from probe.body.kind import KIND_OF, KINDS
from probe.body.notice import Unrecognised
from probe.key import Key, KeyFileError, base64url, from_base64url, from_jwk
from probe.record import Body, Record, Stamp, check_name

VERSION = 1
_ALGORITHM = "EdDSA"
MAX_BATCH_BYTES = 262_144  # of the JWS; a collector refuses more before it looks inside
_Decoded = TypeVar("_Decoded")


class WireError(ValueError):
    """The peer's bytes are not what probe/WIRE.md allows. The text says what and where."""


class SignatureError(WireError):
    """The bytes were not signed with the key that was expected."""


class Kind(StrEnum):
    """The last level of a topic."""

    RECORDS = "records"
    RECEIPT = "receipt"
    STATUS = "status"


class Status(StrEnum):
    """The retained status of a probe; `LOST` is its last will."""

    ONLINE = "online"
    SLEEPING = "sleeping"
    LOST = "lost"


class Outcome(StrEnum):
    """What the collector did with a batch."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"  # every record of it was there already
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Consecutive records of one probe. `records` is never empty and sorted by sequence, without gaps.

    `previous_sha256` is the digest of the probe's batch before this one, None for its first.
    `raw` holds each record's own bytes, in the order of `records`; empty where the batch was not decoded from bytes.
    """

    line: str
    probe: str
    previous_sha256: str | None
    records: tuple[Record, ...]
    raw: tuple[bytes, ...] = ()

    @property
    def first(self) -> int:
        """Sequence of the first record."""
        return self.records[0].sequence

    @property
    def last(self) -> int:
        """Sequence of the last record."""
        return self.records[-1].sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The answer to a `TurnWish`: whether the line is this probe's, and until when it is that of whoever has it."""

    granted: bool
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The collector's signed word that a batch is on its disk, or why it is not (`reason`, empty unless rejected).

    `head_sha256` and `batch_count`: the probe's newest batch there, and how many there were with it. None: not said.
    `turn` answers a fresh wish in the batch, `key`, the next key's thumbprint (RFC 7638), a `KeyChange`; None: neither.
    """

    line: str
    probe: str
    batch_sha256: str
    outcome: Outcome
    received_at: datetime
    reason: str = ""
    head_sha256: str | None = None
    batch_count: int | None = None
    turn: Turn | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """A probe's request to be known, or for a new certificate: `code` is None where it is enrolled already.

    `public_jwk` is the key it signs with (RFC 7517), `request_pem` the request for a certificate (PKCS #10, RFC 2986),
    of another key that opens connections alone.
    """

    probe: str
    public_jwk: str
    request_pem: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _WireEnrolment:
    v: int
    enrolment: Enrolment


class _WireRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    sequence: int
    started: Stamp
    ended: Stamp
    software: str
    kind: str
    body: msgspec.Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class _WireBatch:
    v: int
    line: str
    probe: str
    previous_sha256: str | None
    records: list[msgspec.Raw]


class _WireRecords(msgspec.Struct, frozen=True):
    records: list[_WireRecord]  # of the same payload, all of them at once: a call for each would cost twice as much


@dataclass(frozen=True, slots=True, kw_only=True)
class _WireReceipt:
    v: int
    receipt: Receipt


def topic(kind: Kind, line: str, probe: str) -> str:
    """The topic of one probe, `prova/1/<line>/<probe>/<kind>`. Raises ValueError where a name cannot be a level.

    >>> topic(Kind.RECORDS, "casa", "p1")
    'prova/1/casa/p1/records'
    """
    return f"prova/{VERSION}/{check_name('line', line)}/{check_name('probe', probe)}/{kind}"


def parse_topic(name: str) -> tuple[Kind, str, str]:
    """(kind, line, probe) of a topic. Raises WireError for any other topic.

    >>> parse_topic("prova/1/casa/p1/status")
    (<Kind.STATUS: 'status'>, 'casa', 'p1')
    """
    levels = name.split("/")
    if len(levels) != 5 or levels[:2] != ["prova", str(VERSION)]:
        raise WireError(f"{name!r} is not a topic of version {VERSION}")
    try:
        return Kind(levels[4]), check_name("line", levels[2]), check_name("probe", levels[3])
    except ValueError as error:
        raise WireError(f"{name!r} is not a topic of version {VERSION}: {error}") from error


def sha256(signed: bytes) -> str:
    """The name of signed bytes: their SHA-256 in lower-case hex."""
    return hashlib.sha256(signed).hexdigest()


def kind_of(body: Body) -> str:
    """What the wire calls a body of this kind; of one that this version does not know, what its probe called it."""
    return body.kind if isinstance(body, Unrecognised) else KIND_OF[type(body)]


def encode_record(record: Record) -> bytes:
    """One record as JSON, without line and probe, which its batch carries. Raises TypeError for `Unrecognised`."""
    body: Body = record.body
    if isinstance(body, Unrecognised):
        raise TypeError(f"a body of kind {body.kind!r} can only be passed on as the bytes it came in")
    return msgspec.json.encode(
        {
            "sequence": record.sequence,
            "started": record.started,
            "ended": record.ended,
            "software": record.software,
            "kind": kind_of(body),
            "body": body,
        }
    )


def decode_record(raw: bytes, *, line: str, probe: str) -> Record:
    """The inverse of `encode_record`. Raises WireError with the path of the field at fault."""
    return _record(_decode(raw, _WireRecord), line, probe)


def seal_batch(line: str, probe: str, encoded: list[bytes], *, previous_sha256: str | None, key: Key) -> bytes:
    """Records, each from `encode_record` and in order, as one signed batch. `key` is the probe's private key."""
    payload = msgspec.json.encode(
        _WireBatch(
            v=VERSION,
            line=line,
            probe=probe,
            previous_sha256=previous_sha256,
            records=[msgspec.Raw(one) for one in encoded],
        )
    )
    return _sign(payload, typ="prova-batch", key=key)


def open_batch(signed: bytes, *, key: Key) -> Batch:
    """The batch inside `signed`. `key` is the public key of the probe that the topic names.

    Raises SignatureError where the signature is not that key's, WireError where the content is not a batch.
    """
    return _batch(open_payload(signed, key=key))


def own_batch(signed: bytes) -> Batch:
    """A batch out of its probe's own memory, whose key may be gone: its signature is not looked at."""
    return _batch(from_base64url(signed.split(b".")[1]))


def _batch(payload: bytes) -> Batch:
    wire = _decode(payload, _WireBatch)
    _check_version(wire.v)
    raw = tuple(map(bytes, wire.records))
    records = tuple(_record(one, wire.line, wire.probe) for one in _decode(payload, _WireRecords).records)
    if not records:
        raise WireError("a batch without records")
    expected = range(records[0].sequence, records[0].sequence + len(records))
    if [record.sequence for record in records] != list(expected):
        raise WireError("the sequence numbers of a batch must follow one another")
    return Batch(line=wire.line, probe=wire.probe, previous_sha256=wire.previous_sha256, records=records, raw=raw)


def open_payload(signed: bytes, *, key: Key) -> bytes:
    """The JSON inside a signed batch, not looked at. `key` as for `open_batch`. Raises SignatureError, WireError."""
    return _verified(signed, typ="prova-batch", key=key)


def seal_receipt(receipt: Receipt, *, key: Key) -> bytes:
    """A receipt, signed with the collector's private key."""
    return _sign(msgspec.json.encode(_WireReceipt(v=VERSION, receipt=receipt)), typ="prova-receipt", key=key)


def open_receipt(signed: bytes, *, key: Key) -> Receipt:
    """The receipt inside `signed`. `key` is the collector's public key. Raises as `open_batch`."""
    wire = _decode(_verified(signed, typ="prova-receipt", key=key), _WireReceipt)
    _check_version(wire.v)
    return wire.receipt


def seal_enrolment(asked: Enrolment, *, key: Key) -> bytes:
    """What a probe asks of a collector, signed with the private key of which `public_jwk` is the other half."""
    return _sign(msgspec.json.encode(_WireEnrolment(v=VERSION, enrolment=asked)), typ="prova-enrolment", key=key)


def open_enrolment(signed: bytes) -> Enrolment:
    """What a probe asks, signed with the very key that it names. Raises as `open_batch`."""
    _check_size(signed)
    try:
        asked = _decode(from_base64url(signed.split(b".")[1]), _WireEnrolment)
        named = from_jwk(asked.enrolment.public_jwk)
    except (ValueError, IndexError, KeyFileError) as error:
        raise WireError(f"not a request for enrolment: {error}") from error
    _verified(signed, typ="prova-enrolment", key=named)
    _check_version(asked.v)
    return asked.enrolment


def seal_paper(payload: bytes, *, typ: str, key: Key) -> bytes:
    """What is signed and is no message of its own: a calibration, a bundle's manifest, a new key's proof."""
    return _sign(payload, typ=typ, key=key)


def open_paper(signed: bytes, *, typ: str, key: Key) -> bytes:
    """The payload of such a paper. Raises as `open_batch`."""
    return _verified(signed, typ=typ, key=key)


def _record(wire: _WireRecord, line: str, probe: str) -> Record:
    body_type = KINDS.get(wire.kind)
    body: Body = Unrecognised(wire.kind) if body_type is None else _decode(wire.body, body_type)
    try:
        return Record(
            line=line,
            probe=probe,
            sequence=wire.sequence,
            started=wire.started,
            ended=wire.ended,
            software=wire.software,
            body=body,
        )
    except ValueError as error:
        raise WireError(str(error)) from error


def _check_version(version: int) -> None:
    if version != VERSION:
        raise WireError(f"version {version} is not known here; this is version {VERSION}")


def _decode(raw: bytes | msgspec.Raw, wanted: type[_Decoded]) -> _Decoded:
    try:
        found: _Decoded = _decoder(wanted).decode(raw)  # type: ignore[arg-type]  # a class can be hashed
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(str(error)) from error
    return found


@cache
def _decoder(wanted: type[Any]) -> "msgspec.json.Decoder[Any]":
    """One of each type: making it again would cost as much as reading a record."""
    return msgspec.json.Decoder(wanted)


def _sign(payload: bytes, *, typ: str, key: Key) -> bytes:
    """The very bytes that joserfc makes: the header in its form, and Ed25519 signs the same each time (RFC 8032)."""
    header = json.dumps({"alg": _ALGORITHM, "typ": typ}, separators=(",", ":"))
    signing_input = f"{base64url(header.encode())}.{base64url(payload)}".encode("ascii")
    if not isinstance(key.private_key, Ed25519PrivateKey):
        raise TypeError("only a private Ed25519 key signs")
    return signing_input + b"." + base64url(key.private_key.sign(signing_input)).encode("ascii")


def _verified(signed: bytes, *, typ: str, key: Key) -> bytes:
    """The payload of a JWS of that `typ`: one algorithm, one header, nothing to choose.

    RFC 9864 prefers the name Ed25519 for what RFC 8037 calls EdDSA with that curve. The wire's version 1 keeps the
    older name, which every JOSE library verifies; the keys are Ed25519 alone (`probe.key`).
    """
    _check_size(signed)
    try:
        headers, payload = _opened(signed, key)
    except (InvalidSignature, ValueError, TypeError, RecursionError) as error:
        raise SignatureError(f"not signed with the expected key: {error}") from error
    if headers.get("typ") != typ:
        raise WireError(f"expected a {typ}, but the header says {headers.get('typ')!r}")
    return payload


def _opened(signed: bytes, key: Key) -> tuple[dict[str, object], bytes]:
    """(header, payload) of a JWS that `key` signed. Raises InvalidSignature, ValueError, TypeError."""
    header, payload, signature = signed.split(b".")
    if not isinstance(key.public_key, Ed25519PublicKey):
        raise TypeError("not an Ed25519 key")
    key.public_key.verify(from_base64url(signature), header + b"." + payload)
    return _headers(header), from_base64url(payload)


@lru_cache(64)  # nearly every message has the same
def _headers(header: bytes) -> dict[str, object]:
    headers: object = json.loads(from_base64url(header))
    if not isinstance(headers, dict) or headers.get("alg") != _ALGORITHM or not headers.keys() <= {"alg", "typ"}:
        raise ValueError("a header that is not this wire's")
    return headers


def _check_size(signed: bytes) -> None:
    if len(signed) > MAX_BATCH_BYTES:
        raise WireError(f"{len(signed)} bytes are more than the {MAX_BATCH_BYTES} allowed")
