import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.body.speed_test import Direction
from probe.throughput.mlab import allowance, ledger, locate
from probe.throughput.mlab.allowance import Spent
from probe.throughput.mlab.locate import Located
from probe.throughput.plan import Method

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def a_target(host: str, *, paths: tuple[str, ...] = ("/ndt/v7/download", "/ndt/v7/upload")) -> dict[str, Any]:
    urls = {
        f"{scheme}://{path}": f"{scheme}://{host}{path}?access_token=eyJ" for path in paths for scheme in ("ws", "wss")
    }
    return {"machine": host, "location": {"city": "Lisbon", "country": "PT"}, "urls": urls}


def test_the_servers_are_read_in_their_order_over_tls() -> None:
    body = json.dumps({"results": [a_target("a.test"), a_target("b.test")]}).encode()
    assert locate.read(body, Method.NDT7, Direction.UPLOAD) == (
        Located("wss://a.test/ndt/v7/upload?access_token=eyJ"),
        Located("wss://b.test/ndt/v7/upload?access_token=eyJ"),
    )
    assert locate.read(body, Method.MSAK, Direction.UPLOAD) is None


def test_a_token_shows_in_no_representation() -> None:
    assert "eyJ" not in repr(Located("wss://a.test/ndt/v7/upload?access_token=eyJ"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"results":7}',
        b'{"results":[7,{"urls":7},{}]}',
        b'{"results":[{"urls":{"wss:///ndt/v7/download":"file:///etc/passwd"}}]}',
        b'{"results":[{"urls":{"wss:///ndt/v7/download":"wss://h:99999999/ndt/v7/download"}}]}',
        b'{"results":[{"urls":{"wss:///ndt/v7/download":"wss://h/elsewhere"}}]}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_names_no_sound_address_is_none(body: bytes) -> None:
    assert locate.read(body, Method.NDT7, Direction.DOWNLOAD) is None


@given(st.binary(max_size=200))
@example(b'{"results": "\x80"}')  # JSON whose string is no UTF-8
def test_no_bytes_raise(body: bytes) -> None:
    locate.read(body, Method.NDT7, Direction.DOWNLOAD)


def test_the_forty_first_request_of_an_hour_waits_until_the_first_is_an_hour_old() -> None:
    spent = Spent()
    for minute in range(40):
        at = NOW + timedelta(minutes=minute)
        assert allowance.next_at(spent, at) is None
        spent = allowance.asked(spent, at)
    assert allowance.next_at(spent, NOW + timedelta(minutes=40)) == NOW + timedelta(hours=1)
    assert allowance.next_at(spent, NOW + timedelta(hours=1)) is None


def test_a_refusal_by_m_lab_itself_is_heeded_for_an_hour() -> None:
    spent = allowance.refused(Spent(), NOW)
    assert allowance.next_at(spent, NOW + timedelta(minutes=59)) == NOW + timedelta(hours=1)
    assert allowance.next_at(spent, NOW + timedelta(hours=1)) is None


def test_a_clock_that_is_set_back_forbids_nothing_for_ever() -> None:
    spent = allowance.refused(Spent(), NOW)
    assert allowance.next_at(spent, NOW - timedelta(days=400)) is None


@given(st.floats(0, 1, exclude_max=True))
def test_rounds_that_nobody_watches_are_36_minutes_to_15_hours_apart(uniform: float) -> None:
    spent = allowance.began_round(Spent(), NOW, uniform)
    at = allowance.next_round_at(spent, NOW)
    assert at is not None
    assert timedelta(seconds=2160) <= at - NOW <= timedelta(seconds=54_000)
    assert allowance.next_at(spent, NOW) is None, "a person may test in between"


def test_the_mean_wait_is_six_hours_before_its_bounds() -> None:
    spent = allowance.began_round(Spent(), NOW, 1 - 1 / 2.718281828459045)
    at = allowance.next_round_at(spent, NOW)
    assert at is not None
    assert (at - NOW).total_seconds() == pytest.approx(21_600)


def test_what_was_asked_is_kept_and_a_damaged_file_is_nothing_spent(tmp_path: Path) -> None:
    kept = tmp_path / "not there yet" / "mlab.json"
    assert ledger.read(kept) == Spent()
    ledger.change(kept, lambda spent: allowance.asked(spent, NOW))
    ledger.change(kept, lambda spent: allowance.began_round(spent, NOW, 0.5))
    assert ledger.read(kept).asked_at == (NOW,)
    assert ledger.read(kept).not_before is not None
    kept.write_bytes(b'{"asked_us": "x"')
    assert ledger.read(kept) == Spent()


def test_where_no_count_can_be_kept_the_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ledger.LedgerError, match="without keeping count"):
        ledger.change(tmp_path / "file" / "mlab.json", lambda spent: spent)
