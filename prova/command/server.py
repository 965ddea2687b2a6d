"""Shell. `prova server`: the measuring server, the other end of a test."""

import signal
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from probe.capacity.server import CapacityServer
from probe.throughput.server import MeasuringServer


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
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PEM certificate chain.")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PEM private key.")
def command(*, listen: str, udp_listen: str | None, tls_cert: Path | None, tls_key: Path | None) -> None:
    """Serve speed tests (ndt7 and msak, on one port) until stopped.

    Only this machine can reach the default address; name 0.0.0.0:8081 to serve others.
    """
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    host, port = parse_listen(listen)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as stack:
        server = stack.enter_context(MeasuringServer(host, port, tls_cert=tls_cert, tls_key=tls_key))
        words = f"Serving speed tests (ndt7, msak) on {_shown('wss' if tls_cert else 'ws', server.address[:2])}"
        if udp_listen is not None:
            udp = stack.enter_context(CapacityServer(*parse_listen(udp_listen)))
            words += f" and UDP capacity on {_shown('udp', udp.address[:2])}"
        click.echo(words, err=True)
        stop.wait()
