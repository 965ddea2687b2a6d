"""Shell. A line taken out of where it was shown: the database, Home Assistant, the broker.

One that does not answer holds up none of the others, and is told. Knows nothing of what was shown.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import aiomqtt

from collector.erasure import retained
from collector.home import CollectorHome
from collector.identity.files import IdentityHome
from collector.projection import announce_settings, settings
from collector.projection.announce import withdraw_lines
from collector.projection.influx import Database, DatabaseError, DatabaseRefusalError
from collector.settings import SettingsError, load
from collector.subscribe import LinkError

_SETTINGS = "settings.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """One place where lines are shown. `problem`: why the line may still be there; None where it is not."""

    name: str
    problem: str | None = None


def places(home: CollectorHome) -> tuple[str, ...]:
    """Where lines are shown by this home's settings, for people."""
    known = {
        "the database of projection.toml": home.projection_settings,
        "Home Assistant, by home-assistant.toml": home.announce_settings,
        "the broker of settings.toml": home.journal.with_name(_SETTINGS),
    }
    return tuple(name for name, path in known.items() if path.exists())


def withdraw(home: CollectorHome, line: str, *, now_at: datetime) -> tuple[Place, ...]:
    """Takes the line out of each."""
    doing = (_from_database, _from_home_assistant, _from_broker)
    return tuple(one for do in doing if (one := do(home, line, now_at)) is not None)


def withdraw_shown(home: CollectorHome, line: str, *, now_at: datetime) -> tuple[Place, ...]:
    """Takes the line out of database and Home Assistant alone: its probe goes on."""
    doing = (_from_database, _from_home_assistant)
    return tuple(one for do in doing if (one := do(home, line, now_at)) is not None)


def cut(home: CollectorHome, probes: Sequence[str], *, now_at: datetime) -> None:
    """Ends the probes' connections to a fleet's broker. Raises SettingsError."""
    path = home.journal.with_name(_SETTINGS)
    if path.exists() and IdentityHome(home).fleet("access").exists():
        asyncio.run(retained.cut(home, load(path).broker, probes, at=now_at))


def _from_database(home: CollectorHome, line: str, now_at: datetime) -> Place | None:
    if not home.projection_settings.exists():
        return None
    try:
        loaded = settings.load(home.projection_settings)
        with closing(Database(loaded)) as database:
            database.forget(line, until_at=now_at)
    except (DatabaseError, DatabaseRefusalError, SettingsError) as error:
        return Place("database", str(error))
    return Place("database")


def _from_home_assistant(home: CollectorHome, line: str, now_at: datetime) -> Place | None:  # noqa: ARG001  as the others
    if not home.announce_settings.exists():
        return None
    try:
        asyncio.run(withdraw_lines(announce_settings.load(home.announce_settings), [line]))
    except SettingsError as error:
        return Place("home assistant", str(error))
    except (aiomqtt.MqttError, OSError) as error:
        return Place("home assistant", f"Its broker does not answer ({error}).")
    return Place("home assistant")


def _from_broker(home: CollectorHome, line: str, now_at: datetime) -> Place | None:
    path = home.journal.with_name(_SETTINGS)
    if not path.exists():
        return None
    try:
        left = asyncio.run(retained.clear(home, load(path).broker, line, at=now_at))
    except (LinkError, SettingsError) as error:
        return Place("broker", str(error))
    if left:
        return Place("broker", "It still keeps a status of the line's probes: start it anew.")
    return Place("broker")
