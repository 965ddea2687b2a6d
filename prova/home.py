"""Shell. Where everything of this machine lives: one folder, chosen by --home, PROVA_HOME or the platform.

Knows the layout and nothing of the contents.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from prova.exit import CommandError


@dataclass(frozen=True, slots=True)
class Home:
    """The layout of the home folder; nothing need exist."""

    path: Path

    @property
    def contract(self) -> Path:
        """The contract that `prova up` uses when none is named."""
        return self.path / "contract.toml"

    @property
    def probe_settings(self) -> Path:
        """Written by `prova up`, read by `prova probe run`."""
        return self.path / "probe" / "settings.toml"

    @property
    def collector_settings(self) -> Path:
        """Written by `prova up`, read by `prova collector run`."""
        return self.path / "collector" / "settings.toml"

    @property
    def probe_key(self) -> Path:
        """The probe's private key."""
        return self.path / "probe" / "key.json"

    @property
    def collector_key(self) -> Path:
        """The collector's private key."""
        return self.path / "collector" / "key.json"

    @property
    def receipt_key(self) -> Path:
        """The collector's public key, by which the probe knows its receipts."""
        return self.path / "probe" / "collector-public-key.json"

    @property
    def journal(self) -> Path:
        """The collector's store."""
        return self.path / "collector" / "journal.sqlite3"

    @property
    def lock(self) -> Path:
        """Held while `prova up` runs, so that two cannot share one home."""
        return self.path / "up.lock"


def resolve(option: Path | None) -> Home:
    """The home named by the option, else by PROVA_HOME, else the platform's user-data folder. Makes nothing."""
    if option is not None:
        return Home(option.resolve())
    named = os.environ.get("PROVA_HOME")
    return Home(Path(named).resolve() if named else Path(platformdirs.user_data_dir("prova", appauthor=False)))


def make(home: Home) -> None:
    """The home folder, readable by its owner alone. Raises CommandError where it cannot be made or written."""
    try:
        home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = home.path / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(
            f"The folder {home.path} cannot be written ({error.strerror}). Name another with --home DIR."
        ) from error
