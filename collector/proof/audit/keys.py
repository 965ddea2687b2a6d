"""Pure. Whether each key that followed another was let in as the journal says: by its predecessor's word, or a ticket.

Knows nothing of how a batch is read.
"""

from collections.abc import Mapping, Sequence

from collector.envelope import BY_ENROLMENT, BY_TICKET, ProbeKey
from collector.identity import keyring
from collector.proof.audit.defect import DefectKind
from collector.proof.audit.tally import Tally
from probe.key import KeyFileError


def look(place: str, keys: Mapping[str, Sequence[ProbeKey]], following: Mapping[str, str], tally: Tally) -> None:
    """`following`: thumbprints of the keys that records announced, by record, as far as they could be read.

    What a retention removed cannot be asked any more.
    """
    for probe, own in keys.items():
        for one in own:
            if one.revoked_at is not None:
                tally.notes.append(
                    f"A key of {probe} was revoked on {one.revoked_at:%Y-%m-%d}; it signed nothing since."
                )
            if one.allowed_by == BY_TICKET:
                told = f"On {one.from_at:%Y-%m-%d} a ticket, and no word of its old key, gave {probe} another one."
                tally.notes.append(told)
            elif one.allowed_by != BY_ENROLMENT and not _announced(following, tally, probe, one):
                told = (
                    f"the record {one.allowed_by} does not name the key that is said to follow by it, or cannot be read"
                )
                tally.find(DefectKind.SIGNATURE, place, told, probe=probe)


def _announced(following: Mapping[str, str], tally: Tally, probe: str, one: ProbeKey) -> bool:
    sequence = one.allowed_by.rpartition("/")[2]
    if sequence.isdecimal() and any(tally.of(probe).excused.within(int(sequence), int(sequence))):
        return True
    try:
        return following.get(one.allowed_by) == keyring.public(one.public_jwk).thumbprint()
    except (KeyFileError, TypeError):
        return True  # told already
