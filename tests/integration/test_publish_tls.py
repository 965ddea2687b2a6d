"""The publisher over TLS: with the certificates that the settings name, and with no others."""

import asyncio
import datetime as dt
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from probe.key import public_jwk
from probe.settings import CollectorSettings, SettingsError
from probe.uplink.broker import destination_of
from prova.port import free_port
from tests.integration.collector_rig import needs_mosquitto, until
from tests.integration.probe_rig import COLLECTOR_KEY, a_sender

pytestmark = needs_mosquitto


def write_certificate(folder: Path, *, host: str) -> Path:
    """A key and a certificate that vouches for itself, made for this test; the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem"


@asynccontextmanager
async def a_tls_broker(folder: Path, certificate: Path) -> AsyncIterator[int]:
    """A mosquitto that speaks TLS alone; its port."""
    port = free_port()
    settings = folder / "mosquitto.conf"
    settings.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\n"
        f"certfile {certificate}\nkeyfile {certificate.with_name('key.pem')}\n"
    )
    mosquitto = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert mosquitto is not None
    process = subprocess.Popen([mosquitto, "-c", str(settings)], stderr=subprocess.DEVNULL)  # noqa: ASYNC220  returns at once
    try:
        async with asyncio.timeout(20):
            while not await accepts(port):
                await asyncio.sleep(0.02)
        yield port
    finally:
        process.kill()
        process.wait(10)


async def accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.transport.abort()
    return True


def collector_settings(folder: Path, port: int, *, host: str, ca_file: Path | None) -> CollectorSettings:
    key_file = folder / "collector.jwk"
    key_file.write_text(public_jwk(COLLECTOR_KEY))
    return CollectorSettings(host=host, port=port, tls=True, ca_file=ca_file, receipt_key_file=key_file)


async def test_a_broker_that_the_named_certificates_vouch_for_is_trusted(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, host="localhost")
    async with a_tls_broker(tmp_path, certificate) as port:
        to = destination_of(collector_settings(tmp_path, port, host="localhost", ca_file=certificate))
        async with a_sender(tmp_path, to) as sender:
            await until(lambda: sender.said == [f"Connected to the collector's broker at localhost:{port}."])


@pytest.mark.parametrize(("named", "host"), [(False, "localhost"), (True, "127.0.0.1")])
async def test_a_broker_that_nobody_vouches_for_under_its_name_gets_nothing(
    named: bool, host: str, tmp_path: Path
) -> None:
    certificate = write_certificate(tmp_path, host="localhost")
    async with a_tls_broker(tmp_path, certificate) as port:
        settings = collector_settings(tmp_path, port, host=host, ca_file=certificate if named else None)
        async with a_sender(tmp_path, destination_of(settings)) as sender:
            await until(lambda: bool(sender.said))
            assert sender.said[0].startswith(f"No broker at {host}:{port} (")
            assert "certificate verify failed" in sender.said[0]


def test_a_file_that_holds_no_certificates_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    settings = collector_settings(tmp_path, 8883, host="localhost", ca_file=tmp_path / "ca.pem")
    with pytest.raises(SettingsError, match=r"collector\.ca_file: .*ca\.pem holds no certificates"):
        destination_of(settings)


@pytest.mark.parametrize(("text", "problem"), [(None, "cannot be read: No such file"), ("{}", "not an Ed25519 key")])
def test_a_receipt_key_that_is_none_is_told_so(text: str | None, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "collector.jwk"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsError, match=problem):
        destination_of(CollectorSettings(receipt_key_file=path))
