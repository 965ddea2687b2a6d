"""`prova privacy hold` and `release`: placed, shown, ended, and noted."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector.audit_log.act import Act
from collector.audit_log.book import check
from collector.home import CollectorHome
from collector.retention.hold_file import HoldError, holds
from prova.command.privacy import command


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--home", str(home)], standalone_mode=False)


MONTH = ("--from", "2026-07-01", "--to", "2026-08-01")
PLACE = ("hold", "--line", "casa", *MONTH, "--reason", "queixa 4711", "--by", "Ana")


def test_a_hold_is_of_local_days_and_says_who_and_why(tmp_path: Path) -> None:
    assert run(tmp_path, "hold").stdout == "Nothing is held.\n"
    assert "1  line casa  from 2026-06-30 23:00 UTC" in run(tmp_path, *PLACE).stdout
    (one,) = holds(CollectorHome(tmp_path))
    assert (one.reason, one.placed_by, one.to_at) == ("queixa 4711", "Ana", datetime(2026, 7, 31, 23, tzinfo=UTC))
    told = json.loads(run(tmp_path, "hold", "--json").stdout)
    assert told["schema"] == "prova.holds/1"
    assert told["holds"][0]["line"] == "casa"


def test_a_released_hold_is_over_and_both_acts_are_noted(tmp_path: Path) -> None:
    run(tmp_path, *PLACE)
    assert run(tmp_path, "release", "1", "--reason", "decidida").stdout.startswith("Released: 1  line casa")
    assert holds(CollectorHome(tmp_path)) == ()
    acts = [(one.entry.act, one.entry.on) for one in check(CollectorHome(tmp_path).audit_log).lines]
    assert acts == [(Act.HELD, "hold 1"), (Act.RELEASED, "hold 1")]
    ended = run(tmp_path, "release", "1", "--reason", "decidida")
    assert isinstance(ended.exception, HoldError)


@pytest.mark.parametrize("left", ["--from", "--reason"])
def test_a_hold_without_its_day_or_its_reason_is_refused(tmp_path: Path, left: str) -> None:
    words = list(PLACE)
    at = words.index(left)
    del words[at : at + 2]
    assert "--line also wants" in str(run(tmp_path, *words).exception)
    assert holds(CollectorHome(tmp_path)) == ()


def test_a_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "no time zone" in str(run(tmp_path, *PLACE, "--timezone", "Mars/Base").exception)
