"""Both ends of a test on loopback: certificates made on the spot, and servers that are not ours."""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from probe.throughput.ndt7 import protocol as ndt7
from probe.throughput.server import MeasuringServer
from probe.throughput.websocket import upgrade

LIMIT_S = 20.0


def url_of(server: MeasuringServer, scheme: str = "ws") -> str:
    host, port = server.address
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def a_certificate(folder: Path, name: str = "127.0.0.1") -> tuple[Path, Path]:
    """(certificate, key) in PEM, for the address or host `name`, its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_path, key_path = folder / f"{name}.pem", folder / f"{name}.key"
    cert_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_path, key_path


@contextmanager
def a_foreign_server(behave: Callable[[socket.socket], None], *, connections: int = 1) -> Iterator[str]:
    """The address of a server that takes so many connections and lets `behave` have each; every wait has an end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(LIMIT_S)

        def run() -> None:
            sock, _ = listener.accept()
            with sock:
                sock.settimeout(LIMIT_S)
                try:
                    behave(sock)
                except OSError:
                    return  # the client went first

        threads = [threading.Thread(target=run) for _ in range(connections)]
        for thread in threads:
            thread.start()
        try:
            yield f"ws://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for thread in threads:
                thread.join(LIMIT_S)
                assert not thread.is_alive()


def agree(sock: socket.socket, *, behind: bytes = b"", protocol: str = ndt7.SUBPROTOCOL) -> str:
    """Reads the request, says yes and `behind` in one piece; returns the target."""
    head = b""
    while upgrade.END not in head:
        head += sock.recv(4096)
    request = upgrade.read_request(head)
    assert isinstance(request, upgrade.Request)
    sock.sendall(upgrade.agree(key=request.key, protocol=protocol) + behind)
    return request.target


def drain(sock: socket.socket, until: float) -> None:
    """Reads and drops until the monotonic second `until` or the end."""
    buffer = bytearray(1 << 20)
    sock.settimeout(0.05)
    while time.monotonic() < until:
        try:
            if not sock.recv_into(buffer):
                return
        except TimeoutError:
            continue
