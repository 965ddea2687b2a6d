"""Shell. What one machine needs before its rooms can run together: keys, enrolment, accounts and settings files.

Makes what is missing and keeps what is there, so that every start continues the same history. Knows nothing of
processes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from collector import enrolment
from collector.broker import BrokerKind, BrokerPlan, prepare
from probe import clock, identity, key, keyfile
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
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person asked for. `broker` None takes the best that is installed. `mlab_accepted`: agreed that M-Lab
    publishes each test. `repeat_levels`: below which results the probe tests again, as they stand under [repeat].
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
    _write(own.receipt_key, key.public_jwk(keyfile.load_or_make(home.collector.key)))
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
            "reachability": {"targets": list(wish.watched), **wish.asked.settings()},
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


def _write_settings(path: Path, settings: dict[str, Any]) -> None:
    _write(path, "# Written anew by every `prova up`.\n" + tomli_w.dumps(settings))


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
