"""Shell. What is measured of the system itself, from what is stored: uptime, receipts, gaps, copies, exercises.

Knows no target.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from collector.audit_log.act import Act, Outcome
from collector.envelope import CollectorUptime, ProbeState
from collector.operation import ledger
from collector.store import Store
from prova.collecting.drill import reports
from prova.home import Home

UP_OVER = timedelta(days=30)
_DAY = timedelta(days=1)
_MOST_LINES = 200  # of which receipts are timed
_AT = 0.95


def measured(home: Home, store: Store, now: datetime) -> dict[str, float | None]:
    """By the name of the service level; None where nothing was measured. Raises what its sources raise."""
    probes = store.probes()
    drill = last_drill(home)
    return {
        "collector_up_share": _up_share(store.uptime(now - UP_OVER, now)),
        "receipt_p95_s": receipt_p95_s(store, now),
        "complete_share": _complete(probes),
        "reporting_share": _reporting(probes, now),
        "backup_age_h": _hours(_last_backup_at(home), now),
        "drill_age_days": None if drill is None else _days(datetime.fromisoformat(drill["began_at"]), now),
        "restore_s": None if drill is None else drill["recovery_s"],
        "verdict_age_h": _hours(_judged_at(home), now),
    }


def receipt_p95_s(store: Store, now: datetime) -> float | None:
    """From a record's end to its arrival, of the last day, 95 in 100; of a sample of lines where they are many."""
    import numpy as np

    lines = store.lines()
    step = max(1, len(lines) // _MOST_LINES)
    chosen = lines[::step][:_MOST_LINES]
    if not chosen:
        return None
    table = store.table(chosen, now - _DAY, now, columns=["ended_at", "received_at"])
    if not table.num_rows:
        return None
    ended, received = (table.column(name).to_numpy().astype("datetime64[us]") for name in ("ended_at", "received_at"))
    waited_s = (received - ended).astype(np.int64) / 1e6
    return round(max(0.0, float(np.quantile(waited_s, _AT))), 3)


def last_drill(home: Home) -> dict[str, Any] | None:
    """The newest exercise; None where there was none."""
    return next(reversed(reports(ledger.read(home.drills))), None)


def _up_share(uptime: CollectorUptime) -> float | None:
    known_s = uptime.up_s + uptime.down_s
    return uptime.up_s / known_s if known_s else None


def _complete(probes: Sequence[ProbeState]) -> float | None:
    numbered = sum(one.last_sequence for one in probes)
    return sum(one.record_count for one in probes) / numbered if numbered else None


def _reporting(probes: Sequence[ProbeState], now: datetime) -> float | None:
    heard = [one.last_received_at for one in probes if one.last_received_at is not None]
    return sum(at > now - _DAY for at in heard) / len(heard) if heard else None


def _last_backup_at(home: Home) -> datetime | None:
    from collector.audit_log import book

    made = [
        line.entry.at
        for line in book.check(home.collector.audit_log).lines
        if line.entry.act == Act.BACKED_UP and line.entry.outcome is Outcome.DONE
    ]
    return max(made, default=None)


def _judged_at(home: Home) -> datetime | None:
    from datetime import UTC

    shown = [path.stat().st_mtime for path in home.judged_view.glob("*")] if home.judged_view.is_dir() else []
    return datetime.fromtimestamp(max(shown), UTC) if shown else None


def _hours(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else round((now - at).total_seconds() / 3600, 2)


def _days(at: datetime, now: datetime) -> float:
    return round((now - at).total_seconds() / 86400, 2)
