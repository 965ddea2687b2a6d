"""Pure. An extract's tables, from lines, groups and what is withheld of them.

Knows nothing of files, and nothing of how a pseudonym is made.
"""

from collections.abc import Callable, Iterable, Mapping

from analysis.extract.aggregate import DIMENSIONS, Group
from analysis.extract.dictionary import ESTIMATES, day_columns, kinds
from analysis.extract.disclosure.cell import ALL, Key
from analysis.extract.disclosure.withhold import Withheld
from analysis.extract.fill import fill
from analysis.extract.line_summary import LineSummary, LineWay
from analysis.extract.table import Table, Value
from analysis.extract.weighted import Estimate
from analysis.finding import Verdict
from analysis.kernel.plan import JUDGED
from collector.envelope import CollectorUptime

_BPS_DIGITS, _DIGITS = 0, 4


def aggregates(groups: Iterable[Group], withheld: Iterable[Withheld], least_effective_lines: int) -> Table:
    """Every cell; of the withheld ones its name alone, of imprecise ones counts without estimates."""
    hidden = {one.key for one in withheld}
    return Table(kinds()["aggregates"], [_aggregate(one, hidden, least_effective_lines) for one in groups])


def _aggregate(group: Group, hidden: set[Key], least_effective_lines: int) -> dict[str, Value]:
    kind = kinds()["aggregates"]
    row: dict[str, Value] = dict.fromkeys((column.name for column in kind.columns), None)
    row |= _place(group.key) | {"direction": group.direction.value}
    if group.key in hidden:
        return row | {"state": "withheld"}
    row |= {
        "line_count": group.line_count,
        "test_count": group.test_count,
        "valid_count": group.valid_count,
        "effective_lines": round(group.effective_lines, 1),
    }
    row |= _days(group.days)
    if group.effective_lines < least_effective_lines:
        return row | {"state": "imprecise"}
    for name in ESTIMATES:
        row |= _estimate(name, getattr(group, name))
    return row | {"state": "shown"}


def _estimate(name: str, estimate: Estimate | None) -> dict[str, Value]:
    if estimate is None:
        return {}
    digits = _BPS_DIGITS if name.endswith("_bps") else _DIGITS
    ends = {f"{name}_low": estimate.low, f"{name}_high": estimate.high}
    return {key: _rounded(value, digits) for key, value in {name: estimate.value, **ends}.items()}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def withheld_table(withheld: Iterable[Withheld]) -> Table:
    """Which, and why."""
    return Table(kinds()["withheld"], [_place(one.key) | {"reason": one.reason.value} for one in withheld])


def audit(withheld: Iterable[Withheld]) -> Table:
    """What can be known of them all the same."""
    rows: list[dict[str, Value]] = [
        _place(one.key)
        | {
            "reason": one.reason.value,
            "lines_least": one.lines.least,
            "lines_most": one.lines.most,
            "line_days_least": one.line_days.least,
            "line_days_most": one.line_days.most,
        }
        for one in withheld
    ]
    return Table(kinds()["disclosure_audit"], rows)


def exclusions(groups: Iterable[Group], period: str) -> Table:
    """Of all lines together."""
    whole = (period, *(ALL for _ in DIMENSIONS))
    rows: list[dict[str, Value]] = [
        {"period": period, "direction": one.direction.value, "reason": reason, "test_count": count}
        for one in groups
        if one.key == whole
        for reason, count in sorted(one.excluded.items())
    ]
    return Table(kinds()["exclusions"], rows)


def measuring_system(uptime: CollectorUptime, period: str) -> Table:
    """One row."""
    spent = {name: round(getattr(uptime, name)) for name in ("up_s", "down_s", "unknown_s")}
    return fill("measuring_system", [{"period": period, **{f"collector_{name}": s for name, s in spent.items()}}])


def line_periods(
    summaries: Iterable[LineSummary], weights: Iterable[float], unit_id: Callable[[str], str], period: str
) -> Table:
    """One weight for each summary."""
    rows = [
        _line_way(one, way, weight, unit_id, period)
        for one, weight in zip(summaries, weights, strict=True)
        for way in one.ways
    ]
    return Table(kinds()["line_periods"], sorted(rows, key=lambda row: (str(row["unit_id"]), str(row["direction"]))))


def _line_way(
    one: LineSummary, way: LineWay, weight: float, unit_id: Callable[[str], str], period: str
) -> dict[str, Value]:
    group = one.standing.group
    return {
        "unit_id": unit_id(one.standing.line),
        **_place((period, *(getattr(group, name) for name in DIMENSIONS))),
        "direction": way.direction.value,
        "weight": round(weight, 6),
        "test_count": way.test_count,
        "valid_count": way.valid_count,
        "median_bps": way.rate_bps.median,
        "p5_bps": way.rate_bps.p5,
        "p95_bps": way.rate_bps.p95,
        "peak_median_bps": way.peak_median_bps,
        "idle_rtt_ms": _rounded(way.idle_rtt_ms, _DIGITS),
        "loaded_rtt_ms": _rounded(way.loaded_rtt_ms, _DIGITS),
        "promised_bps": way.promised_bps,
        "maximum_bps": way.maximum_bps,
        "off_peak_median_bps": way.hours.off_peak_median_bps,
        "consistent_bps": way.hours.consistent_bps,
        "normal_reached_share": _rounded(way.hours.reached_share, _DIGITS),
        **_days(way.days),
    }


def line_days(summaries: Iterable[LineSummary], unit_id: Callable[[str], str]) -> Table:
    """A row for each line, direction and rule, with a letter for each day that counts."""
    rows: list[dict[str, Value]] = [
        {
            "unit_id": unit_id(one.standing.line),
            "direction": way.direction.value,
            "rule": rule,
            "first_day": one.standing.first,
            "verdicts": letters,
        }
        for one in summaries
        for way in one.ways
        for rule, letters in way.verdicts.items()
    ]
    kind = kinds()["line_days"]
    return Table(kind, sorted(rows, key=lambda row: tuple(str(row[name]) for name in kind.key)))


def _place(key: Key) -> dict[str, Value]:
    return dict(zip(("period", *DIMENSIONS), key, strict=True))


def _days(days: Mapping[str, Mapping[Verdict, int]]) -> dict[str, Value]:
    told = [days.get(rule, {}).get(verdict, 0) if days else None for rule in JUDGED for verdict in Verdict]
    return dict(zip(day_columns(), told, strict=True))
