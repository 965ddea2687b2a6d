"""Shell. One request for enrolment, from its bytes to the answer: the code used, the probe known, its certificate made.

A request needs a good code, or the key of a probe that is known and not revoked. Knows nothing of how it came.
"""

import json
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from collector.enrolment import EnrolmentError, enrol, replace_key
from collector.home import CollectorHome
from collector.identity import keyring
from collector.identity.authority import LEAF_FOR, Authority, RequestError, client_certificate
from collector.identity.register import Register
from collector.journal import Journal
from probe import key, keyfile, wire
from probe.wire import Enrolment, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What answers requests. `broker_host` and `broker_port`: where probes are to connect, over TLS."""

    home: CollectorHome
    register: Register
    authority: Authority
    broker_host: str
    broker_port: int


def admit(desk: Desk, signed: bytes, *, at: datetime) -> bytes:
    """The answer as JSON: what the probe needs to connect, or `error`, which tells a stranger nothing.

    Raises RegisterError, JournalError, KeyFileError.
    """
    try:
        asked = wire.open_enrolment(signed)
        known = _with_code(desk, asked, at) if asked.code is not None else _known(desk, asked)
        if known is None:
            return _refusal("the code is not good, was used, or is too old; or this probe is not known")
        line, probe = known
        certificate = _certificate(desk, asked, probe, at)
    except (WireError, RequestError, EnrolmentError) as error:
        return _refusal(str(error))
    with closing(Journal(desk.home.journal)) as journal:
        last_sequence, head_sha256 = journal.end_of(probe)
    told = {
        "line": line,
        "probe": probe,
        "certificate_pem": certificate.decode(),
        "ca_pem": desk.authority.pem.decode(),
        "receipt_jwk": key.public_jwk(keyfile.load_or_make(desk.home.key)),
        "host": desk.broker_host,
        "port": desk.broker_port,
        "last_sequence": last_sequence,
        "head_sha256": head_sha256,
    }
    return json.dumps(told).encode()


def _with_code(desk: Desk, asked: Enrolment, at: datetime) -> tuple[str, str] | None:
    """A code is used up by whoever sends it, also where the rest of his request will not do."""
    assert asked.code is not None
    meant = desk.register.use_code(asked.code, at=at)
    if meant is None or meant[1] != asked.probe:
        return None
    line, probe = meant
    take = replace_key if desk.register.is_for_new_key(asked.code) else enrol
    take(desk.home.root, probe=probe, line=line, public_jwk=asked.public_jwk, at=at)
    return meant


def _known(desk: Desk, asked: Enrolment) -> tuple[str, str] | None:
    if desk.register.is_revoked(asked.probe):
        return None
    with closing(Journal(desk.home.journal)) as journal:
        present = journal.enrolled(asked.probe)
    if present is None or keyring.keys_of(present)[0].revoked_at is not None:
        return None
    same = key.from_jwk(present.public_jwk).thumbprint() == key.from_jwk(asked.public_jwk).thumbprint()
    return (present.line, present.probe) if same else None


def _certificate(desk: Desk, asked: Enrolment, probe: str, at: datetime) -> bytes:
    serial = x509.random_serial_number()
    made = client_certificate(desk.authority, asked.request_pem.encode(), user=probe, serial=serial, at=at)
    desk.register.note_certificate(probe, serial=serial, at=at, until=at + LEAF_FOR)
    return made


def _refusal(why: str) -> bytes:
    return json.dumps({"error": why}).encode()
