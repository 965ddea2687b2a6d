"""Shell. `prova up`: broker, collector, probe and page on this machine, until Ctrl-C."""

import asyncio
import fcntl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from collector import broker
from collector.audit_log.act import Act
from dashboards.web import app as page
from dashboards.web.access.entrance import Entrance
from dashboards.web.hands import Hands
from probe.throughput.mlab import consent
from probe.throughput.mlab.locate import NAME as MLAB
from prova.audit.noted import noting
from prova.audit.page_door import PageDoor
from prova.command.server import parse_listen
from prova.exit import CommandError
from prova.home import Home, make, resolve
from prova.household import Asked
from prova.option import home_option, mlab_option
from prova.page.bench import BellBench
from prova.page.chosen import Chosen
from prova.page.chosen import parse as parse_chosen
from prova.page.entrance import Wanted, entrance
from prova.page.option import page_options, wanted_of
from prova.page.password import from_file, keep, kept
from prova.page.running import Choice, Running
from prova.page.set_up import HomeSetUp
from prova.stop import stopping
from prova.supervise import Supervisor

_DEFAULT_LINE = "casa"


@click.command("up")
@click.option(
    "--contract", "contract_path", type=click.Path(path_type=Path), help="Default: HOME/contract.toml, if any."
)
@click.option(
    "--server",
    "servers",
    multiple=True,
    help=f"ws:// or wss:// measuring server, or {MLAB} for one that M-Lab assigns; several are used in turn.",
)
@mlab_option
@click.option(
    "--target",
    "watched",
    multiple=True,
    help="A host beyond the router to watch every 5 s, or NETWORK@HOST, with any word for whose network it is in: three"
    " networks tell the line's own outage from somebody else's. May be repeated.",
)
@click.option(
    "--resolver", "resolvers", multiple=True, help="A second resolver's address, asked beside this machine's."
)
@click.option("--name", "names", multiple=True, help="A name for resolvers to find, as in example.pt or *.example.pt.")
@click.option("--name-server", "name_servers", multiple=True, help="ZONE@HOST: who is asked for its own zone.")
@click.option("--signed-name", help="A name that is signed (DNSSEC): which resolvers check it is asked once an hour.")
@click.option("--broken-name", help="A name that is wrongly signed on purpose: which resolvers refuse it.")
@click.option("--time-server", "time_servers", multiple=True, help="Who is asked for the time once an hour (NTP).")
@click.option("--page", "listen", default="127.0.0.1:8080", show_default=True, help="HOST:PORT of the page.")
@page_options
@click.option(
    "--broker",
    "broker_kind",
    type=click.Choice([kind.value for kind in broker.BrokerKind]),
    help="Default: mosquitto where it is installed, else the embedded one.",
)
@home_option
def command(  # noqa: PLR0913  one parameter per option
    *,
    contract_path: Path | None,
    servers: tuple[str, ...],
    mlab_accepted: bool,
    watched: tuple[str, ...],
    resolvers: tuple[str, ...],
    names: tuple[str, ...],
    name_servers: tuple[str, ...],
    time_servers: tuple[str, ...],
    signed_name: str | None,
    broken_name: str | None,
    listen: str,
    broker_kind: str | None,
    home_path: Path | None,
    **page_way: Any,
) -> None:
    """Measure this machine's line, judge it and show it on http://127.0.0.1:8080, until Ctrl-C."""
    home = resolve(home_path)
    chosen = _chosen(home, Chosen(servers=servers, watched=watched, mlab_accepted=mlab_accepted))
    make(home)
    contract, line, levels = _contract(home, contract_path)
    _note(home, contract)
    wanted = wanted_of(*parse_listen(listen), page_way)
    choice = Choice(
        home=home,
        contract=contract,
        line=line,
        servers=chosen.servers,
        watched=chosen.watched,
        asked=Asked(resolvers, names, name_servers, time_servers, signed_name, broken_name),
        broker=None if broker_kind is None else broker.BrokerKind(broker_kind),
        mlab_accepted=chosen.mlab_accepted and MLAB in chosen.servers,
        repeat_levels=levels,
        wanted=wanted,
        entrance=_entrance(home, wanted, page_way["password_file"]),
    )
    with _only_one(home):
        asyncio.run(_up(choice))


def _chosen(home: Home, named: Chosen) -> Chosen:
    """What the options name; where they name neither server nor host, what was chosen on the page.

    Nothing starts without consent. Raises CommandError, MlabError.
    """
    chosen = named
    if not named.servers and not named.watched and home.chosen.exists():
        chosen = parse_chosen(home.chosen.read_text(encoding="utf-8"), str(home.chosen))
    if MLAB in chosen.servers:
        _heed_mlab(accepted=chosen.mlab_accepted)
    return chosen


def _entrance(home: Home, wanted: Wanted, password_file: Path | None) -> Entrance:
    """Nothing starts that would let anybody in. Raises CommandError, EntranceError, PageError."""
    if password_file is not None:
        with noting(home.path, Act.PASSWORD_SET):
            keep(home.page_password, from_file(password_file))
    made = entrance(wanted, kept(home.page_password))
    if made.certificate is not None:
        page.check_certificate(made.certificate)
    return made


def _heed_mlab(*, accepted: bool) -> None:
    """Nothing starts without consent, and nothing that is published starts unsaid. Raises MlabError."""
    from probe.throughput.mlab import client

    client.require_consent(accepted=accepted)
    click.echo(f"\n  {consent.PUBLISHED_PT}\n\n  {consent.PUBLISHED_EN}\n", err=True)


def _contract(home: Home, named: Path | None) -> tuple[Path | None, str, dict[str, int]]:
    """The contract file in use, if any, the line's id, and below which results the probe tests again.

    A broken file stops here, before anything starts.
    """
    path = named or (home.contract if home.contract.exists() else None)
    if path is None:
        return None, _DEFAULT_LINE, {}
    from analysis.contract_file import load
    from probe import clock
    from prova.levels import repeat_levels

    contract = load(path)
    return path.resolve(), contract.line.id, repeat_levels(contract, clock.now())


def _note(home: Home, contract: Path | None) -> None:
    """What this machine runs, and under which contract, for the change log."""
    from analysis.contract_file import load
    from probe import clock
    from prova.change import noted

    noted.note_software(home, "prova", at=clock.now())
    if contract is not None:
        noted.note_contract(home, load(contract), at=clock.now())


@contextmanager
def _only_one(home: Home) -> Iterator[TextIO]:
    with home.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f"Prova is running already with {home.path}. Stop it with Ctrl-C where it runs, or name another --home."
            ) from error
        yield lock


async def _up(choice: Choice) -> None:
    page.check_free(choice.wanted.host, choice.wanted.port)
    with stopping() as stop:
        supervisor = Supervisor(lambda words: click.echo(words, err=True))
        try:
            running = Running(choice, supervisor)
            await running.start()
            await _show(running, supervisor, stop)
        finally:
            began = time.monotonic()
            await supervisor.end()
            click.echo(f"Everything has ended ({time.monotonic() - began:.1f} s).", err=True)


async def _show(running: Running, supervisor: Supervisor, stop: asyncio.Event) -> None:
    """Serves the page until Ctrl-C, or until a child fails for something that a person must mend."""
    choice = running.choice
    at, entrance, home = choice.wanted, choice.entrance, choice.home
    contract = choice.contract or home.contract
    app = page.make_app(
        home=home.path,
        contract_path=choice.contract,
        line=choice.line,
        demonstration=not choice.servers,
        port=at.port,
        entrance=entrance,
        hands=Hands(
            bench=BellBench(home.of_line(choice.line).probe.bell),
            setup=HomeSetUp(
                home=home.path, line=choice.line, contract=contract, chosen_file=home.chosen, renew=running.renew
            ),
            doorkeeper=PageDoor(home.path, time.monotonic, whole=at.whole_addresses),
        ),
        dossier_command=_dossier_command(home, contract),
    )
    running.shown_by(app)
    shown = f"[{at.host}]" if ":" in at.host else at.host
    scheme = "https" if entrance.certificate else "http"
    click.echo(f"\n  Prova: {scheme}://{shown}:{at.port}   (Ctrl-C ends everything)\n", err=True)
    serving = asyncio.create_task(
        page.serve(app, host=at.host, port=at.port, stop=stop, certificate=entrance.certificate)
    )
    either: set[asyncio.Future[Any]] = {serving, supervisor.failed}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if supervisor.failed.done():
        stop.set()
        await serving
        raise supervisor.failed.result()
    await serving


def _dossier_command(home: Home, contract: Path) -> tuple[str, ...]:
    """Makes a dossier of this home; the page asks for one only once there is a contract."""
    named = ("--home", str(home.path), "--contract", str(contract))
    return (sys.executable, "-m", "prova.main", "dossier", *named)
