"""Pure. The settings of projection: one small TOML file as frozen data. `load` alone reads.

Knows nothing of databases.
"""

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from collector.settings import SettingsError

_KEYS = ("url", "bucket", "org", "token_file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Influx:
    """Where points go. `token_file` None: the database asks for none."""

    url: str
    bucket: str
    org: str = ""
    token_file: Path | None = None

    @property
    def target(self) -> str:
        """By which one database is told from another."""
        return f"{self.url} {self.org} {self.bucket}"


def load(path: Path) -> Influx:
    """The settings in `path`; relative paths start from its folder. Raises SettingsError, with every problem."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read: {error.strerror}. Write [influxdb] with url and bucket there."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}. Mend that place.") from error
    own = table.get("influxdb", {})
    if not isinstance(own, dict):
        raise SettingsError(f"{path}: influxdb must be a table: write [influxdb] above its settings.")
    problems = [f"{name} is not a setting; only [influxdb] is." for name in table if name != "influxdb"]
    problems += _problems(own)
    if problems:
        raise SettingsError("\n".join(f"{path}: {line}" for line in problems))
    token = own.get("token_file")
    return Influx(
        url=own["url"],
        bucket=own["bucket"],
        org=own.get("org", ""),
        token_file=None if token is None else path.parent / Path(token).expanduser(),
    )


def _problems(own: dict[str, object]) -> list[str]:
    found = [
        f"influxdb.{name} is not a setting; perhaps {difflib.get_close_matches(name, _KEYS, 1, 0.0)[0]} was meant."
        for name in own
        if name not in _KEYS
    ]
    found += [
        f"influxdb.{name} must be text that is not empty."
        for name in _KEYS
        if (name in own or name in {"url", "bucket"}) and not (isinstance(own.get(name), str) and own[name])
    ]
    parts = urlsplit(str(own.get("url", "")))
    if not found and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username):
        found.append("influxdb.url must be http:// or https:// and a host, without any credentials.")
    return found
