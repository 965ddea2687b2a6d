from xml.etree import ElementTree as ET

from dashboards.web.drawing.chart import Chart, Level, Mark, Point, draw
from dashboards.web.drawing.label import Label
from tests.unit.dashboards.readings import parsed

TOP = 1_000_000_000


def a_chart(points: tuple[Point, ...] = (), levels: tuple[Level, ...] = (), title: str = "Download") -> ET.Element:
    chart = Chart(
        key="chart",
        title=title,
        description="Two tests.",
        points=points,
        levels=levels,
        steps=(Label(0, "0"), Label(TOP, "1,000")),
        hours=(Label(0.0, "00:00"), Label(0.5, "12:00", main=False)),
        failed_label="failed",
    )
    return parsed(draw(chart))


def uses(drawn: ET.Element) -> list[ET.Element]:
    return list(drawn.iter("use"))


def test_a_failed_test_is_drawn_below_zero_and_never_as_zero() -> None:
    drawn = a_chart((Point(0.2, 0, Mark.FULL, "zero"), Point(0.4, None, Mark.FAILED, "failed")))
    zero, failed = uses(drawn)
    (axis,) = [line for line in drawn.iter("line") if line.get("class") == "zero"]
    assert zero.get("y") == axis.get("y1")
    assert float(failed.get("y", "")) > float(axis.get("y1", "")) + 10
    assert failed.get("href") != zero.get("href")
    assert any(text.text == "failed" for text in drawn.iter("text"))


def test_without_a_failure_there_is_no_word_of_failure() -> None:
    assert not [text for text in a_chart((Point(0.2, 5, Mark.FULL, ""),)).iter("text") if text.text == "failed"]


def test_a_point_stands_at_the_height_of_its_rate() -> None:
    drawn = a_chart((Point(0.5, TOP // 2, Mark.FULL, "x"),), (Level("normal", TOP // 2),))
    (point,) = uses(drawn)
    (level,) = [line for line in drawn.iter("line") if line.get("class") == "level normal"]
    assert point.get("y") == level.get("y1")


def test_the_drawing_has_a_name_a_description_and_says_each_point() -> None:
    drawn = a_chart((Point(0.5, 7, Mark.PARTIAL, "14:03 · 7 bit/s"),))
    assert drawn.get("role") == "img"
    assert [drawn.findtext("title"), drawn.findtext("desc")] == ["Download", "Two tests."]
    assert drawn.get("aria-labelledby") == "chart-title"
    assert uses(drawn)[0].findtext("title") == "14:03 · 7 bit/s"


def test_nothing_put_into_a_drawing_can_break_out_of_it() -> None:
    nasty = '</title><script>alert("x")</script>'
    drawn = a_chart((Point(0.5, 7, Mark.FULL, nasty),), title=nasty)
    assert drawn.findtext("title") == nasty
    assert not list(drawn.iter("script"))


def test_everything_lies_within_the_width() -> None:
    drawn = a_chart((Point(0.0, 7, Mark.FULL, ""), Point(1.0, 7, Mark.FULL, "")))
    assert all(0 < float((point.get("x") or "").rstrip("%")) < 100 for point in uses(drawn))
