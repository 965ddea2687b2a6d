"""Shell. The authority and the fleet's broker as files below the home folder, private ones for their owner alone.

Made once and kept; what follows from the register is written anew. Knows nothing of who asks.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from collector.account import collector_users
from collector.home import CollectorHome
from collector.identity.authority import (
    Authority,
    client_certificate,
    common_name,
    make_authority,
    revocation_list,
    server_certificate,
)
from collector.identity.fleet import fleet_access, fleet_settings
from collector.identity.register import Register
from probe.key import KeyFileError
from probe.keyfile import check_private


@dataclass(frozen=True, slots=True)
class IdentityHome:
    """Where these files lie; nothing need exist."""

    home: CollectorHome

    @property
    def register(self) -> Path:
        """Codes, certificates, revocations."""
        return self.home.root / "collector" / "identity.sqlite3"

    @property
    def authority_key(self) -> Path:
        """The key of the authority."""
        return self.home.root / "collector" / "authority-key.pem"

    @property
    def authority(self) -> Path:
        """The certificate of the authority."""
        return self.home.root / "collector" / "authority.pem"

    def fleet(self, name: str) -> Path:
        """One file of the fleet's broker."""
        return self.home.broker / "fleet" / name


def load_authority(files: IdentityHome, *, at: datetime) -> Authority:
    """The authority, made where there is none. Raises OSError, KeyFileError."""
    if not files.authority_key.exists() or not files.authority.exists():
        made = make_authority(ec.generate_private_key(ec.SECP256R1()), serial=x509.random_serial_number(), at=at)
        write_private(files.authority_key, _pem(made.key))
        write_private(files.authority, made.pem)
    return Authority(x509.load_pem_x509_certificate(files.authority.read_bytes()), _ec_key(files.authority_key))


def write_fleet(
    files: IdentityHome, register: Register, *, hosts: Sequence[str], port: int, collectors: int = 1, at: datetime
) -> Path:
    """What mosquitto needs for a fleet, and its settings file. `hosts`: the broker's names and addresses, one at least.

    Keys are kept, certificates made anew: the broker's and each collector's. Raises OSError, KeyFileError.
    """
    authority = load_authority(files, at=at)
    key = _kept_key(files.fleet("server-key.pem"))
    serial = x509.random_serial_number()
    certificate = server_certificate(authority, key.public_key(), hosts=hosts, serial=serial, at=at)
    write_private(files.fleet("server.pem"), certificate)
    for user in collector_users(collectors):
        _write_collector(files, authority, user.removeprefix("prova.").replace(".", "-"), user, at=at)
    write_private(files.fleet("authority.pem"), authority.pem)
    write_revoked(files, register, authority, collectors=collectors, at=at)
    as_root = os.geteuid() == 0
    write_private(files.fleet("mosquitto.conf"), fleet_settings(files.fleet("."), port=port, as_root=as_root).encode())
    return files.fleet("mosquitto.conf")


def write_revoked(
    files: IdentityHome, register: Register, authority: Authority, *, collectors: int = 1, at: datetime
) -> None:
    """The broker's lists of who is let in no longer; it reads them when it starts or is told to (SIGHUP)."""
    write_private(files.fleet("revoked.pem"), revocation_list(authority, register.revoked_serials(), at=at))
    write_private(files.fleet("access"), fleet_access(register.revoked(), collectors=collectors).encode())


def write_private(path: Path, content: bytes) -> None:
    """All or nothing, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def _write_collector(files: IdentityHome, authority: Authority, name: str, user: str, *, at: datetime) -> None:
    own = _kept_key(files.fleet(f"{name}-key.pem"))
    request = x509.CertificateSigningRequestBuilder().subject_name(common_name(user)).sign(own, hashes.SHA256())
    asked = request.public_bytes(serialization.Encoding.PEM)
    made = client_certificate(authority, asked, user=user, serial=x509.random_serial_number(), at=at)
    write_private(files.fleet(f"{name}.pem"), made)


def _kept_key(path: Path) -> ec.EllipticCurvePrivateKey:
    if not path.exists():
        write_private(path, _pem(ec.generate_private_key(ec.SECP256R1())))
    return _ec_key(path)


def _ec_key(path: Path) -> ec.EllipticCurvePrivateKey:
    check_private(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"{path} holds no private key in PEM form. Restore it from a backup.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyFileError(f"{path} holds another kind of key. Restore it from a backup.")
    return key


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
