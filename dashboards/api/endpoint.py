"""Vocabulary. Every address of the interface: what it answers and what may be asked of it.

Routes and the OpenAPI document are both made from this table, so that they cannot differ. Knows nothing of how an
answer is found.
"""

from dataclasses import dataclass

from analysis.finding import Verdict
from analysis.fleet.health import Level
from analysis.fleet.placement import GroupKind
from dashboards.api.question import GROUPS, Bounds, Parameter
from probe.body.speed_test import Direction

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
}
_WORDS = {
    Parameter.BY: tuple(kind.value for kind in GroupKind),
    Parameter.VERDICT: tuple(verdict.value for verdict in Verdict),
    Parameter.DIRECTION: tuple(direction.value for direction in Direction),
    Parameter.LEVEL: tuple(level.value for level in Level),
    Parameter.FORMAT: tuple(FORMATS),
}
_LINES = frozenset({Parameter.LINE, *GROUPS})
_PAGED = frozenset({Parameter.LIMIT, Parameter.CURSOR})
_TIMED = frozenset({Parameter.FROM, Parameter.TO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address below `/v1`. `item`: the schema of each item, by its name in `schema.py`; `none` for a download."""

    path: str
    name: str
    summary: str
    item: str
    bounds: Bounds


def _endpoint(
    name: str,
    summary: str,
    item: str,
    *,
    also: frozenset[Parameter] = frozenset(),
    days: int = 31,
    most: int = 1000,
) -> Endpoint:
    bounds = Bounds(allowed=_LINES | also, most_days=days, most_items=most, words=_WORDS)
    return Endpoint(path=f"/v1/{name}", name=name, summary=summary, item=item, bounds=bounds)


ENDPOINTS = (
    _endpoint("lines", "Lines and where each hangs in the network.", "Place", also=_PAGED | {Parameter.ON}),
    _endpoint(
        "groups",
        "Groups of one kind, with their lines: from the widest down.",
        "Group",
        also=_PAGED | {Parameter.ON, Parameter.BY},
    ),
    _endpoint(
        "records",
        "Records as their probes signed them, by line and time.",
        "Record",
        also=_PAGED | _TIMED | {Parameter.KIND, Parameter.ID},
    ),
    _endpoint(
        "tests",
        "Speed tests, with what each may be used for.",
        "Test",
        also=_PAGED | _TIMED | {Parameter.DIRECTION},
    ),
    _endpoint("outages", "Outages, with cause and whose they were.", "Outage", also=_PAGED | _TIMED),
    _endpoint("coverage", "Time up, down and unobserved, of each line.", "Coverage", also=_PAGED | _TIMED),
    _endpoint(
        "findings",
        "What was measured, held against each line's contract.",
        "Finding",
        also=_PAGED | _TIMED | {Parameter.RULE, Parameter.VERDICT, Parameter.DIRECTION},
    ),
    _endpoint("events", "What changed, and what probes said of themselves.", "Event", also=_PAGED | _TIMED),
    _endpoint("bursts", "Outages that began on many lines at once.", "Burst", also=_PAGED | _TIMED, days=7),
    _endpoint(
        "congestion",
        "Hours of a line that are worse than its others, over whole local days.",
        "Congestion",
        also=_PAGED | _TIMED,
        days=92,
        most=50,
    ),
    _endpoint("probes", "Probes, and when each was last heard.", "Probe", also=_PAGED),
    _endpoint(
        "health", "How each probe is, and what is amiss with it.", "Health", also=_PAGED | {Parameter.LEVEL}, most=200
    ),
    _endpoint(
        "download",
        "Records as a table with the columns of the store: CSV, Parquet or an Arrow stream.",
        "none",
        also=_TIMED | {Parameter.FORMAT, Parameter.COLUMN},
        days=366,
    ),
)
