"""Pure. All that was judged of one line, as points. Holds no judgement and knows no database."""

from dataclasses import replace

from analysis.contract import Contract
from analysis.period import Period, local_day, local_days
from dashboards.grafana.judged.days import day_point, promise_points
from dashboards.grafana.judged.findings import at_ns, deadline_points, finding_points
from dashboards.grafana.judged.judgement import JudgedLine
from dashboards.grafana.judged.outages import outage_points, state_points
from dashboards.grafana.judged.point import Place, Point
from dashboards.grafana.judged.speed_tests import hour_points, test_points
from dashboards.grafana.measurement import WITHDRAWN


def place_of(contract: Contract, group: str) -> Place:
    """By operator and group; where nobody named a group, by municipality."""
    return Place(line=contract.line.id, operator=contract.operator, group=group or contract.line.municipality or "")


def points_of(judged: JudgedLine) -> tuple[Point, ...]:
    """Every point of the line over the report's period; the same judgement gives the same points."""
    contract, zone = judged.report.contract, judged.report.contract.line.zone
    place = place_of(contract, judged.group)
    ledger = judged.account.ledger
    found: list[Point] = []
    for day in local_days(Period(judged.report.period.start_at, ledger.period.end_at), zone):
        whole = local_day(day, zone)
        found.append(_placed(judged, place, at_ns(whole.start_at)))
        found.append(day_point(day, judged, place))
        found += hour_points(day, judged.tests, zone, place)
        found += promise_points(day, contract, place)
        found += state_points(ledger, whole, place)
    found += finding_points(judged.report.findings, place)
    found += deadline_points(judged.report.findings, place, zone, judged.now)
    found += outage_points(judged.account, place)
    found += test_points(judged.tests, place)
    return tuple(replace(one, fields={**one.fields, WITHDRAWN: False}) for one in found)


def _placed(judged: JudgedLine, place: Place, at: int) -> Point:
    return Point(
        measurement="place",
        tags=place.tags(technology=judged.report.contract.technology.value),
        fields={"judged": 1, "judged_at_s": int(judged.now.timestamp())},
        at_ns=at,
    )
