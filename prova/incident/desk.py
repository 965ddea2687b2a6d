"""Shell. The register of incidents on this home: read, added to, each entry told to the audit log.

Knows nothing of options or of how an incident is shown.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis.incident import register
from analysis.incident.incident import Incident, Paper
from collector.audit_log.act import Act
from collector.operation import ledger
from collector.operation.ledger import Entry
from prova.audit.noted import note, user
from prova.exit import CommandError
from prova.home import Home

_MOST_PAPER_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Desk:
    """One home's register."""

    home: Home

    @property
    def path(self) -> Path:
        """The register's one file."""
        return self.home.incidents / "register.jsonl"

    def known(self) -> tuple[Incident, ...]:
        """Every incident. Raises LedgerError, IncidentError."""
        return self._incidents(ledger.read(self.path))

    def write(self, told: Mapping[str, Any], *, at: datetime, papers: Sequence[Path] = ()) -> Incident:
        """One entry more, on the disk: the incident as it is now. Raises LedgerError, IncidentError, CommandError."""
        there = ledger.read(self.path)
        known = self._incidents(there)
        kept = [self._kept(path) for path in papers]
        entry = {"by": user(), **told, **({"papers": [asdict(one) for one in kept]} if kept else {})}
        if entry["do"] == "open":
            entry["id"] = register.next_id(known, at)
        try:
            incident = register.checked(known, at, entry)
        except ValueError as error:
            raise CommandError(f"This cannot be written down: {error}.") from error
        added = ledger.append(self.path, entry, at=at, after=there)
        note(self.home.path, Act.INCIDENT_NOTED, f"{incident.id} {entry['do']}, entry {added.number} {added.sha256}")
        return incident

    def _incidents(self, entries: Sequence[Entry]) -> tuple[Incident, ...]:
        return register.incidents((one.at, one.told) for one in entries)

    def _kept(self, path: Path) -> Paper:
        """A file that is attached, kept under its digest."""
        if path.stat().st_size > _MOST_PAPER_BYTES:
            raise CommandError(f"{path} has over {_MOST_PAPER_BYTES // 1_000_000} MB. Attach a part of it.")
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        folder = self.home.incidents / "papers"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / f"{digest}.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / digest)
        return Paper(name=path.name[:200], sha256=digest, byte_count=len(data))
