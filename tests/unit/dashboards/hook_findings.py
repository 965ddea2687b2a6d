"""A finding to be sent on."""

from datetime import timedelta

from analysis.finding import Finding, Verdict
from analysis.period import Period
from probe.body.speed_test import Direction
from tests.build import AT, DAY, a_sentence


def a_finding() -> Finding:
    return Finding(
        line="casa",
        rule="speed.normal",
        rule_version="1",
        profile="pt-nos",
        clause="NOS 3.12",
        direction=Direction.DOWNLOAD,
        period=Period(AT, AT + timedelta(days=1)),
        local_day=DAY,
        verdict=Verdict.BREACHED,
        measured={"below_share": 0.2},
        threshold={"share": 0.05},
        n_used=96,
        n_excluded={},
        interval=None,
        witnesses=("p1/1",),
        sentence=a_sentence(),
    )
