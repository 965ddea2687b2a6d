"""A time-stamping authority on loopback: `openssl ts` behind a small HTTP server (RFC 3161, section 3.4)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

_CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamper]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/stamper.pem
signer_key = {folder}/stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """Its address and its certificate. `refuses`: the HTTP status that it answers with instead."""

    url: str
    certificate: Path
    refuses: int | None = None
    asked: list[str] = field(default_factory=list)
    garbage: bytes | None = None


def _openssl(folder: Path, *arguments: str, given: bytes | None = None) -> bytes:
    done = subprocess.run(["openssl", *arguments], input=given, capture_output=True, timeout=20, cwd=folder, check=True)
    return done.stdout


def _make(folder: Path, name: str) -> None:
    folder.mkdir()
    (folder / "openssl.cnf").write_text(_CONFIGURATION.format(name=name, folder=folder))
    (folder / "serial").write_text("01\n")
    for one in ("ca", "stamper"):
        _openssl(folder, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{one}.key")
    own = ("-config", "openssl.cnf")
    _openssl(folder, "req", "-x509", *own, "-key", "ca.key", "-extensions", "ca", "-days", "30", "-out", "ca.pem")
    request = _openssl(folder, "req", "-new", *own, "-key", "stamper.key", "-subj", f"/CN={name} stamper")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30")
    extensions = ("-extfile", "openssl.cnf", "-extensions", "stamper")
    _openssl(folder, "x509", "-req", *signing, *extensions, "-out", "stamper.pem", given=request)


@contextmanager
def an_authority(folder: Path, name: str = "authority") -> Iterator[Authority]:
    _make(folder, name)
    authority = Authority("", folder / "ca.pem")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append(self.headers["Content-Type"])
            answer = authority.garbage or _answer(folder, query)
            self.send_response(authority.refuses or 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        authority.url = f"http://127.0.0.1:{server.server_port}/tsr"
        try:
            yield authority
        finally:
            server.shutdown()
            serving.join(20)


def _answer(folder: Path, query: bytes) -> bytes:
    (folder / "query").write_bytes(query)
    _openssl(folder, "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "query", "-out", "reply")
    return (folder / "reply").read_bytes()
