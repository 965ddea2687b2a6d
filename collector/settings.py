"""Pure. The collector's settings: one TOML file as frozen data, every problem reported together. `load` alone reads.

A password is never in it, only the path of a file that holds it. Knows nothing of what the broker says.
"""

import difflib
import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.fleet.share import ALL, Share, parse_share
from collector.witness.aim import Aim, read_aims

_BROKER_KEYS = ("host", "port", "username", "password_file", "tls", "ca_file", "certificate_file", "key_file", "share")
_PORTS = range(1, 65_536)
_PROCESSES = range(65)


class SettingsError(Exception):
    """The settings cannot be used. The text has one line for each problem: where, what, how to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """How to reach the broker. `password_file` and `ca_file` are None where there are none.

    `tls` is on unless the broker is this very machine or the file says otherwise: batches are signed, but a password
    is not hidden. `ca_file` names the certificates to trust (PEM) in place of the system's, `certificate_file`
    and `key_file` what the broker is to know us by. `share`: which of the broker's lines are taken; default: all.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password_file: Path | None = None
    tls: bool = False
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    share: Share = ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorSettings:
    """All that can be set. `judging_processes`: how many judge beside the collector's own; None: by the cores."""

    broker: BrokerSettings = BrokerSettings()
    judging_processes: int | None = None
    witness: tuple[Aim, ...] = ()  # nobody is asked unless somebody says so


def load(path: Path) -> CollectorSettings:
    """The settings in `path`; relative paths in it start from its folder. Raises SettingsError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read: {error.strerror}. Name another file with --settings or make this one."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}. Mend that place.") from error
    try:
        return parse(table, folder=path.parent)
    except SettingsError as error:
        raise SettingsError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from None


def parse(table: Mapping[str, Any], *, folder: Path) -> CollectorSettings:
    """Settings from a TOML table; a relative path in it starts from `folder`. Raises SettingsError."""
    problems = _unknown(table, known=("broker", "judging", "witness"), where="")
    broker = table.get("broker", {})
    if not isinstance(broker, Mapping):
        problems.append("broker must be a table: write [broker] above its settings.")
        raise SettingsError("\n".join(problems))
    problems += _unknown(broker, known=_BROKER_KEYS, where="broker.")
    problems += _misfits(broker)
    aims, wrong = read_aims(table.get("witness", []))
    problems += wrong
    processes, wrong = _processes(table.get("judging", {}))
    problems += wrong
    if problems:
        raise SettingsError("\n".join(problems))
    default = BrokerSettings()
    host = broker.get("host", default.host)
    return CollectorSettings(
        broker=BrokerSettings(
            host=host,
            port=broker.get("port", default.port),
            username=broker.get("username"),
            password_file=_path(broker.get("password_file"), folder),
            tls=broker.get("tls", "ca_file" in broker or not _is_loopback(host)),
            ca_file=_path(broker.get("ca_file"), folder),
            certificate_file=_path(broker.get("certificate_file"), folder),
            key_file=_path(broker.get("key_file"), folder),
            share=parse_share(broker.get("share", "1/1")),
        ),
        judging_processes=processes,
        witness=aims,
    )


def _processes(judging: object) -> tuple[int | None, list[str]]:
    """How many processes judge, None where it is not said; and what is wrong with the table."""
    if not isinstance(judging, Mapping):
        return None, ["judging must be a table: write [judging] above its settings."]
    problems = _unknown(judging, known=("processes",), where="judging.")
    count = judging.get("processes")
    if count is not None and (type(count) is not int or count not in _PROCESSES):
        problems.append(f"judging.processes must be a whole number from 0 to 64, but is {count!r}.")
    return (None if problems else count), problems


def _unknown(table: Mapping[str, Any], *, known: tuple[str, ...], where: str) -> list[str]:
    return [
        f"{where}{key} is not a setting; perhaps {where}{difflib.get_close_matches(key, known, 1, 0.0)[0]} was meant."
        for key in table
        if key not in known
    ]


def _misfits(broker: Mapping[str, Any]) -> list[str]:
    problems = [
        f"broker.{key} must be text that is not empty, but is {broker[key]!r}."
        for key in ("host", "username", "password_file", "ca_file", "certificate_file", "key_file")
        if key in broker and not (isinstance(broker[key], str) and broker[key])
    ]
    problems += _misfit_share(broker.get("share", "1/1"))
    port = broker.get("port", 1)
    if type(port) is not int or port not in _PORTS:
        problems.append(f"broker.port must be a whole number from 1 to 65535, but is {port!r}.")
    if not isinstance(broker.get("tls", False), bool):
        problems.append(f"broker.tls must be true or false, but is {broker['tls']!r}.")
    if ("username" in broker) != ("password_file" in broker):
        problems.append("broker.username and broker.password_file go together: give both or neither.")
    if ("certificate_file" in broker) != ("key_file" in broker):
        problems.append("broker.certificate_file and broker.key_file go together: give both or neither.")
    if "ca_file" in broker and broker.get("tls") is False:
        problems.append("broker.ca_file has no use without TLS: set broker.tls = true or leave ca_file out.")
    return problems


def _misfit_share(share: object) -> list[str]:
    try:
        parse_share(share if isinstance(share, str) else repr(share))
    except ValueError as error:
        return [f"broker.share: {error}."]
    return []


def _path(text: str | None, folder: Path) -> Path | None:
    return None if text is None else folder / Path(text).expanduser()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
