"""Shell. What a person wishes to be told, from `notify.toml`, and where, from a file that only they may read.

An address often holds a password: it is never shown, logged or put into an error.
"""

import stat
import tomllib
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from analysis.contract_table import Problem, Table
from analysis.tell.news import Wishes

_KEYS = ("urls_file", "lang", "days", "outage_min", "deadline_days", "quiet_from", "quiet_to", "every_min")
_DEFAULT = Wishes()
_LANGUAGES = ("pt", "en")
_MOST_URLS = 20


class NotifyError(Exception):
    """Nobody can be told anything so. The text is one sentence with the mend, and holds no address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`urls` hold secrets. `every_s`: how often it is looked whether there is news."""

    urls: tuple[str, ...]
    lang: str
    wishes: Wishes
    every_s: float


def load(path: Path) -> Settings:
    """The settings in the file at `path`. Raises NotifyError with every problem there is."""
    problems: list[Problem] = []
    table = Table("", _tables(path), problems)
    table.allow(_KEYS)
    days = table.whole("days", low=1, high=30)
    outage_min, ahead = table.whole("outage_min", low=1, high=1440), table.whole("deadline_days", low=1, high=60)
    every_min = table.whole("every_min", low=1, high=1440)
    lang = table.text("lang", example="pt") or "pt"
    if lang not in _LANGUAGES:
        table.note("lang", f"{lang!r} is not known", "Write pt or en")
    wishes = Wishes(
        days=days or _DEFAULT.days,
        outage_s=_DEFAULT.outage_s if outage_min is None else 60.0 * outage_min,
        ahead=_DEFAULT.ahead if ahead is None else timedelta(days=ahead),
        quiet_from=_time(table, "quiet_from", _DEFAULT.quiet_from),
        quiet_to=_time(table, "quiet_to", _DEFAULT.quiet_to),
    )
    named = table.text("urls_file", needed=True, example="notify-urls")
    if problems or named is None:
        raise NotifyError("\n  ".join([f"{path} cannot be used:", *map(str, problems)]))
    return Settings(urls=_urls(path.parent / named), lang=lang, wishes=wishes, every_s=60.0 * (every_min or 5))


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotifyError(
            f'There is no {path} yet. Write urls_file = "notify-urls" into it (docs/notify.md).'
        ) from error
    except (OSError, ValueError) as error:
        raise NotifyError(f"{path} cannot be read as TOML: {type(error).__name__}. Mend that file.") from error


def _time(table: Table, key: str, default: time) -> time:
    text = table.text(key, example="22:00")
    try:
        return default if text is None else time.fromisoformat(text)
    except ValueError:
        table.note(key, f"{text!r} is no time of day", f'Write for example {key} = "22:00"')
        return default


def _urls(path: Path) -> tuple[str, ...]:
    """A line each; `#` begins a comment."""
    try:
        rights = stat.S_IMODE(path.stat().st_mode)
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotifyError(
            f"{path} cannot be read ({type(error).__name__}). Write one address a line into it."
        ) from error
    if rights & 0o077:
        raise NotifyError(f"{path} may be read by others, and addresses hold passwords. Run: chmod 600 {path}")
    urls = tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))
    if not 0 < len(urls) <= _MOST_URLS:
        raise NotifyError(f"{path} has {len(urls)} addresses. Write 1 to {_MOST_URLS}, one a line.")
    return urls
