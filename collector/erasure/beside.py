"""Shell. What lies beside the journal and names a line: the register, imported tests, settings, the broker's own files.

Each step may be done again. Knows nothing of journal and lake.
"""

import sqlite3
import tomllib
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

import tomli_w

from collector.erasure import journal_rows
from collector.home import CollectorHome
from collector.identity.expel import reload
from collector.identity.files import IdentityHome, load_authority, write_private, write_revoked
from collector.identity.register import Register
from collector.imported.shelf import Shelf
from collector.imported.tables import FILE
from collector.settings import BrokerSettings, SettingsError, load

_SETTINGS = "settings.toml"


def probes_of(home: CollectorHome, line: str) -> tuple[str, ...]:
    """Probes that the register has a ticket for on that line; they need not have come. Raises RegisterError."""
    path = IdentityHome(home).register
    return Register(path).names_of(line) if path.exists() else ()


def forget(home: CollectorHome, line: str, probes: Sequence[str], *, at: datetime) -> None:
    """Raises RegisterError, ShelfError, SettingsError, OSError."""
    _register(home, line, probes, at=at)
    shelf = home.journal.with_name(FILE)
    if shelf.exists():
        with closing(Shelf(shelf)) as own:
            own.forget_line(line)
        journal_rows.rewrite(shelf)
    _watched(home, line)
    for probe in probes:
        home.password(probe).unlink(missing_ok=True)
    if probes:
        home.broker_accounts.unlink(missing_ok=True)  # made anew at every start, of those who are there then
        home.broker_access.unlink(missing_ok=True)


def imported_count(home: CollectorHome, line: str) -> int:
    """How many tests and round trips out of other tools' files there are of the line. Raises ShelfError."""
    shelf = home.journal.with_name(FILE)
    if not shelf.exists():
        return 0
    with closing(Shelf(shelf)) as own:
        return own.count_line(line)


def _register(home: CollectorHome, line: str, probes: Sequence[str], *, at: datetime) -> None:
    files = IdentityHome(home)
    if not files.register.exists():
        return
    register = Register(files.register)
    register.forget(line, probes, at=at)
    with closing(sqlite3.connect(files.register)) as db:
        db.execute("VACUUM")
    if files.fleet("access").exists():
        path = home.journal.with_name(_SETTINGS)
        share = (load(path).broker if path.exists() else BrokerSettings()).share
        write_revoked(files, register, load_authority(files, at=at), collectors=share.count, at=at)
        reload(files.fleet("mosquitto.pid"))  # where that is not ours to do, it reads them at its next start


def _watched(home: CollectorHome, line: str) -> None:
    """The outside witness asks for the line's address no more."""
    path = home.journal.with_name(_SETTINGS)
    if not path.exists():
        return
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}. Mend that place.") from error
    watched = table.get("witness", [])
    rest = [one for one in watched if one.get("line") != line]
    if len(rest) != len(watched):
        write_private(path, tomli_w.dumps({**table, "witness": rest}).encode())
