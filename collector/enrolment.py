"""Shell. Makes a probe known to the collector: its name, its line, its public key.

Works beside a running collector, which knows the probe from its next message on. Knows nothing of broker accounts.
"""

from datetime import datetime
from pathlib import Path

from collector.envelope import IMPORTED, Enrolled
from collector.home import CollectorHome
from collector.journal import Journal
from probe import key
from probe.record import check_name


class EnrolmentError(Exception):
    """The probe cannot be enrolled so. The text says why and how to mend it."""


def enrol(home: Path, *, probe: str, line: str, public_jwk: str, at: datetime) -> Enrolled:
    """Enrols the probe, or finds it enrolled the same way before: what the collector now holds of it.

    Raises EnrolmentError where name, key or line will not do, JournalError where the journal cannot be written.
    """
    try:
        check_name("line", line)
        check_name("probe", probe)
        public = key.from_jwk(public_jwk)
    except (ValueError, key.KeyFileError) as error:
        raise EnrolmentError(f"The probe {probe!r} cannot be enrolled: {error}.") from error
    if probe == IMPORTED:
        raise EnrolmentError(
            f"No probe can be called {probe!r}: it stands for what other tools' files told. Name another."
        )
    wanted = Enrolled(probe=probe, line=line, public_jwk=key.public_jwk(public), enrolled_at=at)
    journal = Journal(CollectorHome(home).journal)
    try:
        present = journal.enrol(wanted)
    finally:
        journal.close()
    if key.from_jwk(present.public_jwk).thumbprint() != public.thumbprint():
        raise EnrolmentError(
            f"The probe {probe} is enrolled with another key. Restore its key from a backup, or give the probe a new"
            " name: what it signed before must stay verifiable."
        )
    if present.line != line:
        raise EnrolmentError(
            f"The probe {probe} is enrolled for the line {present.line}, not {line}. Give it a new name for a new line."
        )
    return present
