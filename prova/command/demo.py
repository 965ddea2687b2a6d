"""Shell. `prova demo`: a month of labelled examples in a home of its own, and the page over it."""

import asyncio
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import click

from dashboards.web import app as page
from probe import clock
from prova.command.server import parse_listen
from prova.example import fill, month
from prova.home import Home
from prova.option import Day
from prova.stop import stopping

_WORDS = """
  These are examples, not evidence: nothing was measured. A month was played into {home}:
  a sleeping computer, a cable of 100 Mbit/s, a household that streams, slow evenings, and a cut of thirty hours.

  Isto são exemplos, não é prova: nada foi medido. Um mês de exemplos: um computador adormecido, um cabo de
  100 Mbit/s, uma casa que vê filmes, noites lentas e um corte de trinta horas.
"""


@click.command("demo")
@click.option(
    "--home",
    "home_path",
    type=click.Path(file_okay=False, path_type=Path),
    help="A new folder. Default: a temporary one.",
)
@click.option("--until", "last_on", type=Day(), help="The month's last day. Default: yesterday.")
@click.option("--page", "listen", default="127.0.0.1:8080", show_default=True, help="HOST:PORT of the page.")
@click.option("--fill-only", is_flag=True, help="Fill --home, and open no page.")
def command(*, home_path: Path | None, last_on: date | None, listen: str, fill_only: bool) -> None:
    """Show what Prova shows, on a month of examples: nothing is measured, and no host is contacted.

    A folder that was filled before is shown again.
    """
    host, port = parse_listen(listen)
    if home_path is not None:
        _run(Home(home_path.resolve()), last_on, host, port, fill_only=fill_only)
        return
    if fill_only:
        raise click.UsageError("--fill-only needs --home DIR")
    with tempfile.TemporaryDirectory(prefix="prova-demo-") as folder:
        _run(Home(Path(folder) / "home"), last_on, host, port, fill_only=False)


def _run(home: Home, last_on: date | None, host: str, port: int, *, fill_only: bool) -> None:
    if not (home.contract.exists() and home.collector.journal.exists()):
        fill.fill(home, last_on or clock.now().date() - timedelta(days=1))
    click.echo(_WORDS.format(home=home.path), err=True)
    if not fill_only:
        asyncio.run(_show(home, host, port))


async def _show(home: Home, host: str, port: int) -> None:
    own = ("--home", str(home.path))
    app = page.make_app(
        home=home.path,
        contract_path=home.contract,
        line=month.LINE,
        demonstration=False,  # the contract's own name says what it is; no test of it is a demonstration server's
        port=port,
        dossier_command=(sys.executable, "-m", "prova.main", "dossier", *own),
    )
    click.echo(f"\n  Prova: http://{host}:{port}   (Ctrl-C ends it)\n", err=True)
    with stopping() as stop:
        await page.serve(app, host=host, port=port, stop=stop)
