"""Shell. `prova notify`: tells a person by mail or message what they asked to be told."""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path

import click

from analysis.contract_file import load as load_contract
from analysis.wording import say
from collector.store import StoreError
from probe import clock
from prova.exit import CommandError, Exit
from prova.home import Home, resolve
from prova.notify.look import Looked, look, path_of
from prova.notify.send import Messenger
from prova.notify.settings import load
from prova.option import home_option
from prova.stop import stopping


@click.group("notify")
def command() -> None:
    """Tell by mail or message what happens: breaches that are no blip, outages, deadlines. Set in HOME/notify.toml."""


@command.command("test")
@home_option
def test(*, home_path: Path | None) -> int:
    """Send a message to every address, now, and say whether it went out."""
    settings = load(path_of(resolve(home_path)))
    title, body = say("tell.title.test"), say("tell.test")
    words = (title.pt, body.pt) if settings.lang == "pt" else (title.en, body.en)
    if not Messenger(settings.urls).tell(*words):
        raise CommandError("Not every address took it. Look after the addresses and the network.", Exit.UNREACHABLE)
    click.echo(f"It went out to {len(settings.urls)} addresses.")
    return Exit.DONE


@command.command("once")
@home_option
def once(*, home_path: Path | None) -> int:
    """Look once, and tell what is news."""
    looked = _look(resolve(home_path))
    click.echo(f"{looked.told_count} told, {looked.failed_count} could not be.")
    return Exit.UNREACHABLE if looked.failed_count else Exit.DONE


@command.command("run")
@home_option
def run(*, home_path: Path | None) -> None:
    """Look every few minutes, until Ctrl-C."""
    home = resolve(home_path)
    asyncio.run(_run(home, load(path_of(home)).every_s))


async def _run(home: Home, every_s: float) -> None:
    with stopping() as stop:
        while not stop.is_set():
            try:
                looked = await asyncio.to_thread(_look, home)
                if looked.told_count or looked.failed_count:
                    click.echo(f"{looked.told_count} told, {looked.failed_count} could not be.", err=True)
            except (StoreError, sqlite3.OperationalError) as error:  # not there yet, or busy: the next look will do
                click.echo(f"Not looked: {error}", err=True)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every_s)


def _look(home: Home) -> Looked:
    settings = load(path_of(home))
    contract = load_contract(home.contract)
    return look(home, contract, settings, clock.now(), Messenger(settings.urls).tell)
