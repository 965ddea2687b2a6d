import pytest

from probe.body.reachability import NoAnswer, ProbeMethod, Role
from probe.reach.minute import Whom
from probe.reach.missing import Missing
from probe.reach.trouble import Trouble

S = 1_000_000_000


def whom(role: Role = Role.INTERNET, *, loopback: bool = False) -> Whom:
    return Whom("192.0.2.1", role, ProbeMethod.ICMP, loopback, "192.0.2.1")


def after_three_answers(who: Whom) -> tuple[Missing, Trouble]:
    trouble = Trouble(calm_s=5)
    missing = Missing(trouble)
    for number in range(3):
        missing.ask(number, who, number * 5 * S)
        missing.settle(number, 1.0)
    return missing, trouble


def test_an_answer_that_is_late_by_a_second_is_looked_at_closely() -> None:
    missing, trouble = after_three_answers(whom())
    missing.ask(4, whom(), 15 * S)
    missing.look(15 * S + S // 2)
    assert not trouble.span.is_on
    missing.look(16 * S)
    assert trouble.span.began_ns == 15 * S


@pytest.mark.parametrize("outcome", [NoAnswer.UNREACHABLE, NoAnswer.DNS_FAILED, NoAnswer.TIMED_OUT])
def test_a_refusal_is_trouble_at_once(outcome: NoAnswer) -> None:
    missing, trouble = after_three_answers(whom(Role.RESOLVER))
    missing.ask(4, whom(Role.RESOLVER), 15 * S)
    missing.settle(4, outcome)
    assert trouble.span.is_on


@pytest.mark.parametrize("outcome", [NoAnswer.NOT_SENT, NoAnswer.NAME_NOT_RESOLVED])
def test_what_could_not_be_asked_is_no_trouble(outcome: NoAnswer) -> None:
    missing, trouble = after_three_answers(whom())
    missing.ask(4, whom(), 15 * S)
    missing.settle(4, outcome)
    missing.look(20 * S)
    assert not trouble.span.is_on


@pytest.mark.parametrize("who", [whom(Role.GATEWAY), whom(loopback=True)])
def test_who_stands_at_home_says_nothing_of_the_line(who: Whom) -> None:
    missing, trouble = after_three_answers(who)
    missing.ask(4, who, 15 * S)
    missing.look(20 * S)
    assert not trouble.span.is_on


def test_an_answer_counts_however_late_it_comes() -> None:
    missing, trouble = after_three_answers(whom())
    for number in range(4, 7):
        missing.ask(number, whom(), (10 + number) * S)
        missing.look((11 + number) * S)
    assert trouble.span.is_on
    for number in range(4, 7):
        missing.settle(number, 1500.0)
    assert not trouble.span.is_on
