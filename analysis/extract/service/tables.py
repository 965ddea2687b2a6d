"""Pure. What is published of lines' service: time, outages, repairs and credits by cell, each part told or withheld.

Knows nothing of why a part is withheld, and nothing of single lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.disclosure.cell import Key
from analysis.extract.disclosure.withhold import Reason
from analysis.extract.fill import fill
from analysis.extract.service.line_service import Clock, Owner, Repair
from analysis.extract.service.repairs import readings
from analysis.extract.service.sums import ServiceSums
from analysis.extract.service.survival import ended_by
from analysis.extract.table import Table, Value

SHOWN, WITHHELD, UNOBSERVED, NONE = "shown", "withheld", "unobserved", "none"
QUANTILES = {"p50_s": 0.5, "p80_s": 0.8, "p95_s": 0.95}
_SHARE_DIGITS = 4
_CENT = Decimal("0.01")

Parts = Mapping[str, Mapping[Key, Reason]]  # by part: the cells that withhold it


def service_time(sums: Mapping[Key, ServiceSums], parts: Parts) -> Table:
    """Every cell: coverage, and outages with the time away."""
    return fill("service_time", (_time(key, one, parts) for key, one in sums.items()))


def _time(key: Key, one: ServiceSums, parts: Parts) -> dict[str, Value]:
    if key in parts["coverage"]:
        return _place(key) | {"state": WITHHELD, "outages_state": WITHHELD}
    whole_s = one.observed_s + one.unobserved_s
    row = _place(key) | {
        "state": SHOWN,
        "panel_lines": one.panel_lines,
        "watched_lines": one.watched_lines,
        "observed_s": one.observed_s,
        "unobserved_s": one.unobserved_s,
        "probe_away_s": one.probe_away_s,
        "late_s": one.late_s,
        "coverage_share": round(one.observed_s / whole_s, _SHARE_DIGITS),
        "probe_away_share": round(one.probe_away_s / whole_s, _SHARE_DIGITS),
    }
    if not one.watched_lines:
        return row | {"outages_state": UNOBSERVED}
    return row | ({"outages_state": WITHHELD} if key in parts["outages"] else _outages(one))


def _outages(one: ServiceSums) -> dict[str, Value]:
    return {
        "outages_state": SHOWN,
        "away_lines": one.away_lines,
        "lines_without_outage": one.watched_lines - one.away_lines,
        **owned(one.outage_count, "outages"),
        "short_interruptions": one.short_count,
        "long_outages": sum(one.long_count.values()),
        "operator_long_outages": one.long_count[Owner.OPERATOR],
        "down_s": sum(one.down_s.values()),
        **owned(one.down_s, "down_s"),
        "away_most_s": one.away_most_s,
    }


def owned(counts: Mapping[Owner, int], name: str) -> dict[str, Value]:
    """One column for each owner, as in `operator_down_s`."""
    return {f"{owner.value}_{name}": counts[owner] for owner in Owner}


def repair_times(sums: Mapping[Key, ServiceSums], parts: Parts) -> Table:
    """A row for each cell, clock and reading that any fault of the panel has."""
    known = {clock: readings([each for one in sums.values() for each in one.repairs[clock]]) for clock in Clock}
    rows = (
        row
        for key, one in sums.items()
        for clock in Clock
        for row in _repairs(key, clock, one.repairs[clock], known[clock], hidden=key in parts[f"repairs_{clock}"])
    )
    return fill("repair_times", rows)


def _repairs(
    key: Key, clock: Clock, own: Sequence[Repair], known: Sequence[str], *, hidden: bool
) -> Iterable[dict[str, Value]]:
    for reading in known:
        row = _place(key) | {"clock": clock.value, "reading": reading}
        ended = [one.ended for one in own if reading in one.spent_s]
        if hidden:
            yield row | {"state": WITHHELD}
        elif ended:
            spent_s = [one.spent_s[reading] for one in own if reading in one.spent_s]
            yield row | {
                "state": SHOWN,
                "case_count": len(ended),
                "open_count": ended.count(False),
                **{name: _quantile(spent_s, ended, share) for name, share in QUANTILES.items()},
            }
        else:
            yield row | {"state": NONE, "case_count": 0, "open_count": 0}


def _quantile(spent_s: Sequence[int], ended: Sequence[bool], share: float) -> int | None:
    """None also where fewer than one case is to be expected beyond it: it would be a single one's own."""
    return ended_by(spent_s, ended, share) if len(ended) * (1 - share) >= 1 - 1e-9 else None


def credit_sums(sums: Mapping[Key, ServiceSums], parts: Parts) -> Table:
    """What is owed, and what was given as far as it is known."""
    return fill("credits", (_credits(key, one, parts) for key, one in sums.items()))


def _credits(key: Key, one: ServiceSums, parts: Parts) -> dict[str, Value]:
    row = _place(key)
    if key in parts["credits_due"]:
        row["due_state"] = WITHHELD
    elif not one.case_lines:
        row["due_state"] = UNOBSERVED
    else:
        row |= {
            "due_state": SHOWN,
            "due_lines": one.due_lines,
            "unpriced_lines": one.unpriced_lines,
            "due_least_eur": one.due_least_eur.quantize(_CENT),
            "due_most_eur": one.due_most_eur.quantize(_CENT),
        }
    if key in parts["credits_issued"]:
        return row | {"issued_state": WITHHELD}
    if not one.issued_lines:
        return row | {"issued_state": UNOBSERVED}
    row |= {"issued_lines": one.issued_lines, "issued_eur": one.issued_eur.quantize(_CENT)}
    return row | {"issued_state": SHOWN}


def withheld_parts(parts: Parts, whole: Iterable[Key]) -> Table:
    """Which parts of which cells, and why; not those of groups that are withheld whole."""
    left = set(whole)
    rows = (
        _place(key) | {"part": part, "reason": reason.value}
        for part, own in parts.items()
        for key, reason in own.items()
        if key not in left
    )
    return fill("withheld_parts", rows)


def _place(key: Key) -> dict[str, Value]:
    return dict(zip(("period", *DIMENSIONS), key, strict=True))
