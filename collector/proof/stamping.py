"""Shell. Has the checkpoints that have none yet time-stamped, and keeps the answers beside them.

An authority that does not answer is no failure: the checkpoint waits for the next time. Knows nothing of seals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import Certificate

from collector.home import CollectorHome
from collector.lake.manifest import token_path
from collector.lake.seal import SealError, alone, opened_lake
from collector.proof.authority import Unanswered, ask
from collector.proof.timestamp import TokenError, certificates, question, stamped_at, verified_at

_MOST_AT_ONCE = 400  # more than a year of days: a first run must not flood a public authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """How many checkpoints got a time-stamp, how many wait, and why; `reason` is empty where none does."""

    count: int
    waiting: int
    reason: str = ""


def stamp(home: CollectorHome, *, url: str, certificate_file: Path | None) -> Stamped:
    """Asks the authority at `url` for each checkpoint without a time-stamp, the oldest first, until one fails.

    Where `certificate_file` (PEM) is given, only what it vouches for is kept. Raises SealError, LakeError or
    JournalError.
    """
    trusted = read_certificates(certificate_file)
    with alone(home), opened_lake(home, None) as lake:
        waiting = [one for one in lake.catalogue.checkpoints() if one.token is None]
        for number, one in enumerate(waiting[:_MOST_AT_ONCE]):
            answer = ask(url, question(one.note))
            reason = answer.reason if isinstance(answer, Unanswered) else _why_not(answer, one.note, trusted)
            if reason or isinstance(answer, Unanswered):
                return Stamped(count=number, waiting=len(waiting) - number, reason=reason)
            lake.place.put(token_path(one.size), answer)
            lake.catalogue.stamp(one.size, answer)
    return Stamped(count=min(len(waiting), _MOST_AT_ONCE), waiting=max(0, len(waiting) - _MOST_AT_ONCE))


def read_certificates(file: Path | None) -> tuple[Certificate, ...]:
    """The authority's certificates; none where no file is named. Raises SealError."""
    if file is None:
        return ()
    try:
        return certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise SealError(
            f"The authority's certificates {file} cannot be read ({error}). Name a file in PEM form."
        ) from error


def _why_not(answer: bytes, note: bytes, trusted: Sequence[Certificate]) -> str:
    """Why this answer is not kept; empty where it is."""
    try:
        if trusted:
            verified_at(answer, note, trusted)
        else:
            stamped_at(answer, note)
    except TokenError as error:
        return str(error)
    return ""
