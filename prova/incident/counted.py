"""Shell. Counts on a home what may be an incident: of its store, its uptime, its audit log.

Knows no number from which anything is one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from collector.audit_log import book
from collector.audit_log.act import Act, Outcome
from collector.envelope import Rejection, Remark
from collector.store import Store, StoreError
from prova.home import Home

_LOOKS_BACK = timedelta(days=1)


def counted(home: Home, now: datetime, *, verify: bool, say: Callable[[str], None]) -> dict[str, int]:
    """By sign, as `analysis.incident.rulebook` names them. `verify`: the whole store is audited too, which takes long.

    Raises AuditLogError, SealError.
    """
    found = _of_store(home, now)
    checked = book.check(home.collector.audit_log)
    recent = [line.entry for line in checked.lines if line.entry.at > now - _LOOKS_BACK]
    found["sign_in"] = sum(one.act == Act.SIGN_IN and one.outcome is Outcome.REFUSED for one in recent)
    found["log"] = len(checked.defects)
    if verify and home.collector.journal.exists():
        found["damage"] = _defects(home, say)
    return found


def _of_store(home: Home, now: datetime) -> dict[str, int]:
    store = Store(home.collector.journal)
    if not home.collector.journal.exists():
        return {}
    try:
        counts = store.counts()
        uptime = store.uptime(now - _LOOKS_BACK, now)
    except StoreError:
        return {"unreadable": 1}
    odd = counts.remarked
    return {
        "chain": odd.get(Remark.CHAIN_GAP, 0) + odd.get(Remark.CHAIN_RESTART, 0),
        "signature": counts.rejected.get(Rejection.SIGNATURE, 0),
        "down_s": max((round(one.seconds) for one in uptime.down), default=0),
    }


def _defects(home: Home, say: Callable[[str], None]) -> int:
    from collector.proof.audit.check import Question, check

    return len(check(home.collector, Question(), say=say).defects)
