"""Shell. `prova measure`: one speed test now, with live progress."""

import json
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from analysis.contract import Contract
from analysis.contract_file import load as load_contract
from analysis.finding_json import tests_json
from analysis.profile import load as load_profile
from analysis.report import JudgedTest
from analysis.validity import judge_test
from collector.envelope import StoredRecord
from probe import clock
from probe.body.course import EndedBy
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.calibration import machine
from probe.calibration.certificate import Certificate, noted
from probe.record import Record
from probe.throughput.latency1.beside import measure
from probe.throughput.mlab import client as mlab
from probe.throughput.mlab.locate import NAME as MLAB
from probe.throughput.mlab.locate import is_served
from probe.throughput.plan import DEFAULT_MOST_BYTES, MOST_STREAMS, Family, Live, Method, Plan, default_duration_s
from probe.throughput.prescribed import client as prescribed
from probe.throughput.prescribed.profile import ProfileError, planned
from probe.throughput.prescribed.profile import profile as method_profile
from probe.throughput.prescribed.profile import profiles as method_profiles
from probe.throughput.server import MeasuringServer
from probe.units import mbps_of_bps
from prova.against import against
from prova.ceilings import beyond_machine, certificate_of
from prova.exit import CommandError, Exit
from prova.home import Home, resolve
from prova.option import LineName, home_option, json_option, mlab_option, series_option
from prova.result_words import words

_UNREACHABLE = {
    Failure.NAME_NOT_RESOLVED: "its name cannot be resolved. Check the spelling and this machine's DNS",
    Failure.NO_ROUTE: "there is no route to it. Check this machine's cable or Wi-Fi",
    Failure.REFUSED: "nothing listens there. Check the address and port, and that the server is running",
    Failure.TIMED_OUT: "it did not answer in time. Check the address, and whether the line is up",
    Failure.TLS: "no secure connection was agreed on. Check the name in the address and this machine's clock; where the"
    " server's certificate is of one's own making, name it with --ca-file",
    Failure.SERVER_REFUSED: "it answered, but not to a speed test. Check that the address is a measuring server's",
}
_NO_RESULT = {
    Failure.CUT_SHORT: "the connection ended before enough was measured. Check that the address begins with wss:// or"
    " https:// where the server wants TLS, and try again",
    Failure.PROTOCOL: "what the server said is not of this method. Check --method and the address",
}
_BYTES_SPENT = (
    "the bytes that one direction may move were spent before enough was measured. Allow more with --most-bytes"
)
_WITHIN_MOST_BYTES = 10**12  # inside one machine bytes cost nobody, and the usual cap is spent within a second
_DEMONSTRATION = (
    "No --server was named, so this measures the inside of this machine: a demonstration, not evidence.\n"
    "To measure your line, name a measuring server elsewhere: prova measure --server wss://HOST"
)


_Measure = Callable[..., SpeedTest]  # (direction, on_progress=, stop=)


@click.command("measure")
@click.option(
    "--server",
    "url",
    help="The other end: ws://HOST[:PORT] or wss:// (ndt7, msak), http:// or https://HOST/FOLDER/ (librespeed),"
    f" udp://HOST[:PORT] (udp), or {MLAB} for one that M-Lab assigns.",
)
@click.option(
    "--method",
    type=click.Choice([one.value for one in Method]),
    default="ndt7",
    show_default=True,
    help="The protocol.",
)
@click.option("--streams", type=click.IntRange(1, MOST_STREAMS), help="Connections at once. Default: the method's own.")
@click.option(
    "--family",
    type=click.Choice([one.value for one in Family]),
    default="any",
    show_default=True,
    help="Which kind of address the server is reached at.",
)
@click.option("--direction", type=click.Choice(["both", "download", "upload"]), default="both", show_default=True)
@click.option(
    "--duration",
    "duration_s",
    type=click.FloatRange(1, 60),
    help="Seconds a direction; with --adaptive at most.",
)
@click.option("--adaptive", is_flag=True, help="End as soon as the rate is certain: half the bytes, or less.")
@click.option(
    "--most-bytes", type=click.IntRange(min=1), help="The load ends once so many bytes moved in one direction, always."
)
@click.option(
    "--method-profile",
    "profile_name",
    type=click.Choice([one.name for one in method_profiles()]),
    help="Length and connections as a jurisdiction prescribes them; its figure is shown beside ours.",
)
@click.option(
    "--ca-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM certificates to trust in place of the system's, for wss:// and https:// servers of one's own.",
)
@click.option("--line", type=LineName(), default="casa", show_default=True, help="The line's id, for the record.")
@click.option(
    "--contract",
    "contract_path",
    type=click.Path(path_type=Path),
    help="Hold each result against what this contract promises. Ends with 3 where this machine cannot measure it.",
)
@mlab_option
@home_option
@json_option
@series_option
def command(
    *,
    url: str | None,
    direction: str,
    line: str,
    contract_path: Path | None,
    home_path: Path | None,
    as_json: bool,
    **wish: Any,
) -> int:
    """Measure download and upload once and show the result. No result is stored."""
    method, profile_name, accepted, series = (
        wish.pop(key) for key in ("method", "profile_name", "mlab_accepted", "series")
    )
    contract, home = None if contract_path is None else load_contract(contract_path), resolve(home_path)
    certificate = certificate_of(home, line)
    wanted = tuple(Direction) if direction == "both" else (Direction(direction),)
    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with ExitStack() as stack:
        demonstration = url is None
        if url is None:
            click.echo(_DEMONSTRATION, err=True)
            url = _demonstration_server(stack, Method(method), Family(wish["family"]))
        plan = _plan(url, Method(method), demonstration=demonstration, wish=wish)
        measure_one = _measurer(url, plan, accepted=accepted, home=home)
        if profile_name is not None:
            measure_one = _prescribed(measure_one, plan, profile_name, wish)
        measure_one = _noting(measure_one, certificate)
        records = tuple(_one(measure_one, one, line, number, stop) for number, one in enumerate(wanted, 1))
    judged = tuple(_judged(record, contract) for record in records)
    _show(judged, as_json=as_json, series=series)
    if stop.is_set():
        raise click.Abort
    ended = _end(records, MLAB if url == MLAB else plan.shown_url)
    refused = contract is not None and _held(judged, contract, certificate)
    return Exit.EVIDENCE if refused else ended


def _show(judged: tuple[JudgedTest, ...], *, as_json: bool, series: bool) -> None:
    if as_json:
        click.echo(json.dumps(tests_json(judged, series=series), indent=2))
        return
    for test in judged:
        click.echo(words(test))


def _demonstration_server(stack: ExitStack, method: Method, family: Family) -> str:
    """The address of a server of our own, up until `stack` ends."""
    host = "::1" if family is Family.IPV6 else "127.0.0.1"
    if method is Method.UDP:
        from probe.capacity.server import CapacityServer

        scheme, (_, port) = "udp", stack.enter_context(CapacityServer(host, 0)).address
    else:
        scheme = "http" if method is Method.LIBRESPEED else "ws"
        _, port = stack.enter_context(MeasuringServer(host)).address
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _plan(url: str, method: Method, *, demonstration: bool, wish: Mapping[str, Any]) -> Plan:
    """`wish`: streams, family, duration_s, adaptive, most_bytes and ca_file, as the person gave them."""
    if url == MLAB and not is_served(method):
        raise CommandError(f"--server {MLAB}: M-Lab has no servers for {method}. Use --method ndt7 or msak.")
    try:
        return Plan(
            url=mlab.ASSIGNED if url == MLAB else url,
            method=method,
            streams=wish["streams"],
            family=Family(wish["family"]),
            demonstration=demonstration,
            duration_s=wish["duration_s"] or default_duration_s(method, adaptive=wish["adaptive"]),
            adaptive=wish["adaptive"],
            most_bytes=wish["most_bytes"] or (_WITHIN_MOST_BYTES if demonstration else DEFAULT_MOST_BYTES),
            ca_file=wish["ca_file"],
            software=_software(),
        )
    except ValueError as error:
        raise CommandError(f"This makes no test: {error}. See prova measure --help.") from error


def _measurer(url: str, plan: Plan, *, accepted: bool, home: Home) -> _Measure:
    """Makes one test by `plan`, or by the plan that it is given instead."""

    def measure_one(direction: Direction, *, instead: Plan | None = None, **watching: Any) -> SpeedTest:
        if url == MLAB:
            mlab_plan = mlab.MlabPlan(plan=instead or plan, accepted=accepted, kept=home.probe.mlab)
            return mlab.measure(mlab_plan, direction, **watching)
        return measure(instead or plan, direction, **watching)

    return measure_one


def _prescribed(measure_one: _Measure, plan: Plan, name: str, wish: Mapping[str, Any]) -> _Measure:
    taken = [f"--{key.removesuffix('_s')}" for key in ("adaptive", "duration_s", "streams") if wish.get(key)]
    if taken:
        raise CommandError(f"--method-profile {name} decides on length and connections: leave out {', '.join(taken)}.")

    def as_prescribed(direction: Direction, *, stop: threading.Event, **watching: Any) -> SpeedTest:
        def by(other: Plan, towards: Direction) -> SpeedTest:
            return measure_one(towards, instead=other, stop=stop, **watching)

        return prescribed.measure(by, plan, method_profile(name), direction, stop)

    try:
        for direction in Direction:
            planned(plan, method_profile(name), direction, None)
    except ProfileError as error:
        raise CommandError(f"--method-profile {name}: {error}") from error
    return as_prescribed


def _noting(measure_one: _Measure, certificate: Certificate | None) -> _Measure:
    """The same, with this machine's ceiling in the conditions of each test."""

    def measure_noted(direction: Direction, **watching: Any) -> SpeedTest:
        test = measure_one(direction, **watching)
        return noted(test, certificate, machine.fingerprint(test.conditions.interface))

    return measure_noted


def _software() -> str:
    return f"prova {metadata.version('prova')}"


def _one(measure_one: _Measure, direction: Direction, line: str, number: int, stop: threading.Event) -> Record:
    started = clock.stamp()
    test = measure_one(direction, on_progress=_show_live, stop=stop)
    click.echo("\r\x1b[K", nl=False, err=True)
    return Record(
        line=line,
        probe="measure",
        sequence=number,
        started=started,
        ended=clock.stamp(),
        software=_software(),
        body=test,
    )


def _show_live(live: Live) -> None:
    done = min(1.0, live.elapsed_s / live.duration_s) if live.duration_s else 0.0
    bar = "█" * round(done * 20)
    rate = "" if live.rate_bps is None else f"{mbps_of_bps(live.rate_bps):10.1f} Mbit/s"
    click.echo(f"\r\x1b[K{live.direction:>8} {bar:<20} {rate}", nl=False, err=True)


def _judged(record: Record, contract: Contract | None) -> JudgedTest:
    test, needed_bps = record.body, None
    assert isinstance(test, SpeedTest)
    if contract is not None:
        terms = contract.on(record.started.at.astimezone(contract.line.zone).date())
        needed_bps = None if terms is None else terms.speeds(test.direction).maximum_bps
    valid_for, reasons = judge_test(
        record, needed_bps, load_profile("pt-nos" if contract is None else contract.profile)
    )
    stored = StoredRecord(record=record, received_at=record.ended.at, batch_sha256="")
    return JudgedTest(stored=stored, valid_for=valid_for, reasons=reasons)


def _held(judged: tuple[JudgedTest, ...], contract: Contract, certificate: Certificate | None) -> bool:
    """Says how each test stands to the contract, on stderr; whether one could not be held against it."""
    refused_any = False
    for one in judged:
        test = one.stored.record.body
        assert isinstance(test, SpeedTest)
        at = one.stored.record.started.at
        refused = beyond_machine(contract, at, certificate, method=test.method, tls=test.server.tls)
        said = against(one, contract, refused)
        if said is not None:
            click.echo(f"{test.direction:>8}  {said}", err=True)
        refused_any |= any(beyond.direction is test.direction for beyond in refused)
    return refused_any


def _end(records: tuple[Record, ...], url: str) -> int:
    """The exit code; a CommandError where no test could reach the server."""
    failures = [record.body.failure for record in records if isinstance(record.body, SpeedTest)]
    if any(failure is None for failure in failures):
        return Exit.DONE
    failure = failures[0]
    assert failure is not None
    if failure in _UNREACHABLE:
        raise CommandError(f"No test could be run against {url}: {_UNREACHABLE[failure]}.", Exit.UNREACHABLE)
    first = records[0].body
    spent = isinstance(first, SpeedTest) and first.ended_by is EndedBy.BYTE_CAP
    why = _BYTES_SPENT if spent else _NO_RESULT.get(failure, failure.replace("_", " "))
    raise CommandError(f"No test against {url} gave a result: {why}.", Exit.EVIDENCE)
