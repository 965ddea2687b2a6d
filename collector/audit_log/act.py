"""Vocabulary. One act of consequence as the audit log tells it: who, what, when, on which object, and how it ended.

It never holds a secret or what anybody wrote or measured. Knows nothing of files or of how entries are chained.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_LETTERS = 300  # of `who` and of `on`


class Act(StrEnum):
    """What was done. A name once written is never given another meaning."""

    SIGN_IN = "page.sign_in"
    SIGN_OUT = "page.sign_out"
    PASSWORD_SET = "page.password_set"  # noqa: S105  an act's name
    PASSWORD_REMOVED = "page.password_removed"  # noqa: S105  an act's name
    PAGE_SETTINGS = "page.settings_changed"
    TOKEN_MADE = "api.token_made"  # noqa: S105  an act's name
    TOKEN_REVOKED = "api.token_revoked"  # noqa: S105  an act's name
    HOOK_SENT_AGAIN = "api.hook_sent_again"
    TICKET_ISSUED = "enrol.ticket_issued"
    PROBE_ENROLLED = "enrol.probe_enrolled"
    PROBE_REVOKED = "enrol.probe_revoked"
    KEY_REVOKED = "enrol.key_revoked"
    FLEET_MADE = "enrol.fleet_made"
    KEY_ROTATED = "probe.key_rotated"
    BACKED_UP = "store.backed_up"
    RESTORED = "store.restored"
    RETENTION_DELETED = "privacy.retention_deleted"
    EXPORTED = "privacy.exported"
    ERASED = "privacy.erased"
    RESTRICTED = "privacy.restricted"
    OBJECTED = "privacy.objected"
    RECTIFIED = "privacy.rectified"
    HELD = "privacy.held"
    RELEASED = "privacy.released"
    DOSSIER_MADE = "made.dossier"
    EXTRACT_MADE = "made.extract"
    INCIDENT_NOTED = "operation.incident_noted"
    DRILL_RUN = "operation.drill_run"
    LOG_SHORTENED = "audit.shortened"
    LOG_BROKEN = "audit.found_broken"


# What takes data away for good is told before it begins and again when it ended: a process that is killed between
# leaves a beginning without an end, never nothing. What protects (a revocation, a new key) waits for no log.
TOLD_AHEAD = frozenset({Act.RETENTION_DELETED, Act.ERASED})


class Outcome(StrEnum):
    """How it ended."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act. `who` names its kind first, as in user:ana, page:192.0.2.7, token:0a1b2c3d4e5f, service:collector.

    `act` is a plain word where a later version wrote what this one does not know. `on`: the object by its public name;
    empty where the act says it all. Raises ValueError for what cannot be an entry.
    """

    at: datetime
    who: str
    act: str
    on: str = ""
    outcome: Outcome = Outcome.DONE

    def __post_init__(self) -> None:
        if self.at.utcoffset() != timedelta(0):
            raise ValueError("an entry's time is in UTC")
        if not self.who or not self.act or max(map(len, (self.who, self.act, self.on))) > MOST_LETTERS:
            raise ValueError(f"an entry names who and what, each in at most {MOST_LETTERS} letters")
