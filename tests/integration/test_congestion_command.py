"""`prova congestion` over a store with signed batches: evenings that come back, and a line too little known."""

import json
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from analysis.period import local_day
from probe.record import Body
from prova.command.congestion import command
from prova.exit import CommandError, Exit
from tests.build import LISBON, MINUTE, a_reachability_minute, a_record, a_speed_test
from tests.integration.lake_rig import House
from tests.integration.test_check_many_lines import keep

FIRST_ON = date(2026, 10, 5)  # a Monday; the clock changes on the 25th
DAYS = 28
PER_DAY = 48
PERIOD = ("--from", "2026-10-05", "--to", "2026-11-02")


@dataclass(frozen=True)
class Told:
    code: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.out)
        return told


def ask(home: Path, *arguments: str) -> Told:
    given = [*arguments, "--home", str(home)]
    done = CliRunner().invoke(command, given, standalone_mode=False, catch_exceptions=False)
    return Told(done.return_value or 0, done.stdout, done.stderr)


def fill(house: House, line: str, *, days: int, evenings_ms: float) -> None:
    """A test each half hour; weekday evenings from 20:00 to 23:00 are slower. One outage in the first night."""
    sender, chance = house.sender(line, f"p-{line}"), random.Random(line)
    told: list[tuple[datetime, Body]] = []
    for number in range(days):
        day = local_day(FIRST_ON + timedelta(days=number), LISBON)
        for part in range(PER_DAY):
            at = day.start_at + (part + chance.random()) * day.duration / PER_DAY
            strained = at.astimezone(LISBON).weekday() < 5 and 20 <= at.astimezone(LISBON).hour < 23
            extra = evenings_ms if strained else 0.0
            told.append((at, a_speed_test(ip_mbps=500 - 10 * extra, idle_rtt_ms=9.0 + chance.random() + extra)))
    for minute in range(30):
        answers = "............" if 5 <= minute < 25 else "############"
        at = local_day(FIRST_ON, LISBON).start_at + timedelta(hours=3) + minute * MINUTE
        told.append((at, a_reachability_minute(answers=answers)))
    told.sort(key=lambda one: one[0])
    numbered = enumerate(told, 1)
    keep(
        house,
        sender,
        [a_record(line=line, probe=sender.name, body=body, at=at, sequence=number) for number, (at, body) in numbered],
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = House(tmp_path_factory.mktemp("home"))
    fill(house, "evenings", days=DAYS, evenings_ms=20.0)
    house.seal(before_on=date(2026, 10, 20))
    fill(house, "short", days=3, evenings_ms=0.0)
    return house.home


def test_evenings_that_come_back_are_told_with_their_hours_and_depth(home: Path) -> None:
    told = ask(home, "--line", "evenings", "--json", *PERIOD)
    (line,) = told.json()["lines"]
    assert (told.code, told.json()["schema"], line["kind"]) == (Exit.DONE, "prova.congestion/1", "recurring")
    (window,) = line["windows"]
    assert (window["day_class"], window["start"], window["end"]) == ("weekday", "20:00", "23:00")
    assert len(window["days"]) == window["days_seen"] == 20
    assert {one["signal"] for one in window["depths"]} == {"latency", "download"}
    assert line["n_excluded"]["line_down"] >= 20  # minutes, with one on either side
    assert line["missing"] == {}


def test_of_a_line_with_a_few_days_it_says_what_is_missing(home: Path) -> None:
    told = ask(home, "--line", "short", *PERIOD, "--lang", "pt")
    assert told.code == Exit.EVIDENCE
    assert "mais 4 dias com medições suficientes" in told.out
    assert "Not enough evidence" in told.err


def test_several_lines_are_told_one_after_another(home: Path) -> None:
    told = ask(home, "--line", "evenings", "--line", "short", *PERIOD)
    assert told.code == Exit.DONE
    assert [one.split(":")[0] for one in told.out.splitlines() if not one.startswith(" ")] == ["evenings", "short"]


def test_a_line_that_is_not_there_is_named_with_those_that_are(home: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no line 'nobody' here\. Known here: evenings, short"):
        ask(home, "--line", "nobody")
    with pytest.raises(CommandError, match="Name a line"):
        ask(home)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-10-05", "--to", "2026-10-05"), "must be later"),
        (("--from", "2020-10-05", "--to", "2026-10-05"), "more than 400 days"),
        (("--timezone", "Europe/Nowhere"), "no time zone"),
    ],
)
def test_a_period_that_is_none_is_refused(home: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(click.UsageError, match=said):
        ask(home, "--line", "evenings", *arguments)
