import re
from datetime import timedelta

from analysis.report import Ledger, State
from dashboards.web.drawing.ribbon import Drawing, draw
from tests.unit.dashboards.readings import a_ledger, parsed

HOUR = timedelta(hours=1)


def drawn_seconds(ledger: Ledger) -> dict[str, float]:
    """Seconds that each state's path covers."""
    svg = parsed(draw(Drawing(key="r", title="Line", description="", ledger=ledger, hours=())))
    return {
        path.get("class", ""): sum(float(wide) for wide in re.findall(r"0h([\d.]+)v1", path.get("d", "")))
        for path in svg.iter("path")
    }


def test_every_second_up_and_down_is_drawn_and_the_rest_is_the_ground() -> None:
    ledger = a_ledger(
        (5 * HOUR, State.DOWN), (5 * HOUR + timedelta(seconds=40), State.UP), (8 * HOUR, State.UNOBSERVED)
    )
    assert drawn_seconds(ledger) == {"up": 8 * 3600 - 40, "down": 40}


def test_a_second_of_interruption_is_not_lost() -> None:
    ledger = a_ledger((HOUR, State.DOWN), (HOUR + timedelta(seconds=1), State.UP))
    assert drawn_seconds(ledger)["down"] == 1


def test_a_period_without_observation_draws_no_state() -> None:
    assert drawn_seconds(a_ledger((timedelta(), State.UNOBSERVED))) == {}
