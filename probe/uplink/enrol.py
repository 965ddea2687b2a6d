"""Shell. Asks a collector to know this probe: makes its keys, shows the one-time code, keeps what the answer says.

Neither private key leaves this machine. Knows nothing of measuring.
"""

import json
import os
import socket
import ssl
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tomli_w
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from probe import keyfile, wire
from probe.identity import ProbeHome
from probe.key import Ed25519Key, public_jwk
from probe.settings import SettingsError
from probe.spool import Spool
from probe.wire import Enrolment

_WITHIN_S = 20.0
_MOST_BYTES = 64 * 1024
_TICKET = ("host", "port", "probe", "code", "ca_pem")
_ANSWER = ("line", "probe", "certificate_pem", "ca_pem", "receipt_jwk", "host", "port")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Whom to ask, and with what. `code` is None where the probe is known and wants a new certificate."""

    host: str
    port: int
    probe: str
    ca_pem: str
    code: str | None


def read_ticket(path: Path, *, renew: bool) -> Ticket:
    """The ticket in a file; its code is left out to renew. Raises SettingsError."""
    try:
        told = json.loads(path.read_text())
        host, port, probe, code, ca_pem = (told[name] for name in _TICKET)
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read: {error.strerror}. Name the file that the collector made."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{path}: is no ticket. Have one made with: prova collector enrol issue.") from error
    return Ticket(
        host=str(host), port=int(port), probe=str(probe), ca_pem=str(ca_pem), code=None if renew else str(code)
    )


def enrol(home: ProbeHome, ticket: Ticket) -> Path:
    """Enrols this probe, or renews its certificate; the settings file, which is made if there is none.

    Raises SettingsError, KeyFileError, OSError.
    """
    return _admitted(home, ticket, keyfile.load_or_make(home.key))[1]


def replace_key(home: ProbeHome, ticket: Ticket) -> bool:
    """Has the collector take another signing key of this probe, whose old one is lost or distrusted.

    True: it is in place. False: the probe at work puts it there, as soon as the old one is refused. May be done again
    with the same ticket where it was broken off. Raises SettingsError, KeyFileError, SpoolError, OSError.
    """
    following = keyfile.load_or_make(home.next_key)
    try:
        told, _ = _admitted(home, ticket, following)
    except SettingsError:
        told, _ = _admitted(home, replace(ticket, code=None), following)  # it was told already, and the code is used
    if home.key.exists():
        return False
    keyfile.follow(home.next_key, home.key)
    if not home.spool.exists():
        with Spool(home.spool, line=told["line"], probe=told["probe"], key=following) as spool:
            spool.begin_after(told["last_sequence"], told["head_sha256"])
    return True


def _admitted(home: ProbeHome, ticket: Ticket, key: Ed25519Key) -> tuple[dict[str, Any], Path]:
    """The collector's answer to who holds `key`, kept, and the settings file."""
    tls_key = ec.generate_private_key(ec.SECP256R1())
    asked = Enrolment(
        probe=ticket.probe, public_jwk=public_jwk(key), request_pem=_request(tls_key, ticket.probe), code=ticket.code
    )
    told = _ask(ticket, wire.seal_enrolment(asked, key=key))
    folder = home.root / "probe"
    _write(folder / "tls-key.pem", _pem(tls_key))
    _write(folder / "tls.pem", told["certificate_pem"])
    _write(folder / "ca.pem", told["ca_pem"])
    _write(folder / "collector-public-key.json", told["receipt_jwk"])
    settings = folder / "settings.toml"
    if not settings.exists():
        _write(settings, _settings(told))
    return told, settings


def _ask(ticket: Ticket, signed: bytes) -> dict[str, Any]:
    context = ssl.create_default_context(cadata=ticket.ca_pem)
    received = b""
    with (
        socket.create_connection((ticket.host, ticket.port), timeout=_WITHIN_S) as plain,
        context.wrap_socket(plain, server_hostname=ticket.host) as link,
    ):
        link.sendall(signed + b"\n")
        while not received.endswith(b"\n") and len(received) < _MOST_BYTES:
            piece = link.recv(_MOST_BYTES)
            if not piece:
                break
            received += piece
    try:
        told = json.loads(received)
        if "error" in told:
            raise SettingsError(f"The collector refuses: {told['error']}. Have a new ticket made there.")
        end = {"last_sequence": int(told.get("last_sequence", 0)), "head_sha256": told.get("head_sha256")}
        return {name: told[name] for name in _ANSWER} | end
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{ticket.host}:{ticket.port} gave no answer of a collector. Ask who runs it.") from error


def _request(key: ec.EllipticCurvePrivateKey, probe: str) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, probe)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _settings(told: dict[str, str]) -> str:
    table = {
        "line": told["line"],
        "probe": told["probe"],
        "collector": {
            "host": told["host"],
            "port": told["port"],
            "tls": True,
            "ca_file": "ca.pem",
            "certificate_file": "tls.pem",
            "key_file": "tls-key.pem",
            "receipt_key_file": "collector-public-key.json",
        },
    }
    return tomli_w.dumps(table)


def _write(path: Path, text: str) -> None:
    """All or nothing, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
