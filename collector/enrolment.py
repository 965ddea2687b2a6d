"""Shell. Makes a probe known to the collector: its name, its line, its public key, and another when a ticket says so.

Works beside a running collector, which knows the probe from its next message on. Knows nothing of broker accounts.
"""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from collector.envelope import IMPORTED, Enrolled
from collector.home import CollectorHome
from collector.identity import keyring
from collector.journal import Journal
from probe import key
from probe.record import check_name


class EnrolmentError(Exception):
    """The probe cannot be enrolled so. The text says why and how to mend it."""


def enrol(home: Path, *, probe: str, line: str, public_jwk: str, at: datetime) -> Enrolled:
    """Enrols the probe, or finds it enrolled the same way before: what the collector now holds of it.

    Its key may be a former one: a probe that was killed has yet to hear that the next one follows.

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
    with closing(Journal(CollectorHome(home).journal)) as journal:
        present = journal.enrol(wanted)
    keys = {keyring.public(one.public_jwk).thumbprint(): one for one in keyring.keys_of(present)}
    if public.thumbprint() not in keys:
        raise EnrolmentError(
            f"The probe {probe} is enrolled with another key. Restore its key from a backup, or have a ticket for a new"
            " one made: prova collector enrol issue --new-key."
        )
    if keys[public.thumbprint()].revoked_at is not None:
        raise EnrolmentError(
            f"This key of the probe {probe} was revoked. Have a ticket for a new one made: prova collector enrol issue"
            " --new-key."
        )
    if present.line != line:
        raise EnrolmentError(
            f"The probe {probe} is enrolled for the line {present.line}, not {line}. Give it a new name for a new line."
        )
    return present


def replace_key(home: Path, *, probe: str, line: str, public_jwk: str, at: datetime) -> Enrolled:
    """Has the probe sign with this key from now on, on a ticket's word: what the collector then holds of it.

    Raises EnrolmentError where it is not enrolled so, or the key was its own before, JournalError.
    """
    try:
        public = key.public_jwk(key.from_jwk(public_jwk))
    except key.KeyFileError as error:
        raise EnrolmentError(f"The probe {probe!r} cannot be given that key: {error}.") from error
    with closing(Journal(CollectorHome(home).journal)) as journal:
        present = journal.enrolled(probe)
        if present is None or present.line != line:
            raise EnrolmentError(
                f"No probe {probe} is enrolled for the line {line}. Make it a ticket without --new-key."
            )
        if public in {one.public_jwk for one in keyring.keys_of(present)[1:]} or _is_revoked(present, public):
            raise EnrolmentError(f"The probe {probe} had that key before. Let it make a new one.")
        journal.replace_key(probe, public, at=at)
        return journal.enrolled(probe) or present


def _is_revoked(present: Enrolled, public_jwk: str) -> bool:
    newest = keyring.keys_of(present)[0]
    return newest.public_jwk == public_jwk and newest.revoked_at is not None
