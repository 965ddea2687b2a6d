"""Pure. Every dashboard there is, in the order in which they are listed."""

from dashboards.grafana.board import (
    clocks,
    congestion,
    contract,
    fleet,
    latency,
    line_today,
    outages,
    probes,
    segments,
)
from dashboards.grafana.panel import Dashboard

FOLDER_UID = "prova"
FOLDER = "Prova"


def dashboards() -> tuple[Dashboard, ...]:
    """All of them; uids differ."""
    boards = (line_today, contract, outages, congestion, latency, segments, fleet, probes, clocks)
    return tuple(board.dashboard() for board in boards)
