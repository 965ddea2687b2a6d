import pytest

from probe.rung.manners import Manners
from probe.rung.sntp import Kiss


def test_a_server_is_asked_once_an_hour() -> None:
    one = Manners()
    assert one.may_ask(0, hurry=False)
    one = one.asked(0)
    assert not one.may_ask(3599, hurry=False)
    assert one.may_ask(3600, hurry=False)


def test_a_hurry_waits_a_minute_all_the_same() -> None:
    one = Manners().asked(0)
    assert not one.may_ask(63, hurry=True)
    assert one.may_ask(64, hurry=True)


@pytest.mark.parametrize("code", ["DENY", "RSTR"])
def test_a_server_that_refuses_is_not_asked_again(code: str) -> None:
    assert not Manners().kissed(Kiss(code)).may_ask(1e9, hurry=True)


def test_a_server_that_is_asked_too_often_is_asked_half_as_often() -> None:
    one = Manners().asked(0).kissed(Kiss("RATE"))
    assert not one.may_ask(7199, hurry=True)
    assert one.may_ask(7200, hurry=False)
    for _ in range(20):
        one = one.kissed(Kiss("RATE"))
    assert one.least_s == 86_400


def test_any_other_code_changes_nothing() -> None:
    assert Manners().kissed(Kiss("INIT")) == Manners()
