from datetime import timedelta

import pytest

from analysis.report import State
from dashboards.web.part.line_now import line_now
from dashboards.web.part.shown import Tone
from dashboards.web.reading import Reading
from tests.build import a_reachability_minute, a_record, stored
from tests.unit.dashboards.readings import NOW, a_ledger, a_minute, a_reading, an_empty_reading
from tests.unit.dashboards.test_voice import EN

HOUR = timedelta(hours=1)
DOWN = a_ledger((20 * HOUR, State.DOWN))
UNSEEN = a_ledger((20 * HOUR, State.UNOBSERVED))


def test_the_state_is_the_ledgers_own() -> None:
    now = line_now(a_reading(recent_ledger=DOWN, minutes=a_minute(internet="............")), EN)
    assert (now.tone, now.state, now.since) == (Tone.BAD, "Down", "since 21 Nov, 14:40")


def test_a_state_as_old_as_what_was_read_does_not_claim_a_beginning() -> None:
    now = line_now(a_reading(), EN)
    assert (now.tone, now.state, now.since) == (Tone.GOOD, "Up", "for more than 24 hours")


def test_time_that_was_never_observed_has_no_beginning() -> None:
    never = a_ledger((timedelta(), State.UNOBSERVED))
    now = line_now(a_reading(recent_ledger=never, minutes=a_minute(loopback=True)), EN)
    assert (now.state, now.since) == ("Unobserved", "")
    assert "only target asked is this machine" in now.why


def test_the_gap_after_the_newest_minute_is_not_taken_for_the_present() -> None:
    waiting = a_ledger((24 * HOUR - timedelta(seconds=20), State.UNOBSERVED))
    assert line_now(a_reading(recent_ledger=waiting), EN).state == "Up"


def test_a_silent_probe_makes_the_present_unobserved_whatever_it_last_saw() -> None:
    now = line_now(a_reading(recent_ledger=DOWN, minutes=a_minute(ended=timedelta(minutes=44))), EN)
    assert (now.tone, now.state, now.since) == (Tone.UNKNOWN, "Unobserved", "")
    assert "Out of date" in now.why
    assert "44 minutes ago" in now.why


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (an_empty_reading(), "No measurement has arrived"),
        (a_reading(), "1 of 1 targets beyond the router answered"),
        (
            a_reading(recent_ledger=DOWN, minutes=a_minute(internet="............")),
            "The router answers; nothing beyond",
        ),
        (a_reading(recent_ledger=DOWN, minutes=a_minute(router="....", internet="....")), "Neither the router nor"),
        (a_reading(recent_ledger=DOWN, minutes=a_minute(router="----", internet="....")), "the router itself was not"),
        (
            a_reading(recent_ledger=UNSEEN, minutes=a_minute(router="----", internet="----")),
            "could not ask its targets",
        ),
        (a_reading(recent_ledger=UNSEEN, minutes=a_minute(internet="##")), "does not tell whether the line was up"),
    ],
)
def test_the_reason_says_what_was_seen(reading: Reading, why: str) -> None:
    assert why in line_now(reading, EN).why


def test_targets_on_this_machine_say_nothing_of_the_line() -> None:
    only_loopback = a_record(body=a_reachability_minute(targets=0), at=NOW - timedelta(seconds=80))
    now = line_now(a_reading(recent_ledger=UNSEEN, minutes=(stored(only_loopback),)), EN)
    assert "no target beyond the router" in now.why
    now = line_now(a_reading(minutes=a_minute(loopback=True)), EN)
    assert [target.tone for target in now.targets] == [Tone.GOOD, Tone.UNKNOWN]
    assert "0 of 0 targets" in now.why
