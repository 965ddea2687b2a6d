"""A collector's register, authority and door on loopback, and mosquitto as it sets one up for a fleet."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiomqtt

from collector.fleet.share import Share
from collector.home import CollectorHome
from collector.identity.admit import Desk, admit
from collector.identity.door import open_door
from collector.identity.files import IdentityHome, load_authority, write_fleet
from collector.identity.register import Register
from collector.settings import BrokerSettings, CollectorSettings
from probe import clock
from probe.identity import ProbeHome
from probe.uplink import enrol as uplink
from prova.port import free_port
from tests.integration.collector_rig import WITHIN_S

HOST = "localhost"


@dataclass
class Fleet:
    """A home with an authority, and the broker's settings written."""

    root: Path
    port: int = field(default_factory=free_port)
    collectors: int = 1

    def __post_init__(self) -> None:
        self.files = IdentityHome(CollectorHome(self.root))
        self.register = Register(self.files.register)
        self.conf = write_fleet(
            self.files,
            self.register,
            hosts=[HOST, "127.0.0.1"],
            port=self.port,
            collectors=self.collectors,
            at=clock.now(),
        )
        self.authority = load_authority(self.files, at=clock.now())
        self.desk = Desk(
            home=self.files.home,
            register=self.register,
            authority=self.authority,
            broker_host=HOST,
            broker_port=self.port,
        )

    @property
    def settings(self) -> CollectorSettings:
        """The collector's, by its certificate."""
        return self.settings_of(Share())

    def settings_of(self, share: Share) -> CollectorSettings:
        """Those of one of several collectors."""
        name = "collector" if share.whole else f"collector-{share.number}"
        return CollectorSettings(
            broker=BrokerSettings(
                host=HOST,
                port=self.port,
                tls=True,
                ca_file=self.files.authority,
                certificate_file=self.files.fleet(f"{name}.pem"),
                key_file=self.files.fleet(f"{name}-key.pem"),
                share=share,
            )
        )

    def ticket(self, door: int, *, line: str, probe: str, code: str | None = None) -> uplink.Ticket:
        """A ticket good for an hour; with `code` no new code is made."""
        if code is None:
            code = f"code of {probe}"
            self.register.add_code(code, line=line, probe=probe, until=clock.now() + timedelta(hours=1))
        return uplink.Ticket(host=HOST, port=door, probe=probe, ca_pem=self.authority.pem.decode(), code=code)

    @asynccontextmanager
    async def door(self) -> AsyncIterator[int]:
        async def answer(signed: bytes) -> bytes:
            return await asyncio.to_thread(admit, self.desk, signed, at=clock.now())

        certificate, private_key = self.files.fleet("server.pem"), self.files.fleet("server-key.pem")
        async with open_door(
            answer, host="127.0.0.1", port=0, certificate=certificate, private_key=private_key
        ) as port:
            yield port

    @asynccontextmanager
    async def broker(self) -> AsyncIterator[None]:
        argv = ("mosquitto", "-c", str(self.conf))
        process = subprocess.Popen(argv, stderr=subprocess.DEVNULL)  # noqa: ASYNC220  returns at once
        try:
            async with asyncio.timeout(WITHIN_S):
                while not await _listens(self.port):
                    await asyncio.sleep(0.02)
            yield
        finally:
            process.kill()
            process.wait(WITHIN_S)

    def client(self, home: ProbeHome, name: str) -> aiomqtt.Client:
        """Connected as the probe that enrolled in `home`."""
        folder = home.root / "probe"
        context = ssl.create_default_context(cafile=folder / "ca.pem")
        context.load_cert_chain(folder / "tls.pem", folder / "tls-key.pem")
        return aiomqtt.Client(HOST, self.port, tls_context=context, identifier=name, timeout=WITHIN_S)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.transport.abort()
    return True
