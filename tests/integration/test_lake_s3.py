"""The lake on object storage: moto's S3 server, as a process of its own."""

import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from collector.lake.place import LakeUnreachableError
from collector.store import StoreError
from probe import wire
from prova.port import free_port
from tests.integration.collector_rig import until
from tests.integration.lake_rig import DAY_ON, NOW_AT, House


def _answers(request: urllib.request.Request) -> bool:
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  our own
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The address of a bucket, credentials in the environment."""
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "someone"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ):
        monkeypatch.setenv(name, value)
    port = free_port()
    argv = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(  # noqa: ASYNC220  returns at once
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            make = urllib.request.Request(f"http://127.0.0.1:{port}/evidence", method="PUT")
            await until(lambda: _answers(make), 60)
            yield f"s3://evidence/lake?endpoint_override=127.0.0.1:{port}&scheme=http&region=us-east-1"
        finally:
            server.kill()


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
