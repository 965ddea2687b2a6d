"""Pure. Who may read what: tokens as they are kept, as they are handed out, and what each opens.

The secret is not kept, only its digest: it has 256 random bits, so that no slow hash is needed. Knows nothing of files
or of HTTP.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from analysis.fleet.placement import GroupKind
from analysis.fleet.topology import Topology

_FORM = re.compile(r"prova_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Group:
    """The lines that hang in one group of the topology, as it is on the day of the question."""

    kind: GroupKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token. `lines` and `groups` are what it opens; with neither, every line. `personal`: addresses too.

    `until_at` is exclusive. `revoked_at` None: it was not taken back. `name` is for people.
    """

    id: str
    sha256: str
    name: str
    made_at: datetime
    until_at: datetime
    lines: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    personal: bool = False
    revoked_at: datetime | None = None


def written(id_: str, secret: str) -> str:
    """As it is handed out, once."""
    return f"prova_{id_}_{secret}"


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def holder(text: str, tokens: Iterable[Token], now: datetime) -> Token | None:
    """The token that `text` is, if it holds at `now`. Takes as long for a wrong secret as for the right one."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    known = next((one for one in tokens if one.id == found[1]), None)
    right = hmac.compare_digest(digest(found[2]), "" if known is None else known.sha256)
    if known is None or not right or known.revoked_at is not None or not known.made_at <= now < known.until_at:
        return None
    return known


def opened(token: Token, lines: Collection[str], topology: Topology, day: date) -> frozenset[str]:
    """Which of the known `lines` the token opens on `day`."""
    if not token.lines and not token.groups:
        return frozenset(lines)
    wanted = {(group.kind, group.name) for group in token.groups}
    placed = (
        place.line for place in topology.on(day) if any((kind, place.group(kind)) in wanted for kind in GroupKind)
    )
    return frozenset(lines) & {*token.lines, *placed}
