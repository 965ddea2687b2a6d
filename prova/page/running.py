"""Shell. The rooms of `prova up` as they run: started in their order, and brought to work by another choice.

Knows nothing of options or of the page's address.
"""

import asyncio
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import click
from starlette.applications import Starlette

from analysis.contract import Contract
from collector import broker
from dashboards.web import app as page
from dashboards.web.access.entrance import Entrance
from probe import clock
from probe.throughput.mlab.locate import NAME as MLAB
from prova.change import noted
from prova.exit import CommandError
from prova.home import Home
from prova.household import Asked, Household, Wish, settle
from prova.levels import repeat_levels
from prova.page.chosen import Chosen
from prova.page.entrance import Wanted
from prova.port import free_port
from prova.supervise import Child, Supervisor

_READY_S = 20.0
_PROVA = (sys.executable, "-m", "prova.main")
_DEMONSTRATION = """
  This is a demonstration, not evidence: no measuring server was named, so one was started on this very machine,
  and the tests run inside it. To measure your line, name a server elsewhere:

      make up ARGS="--server wss://HOST"        or        prova up --server wss://HOST

  Isto é uma demonstração, não é prova: não foi indicado nenhum servidor de medição, por isso foi iniciado um nesta
  mesma máquina. Para medir a sua linha, indique um servidor noutro local com --server.
"""
_UNWATCHED = """
  Outages of the line are not seen: nobody beyond the router is asked, for none stands there by default. Name three
  hosts in networks of their own, each with any word for its network, whose owners allow it:

      prova up --target A@HOST --target B@HOST --target C@HOST

  As avarias da ligação não são vistas: ninguém para lá do router é interrogado, pois nada está definido à partida.
  Indique três hosts em redes distintas, cada um com uma palavra para a sua rede, cujos donos o permitam, como acima.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What `prova up` goes by. `contract` None: none is there yet. No server: a demonstration on this machine."""

    home: Home
    contract: Path | None
    line: str
    repeat_levels: dict[str, int]
    servers: tuple[str, ...]
    watched: tuple[str, ...]
    asked: Asked
    broker: broker.BrokerKind | None
    mlab_accepted: bool
    wanted: Wanted
    entrance: Entrance


class Running:
    """Broker, collector, probe, and a measuring server where it is a demonstration."""

    def __init__(self, choice: Choice, supervisor: Supervisor) -> None:
        self.choice, self._supervisor = choice, supervisor
        self._server_port: int | None = None
        self._household: Household | None = None
        self._app: Starlette | None = None

    def shown_by(self, app: Starlette) -> None:
        """The page that is to know of another choice."""
        self._app = app

    async def start(self) -> None:
        """Everything, in its order. Raises CommandError."""
        choice = self.choice
        household = await self._settle(choice, free_port())
        plan = household.broker
        home = ("--home", str(choice.home.path))
        await self._supervisor.add(
            Child(name="broker", argv=plan.argv, ready=lambda: broker.wait_ready(plan, _READY_S))
        )
        await self._supervisor.add(Child(name="collector", argv=(*_PROVA, "collector", "run", *home)))
        await self._demonstrate(choice)
        if not (choice.watched or choice.asked.name_servers or {*choice.servers} - {MLAB}):
            click.echo(_UNWATCHED, err=True)
        probe_home = ("--home", str(household.probe_home.path))
        await self._supervisor.add(Child(name="probe", argv=(*_PROVA, "probe", "run", *probe_home)))
        if (choice.home.path / "notify.toml").exists() and choice.home.contract.exists():
            await self._supervisor.add(Child(name="notify", argv=(*_PROVA, "notify", "run", *home)))

    async def renew(self, contract: Contract | None, chosen: Chosen) -> None:
        """The probe goes on with what was chosen, and with the contract in its file; None keeps the one that is there.

        Raises CommandError, and then nothing is other than it was.
        """
        assert self._household is not None
        choice = replace(
            self.choice, servers=chosen.servers, watched=chosen.watched, mlab_accepted=chosen.mlab_accepted
        )
        if contract is not None:
            levels = repeat_levels(contract, clock.now())
            choice = replace(choice, contract=choice.contract or choice.home.contract, repeat_levels=levels)
            noted.note_contract(choice.home, contract, at=clock.now())
        await self._settle(choice, self._household.broker.port)
        await self._demonstrate(choice)
        self.choice = choice
        await self._supervisor.renew("probe")
        if self._app is not None:
            page.take_up(self._app, choice.contract, demonstration=not choice.servers)

    async def _settle(self, choice: Choice, broker_port: int) -> Household:
        """Keys and settings files, as the choice wants them."""
        if not choice.servers and self._server_port is None:
            self._server_port = free_port()
        wish = Wish(
            line=choice.line,
            servers=choice.servers or (f"ws://127.0.0.1:{self._server_port}",),
            demonstration=not choice.servers,
            watched=choice.watched,
            asked=choice.asked,
            broker=choice.broker,
            mlab_accepted=choice.mlab_accepted,
            repeat_levels=choice.repeat_levels,
        )
        self._household = await asyncio.to_thread(settle, choice.home, wish, broker_port=broker_port)
        settings = choice.home.of_line(choice.line).probe_settings
        noted.note_settings(choice.home, f"probe of {choice.line}", settings, at=clock.now(), line=choice.line)
        return self._household

    async def _demonstrate(self, choice: Choice) -> None:
        """Starts the measuring server of a demonstration, once."""
        port = self._server_port
        if choice.servers or port is None or self._supervisor.keeps("server"):
            return
        click.echo(_DEMONSTRATION, err=True)
        argv = (*_PROVA, "server", "--listen", f"127.0.0.1:{port}", "--home", str(choice.home.path))
        await self._supervisor.add(Child(name="server", argv=argv, ready=lambda: _listening("127.0.0.1", port)))


async def _listening(host: str, port: int) -> None:
    """Returns once something accepts connections there; CommandError after a while."""
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        await writer.wait_closed()
        return
    raise CommandError(f"Nothing answers on {host}:{port} after {_READY_S:g} s. Look at the words above.")
