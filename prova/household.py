"""Shell. What one machine needs before its rooms can run together: keys, enrolment, accounts and settings files.

Makes what is missing and keeps what is there, so that every start continues the same history. In a settings file the
tables that this start decides on are written anew, and all others stay. Knows nothing of processes.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from collector import enrolment
from collector.broker import BrokerKind, BrokerPlan, prepare
from collector.proof.own_key import own_key
from probe import clock, identity, key
from prova.exit import CommandError
from prova.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """One line measured by one probe of this machine through its own broker and collector."""

    probe_home: Home
    broker: BrokerPlan


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the person named for names and for the time. A name server is written ZONE@HOST."""

    resolvers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    name_servers: tuple[str, ...] = ()
    time_servers: tuple[str, ...] = ()
    signed_name: str | None = None
    broken_name: str | None = None

    def settings(self) -> dict[str, Any]:
        """As they stand under [reachability]. Raises CommandError for a name server that is not written so."""
        pairs = [one.partition("@") for one in self.name_servers]
        if not all(zone and at and host for zone, at, host in pairs):
            raise CommandError("--name-server must be ZONE@HOST, as in pt@ns.example.")
        return {
            "resolvers": list(self.resolvers),
            "names": list(self.names),
            "name_servers": [{"zone": zone, "host": host} for zone, _, host in pairs],
            "time_servers": list(self.time_servers),
            **({"signed_name": self.signed_name} if self.signed_name else {}),
            **({"broken_name": self.broken_name} if self.broken_name else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person asked for. `broker` None takes the best that is installed. `mlab_accepted`: agreed that M-Lab
    publishes each test. `watched`: HOST, or NETWORK@HOST with a label for whose network it is in. `repeat_levels`:
    below which results the probe tests again, as they stand under [repeat].
    """

    line: str
    servers: tuple[str, ...]
    demonstration: bool
    watched: tuple[str, ...]
    asked: Asked = field(default_factory=Asked)
    broker: BrokerKind | None = None
    mlab_accepted: bool = False
    repeat_levels: Mapping[str, int] = field(default_factory=dict)


def settle(home: Home, wish: Wish, *, broker_port: int) -> Household:
    """Keys, enrolment, broker accounts and both settings files. Raises CommandError and what the rooms raise."""
    own = home.of_line(wish.line)
    who = identity.load_or_make(own.probe, line=wish.line, probe=None)
    _write(own.receipt_key, key.public_jwk(own_key(home.collector)))
    public_jwk = key.public_jwk(who.key)
    enrolment.enrol(home.path, probe=who.probe, line=wish.line, public_jwk=public_jwk, at=clock.now())
    broker = prepare(home.path, broker_port, line=wish.line, probe=who.probe, kind=wish.broker)
    _write_settings(
        own.probe_settings,
        {
            "line": wish.line,
            "probe": who.probe,
            "collector": {
                "host": broker.host,
                "port": broker.port,
                "username": who.probe,
                "password_file": str(broker.probe_password_file),
                "receipt_key_file": str(own.receipt_key),
            },
            "measure": _measure(wish),
            "reachability": {"targets": [_target(one) for one in wish.watched], **wish.asked.settings()},
            "repeat": dict(wish.repeat_levels),
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
    return Household(probe_home=own, broker=broker)


def _measure(wish: Wish) -> dict[str, Any]:
    """A demonstration's tests are short and without a budget: they cross no line, and move a day's in seconds."""
    measure = {
        "servers": list(wish.servers),
        "demonstration": wish.demonstration,
        "accept_mlab_policy": wish.mlab_accepted,
    }
    unbounded = {"duration_s": 2.0, "most_bytes": 10**18, "bytes_per_day": 10**18, "bytes_per_month": 10**18}
    return measure | unbounded if wish.demonstration else measure


def _target(text: str) -> str | dict[str, str]:
    """As it stands in the settings. Raises CommandError where a half of it is missing."""
    label, at, host = text.rpartition("@")
    if at and not (label and host):
        raise CommandError(f"--target {text}: write HOST, or NETWORK@HOST, as in AS64500@192.0.2.1.")
    return {"host": host, "network": label} if at else host


def _write_settings(path: Path, settings: dict[str, Any]) -> None:
    """Raises CommandError where a file is there that cannot be read: what somebody wrote into it would be lost."""
    kept = {name: value for name, value in _there(path).items() if name not in settings}
    own = ", ".join(settings)
    _write(
        path,
        f"# Written anew by every `prova up`: {own}. Any other table stays as it is.\n{tomli_w.dumps(settings | kept)}",
    )


def _there(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CommandError(
            f"{path} cannot be read: {error.strerror}. Make it readable or name another --home."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(
            f"{path} is not TOML: {error}. Mend that place, or remove the file to begin anew."
        ) from error


def _write(path: Path, text: str) -> None:
    """All or nothing, readable by its owner alone."""
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.touch(mode=0o600)
        fresh.write_text(text)
        fresh.rename(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}. Make room or name another --home.") from error
