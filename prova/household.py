"""Shell. What one machine needs before its rooms can run together: keys, enrolment, accounts and settings files.

Makes what is missing and keeps what is there, so that every start continues the same history. Knows nothing of
processes.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from collector import enrolment
from collector.broker import BrokerKind, BrokerPlan, prepare
from probe import clock, key
from prova.exit import CommandError
from prova.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """One line measured by one probe of this machine through its own broker and collector."""

    line: str
    probe: str
    broker: BrokerPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person asked for. `broker` None takes the best that is installed."""

    line: str
    servers: tuple[str, ...]
    demonstration: bool
    watched: tuple[str, ...]
    broker: BrokerKind | None = None


def settle(home: Home, wish: Wish, *, broker_port: int) -> Household:
    """Keys, enrolment, broker accounts and both settings files. Raises CommandError and what the rooms raise."""
    probe = _probe_name(home)
    collector_public = key.public_jwk(key.load_or_make(home.collector_key))
    home.receipt_key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(home.receipt_key, collector_public)
    probe_public = key.public_jwk(key.load_or_make(home.probe_key))
    enrolment.enrol(home.path, probe=probe, line=wish.line, public_jwk=probe_public, at=clock.now())
    broker = prepare(home.path, broker_port, probe=probe, line=wish.line, kind=wish.broker)
    _write_settings(
        home.probe_settings,
        {
            "line": wish.line,
            "probe": probe,
            "collector": {
                "host": broker.host,
                "port": broker.port,
                "username": probe,
                "password_file": str(broker.probe_password_file),
                "receipt_key_file": str(home.receipt_key),
            },
            "measure": {"servers": list(wish.servers), "demonstration": wish.demonstration},
            "reachability": {"targets": list(wish.watched)},
        },
    )
    _write_settings(
        home.collector_settings,
        {
            "broker": {
                "host": broker.host,
                "port": broker.port,
                "username": broker.collector_username,
                "password_file": str(broker.collector_password_file),
            }
        },
    )
    return Household(line=wish.line, probe=probe, broker=broker)


def _probe_name(home: Home) -> str:
    """This machine's probe name, made once."""
    path = home.path / "probe" / "name"
    if path.exists():
        return path.read_text().strip()
    name = f"p-{secrets.token_hex(3)}"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, name + "\n")
    return name


def _write_settings(path: Path, settings: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, "# Written anew by every `prova up`.\n" + tomli_w.dumps(settings))


def _write(path: Path, text: str) -> None:
    """All or nothing, readable by its owner alone."""
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.touch(mode=0o600)
        fresh.write_text(text)
        fresh.rename(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}. Make room or name another --home.") from error
