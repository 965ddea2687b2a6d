"""Pure. A line's verdicts as `prova.verdicts/1` ([docs/many-lines.md](../../docs/many-lines.md)). Decides nothing."""

from typing import Any

from analysis.finding import Verdict
from analysis.kernel.line import LineVerdicts, RuleVerdicts
from analysis.period import local_day

SCHEMA = "prova.verdicts/1"
LETTER = {Verdict.MET: "m", Verdict.BREACHED: "b", Verdict.INSUFFICIENT: "i", Verdict.NOT_APPLICABLE: "-"}


def line_json(told: LineVerdicts) -> dict[str, Any]:
    """As JSON values."""
    first, last = (local_day(on, told.zone) for on in (told.days[0], told.days[-1]))
    return {
        "schema": SCHEMA,
        "line": told.line,
        "period": {
            "start_at": first.start_at.isoformat(),
            "end_at": last.end_at.isoformat(),
            "timezone": told.zone.key,
        },
        "profile": told.profile,
        "first_day": told.days[0].isoformat(),
        "alone": told.alone,
        "rules": [_rule(told, one) for one in told.rules],
    }


def _rule(told: LineVerdicts, one: RuleVerdicts) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "direction": one.direction.value,
        "days": "".join(LETTER[verdict] for verdict in one.days),
        "breached_on": [
            on.isoformat() for on, verdict in zip(told.days, one.days, strict=True) if verdict is Verdict.BREACHED
        ],
        "n_used": one.n_used,
        "n_excluded": None if one.n_excluded is None else dict(one.n_excluded),
    }
