"""Pure. The comparison as `prova show treatment --json` gives it (`prova.treatment/1`). Knows nothing of records."""

from dataclasses import asdict
from typing import Any

from analysis.treatment.account import Treatment


def treatment_json(found: Treatment) -> dict[str, Any]:
    """Instants in UTC; null where there are too few pairs."""
    return {
        "schema": "prova.treatment/1",
        "line": found.line,
        "period": {"start_at": found.period.start_at.isoformat(), "end_at": found.period.end_at.isoformat()},
        "tests": [asdict(way) | {"count": count} for way, count in found.tests],
        "compared": [asdict(one) for one in found.compared],
    }
