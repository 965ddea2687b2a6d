"""Shell. One value in a contract or case file corrected: checked as a whole before anything is written.

A person's own words and order in the file stay. Knows nothing of who asked.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from prova.exit import CommandError


def corrected(path: Path, place: str, value: str, check: Callable[[Path], object]) -> str:
    """Puts `value` (TOML, or else a text) at `place` and gives the old one. Raises CommandError, and what `check` does.

    `place`: names with dots between, as line.municipality; in a list of tables the entry's id, as fault.a.ticket.
    """
    if not path.exists():
        raise CommandError(f"There is no {path} to correct.")
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    *way, name = place.split(".")
    table: Any = document
    for one in way:
        table = _step(table, one, path, place)
    if not hasattr(table, "keys") or name not in table:
        raise CommandError(f"{path} has no {place}. Write names with dots between, as line.municipality.")
    old = str(table[name])
    table[name] = _value(value)
    _write(path, tomlkit.dumps(document), check)
    return old


def _step(table: Any, name: str, path: Path, place: str) -> Any:
    if isinstance(table, list):
        found = next((one for one in table if str(one.get("id")) == name), None)
    else:
        found = table.get(name) if hasattr(table, "get") else None
    if found is None:
        raise CommandError(f"{path} has no {place}: {name} is not there.")
    return found


def _value(text: str) -> Any:
    try:
        return tomlkit.value(text)
    except (TOMLKitError, ValueError):
        return text


def _write(path: Path, text: str, check: Callable[[Path], object]) -> None:
    fresh = path.with_name(f"{path.name}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        check(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
