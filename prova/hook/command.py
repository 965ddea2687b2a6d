"""Shell. `prova api hooks`: findings sent on, to whom, and how it stands."""

import json
import os
import secrets
import threading
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collector.audit_log.act import Act
from probe import clock
from prova.audit.noted import noting
from prova.exit import CommandError
from prova.home import Home, make, resolve
from prova.option import home_option, json_option

if TYPE_CHECKING:
    from analysis.contract import Contract
    from collector.store import Store
    from dashboards.hook.desk import Desk

_SECRET_BYTES = 32
_LEAST_WAIT_S = 1.0


@click.group("hooks")
def hooks() -> None:
    """Findings sent on as they are made: signed, at least once, to the receivers of HOME/hooks.toml."""


@hooks.command("run")
@click.option(
    "--contract",
    "contract_path",
    type=click.Path(exists=True, path_type=Path),
    help="A contract, or a folder with one for each line. Default: HOME/contract.toml, if any.",
)
@click.option(
    "--every", "every_s", default=900, show_default=True, type=click.IntRange(10), help="Seconds to judge anew."
)
@click.option("--days", default=3, show_default=True, type=click.IntRange(1, 31), help="Civil days that are judged.")
@click.option("--once", is_flag=True, help="Judge and send once, and end.")
@home_option
def run(*, contract_path: Path | None, every_s: int, days: int, once: bool, home_path: Path | None) -> None:
    """Judge every line with a contract again and again, and send what is new, until stopped."""
    from collector.request.entry import Purpose
    from collector.store import Store
    from prova.privacy import kept_back
    from prova.stop import threaded

    home = resolve(home_path)
    make(home)
    desk, contracts = _desk(home), _contracts(home, contract_path)
    if not desk.hooks:
        raise CommandError(f"No receiver is named. Write [[hook]] with name, url and secret_file to {home.hooks}.")
    store = Store(home.collector.journal)
    with threaded() as stop:
        judged_at: datetime | None = None
        while not stop.is_set():
            now = clock.now()
            if contracts and (judged_at is None or (now - judged_at).total_seconds() >= every_s):
                kept = kept_back.kept(home, contracts, Purpose.NOTIFY)
                told = {line: one for line, one in contracts.items() if line not in kept}
                _judge(desk, store, told, days, once=once)
                judged_at = now
            desk.deliver()
            if once:
                return
            _wait(desk, stop, every_s)


@hooks.command("list")
@home_option
@json_option
def list_(*, home_path: Path | None, as_json: bool) -> None:
    """Every receiver, and how many messages wait, were taken or were given up."""
    home = resolve(home_path)
    desk = _desk(home, with_secrets=False)
    told = []
    for hook in desk.hooks:
        state = desk.outbox.state(hook.name)
        told.append(
            {
                "name": hook.name,
                "url": hook.url,
                "waiting": state.waiting_count,
                "sent": state.sent_count,
                "given_up": state.given_up_count,
                "closed": state.closed_at is not None,
                "last_failure": state.last_said or None,
            }
        )
    if as_json:
        click.echo(json.dumps({"schema": "prova.hooks/1", "hooks": told}, indent=2))
        return
    for one in told:
        words = f"{one['name']}  {one['url']}  {one['waiting']} wait, {one['sent']} taken, {one['given_up']} given up"
        failure = f"; last failure: {one['last_failure']}" if one["last_failure"] else ""
        click.echo(f"{words}{'; closed by its receiver' if one['closed'] else ''}{failure}")


@hooks.command("reopen")
@click.argument("name")
@home_option
def reopen(*, name: str, home_path: Path | None) -> None:
    """Try a receiver again that was closed, and what was given up."""
    home = resolve(home_path)
    desk = _desk(home, with_secrets=False)
    if name not in {hook.name for hook in desk.hooks}:
        raise CommandError(f"No receiver is called {name}. See `prova api hooks list`.")
    with noting(home.path, Act.HOOK_SENT_AGAIN, name):
        desk.outbox.reopen(name, at=clock.now())


@hooks.command("secret")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file, made for you alone.",
)
def secret(*, output: Path) -> None:
    """Make a secret that signs what is sent, in a new file; give its content to the receiver."""
    from dashboards.hook.hook import secret_text

    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CommandError(f"{output} is there already. Name another file, or remove it.") from error
    with os.fdopen(descriptor, "w") as file:
        file.write(secret_text(secrets.token_bytes(_SECRET_BYTES)) + "\n")


def _judge(desk: "Desk", store: "Store", contracts: "dict[str, Contract]", days: int, *, once: bool) -> None:
    """A store that cannot be read just now is said, and read again at the next turn; what waits is sent meanwhile."""
    from collector.store import StoreError

    try:
        desk.judge(store, contracts.values(), days)
    except StoreError as error:
        if once:
            raise
        click.echo(f"prova: {error}", err=True)


def _wait(desk: "Desk", stop: threading.Event, every_s: int) -> None:
    """Until the next message is due or it is time to judge."""
    due_at = desk.outbox.next_due_at([hook.name for hook in desk.hooks])
    until_s = every_s if due_at is None else (due_at - clock.now()).total_seconds()
    stop.wait(min(max(until_s, _LEAST_WAIT_S), every_s))


def _desk(home: Home, *, with_secrets: bool = True) -> "Desk":
    from dashboards.hook.desk import Desk, load, secrets_of
    from dashboards.hook.outbox import Outbox

    found = load(home.hooks)
    return Desk(
        hooks=found,
        secrets=secrets_of(found) if with_secrets else {},
        outbox=Outbox(home.outbox),
        clock=clock.now,
        software=f"prova/{version('prova')}",
        say=lambda words: click.echo(f"prova: {words}", err=True),
    )


def _contracts(home: Home, named: Path | None) -> "dict[str, Contract]":
    from prova.many.contracts import contracts_at

    path = named or home.contract
    return contracts_at(path) if named is not None or path.exists() else {}
