"""Copies of a store in a bucket, and a store whose lake is in one: moto's S3 server, as a process of its own."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from collector.home import CollectorHome
from collector.operation.backup import backup
from collector.operation.copies import CopyError
from collector.operation.restore import restore
from collector.proof.audit.check import Question, check
from tests.integration.lake_rig import DAY_ON, NOW_AT, House
from tests.integration.s3_rig import CREDENTIALS, a_bucket, address

LATER_AT = NOW_AT + timedelta(days=1)


def _quiet(words: str) -> None:
    pass


@pytest.fixture
async def endpoint(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    async with a_bucket() as where:
        yield where


async def test_a_store_comes_back_whole_from_copies_in_a_bucket(tmp_path: Path, endpoint: str) -> None:
    house = House(tmp_path / "home")
    house.sender()
    house.sender(line="loja", name="p2")
    house.fill(days=3, per_day=8)
    house.seal(before_on=DAY_ON + timedelta(days=2), url=address(endpoint, "lake"))
    copies = address(endpoint, "copies")
    first = backup(house.layout, copies, now_at=NOW_AT, say=_quiet)
    again = backup(house.layout, copies, now_at=LATER_AT, say=_quiet)
    assert again.new_byte_count < first.new_byte_count / 2  # the lake's files and keys are there already
    back = House(tmp_path / "new")
    restore(CollectorHome(back.home), copies, at=None, say=_quiet)
    assert back.lake.is_dir()  # beside the journal now, off the bucket that the lost one used
    assert back.everything() == house.everything()
    assert check(back.layout, Question(), say=_quiet).defects == ()


@pytest.mark.slow
async def test_a_bucket_without_a_copy_leaves_the_home_empty(tmp_path: Path, endpoint: str) -> None:
    with pytest.raises(CopyError, match="there is none"):
        restore(CollectorHome(tmp_path / "new"), address(endpoint, "none"), at=None, say=_quiet)
    assert not (tmp_path / "new").exists()
