"""Vocabulary. Where the collector and its broker keep their files below the home folder.

Knows the names of files and nothing of their contents.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CollectorHome:
    """The layout below `root`; nothing need exist."""

    root: Path

    @property
    def tip(self) -> Path:
        """The newest batch that the journal confirmed."""
        return self.journal.with_suffix(".tip")

    @property
    def journal(self) -> Path:
        """The store's hot part, which `collector.store` reads."""
        return self.root / "collector" / "journal.sqlite3"

    @property
    def key(self) -> Path:
        """The private key that signs receipts."""
        return self.root / "collector" / "key.json"

    @property
    def lock(self) -> Path:
        """Held by the one collector that runs on this home."""
        return self.root / "collector" / "run.lock"

    @property
    def seal_settings(self) -> Path:
        """What a person set for sealing; nothing writes it."""
        return self.root / "collector" / "seal.toml"

    @property
    def seal_lock(self) -> Path:
        """Held by the one process that seals this home's journal."""
        return self.root / "collector" / "seal.lock"

    @property
    def retention_settings(self) -> Path:
        """How long a person said that what is kept is kept; nothing writes it."""
        return self.root / "collector" / "retention.toml"

    @property
    def holds(self) -> Path:
        """What is kept for a claim, and who said so; `collector.retention.hold_file` alone writes it."""
        return self.root / "collector" / "holds.jsonl"

    @property
    def hold_lock(self) -> Path:
        """Held by who writes that file."""
        return self.root / "collector" / "holds.lock"

    @property
    def erased(self) -> Path:
        """Who was erased, as marks that say no name."""
        return self.root / "collector" / "erased.txt"

    @property
    def copies(self) -> Path:
        """Where copies of this store were put; need not be there."""
        return self.root / "collector" / "copies.json"

    @property
    def requests(self) -> Path:
        """What people asked about their own data, and what became of it."""
        return self.root / "collector" / "requests.sqlite3"

    @property
    def projection_settings(self) -> Path:
        """What a person set for the view in a database; nothing writes it."""
        return self.root / "collector" / "projection.toml"

    @property
    def announce_settings(self) -> Path:
        """The broker that a person named for Home Assistant; nothing writes it."""
        return self.root / "collector" / "home-assistant.toml"

    @property
    def projection_place(self) -> Path:
        """How far that view is; without it, all is shown again."""
        return self.root / "collector" / "projection.json"

    @property
    def audit_log(self) -> Path:
        """Who did what of consequence on this home: a folder that `collector.audit_log.book` alone writes."""
        return self.root / "audit"

    @property
    def broker(self) -> Path:
        """The broker's own folder: its settings, its accounts and their passwords."""
        return self.root / "broker"

    @property
    def broker_settings(self) -> Path:
        """Written anew at every start, in the form of the broker that was chosen."""
        return self.broker / "broker.conf"

    @property
    def broker_accounts(self) -> Path:
        """Users and hashed passwords, in mosquitto's form."""
        return self.broker / "accounts"

    @property
    def broker_access(self) -> Path:
        """Who may read and write which topics, in mosquitto's form."""
        return self.broker / "access"

    def password(self, user: str) -> Path:
        """One account's password, for that account's owner to read."""
        return self.broker / "passwords" / user
