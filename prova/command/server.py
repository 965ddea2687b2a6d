"""Shell. `prova server`: the measuring server, the other end of a test."""

import signal
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from probe.capacity.server import CapacityServer
from probe.throughput.host import standing, told
from probe.throughput.host.told import Host
from probe.throughput.server import MeasuringServer
from prova.home import Home, resolve
from prova.option import home_option


def parse_listen(text: str) -> tuple[str, int]:
    """(host, port) of HOST:PORT or [IPV6]:PORT. Raises click.BadParameter.

    >>> parse_listen("[::1]:8081")
    ('::1', 8081)
    """
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535 or not host:
        raise click.BadParameter(f"{text!r} is not HOST:PORT, for example 0.0.0.0:8081 or [::]:8081")
    return host.strip("[]"), int(port)


def _shown(scheme: str, address: tuple[str, int]) -> str:
    host, port = address
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


@click.command("server")
@click.option("--listen", default="127.0.0.1:8081", show_default=True, help="HOST:PORT to serve on.")
@click.option("--udp", "udp_listen", help="HOST:PORT to serve UDP capacity tests on too, for example 0.0.0.0:24601.")
@click.option(
    "--latency",
    "latency_listen",
    help="HOST:PORT of UDP for latency1. Default: --listen's; M-Lab's clients want port 1053.",
)
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PEM certificate chain.")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PEM private key.")
@click.option("--name", help="Told to clients and kept in their results. Default: none.")
@click.option("--tell-hostname", is_flag=True, help="The name is this machine's host name.")
@home_option
def command(  # noqa: PLR0913  one parameter per option
    *,
    listen: str,
    udp_listen: str | None,
    latency_listen: str | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    name: str | None,
    tell_hostname: bool,
    home_path: Path | None,
) -> None:
    """Serve speed tests (ndt7, msak and LibreSpeed, on one port) until stopped; /health says how it goes.

    Only this machine can reach the default address; name 0.0.0.0:8081 to serve others. Clients are told this
    server's name, software and load; of clients nothing is kept.
    """
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    host, port = parse_listen(listen)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as stack:
        udp = None if udp_listen is None else stack.enter_context(CapacityServer(*parse_listen(udp_listen)))
        server = MeasuringServer(
            host,
            port,
            tls_cert=tls_cert,
            tls_key=tls_key,
            latency=None if latency_listen is None else parse_listen(latency_listen),
            host_is=_standing(resolve(home_path), _name(name, tell_hostname=tell_hostname)),
            elsewhere=(lambda: udp.tests_count) if udp else (lambda: 0),
        )
        stack.enter_context(server)
        click.echo(_words(server, udp, secure=tls_cert is not None), err=True)
        stop.wait()


def _name(name: str | None, *, tell_hostname: bool) -> str | None:
    if name is not None and tell_hostname:
        raise click.UsageError("--name and --tell-hostname exclude each other")
    chosen = standing.machine_name()[: told.MOST_TEXT] if tell_hostname else name
    if chosen is not None and not told.is_name(chosen):
        raise click.BadParameter(f"{chosen!r} must be 1 to {told.MOST_TEXT} printable characters", param_hint="--name")
    return chosen


def _standing(home: Home, name: str | None) -> Host:
    """With the instance that is kept in the home; where nothing can be kept, with one for this time."""
    try:
        return standing.kept(home.server_instance, name=name)
    except OSError as error:
        click.echo(
            f"{home.server_instance} cannot be kept ({error.strerror}): the server goes by another instance at every"
            " start. Name a folder that can be written with --home DIR.",
            err=True,
        )
        return standing.passing(name=name)


def _words(server: MeasuringServer, udp: CapacityServer | None, *, secure: bool) -> str:
    address = server.address
    tests, pages = ("wss", "https") if secure else ("ws", "http")
    words = (
        f"Serving speed tests on {_shown(tests, address)} (ndt7, msak) and {_shown(pages, address)} (librespeed),"
        f" round trips (latency1) over UDP port {server.latency_port}"
    )
    return words if udp is None else f"{words} and UDP capacity on {_shown('udp', udp.address)}"
