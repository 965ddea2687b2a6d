"""What each kind of fault leaves behind, and what is made of it: state of the line, cause, and whose."""

import pytest

from analysis.outage.outage import Cause, Flag
from analysis.report import State
from tests.outage_scenarios import SCENARIOS, judged, the_outage


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_fault_is_told_as_what_it_was(name: str) -> None:
    history, expected = SCENARIOS[name]
    account = judged(history)
    assert account.ledger.seconds(State.DOWN) == expected.down_s, name
    told = [one for one in account.outages if one.concern is expected.concern]
    if expected.cause is None:
        assert account.outages == ()
    elif expected.whose is None:
        assert {one.verdict.cause for one in account.outages} == {expected.cause}
    else:
        assert {(one.verdict.cause, one.verdict.imputable_to) for one in told} == {(expected.cause, expected.whose)}
    if expected.down_s:
        spans = [span for span in account.ledger.spans if span.state is State.DOWN]
        assert {span.cause for span in spans} == {expected.cause}


def test_a_router_restarted_later_is_said_and_is_not_the_cause() -> None:
    history, _ = SCENARIOS["access cut, then the household restarts the router"]
    assert Flag.ROUTER_RESTARTED_LATER in the_outage(history).flags


def test_a_limit_on_icmp_is_loss_of_that_kind() -> None:
    (loss,) = judged(SCENARIOS["ICMP rate-limited"][0]).losses
    assert loss.icmp_alone
    (filtered,) = judged(SCENARIOS["ICMP blocked everywhere, names of a zone answer"][0]).losses
    assert filtered.icmp_alone
    assert filtered.answered_count == 0


def test_a_step_that_the_probe_tells_leaves_no_hole() -> None:
    for name in SCENARIOS:
        if "stepped" in name:
            account = judged(SCENARIOS[name][0])
            assert account.ledger.seconds(State.UNOBSERVED) == 5, name


def test_sleep_is_unobserved_and_the_probes() -> None:
    for name in ("probe suspended", "probe rebooted"):
        spans = [span for span in judged(SCENARIOS[name][0]).ledger.spans if span.state is State.UNOBSERVED]
        assert [(span.period.duration.total_seconds(), span.cause) for span in spans] == [(605, Cause.PROBE), (5, None)]
