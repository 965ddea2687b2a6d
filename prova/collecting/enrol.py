"""Shell. `prova collector enrol`: who may send, and with what the broker of a fleet knows them."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.event.event import EventKind
from collector.audit_log.act import Act, Outcome
from probe import clock
from probe.record import check_name
from prova.audit import noted
from prova.audit.thinned import Thinned
from prova.change.noted import note
from prova.command.server import parse_listen
from prova.exit import CommandError
from prova.home import Home, make, resolve
from prova.option import home_option, json_option
from prova.stop import stopping

if TYPE_CHECKING:
    from collector.envelope import Enrolled
    from collector.identity.authority import Authority
    from collector.identity.files import IdentityHome
    from collector.settings import BrokerSettings

_PORT = 8884
_ASKED_PORT = 8885
_MQTT_PORT = 8883  # MQTT over TLS, as registered with IANA


@click.group("enrol")
def enrol() -> None:
    """Let probes in, and let them in no longer."""


@enrol.command("broker")
@click.option("--host", "hosts", multiple=True, required=True, help="The broker's name or address, as probes call it.")
@click.option("--port", type=click.IntRange(1, 65_535), default=_MQTT_PORT, show_default=True)
@home_option
def broker(hosts: tuple[str, ...], port: int, home_path: Path | None) -> None:
    """Write mosquitto's settings for a fleet: TLS, certificates, each probe its own topics."""
    from collector.identity.files import IdentityHome, write_fleet
    from collector.identity.register import Register

    home = resolve(home_path)
    make(home)
    files = IdentityHome(home.collector)
    count = _broker(home).share.count
    with noted.noting(home.path, Act.FLEET_MADE, f"mosquitto, {', '.join(hosts)}"):
        path = write_fleet(files, Register(files.register), hosts=hosts, port=port, collectors=count, at=clock.now())
    click.echo(f"Written: {path}. Start it with: mosquitto -c {path}", err=True)


@enrol.command("emqx")
@click.option("--host", "hosts", multiple=True, required=True, help="The broker's name or address, as probes call it.")
@click.option("--port", type=click.IntRange(1, 65_535), default=_MQTT_PORT, show_default=True)
@click.option("--asked-url", default=f"http://127.0.0.1:{_ASKED_PORT}", show_default=True, help="Where `answer` is.")
@home_option
def emqx(hosts: tuple[str, ...], port: int, asked_url: str, home_path: Path | None) -> None:
    """Write EMQX's settings for a fleet: TLS, certificates, and whom it asks about each client."""
    from collector.identity.emqx import emqx_settings
    from collector.identity.files import IdentityHome, write_fleet, write_private
    from collector.identity.register import Register

    home = resolve(home_path)
    make(home)
    files, path = IdentityHome(home.collector), IdentityHome(home.collector).fleet("emqx.hocon")
    count = _broker(home).share.count
    with noted.noting(home.path, Act.FLEET_MADE, f"EMQX, {', '.join(hosts)}"):
        write_fleet(files, Register(files.register), hosts=hosts, port=port, collectors=count, at=clock.now())
    write_private(path, emqx_settings(path.parent, port=port, asked_url=asked_url).encode())
    click.echo(f"Written: {path}. Put it into EMQX's base.hocon, and run: prova collector enrol answer", err=True)


@enrol.command("answer")
@click.option("--listen", default=f"127.0.0.1:{_ASKED_PORT}", show_default=True, help="HOST:PORT. For EMQX alone.")
@click.option(
    "--with",
    "others",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The home of another collector on the same broker; may be repeated.",
)
@home_option
def answer(listen: str, others: tuple[Path, ...], home_path: Path | None) -> None:
    """Tell EMQX who may connect and what for, from the register as it is at each question, until stopped."""
    from collector.home import CollectorHome
    from collector.identity import gate

    host, port = parse_listen(listen)
    registers = gate.registers_of((resolve(home_path).collector, *(CollectorHome(one) for one in others)))

    def reply(path: str, asked: bytes) -> bytes | None:
        return gate.answer(registers, path, asked, at=clock.now())

    async def until_stopped() -> None:
        with stopping() as stop, gate.open_gate(reply, host=host, port=port) as bound:
            click.echo(f"EMQX may ask at http://{host}:{bound}.", err=True)
            await stop.wait()

    asyncio.run(until_stopped())


@enrol.command("issue")
@click.option("--line", required=True, help="The line that the probe watches.")
@click.option("--probe", required=True, help="The probe's name, new to this collector; with --new-key a known one.")
@click.option("--host", required=True, help="This collector's name or address, as the probe calls it.")
@click.option("--port", type=click.IntRange(1, 65_535), default=_PORT, show_default=True, help="As `serve` listens.")
@click.option("--hours", type=click.IntRange(1, 24 * 14), default=24, show_default=True, help="How long it is good.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The ticket.")
@click.option("--new-key", is_flag=True, help="For a probe that is enrolled: its signing key is lost or distrusted.")
@click.option("--revoke", is_flag=True, help="With --new-key: nothing its keys so far sign is taken from now on.")
@home_option
def issue(  # noqa: PLR0913  one parameter per option
    *,
    line: str,
    probe: str,
    host: str,
    port: int,
    hours: int,
    output: Path,
    new_key: bool,
    revoke: bool,
    home_path: Path | None,
) -> None:
    """Make a ticket with a one-time code: a file for its owner alone, to be carried to the probe."""
    from collector.identity.files import IdentityHome, load_authority, write_private
    from collector.identity.register import Register

    home = resolve(home_path)
    make(home)
    try:
        check_name("line", line)
        check_name("probe", probe)
    except ValueError as error:
        raise CommandError(f"{error}.") from error
    _own_line(home, line)
    if revoke and not new_key:
        raise CommandError("--revoke goes with --new-key. To let a probe in no longer: prova collector enrol revoke.")
    if new_key:
        _check_known(home, line, probe)
    files, now, code = IdentityHome(home.collector), clock.now(), secrets.token_urlsafe(20)
    authority = load_authority(files, at=now)
    until = now + timedelta(hours=hours)
    noted.note(home.path, Act.TICKET_ISSUED, f"{probe} of {line}{', for a new key' if new_key else ''}")
    Register(files.register).add_code(code, line=line, probe=probe, until=until, new_key=new_key)
    if revoke:
        _revoke_keys(home, probe, None)
    ticket = {"host": host, "port": port, "probe": probe, "code": code, "ca_pem": authority.pem.decode()}
    write_private(output, json.dumps(ticket).encode())
    click.echo(f"Written: {output}, good once, until {until:%Y-%m-%d %H:%M} UTC.", err=True)


def _check_known(home: Home, line: str, probe: str) -> None:
    """Raises CommandError where a probe that should be enrolled is not."""
    known = _enrolled(home, line)
    if probe not in known:
        raise CommandError(
            f"No probe {probe} is enrolled for the line {line}, but {', '.join(known) or 'none'}. Without --new-key it"
            " gets a first key."
        )


def _enrolled(home: Home, line: str) -> "dict[str, Enrolled]":
    from collector.store import Store

    if not home.collector.journal.exists():
        return {}
    return {one.probe: one for one in Store(home.collector.journal).enrolled([line])}


def _revoke_keys(home: Home, probe: str, thumbprint: str | None) -> None:
    from collector.journal import Journal

    with closing(Journal(home.collector.journal)) as journal:
        count = journal.revoke_key(probe, thumbprint, at=clock.now())
    if count == 0:
        raise CommandError(f"The probe {probe} has no key {thumbprint}. See: prova collector enrol list --json.")
    noted.note(home.path, Act.KEY_REVOKED, f"{probe}, {thumbprint or 'every key so far'}")
    which = "every key so far" if thumbprint is None else f"the key {thumbprint}"
    click.echo(f"Nothing that {which} of {probe} signs is taken from now on. What it sent stays.", err=True)


def _own_line(home: Home, line: str) -> None:
    """Raises CommandError where another collector takes the line."""
    from collector.fleet.share import share_of

    own = _broker(home).share
    if not own.takes(line):
        raise CommandError(
            f"The line {line} falls to share {share_of(line, own.count)}/{own.count}, and this collector has {own}."
            " Make the ticket there."
        )


@enrol.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65_535), default=_PORT, show_default=True)
@click.option("--broker-host", required=True, help="Where probes are to send, as they call it.")
@click.option("--broker-port", type=click.IntRange(1, 65_535), default=_MQTT_PORT, show_default=True)
@home_option
def serve(*, host: str, port: int, broker_host: str, broker_port: int, home_path: Path | None) -> None:
    """Answer probes that bring a ticket, or renew their certificate, until stopped."""
    from collector.identity.admit import Desk, admit
    from collector.identity.door import open_door
    from collector.identity.files import IdentityHome, load_authority
    from collector.identity.register import Register

    home = resolve(home_path)
    files = IdentityHome(home.collector)
    certificate, private_key = files.fleet("server.pem"), files.fleet("server-key.pem")
    if not certificate.exists():
        raise CommandError("There is no certificate to show yet. Make it first: prova collector enrol broker.")
    desk = Desk(
        home=home.collector,
        register=Register(files.register),
        authority=load_authority(files, at=clock.now()),
        broker_host=broker_host,
        broker_port=broker_port,
    )

    refused = Thinned(time.monotonic)

    async def answering() -> None:
        async def answer(signed: bytes) -> bytes:
            return await asyncio.to_thread(_admitted, home, partial(admit, desk, signed, at=clock.now()), refused)

        with stopping() as stop:
            async with open_door(
                answer, host=host, port=port, certificate=certificate, private_key=private_key
            ) as bound:
                click.echo(f"Probes may enrol at {host}:{bound}.", err=True)
                await stop.wait()

    asyncio.run(answering())


def _admitted(home: Home, admit: Callable[[], bytes], refused: Thinned) -> bytes:
    """The answer to one request, noted; of refusals, which any stranger can cause, one a minute."""
    answer = admit()
    told = json.loads(answer)
    if "error" not in told:
        noted.note(home.path, Act.PROBE_ENROLLED, f"{told['probe']} of {told['line']}", who="service:enrol")
    elif (untold := refused.ask()) is not None:
        on = f"{untold} more since the last refusal told"
        noted.note(home.path, Act.PROBE_ENROLLED, on, outcome=Outcome.REFUSED, who="service:enrol")
    return answer


@enrol.command("list")
@home_option
@json_option
def list_(home_path: Path | None, *, as_json: bool) -> None:
    """Every probe that a ticket was made for, and how it stands."""
    from collector.identity.files import IdentityHome
    from collector.identity.register import Register

    home = resolve(home_path)
    standings = Register(IdentityHome(home.collector).register).standings()
    keys = {one.probe: _keys_of(home, one.line, one.probe) for one in standings}
    if as_json:
        identities = [{**asdict(one), "keys": keys[one.probe]} for one in standings]
        told = {"schema": "prova.identities/1", "identities": identities}
        click.echo(json.dumps(told, indent=2, default=lambda at: at.isoformat()))
        return
    for one in standings:
        state = "revoked" if one.revoked_at else "enrolled" if one.code_used_at else "waits"
        until = "" if one.certificate_until_at is None else f", certificate until {one.certificate_until_at:%Y-%m-%d}"
        click.echo(f"{one.probe}  line {one.line}  {state}{until}")
        for own in keys[one.probe]:
            end = "" if own["until_at"] is None else f" until {own['until_at']:%Y-%m-%d}, record {own['last_sequence']}"
            end += "" if own["revoked_at"] is None else f", revoked on {own['revoked_at']:%Y-%m-%d}"
            click.echo(f"    key {own['key']}  from {own['from_at']:%Y-%m-%d} by {own['allowed_by']}{end}")


def _keys_of(home: Home, line: str, probe: str) -> list[dict[str, Any]]:
    """The probe's signing keys, newest first, each by its thumbprint; none before its ticket was used."""
    from collector.identity import keyring

    known = _enrolled(home, line).get(probe)
    return [
        {
            "key": keyring.public(one.public_jwk).thumbprint(),
            "from_at": one.from_at,
            "allowed_by": one.allowed_by,
            "until_at": one.until_at,
            "last_sequence": one.last_sequence,
            "revoked_at": one.revoked_at,
        }
        for one in ([] if known is None else keyring.keys_of(known))
    ]


@enrol.command("revoke")
@click.argument("probe")
@click.option("--key", "thumbprint", help="Only this signing key of it, as `list --json` names it: let in it stays.")
@home_option
def revoke(probe: str, thumbprint: str | None, home_path: Path | None) -> None:
    """Let a probe in no longer, for good, from now on. What it sent stays."""
    if thumbprint is not None:
        _revoke_keys(resolve(home_path), probe, thumbprint)
        return
    _revoke_probe(probe, home_path)


def _revoke_probe(probe: str, home_path: Path | None) -> None:
    from collector.identity.files import IdentityHome, load_authority, write_revoked
    from collector.identity.register import Register

    home, now = resolve(home_path), clock.now()
    files = IdentityHome(home.collector)
    register = Register(files.register)
    register.revoke(probe, at=now)
    authority = load_authority(files, at=now)
    write_revoked(files, register, authority, collectors=_broker(home).share.count, at=now)
    noted.note(home.path, Act.PROBE_REVOKED, probe)
    note(home, EventKind.KEY, probe, {"revoked": "yes"}, at=now, line=None)
    click.echo(f"{probe} is revoked: nothing it sends is taken. {_cut(home, files, authority, probe)}", err=True)


def _cut(home: Home, files: "IdentityHome", authority: "Authority", probe: str) -> str:
    """Has the broker read its lists again and cut the probe's connection; what of it was done."""
    from collector.identity.expel import expel, reload
    from collector.subscribe import LinkError

    if not reload(files.fleet("mosquitto.pid")):
        return "Have the broker read its lists again (systemctl reload prova-broker), and it is connected no longer."
    broker = _broker(home)
    try:
        asyncio.run(expel(authority, probe, host=broker.host, port=broker.port, at=clock.now()))
    except LinkError as error:
        return f"The broker refuses it from now on; a connection that is open could not be cut ({error})."
    return "The broker refuses it from now on, and its connection was cut."


def _broker(home: Home) -> "BrokerSettings":
    """As the collector's settings say; the defaults where there are none yet."""
    from collector.settings import BrokerSettings, load

    return load(home.collector_settings).broker if home.collector_settings.exists() else BrokerSettings()
