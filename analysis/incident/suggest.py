"""Pure. From what was counted of a system, what looks like an incident. It proposes; a person opens one.

Knows nothing of how anything was counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.incident.incident import Incident, Kind
from analysis.incident.rulebook import rulebook

_TITLES = {
    "damage": "{count} defects in the store",
    "chain": "{count} batches whose chain has a gap or begins anew",
    "signature": "{count} messages whose signature does not hold",
    "down_s": "The collector was away for {count} seconds on end",
    "unreadable": "The store cannot be read",
    "sign_in": "{count} refused sign-ins within a day",
    "log": "{count} defects in the audit log",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What looks like an incident. `sign` names the rule; `is_known`: an open incident came of the same sign."""

    sign: str
    kind: Kind
    title: str
    count: int
    reason: str
    is_known: bool


def suggestions(counted: Mapping[str, int], known: Iterable[Incident]) -> tuple[Suggestion, ...]:
    """Of each sign that was counted (`rulebook().signs`), and reached its number, in the rules' order."""
    opened = {word for one in known if one.closed_at is None for word in (one.title.partition(" [")[2].rstrip("]"),)}
    return tuple(
        Suggestion(
            sign=name,
            kind=sign.kind,
            title=_TITLES[name].format(count=counted[name]),
            count=counted[name],
            reason=sign.reason,
            is_known=name in opened,
        )
        for name, sign in rulebook().signs.items()
        if counted.get(name, 0) >= sign.least
    )


def title_of(one: Suggestion) -> str:
    """The title of an incident that is opened of it: by the sign at its end it is known again.

    >>> title_of(Suggestion(sign="log", kind=Kind.INTEGRITY, title="2 defects", count=2, reason="", is_known=False))
    '2 defects [log]'
    """
    return f"{one.title} [{one.sign}]"
