"""Shell. `prova probe`: the probe alone."""

import json
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from collector.audit_log.act import Act
from probe.body.speed_test import SpeedTest
from probe.calibration.certificate import Ceiling, Certificate
from probe.settings import ProbeSettings
from probe.units import mbps_of_bps
from prova.audit.noted import note, noting
from prova.exit import CommandError
from prova.home import Home, make, resolve
from prova.option import LineName, home_option, json_option
from prova.probe_state import calibration_json, status_json, status_words

_settings_option: Callable[[Any], Any] = click.option(
    "--settings", "settings_path", type=click.Path(path_type=Path), help="Default: HOME/probe/settings.toml"
)
_line_option: Callable[[Any], Any] = click.option(
    "--line", type=LineName(), help="The line, where `prova up` has measured several from this home."
)


@click.group("probe")
def command() -> None:
    """The probe alone."""


@command.command("run")
@home_option
@_settings_option
def run(home_path: Path | None, settings_path: Path | None) -> None:
    """Measure this machine's line and send what was seen to the collector, until stopped."""
    from probe import settings
    from prova.resident import become

    home = resolve(home_path)
    make(home)
    path = settings_path or home.probe_settings
    settings.load(path)  # what is wrong with them is said by the command that was given
    become(path.resolve(), home.path)


@command.command("enrol")
@click.argument("ticket_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--renew", is_flag=True, help="This probe is enrolled: only its certificate is made anew.")
@home_option
def enrol(ticket_file: Path, *, renew: bool, home_path: Path | None) -> None:
    """Become known to a collector, with the ticket that it made."""
    from probe.uplink import enrol as uplink

    home = resolve(home_path)
    make(home)
    try:
        with noting(home.path, Act.PROBE_ENROLLED, "certificate renewed" if renew else ""):
            path = uplink.enrol(home.probe, uplink.read_ticket(ticket_file, renew=renew))
    except OSError as error:
        raise CommandError(f"The collector cannot be reached or this home not written ({error}). Try again.") from error
    click.echo(f"Enrolled. Settings: {path}", err=True)


@command.command("rotate-key")
@click.option(
    "--ticket",
    "ticket_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Where the old key is lost or stolen: made by `prova collector enrol issue --new-key`.",
)
@_line_option
@home_option
@_settings_option
def rotate_key(
    *, ticket_file: Path | None, line: str | None, home_path: Path | None, settings_path: Path | None
) -> None:
    """Sign with another key from now on, under the same name.

    The old key names the new one, and signs until the collector has confirmed that.
    """
    from probe import keyfile
    from probe.uplink import enrol as uplink

    if ticket_file is None:
        home, _ = _probe_home(home_path, line, settings_path)
        if not home.probe.key.exists():
            raise CommandError(f"There is no key in {home.probe.key} yet to be followed. Start the probe once.")
        following = keyfile.load_or_make(home.probe.next_key)
        note(home.path, Act.KEY_ROTATED, following.thumbprint())
        click.echo(f"Made: {following.thumbprint()}. The probe at work announces it, or its next start does.", err=True)
        return
    home = resolve(home_path) if line is None else resolve(home_path).of_line(line)
    make(home)
    try:
        with noting(home.path, Act.KEY_ROTATED, "by ticket"):
            done = uplink.replace_key(home.probe, uplink.read_ticket(ticket_file, renew=False))
    except OSError as error:
        raise CommandError(f"The collector cannot be reached or this home not written ({error}). Try again.") from error
    click.echo("In place." if done else "The collector knows it: a probe at work takes it up by itself.", err=True)


@command.command("calibrate")
@click.option("--server", "url", help="ws://HOST[:PORT] or wss://HOST[:PORT] on a second host: the card is tried too.")
@click.option(
    "--duration", "duration_s", type=click.FloatRange(1, 10), default=2, show_default=True, help="Seconds a test."
)
@_line_option
@home_option
@_settings_option
@json_option
def calibrate(
    *,
    url: str | None,
    duration_s: float,
    line: str | None,
    home_path: Path | None,
    settings_path: Path | None,
    as_json: bool,
) -> None:
    """Find out what this machine can measure, and keep it as a signed certificate.

    Takes about 40 s at full load, so stop other work first. Results near a ceiling then accuse nobody.
    """
    from probe import clock, identity
    from probe.calibration import kept, machine
    from probe.conditions import default_link

    home, loaded = _probe_home(home_path, line, settings_path)
    who = identity.load_or_make(home.probe, line=loaded.line, probe=loaded.probe)
    ceilings = _ceilings(url, duration_s, loaded)
    link = default_link()
    certificate = Certificate(
        probe=who.probe,
        made_at=clock.now(),
        software=identity.software(),
        machine=machine.fingerprint(None if link is None else link.interface),
        ceilings=ceilings,
    )
    kept.save(home.probe.calibration, certificate, key=who.key)
    if as_json:
        click.echo(json.dumps(calibration_json(certificate), indent=2))
    else:
        click.echo(f"Kept in {home.probe.calibration}, until kernel, processor or network card change.")


@command.command("status")
@_line_option
@home_option
@_settings_option
@json_option
def status(*, line: str | None, home_path: Path | None, settings_path: Path | None, as_json: bool) -> None:
    """Say what waits to be sent, when the collector last confirmed, the calibration, the settings and what is seen."""
    from probe import clock, keyfile
    from probe.calibration import kept, machine
    from probe.conditions import default_link
    from probe.expense import Expense
    from probe.rung.sight import sights
    from probe.spool import read_state

    home, loaded = _probe_home(home_path, line, settings_path)
    state = read_state(home.probe.spool)
    certificate = None
    if home.probe.key.exists():
        certificate = kept.load(home.probe.calibration, key=keyfile.load_or_make(home.probe.key))
    seen = tuple(sights())
    spent = Expense(home.probe.rounds).spent(clock.now().date()) if home.probe.rounds.exists() else None
    link = default_link()
    holds = certificate is not None and certificate.machine == machine.fingerprint(link.interface if link else None)
    keys = tuple(
        keyfile.load_or_make(path).thumbprint() if path.exists() else None
        for path in (home.probe.key, home.probe.next_key)
    )
    if as_json:
        told = status_json(loaded, state, certificate, holds=holds, sights=seen, spent=spent)
        click.echo(json.dumps({**told, "key": keys[0], "next_key": keys[1]}, indent=2))
    else:
        click.echo(status_words(loaded, state, certificate, holds=holds, sights=seen, spent=spent))
        click.echo(f"signs with: {keys[0] or 'no key yet'}" + (f", to be followed by {keys[1]}" if keys[1] else ""))


def _probe_home(home_path: Path | None, line: str | None, settings_path: Path | None) -> tuple[Home, ProbeSettings]:
    """The probe's own home: the one named, or that of a line which `prova up` measures from there."""
    from probe import settings

    home = resolve(home_path)
    if line is not None:
        home = home.of_line(line)
    elif settings_path is None and not home.probe_settings.exists():
        lines = sorted(path.parents[1].name for path in home.path.glob("lines/*/probe/settings.toml"))
        if len(lines) > 1:
            raise CommandError(f"{home.path} measures several lines. Name one with --line: {', '.join(lines)}.")
        home = home.of_line(lines[0]) if lines else home
    return home, settings.load(settings_path or home.probe_settings)


def _ceilings(url: str | None, duration_s: float, loaded: ProbeSettings) -> tuple[Ceiling, ...]:
    """The second host comes first: what is wrong with it is then soon said."""
    from probe.calibration import exercise

    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    found: tuple[Ceiling, ...] = ()
    if url is not None:
        try:
            found = exercise.to_host(url, duration_s, ca_file=loaded.measure.ca_file, tried=_say_tried, stop=stop)
        except ValueError as error:
            raise CommandError(f"--server {url}: {error}") from error
    return found + exercise.over_loopback(duration_s, tried=_say_tried, stop=stop)


def _say_tried(test: SpeedTest) -> None:
    rate = "no result" if test.rate_bps is None else f"{mbps_of_bps(test.rate_bps):10.0f} Mbit/s"
    click.echo(f"{test.method:<10} {'TLS  ' if test.server.tls else 'clear'} {test.direction:<8} {rate}", err=True)
