"""Which lines fall to which collector."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.fleet.share import Share, parse_share, share_of
from collector.settings import SettingsError, parse
from probe.wire import Kind, topic


@given(st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True), st.integers(1, 64))
def test_a_line_is_of_exactly_one_share_with_all_its_probes_topics(line: str, count: int) -> None:
    shares = [Share(number, count) for number in range(1, count + 1)]
    takers = [one for one in shares if one.takes(line)]
    assert [one.number for one in takers] == [share_of(line, count)]
    for probe in ("p1", "p2"):
        for kind in (Kind.RECORDS, Kind.STATUS):
            assert [one for one in shares if one.takes_topic(topic(kind, line, probe))] == takers


def test_lines_are_spread_evenly() -> None:
    counted = Counter(share_of(f"line-{number}", 8) for number in range(8000))
    assert len(counted) == 8
    assert all(900 < one < 1100 for one in counted.values())


def test_a_collector_takes_every_line_unless_told_otherwise() -> None:
    assert parse({}, folder=Path()).broker.share == Share(1, 1)
    assert parse({"broker": {"share": "2/8"}}, folder=Path()).broker.share == Share(2, 8)
    assert Share().takes_topic("anything")


@pytest.mark.parametrize("text", ["", "0/8", "9/8", "1", "1/0", "a/b", "1/8 ", 3])
def test_what_is_no_share_is_told_with_an_example(text: object) -> None:
    with pytest.raises(SettingsError, match="2/8"):
        parse({"broker": {"share": text}}, folder=Path())
    with pytest.raises(ValueError, match="no share"):
        parse_share(str(text))
