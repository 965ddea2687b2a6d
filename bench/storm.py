"""Thousands of probes that come back at once, each with a certificate of its own, and one that never stops talking.

Every probe connects over TLS, sends one signed batch and waits for its receipt; nobody waits his turn. Meanwhile one
probe floods. Prints how many were served and how long the slowest waited.

    python -m bench.storm [--probes 2000] [--flood 3000] [--threads 64]
"""

import argparse
import asyncio
import socket
import ssl
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from bench.mqtt import packet, text
from collector import service
from collector.enrolment import enrol
from collector.identity.authority import client_certificate
from collector.store import Store
from probe import clock, key, wire
from probe.key import Ed25519Key
from probe.uplink.enrol import _pem, _request
from probe.wire import Kind
from tests.integration.collector_rig import a_notice, sealed
from tests.integration.identity_rig import Fleet

WITHIN_S = 150.0


@dataclass(frozen=True, slots=True)
class Simulated:
    """One probe: its name, its signed batches, and the file with certificate and key."""

    name: str
    batches: tuple[bytes, ...]
    pem: Path


def a_probe(fleet: Fleet, number: int, by: Ed25519Key, *, count: int, tls_key: ec.EllipticCurvePrivateKey) -> Simulated:
    name = f"p{number}"
    line = f"line-{number}"
    enrol(fleet.root, probe=name, line=line, public_jwk=key.public_jwk(by), at=clock.now())
    made = client_certificate(
        fleet.authority,
        _request(tls_key, name).encode(),
        user=name,
        serial=x509.random_serial_number(),
        at=clock.now(),
    )
    pem = fleet.root / "clients" / f"{name}.pem"
    pem.write_bytes(made + _pem(tls_key).encode())
    batches = tuple(sealed([a_notice(one, line=line, probe=name)], by=by) for one in range(1, count + 1))
    return Simulated(name, batches, pem)


def talk(fleet: Fleet, probe: Simulated, began: float) -> float:
    """Connects until it is let in, sends, and gives the seconds from `began` to its last receipt."""
    context = ssl.create_default_context(cafile=fleet.files.authority)
    context.load_cert_chain(probe.pem)
    line = f"line-{probe.name[1:]}"
    while True:
        try:
            with (
                socket.create_connection(("127.0.0.1", fleet.port), timeout=WITHIN_S) as plain,
                context.wrap_socket(plain, server_hostname="localhost") as link,
            ):
                link.sendall(packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x78" + text(probe.name)))
                link.sendall(packet(0x82, b"\x00\x01" + text(wire.topic(Kind.RECEIPT, line, probe.name)) + b"\x00"))
                topic = text(wire.topic(Kind.RECORDS, line, probe.name))
                for number, batch in enumerate(probe.batches, 1):
                    link.sendall(packet(0x32, topic + number.to_bytes(2, "big") + batch))
                _receipts(link, len(probe.batches))
                return time.monotonic() - began
        except OSError:
            if time.monotonic() - began > WITHIN_S:
                raise


def _receipts(link: ssl.SSLSocket, count: int) -> None:
    stream = link.makefile("rb")
    while count:
        head = stream.read(1)
        if not head:
            raise ConnectionError("it went away")
        size, shift = 0, 0
        while True:
            byte = stream.read(1)[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        stream.read(size)
        count -= head[0] >> 4 == 3


async def storm(root: Path, probes: int, flood: int, threads: int) -> None:
    fleet = Fleet(root)
    (root / "clients").mkdir()
    by, tls_key = key.generate(), ec.generate_private_key(ec.SECP256R1())
    began = time.monotonic()
    quiet = [a_probe(fleet, number, by, count=1, tls_key=tls_key) for number in range(1, probes + 1)]
    noisy = a_probe(fleet, 0, by, count=flood, tls_key=tls_key)
    print(f"{probes} probes enrolled in {time.monotonic() - began:.0f} s", flush=True)
    stop = asyncio.Event()
    async with fleet.broker():
        listening = asyncio.Event()
        serving = asyncio.create_task(service.run(fleet.settings, root, stop=stop, say=lambda _: listening.set()))
        await asyncio.wait_for(listening.wait(), WITHIN_S)  # a broker without a subscriber keeps nothing
        loop = asyncio.get_running_loop()
        began = time.monotonic()
        with ThreadPoolExecutor(threads) as pool:
            loud = loop.run_in_executor(pool, talk, fleet, noisy, began)
            took = await asyncio.gather(*(loop.run_in_executor(pool, talk, fleet, one, began) for one in quiet))
            loud_s = await loud
        stop.set()
        await serving
    took_s = sorted(took)
    kept = Store(fleet.files.home.journal).counts().accepted
    print(f"{len(took_s)} of {probes} served, {kept} batches kept; {threads} connecting at once")
    print(
        f"seconds to the receipt: median {statistics.median(took_s):.1f}, 99 % {took_s[int(len(took_s) * 0.99)]:.1f},"
        f" last {took_s[-1]:.1f}; the one that sent {flood}: {loud_s:.1f}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--probes", type=int, default=2000)
    options.add_argument("--flood", type=int, default=3000)
    options.add_argument("--threads", type=int, default=64)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(storm(Path(folder), given.probes, given.flood, given.threads))


if __name__ == "__main__":
    main()
