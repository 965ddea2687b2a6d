"""Shell. Notes in the change log what contract, settings and software of this machine are, wherever they became other.

What is noted holds no secret: settings name the files of passwords and keys. Knows nothing of what a change means.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from analysis.contract import Contract
from analysis.event import change_log
from analysis.event.event import EventKind, Noted
from analysis.event.events import flat
from prova.home import Home


def note(
    home: Home, kind: EventKind, subject: str, state: Mapping[str, str], *, at: datetime, line: str | None
) -> None:
    """Notes that `subject` is so from `at` on. Where the log cannot be written it says so and goes on."""
    try:
        change_log.note(home.changes, Noted(at=at, kind=kind, subject=subject, line=line, state=state))
    except OSError as error:
        click.echo(
            f"prova: {home.changes} cannot be written ({error.strerror}): the change of {subject} is not noted."
            " Look after its rights and its disk.",
            err=True,
        )


def note_contract(home: Home, contract: Contract, *, at: datetime) -> None:
    """The contract in use, with each of its dated terms."""
    state = flat(contract) | {
        f"terms.{one.from_on}.{name}": word for one in contract.terms for name, word in flat(one).items()
    }
    state.pop("terms", None)
    state.pop("notes", None)
    note(home, EventKind.CONTRACT, contract.line.id, state, at=at, line=contract.line.id)


def note_software(home: Home, name: str, *, at: datetime) -> None:
    """The version of what this machine runs."""
    note(home, EventKind.SOFTWARE, name, {"software": f"prova {version('prova')}"}, at=at, line=None)


def note_settings(home: Home, name: str, path: Path, *, at: datetime, line: str | None) -> None:
    """A settings file, if there is one that can be read."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    state = {
        key: word for key, word in _flat(table) if not key.endswith("port")
    }  # this machine's own are new each time
    note(home, EventKind.SETTINGS, name, state, at=at, line=line)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
            for number, one in enumerate(value, 1):
                yield from _flat(one, f"{prefix}{name}.{number}.")
        else:
            yield f"{prefix}{name}", str(value)
