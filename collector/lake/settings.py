"""Pure. The settings of sealing: one small TOML file, optional, as frozen data. `load` alone reads.

A file of its own, since `prova up` writes the collector's anew. Knows nothing of seals.
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.settings import SettingsError

_KEYS = {"lake": ("url",), "timestamp": ("url", "certificate_file")}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealSettings:
    """All that can be set; None where it is not.

    `lake_url`: where the first seal makes the lake. `timestamp_url`: the authority that is asked for time-stamps;
    `certificate_file`: what its answers must lead to (PEM).
    """

    lake_url: str | None = None
    timestamp_url: str | None = None
    certificate_file: Path | None = None


def load(path: Path) -> SealSettings:
    """The settings in `path`, none where there is no file; relative paths start from its folder.

    Raises SettingsError.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return SealSettings()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}. Let this user read it.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}. Mend that place.") from error
    if problems := _problems(table):
        raise SettingsError("\n".join(f"{path}: {line}" for line in problems))
    stamps = table.get("timestamp", {})
    file = stamps.get("certificate_file")
    return SealSettings(
        lake_url=table.get("lake", {}).get("url"),
        timestamp_url=stamps.get("url"),
        certificate_file=None if file is None else path.parent / Path(file).expanduser(),
    )


def _problems(table: Mapping[str, Any]) -> list[str]:
    found = [_unknown(name, tuple(_KEYS)) for name in table if name not in _KEYS]
    for name, keys in _KEYS.items():
        inner = table.get(name, {})
        if not isinstance(inner, Mapping):
            found.append(f"{name} must be a table: write [{name}] above its settings.")
            continue
        found += [f"{name}.{_unknown(key, keys)}" for key in inner if key not in keys]
        found += [
            f"{name}.{key} must be text that is not empty, but is {inner[key]!r}."
            for key in keys
            if key in inner and not (isinstance(inner[key], str) and inner[key])
        ]
    return found


def _unknown(name: str, known: tuple[str, ...]) -> str:
    return f"{name} is not a setting; perhaps {difflib.get_close_matches(name, known, 1, 0.0)[0]} was meant."
