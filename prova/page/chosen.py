"""Pure. What was chosen in the set-up and is no contract: measuring servers and hosts to watch, as a TOML file's text.

`prova up` goes by it where its options name neither. Knows nothing of files.
"""

import tomllib
from dataclasses import dataclass
from typing import Any

import tomli_w

from prova.exit import CommandError

_HEAD = "# Written by the page's set-up. Options of `prova up` go before it.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """As the options of `prova up` would have it. No server: a demonstration."""

    servers: tuple[str, ...] = ()
    mlab_accepted: bool = False
    watched: tuple[str, ...] = ()


def written(chosen: Chosen) -> str:
    """The file's text."""
    table = {
        "servers": list(chosen.servers),
        "accept_mlab_policy": chosen.mlab_accepted,
        "targets": list(chosen.watched),
    }
    return _HEAD + tomli_w.dumps(table)


def parse(text: str, where: str) -> Chosen:
    """The inverse. Raises CommandError, which names the file as `where`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CommandError(f"{where} is not TOML: {error}. Mend that place, or set up anew on the page.") from error
    servers, watched = _texts(table, "servers", where), _texts(table, "targets", where)
    return Chosen(servers=servers, mlab_accepted=table.get("accept_mlab_policy") is True, watched=watched)


def _texts(table: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise CommandError(f"{where}: {key} must be a list of texts. Mend it, or set up anew on the page.")
    return tuple(found)
