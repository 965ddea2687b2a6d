"""The lake on object storage: moto's S3 server, as a process of its own."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from collector.lake.place import LakeUnreachableError
from collector.store import StoreError
from probe import wire
from tests.integration.lake_rig import DAY_ON, NOW_AT, House
from tests.integration.s3_rig import CREDENTIALS, a_bucket, address


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The address of a lake in a bucket, credentials in the environment."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    async with a_bucket() as endpoint:
        yield address(endpoint, "lake")


async def test_a_lake_on_object_storage_is_as_one_on_disk(tmp_path: Path, bucket: str) -> None:
    house = House(tmp_path)
    for line, name in (("casa", "p1"), ("praia", "p2")):
        house.sender(line, name)
    house.fill(days=2, per_day=12)
    before, table = house.everything(), house.table()
    report = house.seal(url=bucket, before_on=DAY_ON + timedelta(days=1), chunk_bytes=5_000)
    assert report.merged_count > 0
    house.seal(now_at=NOW_AT + timedelta(days=2))
    assert not house.lake.exists()
    assert house.store._ask("SELECT count(*) FROM batch") == [(0,)]
    assert house.everything() == before
    assert house.table().equals(table)
    assert all(wire.sha256(house.store.signed_batch(one[1])) == one[1] for one in before[::5])


async def test_storage_that_is_gone_is_told_and_nothing_is_lost(tmp_path: Path, bucket: str) -> None:
    house = House(tmp_path)
    house.sender()
    house.fill(days=1, per_day=6)
    before = house.everything()
    nowhere = bucket.replace("s3://evidence", "s3://nowhere")
    with pytest.raises(LakeUnreachableError, match="cannot be used"):
        house.seal(url=nowhere)
    assert house.everything() == before
    house.seal(url=bucket)
    assert house.everything() == before
    with pytest.raises(StoreError):
        House(tmp_path / "other").everything()
