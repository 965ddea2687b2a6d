"""Pure. The probe's settings: one TOML file as frozen data, every problem reported together. `load` alone reads.

Secrets stand in files of their own; the settings hold their paths. Knows nothing of what the settings are used for.
"""

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from probe.backlog.tables import MOST_BYTES
from probe.body.reachability import Role
from probe.courtesy.settings import (
    CourtesySettings,
    RepeatSettings,
    SensingSettings,
    read_courtesy,
    read_repeat,
    read_sensing,
)
from probe.reach.settings import ReachabilitySettings, read_reachability
from probe.reach.target import Target
from probe.settings_table import Table
from probe.throughput.mlab.consent import PUBLISHED_EN
from probe.throughput.mlab.locate import NAME as MLAB
from probe.throughput.mlab.locate import is_served
from probe.throughput.plan import DEFAULT_MOST_BYTES, Family, Method, Plan

_SECURE_PORT = 8883  # MQTT over TLS, as registered with IANA
_PLAIN_PORT = 1883
_HOLD_S, _MOST_HOLD_S = 180.0, 900.0  # 180: what is known of a line stays below five minutes old
_SERVER_PORTS = {"ws": 80, "wss": 443, "http": 80, "https": 443}  # of udp none: nothing need listen for TCP there
_ANY = {Method.NDT7: "ws://h", Method.MSAK: "ws://h", Method.LIBRESPEED: "http://h", Method.UDP: "udp://h"}
_MOST_TESTS_PER_DAY = 288  # one in five minutes; beyond that the tests are the line's main load


class SettingsError(Exception):
    """The settings cannot be used. The text has one line for each problem: where, what, how to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorSettings:
    """Where records go. `receipt_key_file` holds the collector's public key (JWK), by which receipts are known.

    `tls` is on unless the broker is this very machine: batches are signed, but a password is not hidden otherwise.
    `hold_s`: routine records wait so long for others to share a batch; to a broker on this very machine nothing does.
    """

    receipt_key_file: Path
    host: str = "127.0.0.1"
    port: int = _PLAIN_PORT
    username: str | None = None
    password_file: Path | None = None
    tls: bool = False
    ca_file: Path | None = None  # None: the system's certificates
    certificate_file: Path | None = None  # what the broker knows this probe by, where it asks for a certificate
    key_file: Path | None = None
    hold_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSettings:
    """Speed tests. None are made where `servers` is empty or `tests_per_day` is 0.

    A server is an address of `method`'s, or "mlab" for one that M-Lab assigns, with `accept_mlab_policy` alone.
    `streams` None: as many connections as the method opens by itself.
    `bytes_per_day`: 24 tests of five seconds each way move 18 GB on a line of 1000/200 Mbit/s, so that the default
    leaves those alone and holds back a faster line; `bytes_per_month` by default is 28 such days.
    `duration_s` None: the speed test's own default. `adaptive`: a test ends once its rate is certain, and takes
    `duration_s` at most. `most_bytes`: of one direction of one test, whatever the time.
    """

    servers: tuple[str, ...] = ()
    method: Method = Method.NDT7
    streams: int | None = None
    family: Family = Family.ANY
    accept_mlab_policy: bool = False
    demonstration: bool = False
    tests_per_day: int = 24
    bytes_per_day: int = 25_000_000_000
    bytes_per_month: int = 700_000_000_000
    first_test_after_s: float = 5.0
    duration_s: float | None = None
    adaptive: bool = False
    most_bytes: int = DEFAULT_MOST_BYTES
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionsSettings:
    """What is asked around a test beyond this machine. `router`: the own gateway, by UPnP and TR-064."""

    router: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSettings:
    """Everything that can be set. `probe` None: the name that this machine keeps (`probe.identity`).

    `spool_most_bytes`: what may wait on this machine's disk for the collector.
    """

    line: str
    collector: CollectorSettings
    probe: str | None = None
    measure: MeasureSettings = MeasureSettings()
    reachability: ReachabilitySettings = field(default_factory=ReachabilitySettings)
    conditions: ConditionsSettings = ConditionsSettings()
    courtesy: CourtesySettings = field(default_factory=CourtesySettings)
    repeat: RepeatSettings = field(default_factory=RepeatSettings)
    sensing: SensingSettings = field(default_factory=SensingSettings)
    spool_most_bytes: int = MOST_BYTES


def load(path: Path) -> ProbeSettings:
    """The settings in `path`; relative paths in it start from its folder. Raises SettingsError."""
    try:
        mapping = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read: {error.strerror}. Name another file with --settings or make this one."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}. Mend that place.") from error
    try:
        return parse(mapping, folder=path.parent)
    except SettingsError as error:
        raise SettingsError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from None


def parse(mapping: Mapping[str, object], *, folder: Path = Path()) -> ProbeSettings:
    """Settings from a TOML table; relative paths in it start from `folder`. Raises SettingsError."""
    table = Table(mapping)
    settings = ProbeSettings(
        line=table.checked_name("line", table.required_text("line")) or "",
        probe=table.checked_name("probe", table.text("probe")),
        collector=_collector(table.table("collector"), folder),
        measure=_measure(table.table("measure"), folder),
        reachability=read_reachability(table.table("reachability")),
        spool_most_bytes=table.integer("spool_most_bytes", default=MOST_BYTES, low=1_000_000),
        conditions=ConditionsSettings(router=table.table("conditions").flag("router", default=True)),
        courtesy=read_courtesy(table.table("courtesy")),
        repeat=read_repeat(table.table("repeat")),
        sensing=read_sensing(table.table("sensing")),
    )
    table.refuse_unknown()
    if table.problems:
        raise SettingsError("\n".join(table.problems))
    return settings


def watched(settings: ProbeSettings) -> tuple[Target, ...]:
    """Whom to watch besides the gateway: the measuring servers and the named targets, each host once, in order.

    A server that M-Lab assigns is another every time, and is not watched.
    """
    found: dict[str, Target] = {}
    for server in settings.measure.servers:
        if server != MLAB:
            parts = urlsplit(server)
            port = (parts.port or _SERVER_PORTS[parts.scheme]) if parts.scheme in _SERVER_PORTS else None
            host = parts.hostname or ""
            found.setdefault(host, Target(host, Role.SERVER, port))
    for target in settings.reachability.targets:
        found.setdefault(target.host, target)
    return tuple(found.values())


def _collector(table: Table, folder: Path) -> CollectorSettings:
    host = table.text("host") or "127.0.0.1"
    ca_file = _path(table.text("ca_file"), folder)
    hold_s = table.number("hold_s", low=0, high=_MOST_HOLD_S)
    tls = table.flag("tls", default=ca_file is not None or not is_loopback(host))
    settings = CollectorSettings(
        host=host,
        port=table.integer("port", default=_SECURE_PORT if tls else _PLAIN_PORT, low=1, high=65_535),
        username=table.text("username"),
        password_file=_path(table.text("password_file"), folder),
        receipt_key_file=folder / Path(table.required_text("receipt_key_file")).expanduser(),
        tls=tls,
        ca_file=ca_file,
        certificate_file=_path(table.text("certificate_file"), folder),
        key_file=_path(table.text("key_file"), folder),
        hold_s=_HOLD_S if hold_s is None and not is_loopback(host) else hold_s or 0.0,
    )
    if (settings.certificate_file is None) != (settings.key_file is None):
        table.complain("certificate_file", "and key_file go together: give both or neither")
    if (settings.username is None) != (settings.password_file is None):
        table.complain("username", "and password_file go together: give both or neither")
    if ca_file is not None and not tls:
        table.complain("ca_file", "has no use without TLS: set tls = true or leave it out")
    return settings


def _measure(table: Table, folder: Path) -> MeasureSettings:
    default = MeasureSettings()
    servers = table.texts("servers")
    method, family = _word(table, "method", Method, default.method), _word(table, "family", Family, default.family)
    for server in servers:
        if server != MLAB:
            _try_plan(table, "servers", url=server, method=method, family=family)
    accepted = table.flag("accept_mlab_policy", default=default.accept_mlab_policy)
    if MLAB in servers:
        _check_mlab(table, method, accepted=accepted)
    duration_s = table.number("duration_s", low=0, high=86_400)
    if duration_s is not None:
        _try_plan(table, "duration_s", duration_s=duration_s)
    streams = table.integer("streams", default=0, low=0) or None
    if streams is not None:
        _try_plan(table, "streams", url=_ANY[method], method=method, streams=streams)
    first_s = table.number("first_test_after_s", low=0, high=86_400)
    return MeasureSettings(
        servers=tuple(dict.fromkeys(servers)),
        method=method,
        streams=streams,
        family=family,
        accept_mlab_policy=accepted,
        demonstration=table.flag("demonstration", default=default.demonstration),
        tests_per_day=table.integer("tests_per_day", default=default.tests_per_day, low=0, high=_MOST_TESTS_PER_DAY),
        bytes_per_day=table.integer("bytes_per_day", default=default.bytes_per_day, low=0),
        bytes_per_month=table.integer("bytes_per_month", default=default.bytes_per_month, low=0),
        first_test_after_s=default.first_test_after_s if first_s is None else first_s,
        duration_s=duration_s,
        adaptive=table.flag("adaptive", default=default.adaptive),
        most_bytes=table.integer("most_bytes", default=default.most_bytes, low=1),
        ca_file=_path(table.text("ca_file"), folder),
    )


def _try_plan(table: Table, key: str, **part: Any) -> None:
    """What a speed test can be asked is for its plan to say."""
    try:
        Plan(**{"url": "ws://localhost", **part})
    except ValueError as error:
        table.complain(key, f"cannot be used: {error}")


def _check_mlab(table: Table, method: Method, *, accepted: bool) -> None:
    if not accepted:
        table.complain(
            "servers",
            f"has {MLAB!r}: {PUBLISHED_EN} If you agree, set accept_mlab_policy = true",
        )
    if not is_served(method):
        table.complain("method", f"cannot be {method} with {MLAB!r}: M-Lab serves ndt7 and msak")


_Word = TypeVar("_Word", bound=StrEnum)


def _word(table: Table, key: str, kind: type[_Word], default: _Word) -> _Word:
    text = table.text(key)
    if text is None:
        return default
    try:
        return kind(text)
    except ValueError:
        table.complain(key, f"must be one of {', '.join(kind)}, but is {text!r}")
        return default


def is_loopback(host: str) -> bool:
    """Whether `host` is this very machine by its name or address; any other name is taken for another machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _path(text: str | None, folder: Path) -> Path | None:
    return None if text is None else folder / Path(text).expanduser()
