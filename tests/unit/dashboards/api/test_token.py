from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.fleet.placement import GroupKind, Placed, Placement
from analysis.fleet.topology import Topology
from dashboards.api import cursor
from dashboards.api.fairness import Bucket, Rate, ask
from dashboards.api.token import Group, Token, digest, holder, opened, written

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SECRET = "s" * 43
TOKEN = Token(id="0123456789ab", sha256=digest(SECRET), name="x", made_at=NOW, until_at=NOW + timedelta(days=1))


def test_a_token_holds_from_its_making_to_its_end() -> None:
    text = written(TOKEN.id, SECRET)
    moments = [NOW - timedelta(seconds=1), NOW, NOW + timedelta(hours=23), NOW + timedelta(days=1)]
    assert [holder(text, [TOKEN], at) is TOKEN for at in moments] == [False, True, True, False]


@pytest.mark.parametrize(
    "text", ["", written(TOKEN.id, "t" * 43), written("f" * 12, SECRET), f"{written(TOKEN.id, SECRET)} "]
)
def test_anything_else_opens_nothing(text: str) -> None:
    assert holder(text, [TOKEN], NOW) is None


def test_a_group_opens_the_lines_that_are_in_it_on_that_day() -> None:
    moved = date(2026, 12, 1)
    topology = Topology(
        (
            Placed(placement=Placement(line="casa", node="olt-1"), to_on=moved),
            Placed(placement=Placement(line="casa", node="olt-2"), from_on=moved),
        )
    )
    token = Token(
        id="x", sha256="", name="", made_at=NOW, until_at=NOW, lines=("lar",), groups=(Group(GroupKind.NODE, "olt-1"),)
    )
    assert opened(token, {"casa", "lar", "sol"}, topology, NOW.date()) == {"casa", "lar"}
    assert opened(token, {"casa", "lar", "sol"}, topology, moved) == {"lar"}
    assert opened(token, {"casa"}, topology, moved) == frozenset()


@given(st.lists(st.floats(0, 100), min_size=1, max_size=200), st.integers(1, 20))
def test_nobody_gets_more_than_the_rate_and_one_burst(gaps: list[float], burst: int) -> None:
    rate, at_s, bucket = Rate(per_s=0.5, burst=burst), 0.0, None
    granted = 0
    for gap in gaps:
        at_s += gap
        bucket, wait_s = ask(bucket, rate, at_s)
        granted += wait_s == 0
    assert granted <= burst + at_s * rate.per_s + 1e-6


def test_who_waits_as_long_as_was_said_is_let_in() -> None:
    bucket, wait_s = ask(Bucket(0.25, 10.0), Rate(0.5, 5), 10.0)
    assert ask(bucket, Rate(0.5, 5), 10.0 + wait_s)[1] == 0


def test_a_cursor_is_of_its_question_alone_whatever_page_size() -> None:
    word = cursor.written(("casa", 5), {"line": ["casa"], "limit": ["2"]})
    assert cursor.read(word, {"line": ["casa"], "limit": ["9"], "cursor": [word]}, (str, int)) == ("casa", 5)
    assert cursor.read(word, {"line": ["lar"]}, (str, int)) is None
    assert cursor.read(word, {"line": ["casa"]}, (str, str)) is None


@given(st.text(max_size=80))
def test_no_word_does_worse_than_be_no_cursor(word: str) -> None:
    assert cursor.read(word, {}, (str,)) is None
