"""Shell. `prova doctor`: what on this machine would spoil a measurement or an installation, and the mend."""

import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.profile import load as load_profile
from probe import clock
from prova.exit import Exit
from prova.home import Home, resolve
from prova.option import home_option, json_option

if TYPE_CHECKING:
    from probe.condition.link import Link

_LOOK_S = 0.5
_ROOM_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `ok` is None where it could not be found out; `mend` is empty where nothing is to do."""

    name: str
    ok: bool | None
    found: str
    mend: str = ""


@click.command("doctor")
@click.option("--security", is_flag=True, help="What stands open instead: files, sockets, accounts, dates, processes.")
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True, help="Of --security.")
@home_option
@json_option
def command(*, security: bool, lang: str, home_path: Path | None, as_json: bool) -> int:
    """Look at this machine and say what to mend. Ends with 2 where something is to be mended."""
    if security:
        from prova.security.told import tell

        return tell(resolve(home_path), lang, as_json=as_json)
    checks = tuple(_all(resolve(home_path).path))
    if as_json:
        click.echo(json.dumps({"schema": "prova.doctor/1", "checks": [asdict(check) for check in checks]}, indent=2))
    else:
        for check in checks:
            mark = {True: "✓", False: "✗", None: "?"}[check.ok]
            click.echo(f"{mark} {check.name}: {check.found}" + (f". {check.mend}" if check.mend else ""))
    return Exit.USAGE if any(check.ok is False for check in checks) else Exit.DONE


def _all(home: Path) -> Iterator[Check]:
    yield _clock()
    yield _broker()
    yield _room(home)
    yield _icmp()
    yield from _rungs()
    yield from _beyond(home)
    yield from _link()
    yield _machine()
    yield from _ceiling(home)
    yield _router()
    yield from _requests(home)


def _requests(home: Path) -> Iterator[Check]:
    """What people asked about their own data and is not answered yet; nothing where nobody did."""
    from collector.request.book import Book

    today = clock.now().date()
    waiting = [one for one in Book(Home(home).collector).requests() if one.is_open]
    late = [one for one in waiting if one.is_overdue(today)]
    if late:
        found = f"{len(late)} about own data overdue, the first since {min(one.due_on for one in late)}"
        yield Check("requests", ok=False, found=found, mend="See prova privacy log, and answer them")
    elif waiting:
        found = f"{len(waiting)} about own data open, the next due on {min(one.due_on for one in waiting)}"
        yield Check("requests", ok=True, found=found)


def _clock() -> Check:
    synchronised, error_ms = clock.synchronisation()
    if synchronised:
        return Check("clock", ok=True, found=f"synchronised, within {error_ms:.0f} ms")
    mend = "Without it no test can be placed in its day. Turn it on with: timedatectl set-ntp true"
    if synchronised is None:
        return Check("clock", ok=None, found="the kernel does not say whether it is synchronised", mend=mend)
    return Check("clock", ok=False, found="not synchronised", mend=mend)


def _broker() -> Check:
    path = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path:
        return Check("broker", ok=True, found="mosquitto")
    return Check(
        "broker",
        ok=True,
        found="mosquitto is not installed, so the embedded broker is used",
        mend="That is enough for this machine's one probe. For more: sudo apt install mosquitto",
    )


def _room(home: Path) -> Check:
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(nearest).free
    found = f"{free / 1e9:.1f} GB free under {nearest}"
    if free < _ROOM_BYTES:
        return Check("disk", ok=False, found=found, mend="Make room, or name another folder with --home DIR")
    return Check("disk", ok=True, found=found)


def _icmp() -> Check:
    """Whether echo requests can be sent; without them reachability falls back to TCP and UDP."""
    for kind, words in ((socket.SOCK_DGRAM, "without privileges"), (socket.SOCK_RAW, "with this user's privileges")):
        try:
            socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP).close()
        except OSError:
            continue
        return Check("ICMP", ok=True, found=f"echo requests can be sent {words}")
    return Check(
        "ICMP",
        ok=None,
        found="this user may not send echo requests, so reachability asks over TCP and UDP",
        mend='To allow it: sudo sysctl net.ipv4.ping_group_range="0 2147483647"',
    )


def _rungs() -> Iterator[Check]:
    """What the probe will see of an outage's place, and what stays hidden from it here."""
    from probe.rung.sight import sights

    for sight in sights():
        yield Check(sight.rung, ok=True if sight.complete else None, found=sight.seen, mend=sight.mend)


def _beyond(home: Path) -> Iterator[Check]:
    """Who is asked beyond the router, by each probe that this home has settings of."""
    from probe import settings
    from probe.rung.sight import beyond

    for path in sorted((*home.glob("probe/settings.toml"), *home.glob("lines/*/probe/settings.toml"))):
        try:
            sight = beyond(settings.load(path))
        except settings.SettingsError as error:
            yield Check("settings", ok=False, found=str(error))
        else:
            yield Check(sight.rung, ok=True if sight.complete else None, found=sight.seen, mend=sight.mend)


def _link() -> Iterator[Check]:
    """The interface on the way to the internet, read as for a test."""
    from probe.conditions import default_link

    link = default_link()
    if link is None:
        mend = "Connect this machine to the router"
        yield Check("link", ok=False, found="there is no way to the internet", mend=mend)
        return
    yield _kind(link)
    limits = load_profile("pt-nos")
    least, most = limits.number("mtu_least_bytes"), limits.number("mtu_most_bytes")
    if link.mtu_bytes is not None and not least <= link.mtu_bytes <= most:
        mend = (
            f"Set it to {most:.0f} with: sudo ip link set {link.interface} mtu {most:.0f}. Else no test proves a breach"
        )
        yield Check("MTU", ok=False, found=f"{link.mtu_bytes} bytes on {link.interface}", mend=mend)


def _kind(link: "Link") -> Check:
    """Wi-Fi and tunnels cannot prove a breach."""
    from probe.body.conditions import LinkType
    from probe.units import mbps_of_bps

    speed = "speed unknown" if link.link_bps is None else f"{mbps_of_bps(link.link_bps):g} Mbit/s"
    found = f"{link.interface}, {link.link_type or 'type unknown'}, {speed}"
    if link.link_type is LinkType.WIFI:
        mend = "Tests over Wi-Fi can show a good line but never prove a bad one. Use a cable to the router"
        return Check("link", ok=False, found=found, mend=mend)
    if link.link_type is LinkType.TUNNEL:
        mend = "Traffic leaves through a VPN, which slows tests. Switch it off while measuring"
        return Check("link", ok=False, found=found, mend=mend)
    return Check("link", ok=True, found=found)


def _machine() -> Check:
    """The cores and what waits for them, over half a second, held against the limits that tests are held against."""
    from probe.condition import busy

    before = busy.read_busy()
    time.sleep(_LOOK_S)
    after = busy.read_busy()
    busiest, pressure = busy.busiest(before, after), busy.cpu_pressure(before, after)
    limits = load_profile("pt-nos")
    found = f"busiest core {_percent(busiest)}, tasks waited for a core {_percent(pressure)} of half a second"
    over = (busiest or 0) > limits.number("cpu_limit_share") or (pressure or 0) > limits.number("pressure_limit_share")
    if over:
        mend = "If it is so during tests they cannot prove a breach. End other work, or measure with another machine"
        return Check("machine", ok=None, found=found, mend=mend)
    return Check("machine", ok=True, found=found)


def _ceiling(home: Path) -> Iterator[Check]:
    """What this machine was shown to measure, against what its contract promises, where there is one."""
    from analysis.ceiling import sentence
    from analysis.contract_file import load as load_contract
    from prova.ceilings import beyond_machine, certificate_of, kind_of_tests
    from prova.home import Home

    layout = Home(home)
    contract = load_contract(layout.contract) if layout.contract.exists() else None
    line = "casa" if contract is None else contract.line.id
    certificate = certificate_of(layout, line)
    if certificate is None:
        mend = "Find out with: prova probe calibrate. Until then nobody knows whether results are the line's or its own"
        yield Check("calibration", ok=None, found="what this machine can measure is not known", mend=mend)
        return
    method, tls = kind_of_tests(layout, line)
    found = f"of {certificate.made_at:%Y-%m-%d}, for {method}{' over TLS' if tls else ' in clear text'}"
    beyond = () if contract is None else beyond_machine(contract, clock.now(), certificate, method=method, tls=tls)
    if not beyond:
        yield Check("calibration", ok=True, found=found)
    for one in beyond:
        yield Check("calibration", ok=False, found=found, mend=sentence(one).en)


def _router() -> Check:
    """Whether the home router tells of the household's traffic; only the own gateway is asked."""
    from probe.condition.beside import Beside
    from probe.router.reading import NoRouter

    reading = Beside().ask()
    if isinstance(reading, NoRouter):
        found = f"tells nothing ({reading.reason.replace('_', ' ')})"
        mend = "Other devices' traffic is then not seen. If the router can, turn UPnP status information on"
        return Check("router", ok=None, found=found, mend=mend)
    counts = "counts bytes" if reading.received_bytes is not None else "counts no bytes"
    return Check("router", ok=True, found=f"{reading.model or 'answers'}, {counts}")


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{share:.0%}"
