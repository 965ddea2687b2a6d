"""Shell. Makes a revoked probe's end take effect now: the broker reads its lists again, and the connection is cut.

A broker ends a connection when its client's name connects anew: the authority may be that name for a moment. Knows
nothing of who is revoked or why.
"""

import os
import signal
import ssl
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import aiomqtt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from collector.broker import entered
from collector.identity.authority import Authority, client_certificate, common_name
from collector.subscribe import LinkError

_ANSWER_WITHIN_S = 5.0
_BROKER = "mosquitto"


def reload(pid_file: Path) -> bool:
    """Tells this machine's mosquitto to read its lists again; False where none wrote that file, or is not ours."""
    with suppress(OSError, ValueError):
        pid = int(pid_file.read_text())
        if Path(f"/proc/{pid}/comm").read_text().strip() == _BROKER:
            os.kill(pid, signal.SIGHUP)
            return True
    return False


async def expel(authority: Authority, probe: str, *, host: str, port: int, at: datetime) -> None:
    """Cuts the probe's connection; with its lists read again the broker lets it in no more. Raises LinkError."""
    with TemporaryDirectory(prefix="prova-") as folder:
        context = as_probe(authority, probe, Path(folder), at=at)
    client = aiomqtt.Client(
        host, port, identifier=probe, clean_session=True, timeout=_ANSWER_WITHIN_S, tls_context=context
    )
    try:
        async with entered(client):
            pass
    except aiomqtt.MqttError as error:
        raise LinkError(str(error)) from error


def as_probe(authority: Authority, probe: str, folder: Path, *, at: datetime) -> ssl.SSLContext:
    """What the broker takes for that probe, with a certificate that nobody else ever has.

    `folder` must be its owner's alone, and gone at once.
    """
    own = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(common_name(probe)).sign(own, hashes.SHA256())
    asked = request.public_bytes(serialization.Encoding.PEM)
    made = client_certificate(authority, asked, user=probe, serial=x509.random_serial_number(), at=at)
    private = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    (folder / "certificate.pem").write_bytes(made)
    context = ssl.create_default_context(cadata=authority.pem.decode())
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
