"""An extract of a made-up panel as files: public with its report, restricted, and the month before."""

import random
from datetime import UTC, datetime
from pathlib import Path

from analysis.extract.extract import Panel, extract
from analysis.extract.indicator.earlier import earlier
from analysis.extract.package.data_file import as_csv
from analysis.extract.package.origin import Origin
from analysis.extract.parameters import parameters
from analysis.extract.reporting_period import ReportingPeriod
from analysis.extract.tables import line_periods
from collector.envelope import CollectorUptime
from dashboards.report.write import reported, with_program
from tests.unit.analysis.extract.panel import better, some_lines, watched

START_AT, END_AT = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


def made_extract(folder: Path, count: int = 160) -> Path:
    """In `public`, `restricted`, `then`; two of three operators are large enough to be told of."""
    lines = tuple(
        watched(one, 30 + 60 * (number % 9) if number % 4 else 0)
        for number, one in enumerate(some_lines(count, seed=3, operators=3, regions=3))
    )
    chance = random.Random(5)
    then = [better(one, chance.uniform(0.9, 1.0)) for one in lines[15:]]
    before = as_csv(line_periods(then, [1.0] * len(then), str, "2026-09"))
    uptime = CollectorUptime(
        start_at=START_AT, end_at=END_AT, up_s=0.0, down_s=0.0, unknown_s=0.0, down=(), at_work=True
    )
    panel = Panel(summaries=lines, without_contract=0, not_in_force=0, uptime=uptime, previous=earlier(before))
    origin = Origin(
        period=ReportingPeriod("2026-10"),
        publisher="<b>A & B</b>",
        licence=None,
        software="0.1.0",
        weighted=True,
        rules=(),
    )
    totals = {"region": {"R0": 500.0, "R1": 300.0, "R2": 400.0}}
    made = extract(panel, origin, parameters(), unit_id=str, totals=totals, earlier=())
    packages = {"public": reported(made.public), "restricted": with_program(made.restricted)}
    for package, files in {**packages, "then": {"data/line_periods.csv": before}}.items():
        for name, raw in files.items():
            path = folder / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
    return folder
