"""Shell. `prova measure`: one speed test now, with live progress."""

import json
import signal
import threading
from contextlib import ExitStack
from importlib import metadata

import click

from analysis.finding import Reason
from analysis.finding_json import tests_json
from analysis.profile import load as load_profile
from analysis.report import JudgedTest
from analysis.validity import judge_test
from collector.envelope import StoredRecord
from probe import clock
from probe.record import Direction, Failure, Record, SpeedTest
from probe.throughput.client import measure
from probe.throughput.plan import Live, Plan
from probe.throughput.server import MeasuringServer
from probe.units import mbps_of_bps
from prova.exit import CommandError, Exit
from prova.option import json_option

_UNREACHABLE = {
    Failure.NAME_NOT_RESOLVED: "its name cannot be resolved. Check the spelling and this machine's DNS",
    Failure.NO_ROUTE: "there is no route to it. Check this machine's cable or Wi-Fi",
    Failure.REFUSED: "nothing listens there. Check the address and port, and that the server is running",
    Failure.TIMED_OUT: "it did not answer in time. Check the address, and whether the line is up",
    Failure.TLS: "its certificate was not accepted. Check the name in the address and this machine's clock",
    Failure.SERVER_REFUSED: "it answered, but not to a speed test. Check that the address is a measuring server's",
}
_DEMONSTRATION = (
    "No --server was named, so this measures the inside of this machine: a demonstration, not evidence.\n"
    "To measure your line, name a measuring server elsewhere: prova measure --server wss://HOST"
)


@click.command("measure")
@click.option("--server", "url", help="ws://HOST[:PORT] or wss://HOST[:PORT] of a measuring server.")
@click.option(
    "--method", type=click.Choice(["ndt7"]), default="ndt7", show_default=True, expose_value=False, help="The protocol."
)
@click.option("--direction", type=click.Choice(["both", "download", "upload"]), default="both", show_default=True)
@click.option("--duration", "duration_s", type=click.FloatRange(1, 30), help="Seconds for each direction.")
@click.option("--line", default="casa", show_default=True, help="The line's id, for the record.")
@json_option
def command(*, url: str | None, direction: str, duration_s: float | None, line: str, as_json: bool) -> int:
    """Measure download and upload once and show the result. Nothing is stored."""
    wanted = tuple(Direction) if direction == "both" else (Direction(direction),)
    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with ExitStack() as stack:
        demonstration = url is None
        if url is None:
            click.echo(_DEMONSTRATION, err=True)
            host, port = stack.enter_context(MeasuringServer("127.0.0.1")).address[:2]
            url = f"ws://{host}:{port}"
        plan = _plan(url, duration_s, demonstration=demonstration)
        records = tuple(_one(plan, one, line, number, stop) for number, one in enumerate(wanted, 1))
    judged = tuple(_judged(record) for record in records)
    if as_json:
        click.echo(json.dumps(tests_json(judged), indent=2))
    else:
        for test in judged:
            click.echo(_sentence(test))
    return _end(records, url)


def _plan(url: str, duration_s: float | None, *, demonstration: bool) -> Plan:
    try:
        if duration_s is None:
            return Plan(url=url, demonstration=demonstration)
        return Plan(url=url, demonstration=demonstration, duration_s=duration_s)
    except ValueError as error:
        raise CommandError(f"--server {url}: {error}") from error


def _one(plan: Plan, direction: Direction, line: str, number: int, stop: threading.Event) -> Record:
    started = clock.stamp()
    test = measure(plan, direction, on_progress=_show_live, stop=stop)
    click.echo("\r\x1b[K", nl=False, err=True)
    return Record(
        line=line,
        probe="measure",
        sequence=number,
        started=started,
        ended=clock.stamp(),
        software=f"prova {metadata.version('prova')}",
        body=test,
    )


def _show_live(live: Live) -> None:
    done = min(1.0, live.elapsed_s / live.duration_s) if live.duration_s else 0.0
    bar = "█" * round(done * 20)
    rate = "" if live.rate_bps is None else f"{mbps_of_bps(live.rate_bps):10.1f} Mbit/s"
    click.echo(f"\r\x1b[K{live.direction:>8} {bar:<20} {rate}", nl=False, err=True)


def _judged(record: Record) -> JudgedTest:
    valid_for, reasons = judge_test(record, None, load_profile("pt-nos"))
    stored = StoredRecord(record=record, received_at=record.ended.at, batch_sha256="")
    return JudgedTest(stored=stored, valid_for=valid_for, reasons=reasons)


def _sentence(judged: JudgedTest) -> str:
    test = judged.stored.record.body
    assert isinstance(test, SpeedTest)
    if test.failure is not None:
        return f"{test.direction:>8}  not measured: {test.failure.replace('_', ' ')}"
    assert test.rate_bps is not None
    parts = [f"{test.direction:>8}  {mbps_of_bps(test.rate_bps):.1f} Mbit/s (TCP payload, steady)"]
    if test.ip_rate_bps is not None:
        parts.append(f"{mbps_of_bps(test.ip_rate_bps):.1f} Mbit/s in IP packets")
    if test.idle_rtt_ms is not None:
        loaded = "" if test.loaded_rtt_ms is None else f", {test.loaded_rtt_ms:.1f} ms under load"
        parts.append(f"latency {test.idle_rtt_ms:.1f} ms idle{loaded}")
    if Reason.DEMONSTRATION_SERVER in judged.reasons:
        parts.append("demonstration, not evidence")
    return "; ".join(parts)


def _end(records: tuple[Record, ...], url: str) -> int:
    """The exit code; a CommandError where no test could reach the server."""
    failures = [record.body.failure for record in records if isinstance(record.body, SpeedTest)]
    if any(failure is None for failure in failures):
        return Exit.DONE
    failure = failures[0]
    if failure in _UNREACHABLE:
        assert failure is not None
        raise CommandError(f"No test could be run against {url}: {_UNREACHABLE[failure]}.", Exit.UNREACHABLE)
    raise CommandError(f"No test against {url} gave a result ({failure}).", Exit.EVIDENCE)
