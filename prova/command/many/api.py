"""Shell. `prova api`: what was measured and judged, for programs, over HTTP; and who may ask."""

import asyncio
import ipaddress
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.event.event import EventKind
from analysis.fleet.placement import GroupKind
from collector.audit_log.act import Act
from probe import clock
from prova.audit import noted
from prova.change.noted import note
from prova.command.server import parse_listen
from prova.home import Home, make, resolve
from prova.hook.command import hooks
from prova.option import LineName, home_option, json_option
from prova.stop import stopping

if TYPE_CHECKING:
    from analysis.contract import Contract
    from dashboards.api.app import Files
    from dashboards.api.token import Group, Token

_MOST_DAYS = 3660


@click.group("api")
def command() -> None:
    """What was measured and judged, for programs: reading only, over HTTP, described by OpenAPI."""


command.add_command(hooks)


@command.command("serve")
@click.option("--listen", "listen_at", default="127.0.0.1:8082", show_default=True, help="HOST:PORT to serve on.")
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PEM certificate chain.")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PEM private key.")
@click.option("--behind-proxy", is_flag=True, help="Serve others without TLS: something before it speaks it.")
@click.option(
    "--contract",
    "contract_path",
    type=click.Path(exists=True, path_type=Path),
    help="A contract, or a folder with one for each line, for findings. Default: HOME/contract.toml, if any.",
)
@home_option
def serve(
    *,
    listen_at: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    behind_proxy: bool,
    contract_path: Path | None,
    home_path: Path | None,
) -> None:
    """Answer programs until stopped: records, tests, outages, findings, coverage, events, health, topology, tables.

    Only this machine can reach the default address. Every question needs a token of `prova api token`;
    /v1/openapi.json tells what may be asked.
    """
    from dashboards.api import app

    host, port = parse_listen(listen_at)
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    if tls_cert is None and not behind_proxy and not _is_own(host):
        raise click.UsageError(
            f"--listen {listen_at} is open to others, and tokens would go there unencrypted: give --tls-cert and"
            " --tls-key, or --behind-proxy where something before it speaks TLS"
        )
    made = app.make_app(_files(resolve(home_path), contract_path), clock=clock.now, monotonic_s=time.monotonic)
    tls = None if tls_cert is None or tls_key is None else (tls_cert, tls_key)

    async def until_stopped() -> None:
        with stopping() as stop:
            scheme, shown = "http" if tls is None else "https", f"[{host}]" if ":" in host else host
            click.echo(f"Answering programs on {scheme}://{shown}:{port}/v1/openapi.json", err=True)
            await app.serve(made, host=host, port=port, tls=tls, stop=stop)

    asyncio.run(until_stopped())


def _files(home: Home, contract_path: Path | None) -> "Files":
    from collector.request.entry import Purpose
    from dashboards.api.app import Files
    from prova.privacy import kept_back

    return Files(
        home=home.path,
        topology=home.topology,
        changes=home.changes,
        tokens=home.tokens,
        contracts=_contracts(home, contract_path),
        kept=kept_back.asking(home, Purpose.API),
    )


@command.group("token")
def token() -> None:
    """Who may ask: tokens made, listed and taken back."""


@token.command("new")
@click.argument("name")
@click.option(
    "--line", "lines", multiple=True, type=LineName(), help="Opens this line; repeatable. Default: every line."
)
@click.option("--group", "groups", multiple=True, metavar="KIND=NAME", help="Opens the lines of a group; repeatable.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, _MOST_DAYS), help="For so long it holds.")
@click.option("--personal", is_flag=True, help="Shows addresses and the words of settings too.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file for it. Default: stdout.")
@home_option
def new(  # noqa: PLR0913  one parameter per option
    *,
    name: str,
    lines: tuple[str, ...],
    groups: tuple[str, ...],
    days: int,
    personal: bool,
    output: Path | None,
    home_path: Path | None,
) -> None:
    """Make a token for NAME and tell it once: only its digest is kept."""
    from dashboards.api.token import Token
    from dashboards.api.token_file import TokenFile

    if not (0 < len(name) <= 100 and name.isprintable()):
        raise click.BadParameter("must be 1 to 100 printable characters", param_hint="NAME")
    home, now = resolve(home_path), clock.now()
    make(home)
    asked = Token(
        id="",
        sha256="",
        name=name,
        made_at=now,
        until_at=now + timedelta(days=days),
        lines=lines,
        groups=tuple(_group(one) for one in groups),
        personal=personal,
    )
    told = TokenFile(home.tokens).add(asked)
    noted.note(home.path, Act.TOKEN_MADE, f"{told.split('_')[1]}, opens {_opens(asked)}")
    note(home, EventKind.ACCESS, told.split("_")[1], _state(asked), at=now, line=None)
    if output is None:
        click.echo(told)
    else:
        _write(output, told)
    click.echo(f"It opens {_opens(asked)} until {asked.until_at:%Y-%m-%d}. It is not shown again.", err=True)


@token.command("list")
@home_option
@json_option
def list_(*, home_path: Path | None, as_json: bool) -> None:
    """Every token, what it opens and until when; never the token itself."""
    from dashboards.api.token_file import TokenFile

    found = TokenFile(resolve(home_path).tokens).tokens()
    if as_json:
        told = [{"id": one.id, **_state(one), "revoked": one.revoked_at is not None} for one in found]
        click.echo(json.dumps({"schema": "prova.tokens/1", "tokens": told}, indent=2, ensure_ascii=False))
        return
    for one in found:
        state = "taken back" if one.revoked_at else f"until {one.until_at:%Y-%m-%d}"
        click.echo(f"{one.id}  {one.name}  {_opens(one)}  {state}")


@token.command("revoke")
@click.argument("id_", metavar="ID")
@home_option
def revoke(*, id_: str, home_path: Path | None) -> None:
    """Take a token back, from the next question on."""
    from dashboards.api.token_file import TokenFile

    home, now = resolve(home_path), clock.now()
    gone = TokenFile(home.tokens).revoke(id_, at=now)
    noted.note(home.path, Act.TOKEN_REVOKED, gone.id)
    note(home, EventKind.ACCESS, gone.id, {"revoked": "yes"}, at=now, line=None)
    click.echo(f"{gone.id} ({gone.name}) opens nothing any more.", err=True)


def _is_own(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _contracts(home: Home, named: Path | None) -> "dict[str, Contract]":
    from prova.many.contracts import contracts_at

    path = named or home.contract
    return contracts_at(path) if named is not None or path.exists() else {}


def _group(word: str) -> "Group":
    from dashboards.api.token import Group

    kind, _, name = word.partition("=")
    if kind not in set(GroupKind) or not name:
        known = ", ".join(kind.value for kind in GroupKind)
        raise click.BadParameter(f"{word!r} is not KIND=NAME, with KIND one of {known}", param_hint="--group")
    return Group(GroupKind(kind), name)


def _opens(one: "Token") -> str:
    parts = [*one.lines, *(f"{group.kind.value} {group.name}" for group in one.groups)]
    return f"{', '.join(parts) or 'every line'}{' with addresses' if one.personal else ''}"


def _state(one: "Token") -> dict[str, str]:
    return {"name": one.name, "opens": _opens(one), "until": one.until_at.isoformat()}


def _write(path: Path, told: str) -> None:
    import os

    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{told}\n")
