"""Pure. The account of names as `prova show names --json` gives it (`prova.names/1`).

Knows nothing of how it was found.
"""

from dataclasses import asdict
from typing import Any

from analysis.names.account import NamesAccount


def names_json(account: NamesAccount) -> dict[str, Any]:
    """Instants in UTC; null is *not known*."""
    return {
        "schema": "prova.names/1",
        "line": account.line,
        "period": {"start_at": account.period.start_at.isoformat(), "end_at": account.period.end_at.isoformat()},
        "minutes": {part.value: count for part, count in account.minutes.items()},
        "answering": [asdict(one) for one in account.answering],
        "checking": [asdict(one) for one in account.checking],
        "zone_servers": [asdict(one) for one in account.zone_servers],
        "findings": [asdict(one) | {"witnesses": list(one.witnesses)} for one in account.findings],
    }
