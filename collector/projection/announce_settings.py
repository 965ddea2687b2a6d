"""Pure. The settings of what Home Assistant is told: whose broker, in a file of its own. `load` alone reads.

Knows nothing of what is told.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from collector import settings
from collector.projection.home_assistant import PREFIX
from collector.settings import BrokerSettings, SettingsError


@dataclass(frozen=True, slots=True)
class Announcing:
    """The household's own broker, which a person named, and the prefix that Home Assistant listens to there."""

    broker: BrokerSettings
    prefix: str = PREFIX


def load(path: Path) -> Announcing:
    """The settings in `path`; relative paths start from its folder. Raises SettingsError, with every problem."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}. Write [broker] with host there.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}. Mend that place.") from error
    prefix = table.pop("prefix", PREFIX)
    problems = []
    if not (isinstance(prefix, str) and prefix and not set(prefix) & set("#+ ")):
        problems.append("prefix must be a topic without wildcards, as homeassistant.")
    if not (isinstance(table.get("broker"), dict) and "host" in table["broker"]):
        problems.append("broker.host must name the broker that Home Assistant uses.")
    try:
        broker = settings.parse(table, folder=path.parent).broker
    except SettingsError as error:
        problems += str(error).splitlines()
    if problems:
        raise SettingsError("\n".join(f"{path}: {line}" for line in problems))
    return Announcing(broker, prefix)
