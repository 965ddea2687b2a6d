"""Shell. The other end of a calibration as a process of its own, on loopback: in clear text and over TLS, and UDP.

Takes the folder for its certificate, says its three ports as JSON and serves until its input ends. Knows nothing of
what is measured.
"""

import ipaddress
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from probe import clock
from probe.capacity.server import CapacityServer
from probe.throughput.server import MeasuringServer

HOST = "127.0.0.1"
CERTIFICATE = "peer.pem"
_KEY = "peer-key.pem"
_VALID = timedelta(days=1)


def main(folder: Path) -> None:
    _write_certificate(folder)
    tls = MeasuringServer(HOST, tls_cert=folder / CERTIFICATE, tls_key=folder / _KEY)
    with MeasuringServer(HOST) as plain, tls, CapacityServer(HOST, 0) as udp:
        ports = {"ws": plain.address[1], "wss": tls.address[1], "udp": udp.address[1]}
        sys.stdout.write(msgspec.json.encode(ports).decode() + "\n")
        sys.stdout.flush()
        sys.stdin.read()


def _write_certificate(folder: Path) -> None:
    """For this one calibration: nobody else has reason to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "prova calibration")])
    now = clock.now()
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - _VALID, now + _VALID)
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / CERTIFICATE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / _KEY).touch(mode=0o600)
    (folder / _KEY).write_bytes(private)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
