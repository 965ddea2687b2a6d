"""Pure. What is kept of a judged test. The analysis judged it; this only lets go of the rest."""

from analysis.report import JudgedTest
from analysis.validity import grade
from collector.envelope import IMPORTED
from dashboards.web.part.counting import speed_of
from dashboards.web.past.told import Tried


def tried(test: JudgedTest) -> Tried:
    """Without the test's course, which is most of it."""
    record, body = test.stored.record, speed_of(test)
    return Tried(
        id=record.id,
        at=record.started.at,
        direction=body.direction,
        server_url=body.server.url,
        rate_bps=body.rate_bps,
        ip_rate_bps=body.ip_rate_bps,
        bytes=body.bytes,
        idle_rtt_ms=body.idle_rtt_ms,
        loaded_rtt_ms=body.loaded_rtt_ms,
        failure=body.failure,
        valid_for=test.valid_for,
        reasons=test.reasons,
        grade=grade(test.reasons),
        imported=record.probe == IMPORTED,
    )
