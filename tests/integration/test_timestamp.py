"""Time-stamps of a real authority, `openssl ts` on loopback, and one that fails in every way."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from collector.proof.audit.check import Question, check
from collector.proof.audit.defect import DefectKind
from collector.proof.stamping import Stamped, read_certificates, stamp
from collector.proof.timestamp import verified_at
from probe import clock
from prova.port import free_port
from tests.integration.authority_rig import Authority, an_authority
from tests.integration.lake_rig import DAY_ON, House

DAY = timedelta(days=1)
pytestmark = pytest.mark.component("openssl")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with an_authority(tmp_path_factory.mktemp("one") / "authority") as one:
        yield one


@pytest.fixture
def authority(running: Authority) -> Authority:
    running.asked.clear()
    running.refuses = running.garbage = None
    return running


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "home")
    house.sender()
    house.fill(days=3, per_day=4)
    house.seal(before_on=DAY_ON + 2 * DAY)
    return house


def _stamp(house: House, authority: Authority) -> Stamped:
    return stamp(house.layout, url=authority.url, certificate_file=authority.certificate)


def test_every_checkpoint_is_stamped_once_and_verified_offline(house: House, authority: Authority) -> None:
    before = clock.now() - timedelta(seconds=2)
    assert _stamp(house, authority) == Stamped(count=2, waiting=0)
    assert _stamp(house, authority) == Stamped(count=0, waiting=0)
    assert authority.asked == ["application/timestamp-query"] * 2
    found = check(house.layout, Question(trusted=read_certificates(authority.certificate)), say=lambda words: None)
    assert (found.defects, found.checkpoint_count, found.stamped_count) == ((), 2, 2)
    for token in (house.lake / "checkpoints").glob("*.tsr"):
        note = token.with_suffix(".txt").read_bytes()
        at = verified_at(token.read_bytes(), note, read_certificates(authority.certificate))
        assert before <= at <= clock.now() + timedelta(seconds=2)


@pytest.mark.parametrize("trouble", ["silent", "refuses", "garbage", "stranger"])
def test_an_authority_that_fails_is_asked_again_next_time(
    house: House, authority: Authority, tmp_path: Path, trouble: str
) -> None:
    trusted = authority.certificate
    url = authority.url
    if trouble == "silent":
        url = f"http://127.0.0.1:{free_port()}/"
    elif trouble == "refuses":
        authority.refuses = 503
    elif trouble == "garbage":
        authority.garbage = b"<html>"
    else:
        with an_authority(tmp_path / "other", "another") as other:
            trusted = other.certificate
    failed = stamp(house.layout, url=url, certificate_file=trusted)
    assert (failed.count, failed.waiting) == (0, 2)
    assert failed.reason
    authority.refuses = authority.garbage = None
    assert _stamp(house, authority) == Stamped(count=2, waiting=0)


def test_a_time_stamp_of_another_checkpoint_is_found(house: House, authority: Authority) -> None:
    _stamp(house, authority)
    tokens = sorted((house.lake / "checkpoints").glob("*.tsr"))
    tokens[0].write_bytes(tokens[1].read_bytes())
    with closing(sqlite3.connect(house.layout.journal)) as db, db:
        db.execute("UPDATE checkpoint SET token = (SELECT token FROM checkpoint ORDER BY size DESC LIMIT 1)")
    (defect,) = check(house.layout, Question(), say=lambda words: None).defects
    assert defect.kind is DefectKind.TIME_STAMP
    assert "of other data" in defect.detail


def test_a_stranger_who_stamped_is_found_when_the_authority_is_known(
    house: House, authority: Authority, tmp_path: Path
) -> None:
    with an_authority(tmp_path / "other", "another") as other:
        stamp(house.layout, url=other.url, certificate_file=None)
    question = Question(trusted=read_certificates(authority.certificate))
    found = check(house.layout, question, say=lambda words: None)
    assert [one.kind for one in found.defects] == [DefectKind.TIME_STAMP] * 2
    assert found.stamped_count == 0
