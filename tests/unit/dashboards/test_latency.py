from analysis.report import JudgedTest
from dashboards.web.part.latency import latency
from tests.unit.dashboards.readings import NOW, a_judged_test, a_reading, parsed
from tests.unit.dashboards.test_voice import EN, PT


def marks(*tests: JudgedTest) -> list[str | None]:
    shown = latency(a_reading(tests=tests), EN)
    assert shown.picture is not None
    return [one.get("href") for one in parsed(shown.picture.svg).iter() if one.tag == "use"]


def test_each_test_has_a_point_idle_and_one_under_load() -> None:
    assert marks(a_judged_test(at=NOW, idle_rtt_ms=8.0, loaded_rtt_ms=21.0)) == ["#mark-partial", "#mark-full"]


def test_what_was_not_measured_has_no_point() -> None:
    assert marks(a_judged_test(at=NOW, idle_rtt_ms=8.0, loaded_rtt_ms=None)) == ["#mark-partial"]
    nothing = latency(a_reading(tests=(a_judged_test(at=NOW, idle_rtt_ms=None),)), PT)
    assert nothing.picture is None
    assert nothing.absent.startswith("Nenhum tempo")
