"""A test that a person asked for: what the probe tells becomes a course, and a course a page."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboards.web.page.live.course import Course, Point, State, Why
from dashboards.web.page.live.view import view
from probe.bell import said
from probe.bell.said import Ended, Moment, Refused, Told
from probe.body.speed_test import Direction
from prova.page.bench import heard
from tests.unit.dashboards.readings import a_reading
from tests.unit.dashboards.test_voice import EN, PT

RUNNING = Course(
    state=State.RUNNING,
    direction=Direction.DOWNLOAD,
    elapsed_s=1.0,
    duration_s=3.0,
    moved_bytes=12_000_000,
    download=(Point(0.5, 90_000_000), Point(1.0, 100_000_000)),
)


def a_moment(direction: Direction, elapsed_s: float, rate_bps: int | None) -> Told:
    return Told(
        moment=Moment(direction=direction, elapsed_s=elapsed_s, duration_s=3.0, rate_bps=rate_bps, moved_bytes=5)
    )


def test_moments_become_points_of_their_direction() -> None:
    course = Course(state=State.WAITING)
    for told in (
        Told(),
        a_moment(Direction.DOWNLOAD, 0.1, None),
        a_moment(Direction.DOWNLOAD, 0.6, 7),
        a_moment(Direction.UPLOAD, 0.5, 9),
    ):
        course = heard(course, told)
    assert (course.state, course.direction) == (State.RUNNING, Direction.UPLOAD)
    assert (course.download, course.upload) == ((Point(0.6, 7),), (Point(0.5, 9),))
    over = heard(course, Told(ended=Ended(records=("p1/1", "p1/2"))))
    assert (over.state, over.records, over.direction) == (State.DONE, ("p1/1", "p1/2"), None)


def test_points_stay_bounded() -> None:
    course = Course(state=State.WAITING)
    for number in range(1000):
        course = heard(course, a_moment(Direction.DOWNLOAD, number / 10, number))
    assert len(course.download) == 400


def test_every_reason_of_the_probe_has_its_own_here() -> None:
    assert {one.value for one in said.Why} == {one.value for one in Why}


@pytest.mark.parametrize("why", said.Why)
def test_a_refusal_says_why_and_when_it_may(why: said.Why) -> None:
    again_at = datetime(2026, 11, 22, tzinfo=UTC)
    page = view(a_reading(), heard(Course(), Told(refused=Refused(why=why, again_at=again_at))), "t", EN)
    assert page.heading == "No test was made"
    assert "You may ask again from 22 Nov, 00:00" in page.text
    assert (page.may_begin, page.may_end) == (True, False)


def test_while_it_runs_rate_seconds_left_and_bytes_are_told() -> None:
    page = view(a_reading(), RUNNING, "t", EN)
    assert page.heading == "Measuring download"
    assert [fact.value for fact in page.facts] == ["100 Mbit/s", "5 seconds", "12 MB"]
    assert page.progress_percent == 17
    assert (page.may_begin, page.may_end) == (False, True)
    assert page.picture is not None
    assert page.picture.svg.count("live-bar") == 2
    upload = replace(RUNNING, direction=Direction.UPLOAD, upload=(Point(1.0, 20_000_000),))
    assert view(a_reading(), upload, "t", PT).progress_percent == 67


def test_a_test_that_is_over_waits_for_its_records() -> None:
    page = view(a_reading(), replace(RUNNING, state=State.DONE, records=("p1/99",)), "t", EN)
    assert page.waiting_for_results
    assert page.results == ()
