"""Shell. Who this probe is: its name, its key, its software, kept below the home folder.

Knows nothing of whether a collector knows it too.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from probe import keyfile
from probe.key import Key
from probe.record import check_name
from probe.settings import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeHome:
    """The layout of the probe's files below `root`; nothing need exist."""

    root: Path

    @property
    def name(self) -> Path:
        """The name that this machine's probe goes by where the settings give none."""
        return self.root / "probe" / "name"

    @property
    def key(self) -> Path:
        """The probe's private key."""
        return self.root / "probe" / "key.json"

    @property
    def next_key(self) -> Path:
        """The private key that is to follow it; there only while the change is on its way."""
        return self.root / "probe" / "next-key.json"

    @property
    def spool(self) -> Path:
        """The records that have no receipt yet."""
        return self.root / "probe" / "spool.sqlite3"

    @property
    def calibration(self) -> Path:
        """What this machine was shown to measure, signed."""
        return self.root / "probe" / "calibration.jws"

    @property
    def mlab(self) -> Path:
        """When M-Lab was asked for a server."""
        return self.root / "probe" / "mlab.json"

    @property
    def bell(self) -> Path:
        """The socket over which somebody on this machine asks for a test."""
        return self.root / "probe" / "bell"

    @property
    def rounds(self) -> Path:
        """What the speed tests of the last days moved."""
        return self.root / "probe" / "rounds.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A probe on a line. `key` is private."""

    line: str
    probe: str
    key: Key


def load_or_make(home: ProbeHome, *, line: str, probe: str | None) -> Identity:
    """The probe named `probe`, or by the name kept at home where that is None; name and key are made where missing.

    Raises SettingsError, KeyFileError, OSError.
    """
    return Identity(line=line, probe=probe or _kept_name(home.name), key=keyfile.load_or_make(home.key))


def software() -> str:
    """What records say of the program that made them."""
    from importlib.metadata import version  # which loads as much as all of this room

    return f"prova {version('prova')}"


def secret_seed(identity: Identity, purpose: str) -> str:
    """A number of this probe's own that nobody else can guess, the same at every start."""
    private = json.dumps(identity.key.as_dict(private=True), sort_keys=True)
    return hashlib.sha256(f"prova {purpose} {private}".encode()).hexdigest()


def _kept_name(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_text(f"p-{secrets.token_hex(3)}\n")
        fresh.rename(path)
    try:
        return check_name("name", path.read_text().strip())
    except ValueError as error:
        raise SettingsError(f'{path} holds no name of a probe: {error}. Set probe = "..." in the settings.') from error
