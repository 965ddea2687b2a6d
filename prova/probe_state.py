"""Shell. What `prova probe` says of a probe: its spool, its calibration, its settings without their secrets.

Reads nothing itself. Knows nothing of what any of it means for a result.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from probe.calibration.certificate import Certificate
from probe.expense import Spent
from probe.rung.sight import Sight, beyond
from probe.settings import MeasureSettings, ProbeSettings
from probe.spool import SpoolState

_NO_BUDGET_BYTES = 10**15


def calibration_json(certificate: Certificate) -> dict[str, Any]:
    """`prova.calibration/1`."""
    return {"schema": "prova.calibration/1", **_certificate(certificate)}


def status_json(
    loaded: ProbeSettings,
    state: SpoolState | None,
    certificate: Certificate | None,
    *,
    holds: bool,
    sights: Sequence[Sight] = (),
    spent: Spent | None = None,
) -> dict[str, Any]:
    """`prova.probe/1`. `spool` is null before the probe's first start, `calibration` where there is none."""
    receipt_at = None if state is None or state.last_receipt_at is None else state.last_receipt_at.isoformat()
    spool = None
    if state is not None:
        spool = {**asdict(state), "last_receipt_at": receipt_at and receipt_at.replace("+00:00", "Z")}
    return {
        "schema": "prova.probe/1",
        "spool": spool,
        "calibration": None if certificate is None else {**_certificate(certificate), "holds": holds},
        "sees": [asdict(sight) for sight in (*sights, beyond(loaded))],
        "spent": None if spent is None else asdict(spent),
        "settings": {
            "line": loaded.line,
            "probe": loaded.probe,
            "collector": {"host": loaded.collector.host, "port": loaded.collector.port, "tls": loaded.collector.tls},
            "servers": _shown(loaded),
            "demonstration": loaded.measure.demonstration,
            "tests_per_day": loaded.measure.tests_per_day,
            "bytes_per_day": loaded.measure.bytes_per_day,
            "bytes_per_month": loaded.measure.bytes_per_month,
            "targets": [target.host for target in loaded.reachability.targets],
            "router": loaded.conditions.router,
        },
    }


def status_words(
    loaded: ProbeSettings,
    state: SpoolState | None,
    certificate: Certificate | None,
    *,
    holds: bool,
    sights: Sequence[Sight] = (),
    spent: Spent | None = None,
) -> str:
    """The same for people, one fact a line."""
    if state is None:
        spool = ["spool: none yet, the probe has not been started"]
    else:
        confirmed = "never" if state.last_receipt_at is None else f"{state.last_receipt_at:%Y-%m-%d %H:%M:%S} UTC"
        spool = [
            f"probe {state.probe} on line {state.line}, last record {state.last_sequence}",
            f"waiting: {state.unsealed_records} records and {state.sealed_batches} batches",
            f"parked: {state.rejected_batches} batches that the collector rejected",
            f"last receipt: {confirmed}",
        ]
    if certificate is None:
        calibration = "none. Make one with: prova probe calibrate"
    else:
        made = f"of {certificate.made_at:%Y-%m-%d}, {len(certificate.ceilings)} ceilings"
        calibration = made if holds else f"{made}, but this machine has changed since. Make a new one"
    measure = loaded.measure
    return "\n".join(
        [
            *spool,
            f"calibration: {calibration}",
            f"collector: {loaded.collector.host}:{loaded.collector.port}{' over TLS' if loaded.collector.tls else ''}",
            f"tests: {measure.tests_per_day} a day against {', '.join(_shown(loaded)) or 'no server'}"
            + (" (demonstration)" if measure.demonstration else ""),
            *([] if spent is None else [_bytes_words(spent, measure)]),
            f"router: {'asked around each test, and in trouble' if loaded.conditions.router else 'not asked'}",
            *(_sight_words(sight) for sight in (*sights, beyond(loaded))),
        ]
    )


def _sight_words(sight: Sight) -> str:
    return f"{sight.rung}: {sight.seen}" + (f". {sight.mend}" if sight.mend else "")


def _bytes_words(spent: Spent, measure: MeasureSettings) -> str:
    day, month = _of(spent.day_bytes, measure.bytes_per_day), _of(spent.month_bytes, measure.bytes_per_month)
    return f"bytes: {day} today, {month} this month (UTC)"


def _of(spent_bytes: int, most_bytes: int) -> str:
    """A demonstration has no budget worth the name."""
    of = f" of {most_bytes / 1e9:.1f}" if most_bytes < _NO_BUDGET_BYTES else ""
    return f"{spent_bytes / 1e9:.3f}{of} GB"


def _certificate(certificate: Certificate) -> dict[str, Any]:
    told = asdict(certificate)
    return {name: told[name] for name in ("probe", "software", "machine", "ceilings")} | {
        "made_at": certificate.made_at.isoformat().replace("+00:00", "Z")
    }


def _shown(loaded: ProbeSettings) -> list[str]:
    """The servers without what may be an access token."""
    return [server.partition("?")[0] for server in loaded.measure.servers]
