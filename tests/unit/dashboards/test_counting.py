import pytest

from analysis.finding import Reason, Verdict
from analysis.report import JudgedTest
from dashboards.web.part.counting import counts_for, counts_fully, reason_words, speed_of
from probe.body.notice import Notice, NoticeKind
from tests.build import a_record, stored
from tests.unit.dashboards.readings import NOW, a_judged_test
from tests.unit.dashboards.test_voice import EN, PT


def test_a_test_that_counts_for_both_verdicts_needs_no_words() -> None:
    test = a_judged_test(at=NOW)
    assert counts_fully(test)
    assert counts_for(test, EN) == ()


def test_the_words_are_in_the_readers_language() -> None:
    test = a_judged_test(at=NOW, valid_for=(Verdict.MET,), reasons=(Reason.TUNNEL,))
    assert counts_for(test, PT) == (
        "Só pode provar que cumpre, não que não cumpre: medido através de um túnel ou VPN.",
    )


def test_a_reason_that_is_not_known_here_is_shown_as_it_is() -> None:
    assert reason_words("planned_maintenance", EN) == "planned maintenance"


def test_a_record_that_is_no_speed_test_is_refused() -> None:
    notice = JudgedTest(stored=stored(a_record(body=Notice(kind=NoticeKind.STARTED))), valid_for=(), reasons=())
    with pytest.raises(TypeError, match="p1/1 is no speed test"):
        speed_of(notice)
